"""A border that moved: the index built from its surroundings alone is the full build, bit for bit."""

from dataclasses import fields

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.errors import InvalidLayer, OverlappingGrids
from gis.index import GridIndex, build, moving
from tests.strategies import CELL_DEG, ORIGINS, divisions, drawn_division


def assert_same(found, expected):
    assert len(found) == len(expected)
    assert (found._tables is None) == (expected._tables is None)
    for field in fields(expected._tables):
        one, other = getattr(found._tables, field.name), getattr(expected._tables, field.name)
        if isinstance(other, np.ndarray):
            assert one.tobytes() == other.tobytes(), field.name
        else:
            assert one == other


def given_away(division, rng):
    """Return the layer after one grid gave what lies in a box to another, or the box became a new grid."""
    polygons = division.polygons.copy()
    giver = int(rng.integers(len(polygons)))
    west, south, east, north = shapely.bounds(polygons[giver])
    x, y = np.sort(rng.uniform(west, east, 2)), np.sort(rng.uniform(south, north, 2))
    box = shapely.box(*np.round([x[0], y[0], x[1], y[1]], 9))
    given, kept = shapely.intersection(polygons[giver], box), shapely.difference(polygons[giver], box)
    if given.geom_type not in {"Polygon", "MultiPolygon"} or kept.geom_type not in {"Polygon", "MultiPolygon"}:
        return polygons
    if given.is_empty or kept.is_empty:
        return polygons
    polygons[giver] = kept
    return np.append(polygons, given)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(divisions(), st.integers(0, 2**32 - 1))
def test_what_is_built_after_a_change_is_the_full_build_bit_for_bit(division, seed):
    after = given_away(division, np.random.default_rng(seed))
    index = GridIndex.build(division.polygons)
    try:
        expected = GridIndex.build(after)
    except InvalidLayer:
        with pytest.raises(InvalidLayer):
            index.rebuilt(division.polygons, after)
        return
    assert_same(index.rebuilt(division.polygons, after), expected)


@pytest.fixture(scope="module")
def city():
    return drawn_division(5, origin=ORIGINS["Jiangmen"], columns=24, rows=24, grids=150, uncovered=0.02)


@pytest.fixture(scope="module")
def city_index(city):
    return GridIndex.build(city.polygons)


def vertex_moved(polygons, rng, step_deg):
    """Return the layer after one vertex inside moved in every grid that has it; None where that makes a fault."""
    vertices, owner = shapely.get_coordinates(polygons, return_index=True)
    for _ in range(50):
        old = vertices[rng.integers(len(vertices))]
        new = np.round(old + rng.uniform(-step_deg, step_deg, 2), 9)
        have_it = np.unique(owner[(vertices == old).all(axis=1)])
        moved = polygons.copy()
        moved[have_it] = shapely.transform(
            polygons[have_it], lambda at, o=old, n=new: np.where((at == o).all(axis=1)[:, None], n, at)
        )
        if len(have_it) > 1 and shapely.is_valid(moved[have_it]).all():
            return moved
    raise AssertionError("no vertex could be moved")


def test_one_move_after_another_in_a_city_is_built_from_the_surroundings(city, city_index, monkeypatch):
    rng = np.random.default_rng(8)
    polygons, index, windows = city.polygons, city_index, []
    piece_of = moving.piece_of
    monkeypatch.setattr(moving, "piece_of", lambda *args, **kw: windows.append(args[2]) or piece_of(*args, **kw))
    for step_deg in (1e-9, 1e-5, 1e-3, 0.2 * CELL_DEG):
        after = vertex_moved(polygons, rng, step_deg)
        try:
            expected = GridIndex.build(after)
        except OverlappingGrids:
            continue
        index = index.rebuilt(polygons, after)
        assert_same(index, expected)
        polygons = after
    assert len(windows) >= 3


def test_strips_of_any_size_make_the_same_tables(city, city_index, monkeypatch):
    for size in (100, 3000, 1 << 30):
        monkeypatch.setattr(build, "_EDGES_AT_ONCE", size)
        assert_same(GridIndex.build(city.polygons), city_index)


def test_a_large_change_inside_one_grid_reaches_cells_without_a_border(city, city_index):
    large, half = shapely.box(114.0, 23.5, 114.2, 23.7), shapely.box(114.0, 23.5, 114.1, 23.7)
    before = np.append(city.polygons, large)
    after = np.append(before, shapely.difference(large, half))
    after[len(before) - 1] = half
    assert_same(GridIndex.build(before).rebuilt(before, after), GridIndex.build(after))


def test_nothing_changed_is_the_same_index_and_fewer_grids_are_built_anew(city, city_index):
    assert city_index.rebuilt(city.polygons, city.polygons.copy()) is city_index
    assert_same(city_index.rebuilt(city.polygons, city.polygons[:-1]), GridIndex.build(city.polygons[:-1]))
    assert_same(GridIndex.build([]).rebuilt([], city.polygons[:3]), GridIndex.build(city.polygons[:3]))


@pytest.mark.parametrize("fault", [None, shapely.Polygon(), shapely.Point(113, 22), "neighbour"])
def test_a_change_that_breaks_the_division_is_refused_as_a_build_refuses_it(city, city_index, fault):
    after = city.polygons.copy()
    after[7] = shapely.union(after[7], after[8]) if fault == "neighbour" else fault
    with pytest.raises(InvalidLayer) as refusal:
        city_index.rebuilt(city.polygons, after)
    with pytest.raises(type(refusal.value)) as expected:
        GridIndex.build(after)
    assert refusal.value.facts == expected.value.facts
