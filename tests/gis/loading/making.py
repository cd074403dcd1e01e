"""Small files for the loading room, and the plan under which they are read."""

import json

from gis.crs import parse_crs
from gis.loading import ColumnPlan, incidents_from, read_file

WGS84 = parse_crs("EPSG:4326")
PLAN = ColumnPlan()
HEADER = "source,source_ref,category,reported_at,lon,lat"
GOOD = "city,A1,noise,2016-08-05T19:36:07Z,113.08,22.58"


def write_csv(folder, *lines, encoding="utf-8", name="rows.csv", end="\n"):
    path = folder / name
    path.write_bytes("\n".join(lines).encode(encoding) + end.encode(encoding))
    return path


def square(x, y, size=1.0):
    ring = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def write_geojson(folder, *features, name="layer.geojson", **members):
    path = folder / name
    document = {"type": "FeatureCollection", **members, "features": list(features)}
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def incidents(path, *, plan=PLAN, crs=WGS84, time_zone=None, date_order=None, now=None):
    raw = read_file(path)
    return incidents_from(raw, plan=plan, crs=crs, time_zone=time_zone, date_order=date_order, now=now)


def reasons(batch):
    return [(reject.line, reject.column, reject.reason) for reject in batch.rejects]
