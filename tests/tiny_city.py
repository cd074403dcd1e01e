"""A city small enough to know by heart, loaded through the product's own loader.

Four grids of 0.01 degrees in two communities of one town; the lead of the fourth grid is missing:

    22.52 +------+------+
          |  C3  |  C4  |     community B (no desk)
    22.51 +------+------+
          |  C1  |  C2  |     community A (desk 000-0002)
    22.50 +------+------+
       113.00  113.01  113.02
"""

import json
from collections.abc import Iterable
from pathlib import Path

from gis.loading import WITHOUT_POSITIONS, Kind
from gis.store.cities import City, write_city
from gis.store.database import Database
from gis.store.loading import LoadOptions, LoadReport, load

CITY = City(
    "小城",
    "T0",
    "Asia/Shanghai",
    name_en="Tiny",
    source="测试数据 test data",
    approval_no="GS(2024)0650号",
    simulated=True,
)
WEST, SOUTH, STEP = 113.0, 22.5, 0.01

AREAS = """code,name,level,parent_code,desk_name,desk_phone
T0,小城,city,,小城综治中心,000-0000
T1,示例镇,town,T0,示例镇综治中心,000-0001
A,甲社区,community,T1,甲社区综治中心,000-0002
B,乙社区,community,T1,,
"""

WORKERS = """worker_ref,name,phone,grid_code,role
W1,示例网格员1,000-1001,C1,lead
W2,示例网格员2,000-1002,C2,lead
W3,示例网格员3,000-1003,C3,lead
W3,示例网格员3,000-1003,C4,part_time
W4,示例网格员4,000-1004,,
"""

CAMERAS = """source,source_ref,name,kind,status,azimuth_deg,hfov_deg,range_m,lon,lat
net,k1,circle in C1,dome,live,,,50,113.005,22.505
net,k2,on the border of C1 and C2,fixed,live,90,60,40,113.01,22.505
net,k3,unknown direction,fixed,live,,60,40,113.015,22.515
net,k4,dead,dome,dead,,,50,113.005,22.515
"""

INCIDENTS = """source,source_ref,kind,category,state,reported_at,due_at,accuracy_m,found_by_grid,lon,lat
hotline,1,incident,市容环境,reported,2026-11-01T08:00:00+08:00,2026-11-02T08:00:00+08:00,0,1,113.005,22.505
hotline,2,request,噪声扰民,handling,2026-11-01T09:00:00+08:00,,20,0,113.0101,22.505
hotline,3,incident,市容环境,closed,2026-11-01T10:00:00+08:00,,0,,113.015,22.515
hotline,4,incident,市容环境,reported,2026-11-01T11:00:00+08:00,,0,1,113.03,22.51
"""


def wkt(west: float, south: float, east: float, north: float) -> str:
    """A box as a cell of CSV."""
    ring = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return '"POLYGON ((' + ", ".join(f"{lon} {lat}" for lon, lat in ring) + '))"'


SITES = f"""source,source_ref,kind,name,lon,lat,geometry
s,1,school,示例小学,113.005,22.505,
s,2,小区,示例花园,113.0102,22.5152,{wkt(113.009, 22.514, 113.012, 22.517)}
s,3,加油站,示例油站,113.03,22.505,
s,4,医院,示例医院,113.0055,22.505,
"""

GATES = """source,source_ref,site_ref,name,state,lon,lat
s,g1,2,示例东门,open,113.012,22.515
s,g2,2,示例西门,关闭,113.009,22.515
"""

KEY_AREAS = f"""source,source_ref,kind,name,geometry
s,k1,城乡结合部,示例结合部,{wkt(113.005, 22.502, 113.015, 22.508)}
s,k2,school_surroundings,示例校园周边,{wkt(113.004, 22.504, 113.006, 22.506)}
s,k3,老旧小区,示例老楼,{wkt(113.012, 22.512, 113.018, 22.518)}
s,k4,market_surroundings,示例市场周边,{wkt(113.018, 22.504, 113.022, 22.506)}
"""


def grids_geojson() -> str:
    """The four grids as GeoJSON."""
    features = []
    for number, (column, row) in enumerate([(0, 0), (1, 0), (0, 1), (1, 1)], start=1):
        west, south = WEST + column * STEP, SOUTH + row * STEP
        east, north = west + STEP, south + STEP
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        features.append(
            {
                "type": "Feature",
                "properties": {
                    "code": f"C{number}",
                    "name": f"示例第{number}网格",
                    "area_code": "A" if row == 0 else "B",
                    "households": 100 * number,
                    "population": 300 * number,
                },
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[[round(x, 9), round(y, 9)] for x, y in ring]],
                },
            }
        )
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


FILES: dict[Kind, tuple[str, str]] = {
    Kind.AREAS: ("areas.csv", AREAS),
    Kind.GRIDS: ("grids.geojson", grids_geojson()),
    Kind.WORKERS: ("workers.csv", WORKERS),
    Kind.CAMERAS: ("cameras.csv", CAMERAS),
    Kind.INCIDENTS: ("incidents.csv", INCIDENTS),
    Kind.SITES: ("sites.csv", SITES),
    Kind.GATES: ("gates.csv", GATES),
    Kind.KEY_AREAS: ("key_areas.csv", KEY_AREAS),
}


def load_text(
    database: Database, kind: Kind, directory: Path, *, name: str, text: str, options: LoadOptions | None = None
) -> LoadReport:
    """Write a file and load it, committed."""
    path = directory / name
    path.write_text(text, encoding="utf-8")
    chosen = options or LoadOptions(crs=None if kind in WITHOUT_POSITIONS else "EPSG:4326", mode="commit")
    return load(database, kind, path, options=chosen, progress=lambda _what, _share: None)


def load_tiny_city(database: Database, directory: Path, kinds: Iterable[Kind] = tuple(FILES)) -> None:
    """Fill a migrated database with the tiny city."""
    with database.transaction() as connection:
        write_city(connection, CITY)
    for kind in kinds:
        name, text = FILES[kind]
        load_text(database, kind, directory, name=name, text=text)
