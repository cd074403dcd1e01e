"""The basemap from files: lines and areas of known classes, each row judged alone."""

import json
from pathlib import Path
from typing import Any

import pytest
import shapely

from gis.basemap import MIN_ZOOM, MapClass
from gis.crs import parse_crs
from gis.errors import InvalidLayer, MissingColumn
from gis.loading import Batch, ColumnPlan, basemap_from, read_file

LINE = {"type": "LineString", "coordinates": [[113.0, 22.5], [113.02, 22.52]]}
AREA = {"type": "Polygon", "coordinates": [[[113.0, 22.5], [113.01, 22.5], [113.01, 22.51], [113.0, 22.5]]]}


def batch_of(directory: Path, rows: list[tuple[dict[str, Any], Any]], *, crs: str = "EPSG:4326") -> Batch:
    features = [{"type": "Feature", "properties": told, "geometry": shape} for told, shape in rows]
    path = directory / "basemap.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return basemap_from(read_file(path), plan=ColumnPlan(), crs=parse_crs(crs))


def test_lines_and_areas_are_kept_with_their_class_width_and_zoom(tmp_path: Path) -> None:
    told = {"class": "river", "name": "西江", "width_m": 800, "bridge": 0, "min_zoom": 6, "simulated": 1}
    batch = batch_of(tmp_path, [(told, LINE), ({"class": "绿地"}, AREA)])
    river, green = batch.rows.to_dict("records")
    assert (river["class"], river["name"], river["width_m"], river["min_zoom"]) == ("river", "西江", 800.0, 6.0)
    assert (river["bridge"], river["simulated"]) == (False, True)
    assert (green["class"], green["min_zoom"], green["name"]) == ("green", MIN_ZOOM[MapClass.GREEN], None)
    assert batch.rejects == ()
    assert batch.geometry is not None
    assert [shape.geom_type for shape in batch.geometry] == ["LineString", "Polygon"]


@pytest.mark.parametrize(
    ("told", "shape", "reason"),
    [
        ({"class": "canal"}, LINE, "is none of motorway"),
        ({"class": None}, LINE, "class is empty"),
        ({"class": "road", "width_m": 0}, LINE, "above 0"),
        ({"class": "road", "min_zoom": 30}, LINE, "from 0 to 24"),
        ({"class": "road"}, None, "has no shape"),
        ({"class": "road"}, {"type": "Point", "coordinates": [113, 22.5]}, "neither a line nor an area"),
        ({"class": "road"}, {"type": "LineString", "coordinates": [[113, 22.5], [400, 22.5]]}, "beyond the degrees"),
    ],
)
def test_a_row_that_cannot_be_drawn_is_turned_away_with_its_reason(
    tmp_path: Path, told: dict[str, Any], shape: Any, reason: str
) -> None:
    batch = batch_of(tmp_path, [({"class": "road"}, LINE), (told, shape)])
    assert len(batch) == 1
    (reject,) = batch.rejects
    assert reason in reject.reason
    assert reject.line == 2


def test_shapes_are_turned_into_wgs84(tmp_path: Path) -> None:
    batch = batch_of(tmp_path, [({"class": "road"}, LINE)], crs="GCJ-02")
    assert batch.geometry is not None
    shift = shapely.get_coordinates(batch.geometry)[0] - (113.0, 22.5)
    assert 0.002 < abs(shift[0]) < 0.01


def test_every_class_has_a_zoom_from_which_it_is_drawn() -> None:
    assert set(MIN_ZOOM) == set(MapClass)


def test_a_file_without_classes_or_shapes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingColumn):
        batch_of(tmp_path, [({"name": "x"}, LINE)])
    path = tmp_path / "basemap.csv"
    path.write_text("class\nroad\n", encoding="utf-8")
    with pytest.raises(InvalidLayer):
        basemap_from(read_file(path), plan=ColumnPlan(), crs=parse_crs("EPSG:4326"))
