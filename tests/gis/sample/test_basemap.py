"""The basemap's file, read back by another reader."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
import shapely
from pyogrio import read_dataframe

from tests.gis.sample.conftest import Written

CLASSES = {"trunk", "road", "street", "lane", "river", "stream", "water", "green", "built_up"}
ROADS = ["motorway", "trunk", "road", "street", "lane", "railway"]
WIDE = ["water", "sea"]
CENTIMETRES = 2e-6


@pytest.fixture(scope="module")
def basemap(county: Written) -> Any:
    return read_dataframe(county.summary.directory / "basemap.geojson")


def test_every_feature_says_what_it_is_from_which_zoom_and_that_it_is_simulated(basemap: Any) -> None:
    assert set(basemap["class"]) >= CLASSES
    assert set(basemap["class"]) <= CLASSES | set(ROADS) | set(WIDE)
    assert basemap.min_zoom.between(5, 16).all()
    assert (basemap.simulated == 1).all()
    assert set(basemap["class"][basemap.name.notna()]) == {"trunk", "road", "street"}
    assert basemap.name[basemap["class"].isin(["trunk", "road", "street"])].notna().all()
    assert basemap.geometry.is_valid.all()


def test_areas_are_polygons_and_ways_are_lines(basemap: Any) -> None:
    areas = basemap["class"].isin(["green", "built_up", *WIDE])
    assert (basemap.geom_type[areas] == "Polygon").all()
    assert set(basemap.geom_type[~areas]) <= {"LineString", "MultiLineString"}


def test_a_road_crosses_wide_water_on_a_bridge_and_a_bridge_stands_over_water(basemap: Any) -> None:
    wide = shapely.union_all(basemap.geometry[basemap["class"].isin(WIDE)].values)
    ways = basemap[basemap["class"].isin(ROADS)]
    bridge = ways.bridge.to_numpy() == 1
    assert bridge.sum() >= 5
    wet = shapely.length(shapely.intersection(ways.geometry.values, shapely.buffer(wide, -CENTIMETRES)))
    dry = shapely.length(shapely.difference(ways.geometry.values, shapely.buffer(wide, CENTIMETRES)))
    assert wet[~bridge].sum() < 1e-6
    assert dry[bridge].sum() < 1e-6


def test_rivers_have_a_width_and_lie_in_water_as_wide(basemap: Any) -> None:
    rivers = basemap[basemap["class"] == "river"]
    assert (rivers.width_m > 20).all()
    wide = shapely.union_all(basemap.geometry[basemap["class"].isin(WIDE)].values)
    inside = shapely.length(shapely.intersection(rivers.geometry.values, wide)).sum()
    assert inside > 0.98 * shapely.length(rivers.geometry.values).sum()
    roads = basemap["class"].isin(ROADS)
    assert basemap.width_m[roads].isna().all()


def test_large_polygons_are_cut_so_that_a_box_gets_little_more(basemap: Any) -> None:
    areas = basemap.geometry[basemap["class"].isin(["green", "built_up", *WIDE])]
    west, south, east, north = shapely.bounds(areas.values).T
    assert max((east - west).max(), (north - south).max()) < 0.1


def test_little_is_drawn_far_away_and_most_only_near(basemap: Any) -> None:
    vertices = shapely.get_num_coordinates(basemap.geometry.values)
    by_zoom = Counter()
    for zoom, count in zip(basemap.min_zoom.tolist(), vertices.tolist(), strict=True):
        by_zoom[zoom] += count
    assert sum(count for zoom, count in by_zoom.items() if zoom <= 9) < 0.25 * vertices.sum()
    assert np.isfinite(shapely.get_coordinates(basemap.geometry.values)).all()
