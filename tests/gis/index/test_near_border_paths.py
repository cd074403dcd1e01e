"""Three ways to the nearest border, machine code, windows of cells and one point, give the same numbers."""

import math
import subprocess
import sys

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.crs import geodesic_distance_m
from gis.index import GridIndex, borders
from gis.index.measure import closest_offset, distance_m, distances_m, scale, scales
from tests.strategies import ORIGINS, divisions, drawn_division

needs_numba = pytest.mark.skipif(not borders.HAS_NUMBA, reason="numba is not installed")


def by_windows(index, lon, lat, limit_m):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(borders, "HAS_NUMBA", False)
        return index.near_border(lon, lat, limit_m=limit_m)


@needs_numba
@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(divisions(), st.sampled_from([0.0, 1e-6, 5.0, 700.0, 250_000.0, math.inf]))
def test_machine_code_and_windows_of_cells_agree_to_the_last_place(division, limit_m):
    lon, lat = division.points(12)
    index = GridIndex.build(division.polygons)
    by_numba, expected = index.near_border(lon, lat, limit_m=limit_m), by_windows(index, lon, lat, limit_m)
    assert np.array_equal(by_numba[0], expected[0])
    assert np.array_equal(by_numba[1], expected[1])


@pytest.mark.parametrize("origin", ORIGINS.values(), ids=ORIGINS)
def test_one_point_is_told_what_many_are(origin):
    division = drawn_division(3, origin=origin, columns=6, rows=6, grids=20, uncovered=0.1)
    lon, lat = division.points(40)
    lon, lat = np.append(lon, [0.0, origin[0] + 0.9]), np.append(lat, [0.0, origin[1] - 0.4])
    index = GridIndex.build(division.polygons)
    distance_m, beyond = index.near_border(lon, lat, limit_m=math.inf)
    one = [index.near_border_one(x, y, limit_m=math.inf) for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]
    assert one == list(zip(distance_m.tolist(), beyond.tolist(), strict=True))


def test_thousands_of_points_in_any_order_have_the_same_answers():
    division = drawn_division(9, origin=ORIGINS["Washington"], columns=12, rows=12, grids=60, uncovered=0.1)
    lon, lat = division.points(500)
    index = GridIndex.build(division.polygons)
    distance_m, beyond = index.near_border(lon, lat, limit_m=math.inf)
    pieces = [index.near_border(lon[i : i + 100], lat[i : i + 100], limit_m=math.inf) for i in range(0, len(lon), 100)]
    assert np.array_equal(np.concatenate([piece[0] for piece in pieces]), distance_m)
    assert np.array_equal(np.concatenate([piece[1] for piece in pieces]), beyond)


def test_an_edge_is_measured_alike_one_by_one_and_in_bulk_and_as_geodesics_say():
    rng = np.random.default_rng(6)
    x, y = rng.uniform(-179, 179, 3000), rng.uniform(-79, 79, 3000)
    y[:3] = (-90.0, 90.0, 0.0)
    size = 10 ** rng.uniform(-8, -1.5, (3000, 1))
    ends = np.column_stack((x, y, x, y)) + size * rng.uniform(-1, 1, (3000, 4))
    ends[:, [1, 3]] = np.clip(ends[:, [1, 3]], -90, 90)
    found_m = distances_m(x, y, ends)
    along_parallel, along_meridian = scales(y)
    for i in range(len(x)):
        assert scale(y[i]) == (along_parallel[i], along_meridian[i])
        _, north = closest_offset(x[i], y[i], *ends[i], along_parallel[i], along_meridian[i])
        assert distance_m(x[i], y[i], *ends[i], north) == found_m[i]
    share = np.linspace(0, 1, 400)[:, None]
    for i in range(3, 60):
        walked = ends[i, :2] * (1 - share) + ends[i, 2:] * share
        steps_m = geodesic_distance_m(np.full(400, x[i]), np.full(400, y[i]), *walked.T)
        assert found_m[i] == pytest.approx(steps_m.min(), rel=2e-3, abs=1e-6)


@needs_numba
def test_a_vertex_where_very_many_borders_meet_is_measured_too():
    middle, around = np.array([113.0, 22.5]), np.linspace(0, 2 * np.pi, 301)
    rim = middle + 0.01 * np.column_stack((np.cos(around), np.sin(around)))
    slices = np.array([shapely.Polygon([middle, rim[i], rim[(i + 1) % 300]]) for i in range(300)])
    index = GridIndex.build(slices)
    lon, lat = np.full(200, middle[0]), np.full(200, middle[1])
    lon[1:] += np.logspace(-12, -3, 199)
    found, expected = index.near_border(lon, lat, limit_m=50.0), by_windows(index, lon, lat, 50.0)
    assert np.array_equal(found[0], expected[0])
    assert np.array_equal(found[1], expected[1])
    assert (found[0][0], found[1][0]) == (0.0, 1)


def test_no_edge_is_kept_beside_the_tables():
    division = drawn_division(9, origin=ORIGINS["Washington"], columns=8, rows=8, grids=30, uncovered=0.1)
    index = GridIndex.build(division.polygons)
    index.near_border(*division.points(100), limit_m=50.0)
    kept = [value for value in vars(index._borders).values() if isinstance(value, np.ndarray)]
    assert kept == []


@pytest.mark.slow
def test_without_numba_borders_are_found_as_well():
    program = """
import sys
sys.modules["numba"] = None
import shapely
from gis.index import GridIndex
index = GridIndex.build([shapely.box(113, 22, 114, 23), shapely.box(114, 22, 115, 23)])
distance_m, beyond = index.near_border([113.999, 114.0, 0.0], [22.5, 22.5, 0.0], limit_m=1e9)
print(distance_m.round(1).tolist()[:2], distance_m[2] > 1e7, beyond.tolist())
"""
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[102.9, 0.0] True [1, 1, 0]"
