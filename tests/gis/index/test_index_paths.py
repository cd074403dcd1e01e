"""Three paths through one set of tables: numba, numpy and one point answer alike, to the last place of a double."""

import subprocess
import sys
import threading
import time

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.index import GridIndex, crossings, kernel
from gis.index.build import tables_of
from gis.index.edges import Edges
from gis.index.exact import owners_exactly
from gis.index.one import locator
from gis.index.robust import exact_code
from tests.gis.index import rational_twin
from tests.strategies import ORIGINS, divisions, drawn_division

needs_numba = pytest.mark.skipif(kernel.locate is None, reason="numba is not installed")


def by_numba(tables, lon, lat):
    assert kernel.locate is not None
    return kernel.locate(tables, lon, lat)


def by_one(tables, lon, lat):
    locate = locator(tables)
    return np.array([locate(x, y) for x, y in zip(lon.tolist(), lat.tolist(), strict=True)], dtype=np.int32)


PATHS = {
    "numpy": crossings.locate,
    "one": by_one,
    "numba": pytest.param(by_numba, marks=needs_numba),
}


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(division=divisions())
def test_a_path_gives_the_owner_that_rational_arithmetic_gives(path, division):
    lon, lat = division.points(6)
    tables = tables_of(Edges.of(division.polygons))
    assert path(tables, lon, lat).tolist() == rational_twin.owners(division.polygons, lon, lat)


@pytest.mark.parametrize("origin", ORIGINS.values(), ids=ORIGINS)
def test_all_paths_agree_on_thousands_of_hard_points(origin):
    division = drawn_division(17, origin=origin, columns=14, rows=11, grids=70, uncovered=0.05)
    lon, lat = division.points(700)
    tables = tables_of(Edges.of(division.polygons))
    numpy_owners = crossings.locate(tables, lon, lat)
    assert np.array_equal(by_one(tables, lon, lat), numpy_owners)
    if kernel.locate is not None:
        assert np.array_equal(kernel.locate(tables, lon, lat), numpy_owners)
    sound = np.isfinite(lon) & np.isfinite(lat)
    covered = shapely.STRtree(division.polygons).query(shapely.points(lon[sound], lat[sound]), "covered_by")
    lowest = np.full(sound.sum(), len(division.polygons))
    np.minimum.at(lowest, covered[0], covered[1])
    lowest[lowest == len(division.polygons)] = -1
    unlike = np.flatnonzero(lowest != numpy_owners[sound])  # GEOS is not exact around the meridian and the equator
    assert len(unlike) == 0 or origin == ORIGINS["Greenwich on the equator"]


@given(rotation=st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_the_order_and_start_of_rings_change_no_answer(rotation):
    division = drawn_division(5, origin=ORIGINS["Washington"], columns=4, rows=4, grids=7, uncovered=0.1)
    turned = shapely.reverse(division.polygons) if rotation % 2 else shapely.normalize(division.polygons)
    lon, lat = division.points(40)
    expected = crossings.locate(tables_of(Edges.of(division.polygons)), lon, lat)
    assert np.array_equal(crossings.locate(tables_of(Edges.of(turned)), lon, lat), expected)


def test_a_neighbour_with_more_vertices_on_the_border_leaves_no_point_between():
    west = shapely.box(113.0, 22.0, 113.01, 22.01)
    east = shapely.Polygon(
        [(113.01, 22.0), (113.02, 22.0), (113.02, 22.01), (113.01, 22.01), (113.01, 22.0075), (113.01, 22.0025)]
    )
    lat = np.linspace(22.0, 22.01, 4001)
    for lon, owner in ((113.01, 0), (np.nextafter(113.01, 114), 1), (np.nextafter(113.01, 113), 0)):
        assert set(GridIndex.build([west, east]).locate(np.full(4001, lon), lat).tolist()) == {owner}


def test_borders_that_run_along_lines_of_the_lattice_are_placed():
    tables = tables_of(Edges.of(np.array([shapely.box(113, 22, 114, 23)])))
    lattice = tables.lattice
    x = [float(lattice.longitude(np.float64(c))) for c in (16, 20, 24.5)]
    y = [float(lattice.latitude(np.float64(r))) for r in (16, 16.5, 20)]
    boxes = np.array([shapely.box(x[i], y[j], x[i + 1], y[j + 1]) for i in range(2) for j in range(2)], dtype=object)
    index = GridIndex.build(boxes)
    lon, lat = (grid.ravel() for grid in np.meshgrid(np.linspace(x[0], x[2], 41), np.linspace(y[0], y[2], 41)))
    expected = np.array(
        [np.flatnonzero(shapely.covers(boxes, shapely.Point(*p))).min() for p in zip(lon, lat, strict=True)]
    )
    assert np.array_equal(index.locate(lon, lat), expected)


def test_tiny_grids_among_large_ones_and_far_islands_are_found():
    large = shapely.box(110, 20, 111, 21)
    holes = [shapely.box(110.5 + i * 1e-7, 20.5, 110.5 + i * 1e-7 + 5e-8, 20.5 + 5e-8) for i in range(40)]
    around = shapely.difference(large, shapely.union_all(holes))
    far = shapely.box(-60, -50, -59.9999, -49.9999)
    polygons = np.array([around, *holes, far], dtype=object)
    index = GridIndex.build(polygons)
    inside = shapely.get_coordinates(shapely.point_on_surface(polygons))
    assert index.locate(*inside.T).tolist() == list(range(len(polygons)))
    assert [index.locate_one(x, y) for x, y in inside] == list(range(len(polygons)))


def test_a_long_slanting_border_across_a_wide_lattice_is_met_in_every_cell():
    wave = np.column_stack((np.linspace(100, 120, 4001), 30 + 0.001 * np.sin(np.arange(4001))))
    south = shapely.Polygon([*wave, (120, 20), (100, 20.000001)])
    north = shapely.Polygon([*wave, (120, 40), (100, 39)])
    polygons = np.array([south, north])
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(99, 121, 20_000), rng.uniform(19, 41, 20_000)
    share = rng.uniform(0, 1, 5_000)
    lon[:5000], lat[:5000] = 100 + 20 * share, 20.000001 - 0.000001 * share + rng.normal(0, 1e-9, 5000)
    owners = GridIndex.build(polygons).locate(lon, lat)
    covered = shapely.covers(polygons[:, None], shapely.points(lon, lat))
    assert np.array_equal(owners, np.where(covered.any(axis=0), covered.argmax(axis=0), -1))


def test_pieces_of_a_question_are_answered_as_the_whole(monkeypatch):
    division = drawn_division(3, origin=ORIGINS["Washington"], columns=4, rows=4, grids=9, uncovered=0.1)
    lon, lat = division.points(200)
    tables = tables_of(Edges.of(division.polygons))
    whole = crossings.locate(tables, lon, lat)
    monkeypatch.setattr(crossings, "_POINTS_AT_ONCE", 37)
    assert np.array_equal(crossings.locate(tables, lon, lat), whole)
    if kernel.locate is not None:
        monkeypatch.setattr(kernel, "_POINTS_AT_ONCE", 101)
        assert np.array_equal(kernel.locate(tables, lon, lat), whole)


@pytest.mark.slow
def test_without_numba_the_index_is_complete():
    program = """
import sys
sys.modules["numba"] = None
import shapely
from gis.index import GridIndex, kernel
assert kernel.locate is None
index = GridIndex.build([shapely.box(113, 22, 114, 23), shapely.box(114, 22, 115, 23)])
print(index.locate([113.5, 114.0, 114.5, 120.0], [22.5] * 4).tolist(), index.locate_one(114.0, 22.5))
"""
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[0, 0, 1, -1] 0"


@needs_numba
def test_threads_of_machine_code_share_the_tables():
    division = drawn_division(8, origin=ORIGINS["Jiangmen"], columns=12, rows=12, grids=80, uncovered=0.05)
    lon, lat = division.points(600)
    tables = tables_of(Edges.of(division.polygons))
    expected = crossings.locate(tables, lon, lat)
    faults = []
    threads = [
        threading.Thread(target=lambda: np.array_equal(by_numba(tables, lon, lat), expected) or faults.append(1))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


@needs_numba
@pytest.mark.parametrize("origin", ORIGINS.values(), ids=ORIGINS)
def test_the_robust_walk_in_machine_code_decides_borders_as_exact_arithmetic_does(origin):
    division = drawn_division(23, origin=origin, columns=8, rows=8, grids=30, uncovered=0.05)
    tables = tables_of(Edges.of(division.polygons))
    lon, lat = division.points(400)
    on_earth = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat) & (np.abs(lat) < 90))
    lon, lat = lon[on_earth], lat[on_earth]
    column, row = crossings.cells_of_points(tables, lon, lat)
    words = tables.coarse[(row >> 4) * tables.lattice.coarse_columns + (column >> 4)]
    words[words < -1] = tables.fine[((-2 - words[words < -1]) << 8) + ((row & 15) * 16 + (column & 15))[words < -1]]
    asked = np.flatnonzero(words < -1)
    record = (-2 - words[asked]).astype(np.int64)
    expected = owners_exactly(tables, record, lon[asked], lat[asked])
    found = [exact_code(lon[i], lat[i], r, tables.records, tables.numbers) for i, r in zip(asked, record, strict=True)]
    told = np.array([certain for _, certain in found])
    assert np.array_equal(np.array([code for code, _ in found])[told] - 1, expected[told])
    assert told.mean() > 0.95 or origin == ORIGINS["Greenwich on the equator"]


@needs_numba
@pytest.mark.slow
def test_points_snapped_to_borders_cost_at_most_ten_times_as_much():
    division = drawn_division(2, origin=ORIGINS["Jiangmen"], columns=24, rows=24, grids=150, uncovered=0.0)
    tables = tables_of(Edges.of(division.polygons))
    rng = np.random.default_rng(4)
    start, end = shapely.get_coordinates(division.polygons)[:-1], shapely.get_coordinates(division.polygons)[1:]
    chosen = rng.integers(0, len(start), 200_000)
    snapped = np.where(rng.random((200_000, 1)) < 0.5, start[chosen], (start[chosen] + end[chosen]) / 2)
    west, south, east, north = shapely.total_bounds(division.polygons)
    anywhere = rng.uniform((west, south), (east, north), (200_000, 2))
    spent = {"snapped": [], "anywhere": []}
    for _ in range(5):
        for name, points in (("snapped", snapped), ("anywhere", anywhere)):
            lon, lat = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
            begun = time.process_time()
            by_numba(tables, lon, lat)
            spent[name].append(time.process_time() - begun)
    assert min(spent["snapped"]) <= 10 * min(spent["anywhere"])
    assert min(spent["snapped"]) / 200_000 < 20e-6


@pytest.mark.proof
@pytest.mark.parametrize("origin", ["Jiangmen", "Tromso"])
def test_ten_million_points_are_placed_as_prepared_polygons_place_them(origin):
    division = drawn_division(31, origin=ORIGINS[origin], columns=60, rows=60, grids=900, uncovered=0.03)
    index, tree = GridIndex.build(division.polygons), shapely.STRtree(division.polygons)
    rng = np.random.default_rng(5)
    west, south, east, north = shapely.total_bounds(division.polygons)
    for _ in range(50):
        lon, lat = rng.uniform(west - 0.01, east + 0.01, 100_000), rng.uniform(south - 0.01, north + 0.01, 100_000)
        point, position = tree.query(shapely.points(lon, lat), "covered_by")
        lowest = np.full(len(lon), len(division.polygons))
        np.minimum.at(lowest, point, position)
        lowest[lowest == len(division.polygons)] = -1
        assert np.array_equal(index.locate(lon, lat), lowest)
