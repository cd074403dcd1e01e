"""What maps are drawn from: tiles of the basemap and outlines of the division, kept, named by what they hold."""

import gzip
import json
import math
from pathlib import Path
from typing import Any

import pyogrio
import pytest
import shapely
from starlette.testclient import TestClient

from api.rendering import KeptAnswer
from api.settings import Mode
from gis.loading import Kind
from gis.store.address import DatabaseAddress
from gis.store.basemap import MAX_ZOOM
from gis.store.database import Database
from tests.api.conftest import client_of
from tests.tiny_city import load_text, load_tiny_city

RIVER = [[112.99, 22.495], [113.005, 22.505], [113.03, 22.525]]
LANE = [[113.004, 22.501], [113.006, 22.509]]
OUTLINES = "/api/v1/outlines"


def basemap_text(*rows: tuple[dict[str, Any], str, Any]) -> str:
    features = [
        {"type": "Feature", "properties": told, "geometry": {"type": kind, "coordinates": places}}
        for told, kind, places in rows
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


THE_MAP = basemap_text(
    ({"class": "river", "name": "西江", "width_m": 60}, "LineString", RIVER),
    ({"class": "lane", "min_zoom": 14}, "LineString", LANE),
)


def tile_at(lon: float, lat: float, z: int) -> tuple[int, int]:
    """Return column and row of the tile that holds a place."""
    up = math.asinh(math.tan(math.radians(lat))) / math.pi
    return int((lon + 180) / 360 * 2**z), int((1 - up) / 2 * 2**z)


def path_of(z: int, *, lon: float = 113.005, lat: float = 22.505) -> str:
    x, y = tile_at(lon, lat, z)
    return f"/api/v1/basemap/{z}/{x}/{y}.mvt"


@pytest.fixture(scope="module")
def mapped(cluster: Any, template_database: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A tiny city with a basemap, its database and a client."""
    address: DatabaseAddress = cluster.create_database("mapped", template=template_database)
    database, folder = Database(address), tmp_path_factory.mktemp("mapped")
    load_tiny_city(database, folder)
    load_text(database, Kind.BASEMAP, folder, name="basemap.geojson", text=THE_MAP)
    for client in client_of(address, Mode.SERVE):
        yield database, folder, client
    database.close()
    cluster.drop_database("mapped")


def read_tile(client: TestClient, z: int, folder: Path) -> dict[str, Any]:
    """Read a tile back with GDAL: class to its shape in degrees."""
    x, y = tile_at(113.005, 22.505, z)
    place = folder / str(z) / str(x) / f"{y}.mvt"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(client.get(path_of(z)).content)
    if not place.read_bytes():
        return {}
    frame = pyogrio.read_dataframe(place, layer="basemap").to_crs("EPSG:4326")
    return dict(zip(frame["class"], frame.geometry, strict=True))


def test_a_tile_holds_what_is_drawn_at_its_zoom_within_a_step_of_where_it_lies(mapped: Any, tmp_path: Path) -> None:
    _, _, client = mapped
    assert set(read_tile(client, 11, tmp_path)) == {"river"}
    near = read_tile(client, MAX_ZOOM, tmp_path)
    assert set(near) == {"river", "lane"}
    step = 360 / 2**MAX_ZOOM / 4096
    for kind, places in (("lane", LANE), ("river", RIVER)):
        corners = shapely.points(shapely.get_coordinates(near[kind]))
        assert shapely.distance(shapely.LineString(places), corners).max() < 4 * step


def test_a_tile_is_told_by_its_content_and_not_sent_twice(mapped: Any) -> None:
    _, _, client = mapped
    first = client.get(path_of(12))
    assert first.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert first.headers["content-encoding"] == "gzip"
    tags = {client.get(path_of(12)).headers["etag"] for _ in range(20)}
    assert tags == {first.headers["etag"]}
    again = client.get(path_of(12), headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = client.get(path_of(12), headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == first.content


def test_outside_the_map_tiles_are_empty_and_beyond_the_pyramid_there_are_none(mapped: Any) -> None:
    _, _, client = mapped
    assert client.get(path_of(12, lon=0.0, lat=0.0)).content == b""
    assert client.get("/api/v1/basemap/2/4/0.mvt").status_code == 404
    assert client.get("/api/v1/basemap/15/0/0.mvt").status_code == 422


def test_another_basemap_takes_the_place_of_the_former_and_the_same_one_changes_nothing(
    cluster: Any, template_database: str, tmp_path: Path
) -> None:
    address = cluster.create_database("remapped", template=template_database)
    database = Database(address)
    load_tiny_city(database, tmp_path)
    written = [load_text(database, Kind.BASEMAP, tmp_path, name="b.geojson", text=THE_MAP).written for _ in range(2)]
    assert [(row.new, row.unchanged) for row in written] == [(2, 0), (0, 2)]
    other = basemap_text(
        ({"class": "river", "name": "西江", "width_m": 60}, "LineString", RIVER),
        ({"class": "railway"}, "LineString", LANE),
    )
    report = load_text(database, Kind.BASEMAP, tmp_path, name="b.geojson", text=other)
    assert (report.written.new, report.written.unchanged) == (1, 1)
    assert "1 features of the former basemap" in report.noticed[0]
    for client in client_of(address, Mode.SERVE):
        assert set(read_tile(client, 12, tmp_path)) == {"river", "railway"}
    database.close()
    cluster.drop_database("remapped")


def test_outlines_are_the_grids_and_areas_of_the_edition_and_the_public_may_have_them(mapped: Any) -> None:
    _, _, client = mapped
    answer = client.get(OUTLINES, params={"zoom": 14})
    body = answer.json()
    assert body["edition"] == client.get("/api/v1/city").json()["edition"]["id"]
    levels = [feature["properties"]["level"] for feature in body["features"]]
    assert levels == ["city", "town", "community", "community", "grid", "grid", "grid", "grid"]
    shapes = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in body["features"]]
    labels = [shapely.Point(feature["properties"]["label"]) for feature in body["features"]]
    assert all(shape.covers(label) for shape, label in zip(shapes, labels, strict=True))
    assert shapes[0].equals(shapely.union_all(shapes[4:]))
    again = client.get(OUTLINES, params={"zoom": 14}, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_outlines_can_be_had_by_depth_and_box_and_only_of_the_edition_in_force(mapped: Any) -> None:
    _, _, client = mapped
    inner = {"depth": "0", "bbox": "113.001,22.501,113.009,22.509"}
    city, feature = client.get(OUTLINES, params=inner).json()["features"]
    (row,) = client.get("/api/v1/grids", params={"bbox": inner["bbox"]}).json()["items"]
    assert (city["properties"]["level"], feature["properties"]["id"]) == ("city", row["id"])
    answer = client.get(OUTLINES, params={"edition": 7})
    assert answer.status_code == 404
    assert "ask for edition 1" in answer.json()["remedy"]


def test_equal_answers_are_equal_bytes_whatever_the_clock_says(mapped: Any) -> None:
    first, second = (KeptAnswer.of(b"the same", media_type="text/plain") for _ in range(2))
    assert first == second
    assert gzip.decompress(first.packed) == b"the same"
