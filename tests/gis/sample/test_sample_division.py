from collections.abc import Callable

import numpy as np
import pytest
import shapely
from pyogrio import read_dataframe

from tests.gis.sample.conftest import Written
from tests.gis.sample.division_claims import CLAIMS

Claim = Callable[[Written], None]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.__name__)
def test_in_one_county(claim: Claim, county: Written) -> None:
    claim(county)


@pytest.mark.slow
@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.__name__)
def test_in_the_whole_city(claim: Claim, whole_city: Written) -> None:
    claim(whole_city)


@pytest.mark.slow
def test_the_whole_city_has_the_real_numbers_of_areas(whole_city: Written) -> None:
    levels = [area["level"] for area in whole_city.areas]
    assert {level: levels.count(level) for level in set(levels)} == {
        "city": 1,
        "county": 7,
        "town": 73,
        "community": 1339,
    }
    assert len(whole_city.grids) == 2954
    summary = whole_city.summary
    assert (summary.counties, summary.towns, summary.communities, summary.grids) == (7, 73, 1339, 2954)


@pytest.mark.slow
def test_grids_are_small_in_town_and_large_in_the_hills(whole_city: Written) -> None:
    km2 = shapely.area(whole_city.grid_shapes) * 111.32 * 110.74 * np.cos(np.radians(22.2))
    people = np.array([grid["population"] for grid in whole_city.grids])
    crowded, empty = people / km2 > 4000, people / km2 < 150
    assert crowded.sum() > 500
    assert empty.sum() > 250
    assert 0.05 < np.median(km2[crowded]) < 0.4
    assert km2.min() > 0.02
    assert 15 < km2.max() < 40
    p5, median, p95 = np.percentile(people, [5, 50, 95])
    assert 600 < p5 < 1100
    assert 1400 < median < 1800
    assert 2100 < p95 < 2700
    assert np.median(km2[empty]) > 3.0


@pytest.mark.slow
def test_official_boundaries_of_city_and_counties_are_passed_on_unchanged(whole_city: Written) -> None:
    counties = [whole_city.area_shapes[area["code"]] for area in whole_city.areas if area["level"] == "county"]
    city = whole_city.area_shapes["440700000000"]
    assert shapely.symmetric_difference(shapely.union_all(counties), city).area < 1e-9


def test_a_grid_plainly_north_of_another_in_its_community_has_the_lower_number(county: Written) -> None:
    west, south, east, north = shapely.bounds(county.grid_shapes).T
    middle = (south + north) / 2
    community = np.array([grid["area_code"] for grid in county.grids])
    number = np.array([int(grid["code"][12:]) for grid in county.grids])
    stacked = side_by_side = 0
    for a in range(len(number)):
        for b in np.flatnonzero((community == community[a]) & (number > number[a])).tolist():
            assert south[b] < middle[a] + 1e-9
            stacked += int(south[a] > middle[b])
            side_by_side += int((west + east)[a] < (west + east)[b])
    assert stacked > 20
    assert side_by_side > 20


def test_borders_of_grids_follow_no_raster(county: Written) -> None:
    inner = shapely.get_coordinates(county.grid_shapes)
    step = np.diff(inner, axis=0)
    run = np.abs(step).max(axis=1)
    bearing = np.degrees(np.arctan2(step[:, 1], step[:, 0]))[(run > 1e-4) & (run < 0.01)] % 90.0
    assert ((bearing < 0.5) | (bearing > 89.5)).mean() < 0.05


def test_borders_follow_roads_and_water_and_turn_few_sharp_corners(county: Written) -> None:
    """Within 30 m, along inner borders: well over half in this county of towns."""
    city = read_dataframe(county.summary.directory / "basemap.geojson")
    lines = city.geometry[~city["class"].isin(["lane", "water", "sea", "green", "built_up"])].values
    edges = shapely.boundary(county.grid_shapes)
    at = shapely.get_coordinates(shapely.segmentize(edges, 0.0005))
    outer = shapely.boundary(shapely.union_all(county.grid_shapes))
    points = shapely.points(at[shapely.distance(outer, shapely.points(at)) > 0.0002])
    near = shapely.STRtree(lines).query_nearest(points, max_distance=0.0003, all_matches=False)[0]
    assert len(near) / len(points) > 0.6
    sharp = sum(sharp_corners(ring) for ring in shapely.get_rings(county.grid_shapes))
    assert sharp / shapely.get_num_coordinates(county.grid_shapes).sum() < 0.002


def sharp_corners(ring: shapely.Geometry) -> int:
    """Return how many corners of a ring are below 12 degrees."""
    at = shapely.get_coordinates(ring)[:-1] * (np.cos(np.radians(22.5)), 1.0)
    back, ahead = np.roll(at, 1, axis=0) - at, np.roll(at, -1, axis=0) - at
    cosine = (back * ahead).sum(axis=1) / (np.hypot(*back.T) * np.hypot(*ahead.T))
    return int((cosine > np.cos(np.radians(12.0))).sum())


def test_names_are_real_for_areas_and_marked_as_examples_for_grids(county: Written) -> None:
    towns = {area["name"] for area in county.areas if area["level"] == "town"}
    assert towns == {"江南街道", "外海街道", "礼乐街道"}
    assert all(area["simulated"] == 0 for area in county.areas)
    assert all(grid["simulated"] == 1 and grid["name"].endswith("网格(示例)") for grid in county.grids)
    assert len({grid["name"] for grid in county.grids}) == len(county.grids)


def test_every_area_has_a_desk_with_a_number_no_line_can_have(county: Written) -> None:
    desks = {area["name"]: area["desk_name"] for area in county.areas}
    assert desks["外海街道"] == "外海街道综治中心"
    assert all(desk.endswith("综治中心") and "委会" not in desk for desk in desks.values())
    phones = [area["desk_phone"] for area in county.areas]
    assert len(set(phones)) == len(phones)
    assert all(phone.startswith("0750-0") for phone in phones)
