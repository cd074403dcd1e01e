import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings

from gis.crs import geodesic_distance_m
from gis.index import GridIndex
from tests.gis.index import rational_twin
from tests.strategies import ORIGINS, divisions, drawn_division

pytestmark = pytest.mark.slow

STEP_DEG = 2e-5


@settings(max_examples=12, deadline=None)
@given(divisions())
def test_distance_and_runner_up_are_those_of_walking_along_every_border(division):
    rng = np.random.default_rng(division.seed)
    west, south, east, north = shapely.total_bounds(division.polygons)
    lon, lat = rng.uniform(west - 0.01, east + 0.01, 5), rng.uniform(south - 0.01, north + 0.01, 5)
    index = GridIndex.build(division.polygons)
    own = index.locate(lon, lat)
    distance_m, beyond = index.near_border(lon, lat, limit_m=math.inf)
    walked_m = rational_twin.border_distances_m(division.polygons, lon, lat, step_deg=STEP_DEG)
    assert distance_m == pytest.approx(walked_m.min(axis=1), rel=0.01, abs=2.0)
    for point in range(len(lon)):
        others_m = {i: d for i, d in enumerate(walked_m[point]) if i != own[point]}
        if beyond[point] >= 0:
            assert others_m[int(beyond[point])] <= 1.01 * distance_m[point] + 2.0
        else:
            assert own[point] >= 0
            assert all(d >= 0.99 * distance_m[point] - 2.0 for d in others_m.values())


@settings(max_examples=20, deadline=None)
@given(divisions())
def test_the_distance_is_zero_exactly_on_a_border_and_nowhere_else(division):
    lon, lat = division.points(5)
    finite = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lat) <= 90)
    lon, lat = lon[finite], lat[finite]
    index = GridIndex.build(division.polygons)
    own = index.locate(lon, lat)
    distance_m, beyond = index.near_border(lon, lat, limit_m=5.0)
    for i in range(len(lon)):
        touching = rational_twin.touching(division.polygons, lon[i], lat[i])
        assert (distance_m[i] == 0.0) == bool(touching)
        if touching:
            assert own[i] == touching[0]
            assert beyond[i] == (touching[1] if len(touching) > 1 else -1)
    assert np.array_equal(index.on_border(lon, lat), distance_m == 0.0)


@settings(max_examples=15, deadline=None)
@given(divisions())
def test_a_limit_only_hides_what_lies_beyond_it(division):
    lon, lat = division.points(20)
    index = GridIndex.build(division.polygons)
    all_m, all_beyond = index.near_border(lon, lat, limit_m=math.inf)
    for limit_m in (0.0, 3.0, 250.0):
        some_m, some_beyond = index.near_border(lon, lat, limit_m=limit_m)
        told = all_m <= limit_m
        assert np.array_equal(some_m, np.where(told, all_m, np.inf))
        assert np.array_equal(some_beyond, np.where(told, all_beyond, -1))


def test_what_is_no_place_is_infinitely_far_and_every_place_is_not():
    index = GridIndex.build([shapely.box(113, 22, 114, 23)])
    lon = np.array([np.nan, 113.5, np.inf, 200.0, 113.5, 0.0, -67.0, 113.0])
    lat = np.array([22.5, np.nan, 22.5, 22.5, 95.0, 0.0, -22.5, 90.0])
    distance_m, beyond = index.near_border(lon, lat, limit_m=math.inf)
    assert np.isinf(distance_m).tolist() == [True] * 5 + [False] * 3
    assert beyond.tolist() == [-1] * 5 + [0] * 3


def test_an_empty_index_has_no_borders():
    distance_m, beyond = GridIndex.build([]).near_border([113.0], [22.0], limit_m=math.inf)
    assert np.isinf(distance_m).all()
    assert beyond.tolist() == [-1]


@pytest.mark.parametrize("limit_m", [-1.0, math.nan])
def test_a_limit_that_is_no_distance_is_the_callers_mistake(limit_m):
    with pytest.raises(ValueError, match="distance in metres"):
        GridIndex.build([]).near_border([113.0], [22.0], limit_m=limit_m)


def test_a_province_is_measured_right_to_one_percent_near_and_far():
    province = shapely.segmentize(shapely.box(109.6, 34.0, 117.3, 41.0), 0.5)
    index = GridIndex.build([province])
    rng = np.random.default_rng(4)
    lon, lat = rng.uniform(100, 127, 30), rng.uniform(25, 50, 30)
    distance_m, _ = index.near_border(lon, lat, limit_m=math.inf)
    walked_m = rational_twin.border_distances_m([province], lon, lat, step_deg=0.004)[:, 0]
    assert distance_m == pytest.approx(walked_m, rel=0.01, abs=400.0)


def test_a_point_on_the_other_side_of_the_earth_is_measured_right_to_one_percent():
    box = shapely.box(113.0, 22.0, 113.1, 22.1)
    lon, lat = np.array([0.0, -60.0, 113.0]), np.array([0.0, -20.0, -40.0])
    distance_m, beyond = GridIndex.build([box]).near_border(lon, lat, limit_m=math.inf)
    expected = geodesic_distance_m(lon, lat, np.full(3, 113.05), np.full(3, 22.05))
    assert distance_m == pytest.approx(expected, rel=0.01)
    assert beyond.tolist() == [0, 0, 0]


def test_a_long_edge_beside_two_short_ones_has_the_right_grid_on_its_other_side():
    south = shapely.box(113.0, 22.0, 113.02, 22.01)
    north_west, north_east = shapely.box(113.0, 22.01, 113.01, 22.02), shapely.box(113.01, 22.01, 113.02, 22.02)
    index = GridIndex.build([south, north_west, north_east])
    distance_m, beyond = index.near_border([113.005, 113.015, 113.01], [22.009, 22.009, 22.01], limit_m=math.inf)
    assert beyond.tolist() == [1, 2, 1]
    assert distance_m.round(1).tolist() == [110.7, 110.7, 0.0]


def test_neighbours_that_a_lattice_step_keeps_apart_are_still_neighbours():
    west, east = shapely.box(113.0, 22.0, 113.01, 22.01), shapely.box(113.010000001, 22.0, 113.02, 22.01)
    index = GridIndex.build([west, east])
    distance_m, beyond = index.near_border([113.0099, 113.0101], [22.005, 22.005], limit_m=math.inf)
    assert beyond.tolist() == [1, 0]
    assert distance_m.round(1).tolist() == [10.3, 10.3]


def test_a_thousand_points_far_outside_cost_no_more_than_a_moment(benchmark_city):
    far_m, beyond = benchmark_city.near_border(np.zeros(1000), np.zeros(1000), limit_m=math.inf)
    assert (far_m > 1e7).all()
    assert (beyond >= 0).all()


@pytest.fixture(scope="module")
def benchmark_city():
    division = drawn_division(7, origin=ORIGINS["Jiangmen"], columns=40, rows=40, grids=300, uncovered=0.0)
    return GridIndex.build(division.polygons)
