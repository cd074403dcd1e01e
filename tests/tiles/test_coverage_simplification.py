import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import ORIGINS, divisions, drawn_division
from tiles.simplification import simplify_coverage

TOLERANCES_M = st.one_of(st.floats(0, 5000), st.sampled_from([0.0, 1e-6, 1e5, 1e9]))


@settings(max_examples=80, deadline=None)
@given(divisions(), TOLERANCES_M)
def test_borders_meet_and_no_grid_vanishes_at_any_tolerance(division, tolerance_m):
    simplified = simplify_coverage(division.polygons, tolerance_m=tolerance_m)
    assert shapely.is_valid(simplified).all()
    assert shapely.coverage_is_valid(simplified)
    assert (shapely.area(simplified) > 0).all()


@settings(max_examples=40, deadline=None)
@given(divisions(), TOLERANCES_M)
def test_every_vertex_is_a_vertex_of_the_input(division, tolerance_m):
    before = {tuple(vertex) for vertex in shapely.get_coordinates(division.polygons).tolist()}
    simplified = simplify_coverage(division.polygons, tolerance_m=tolerance_m)
    assert {tuple(vertex) for vertex in shapely.get_coordinates(simplified).tolist()} <= before


@settings(max_examples=20, deadline=None)
@given(divisions())
def test_without_tolerance_nothing_changes(division):
    assert shapely.equals_identical(simplify_coverage(division.polygons, tolerance_m=0), division.polygons).all()


def bent(*, origin, height_m):
    """Return a box of a kilometre with one bend of 100 m in its northern side: a triangle of that height."""
    lon, lat = origin
    east, north = 1 / (111_320 * np.cos(np.radians(lat))), 1 / 111_130
    ring = [(0, 0), (1000, 0), (1000, 1000), (550, 1000), (500, 1000 + height_m), (450, 1000), (0, 1000)]
    return np.array([shapely.Polygon([(lon + x * east, lat + y * north) for x, y in ring])])


@pytest.mark.parametrize("origin", ORIGINS.values(), ids=ORIGINS)
def test_the_tolerance_is_the_side_of_the_square_that_may_be_lost_at_every_latitude(origin):
    smaller, larger = bent(origin=origin, height_m=1.5), bent(origin=origin, height_m=2.5)
    assert shapely.get_num_coordinates(simplify_coverage(smaller, tolerance_m=10))[0] < 8
    assert shapely.get_num_coordinates(simplify_coverage(larger, tolerance_m=10))[0] == 8


def test_a_tolerance_of_most_of_a_cell_takes_the_bends_of_its_sides():
    division = drawn_division(2, origin=ORIGINS["Jiangmen"], columns=20, rows=20, grids=40, uncovered=0.0)
    simplified = simplify_coverage(division.polygons, tolerance_m=800)
    before, after = (shapely.get_num_coordinates(layer).sum() for layer in (division.polygons, simplified))
    assert after < 0.7 * before


@pytest.mark.parametrize("tolerance_m", [-1.0, float("nan"), float("inf")])
def test_a_tolerance_that_is_no_length_is_the_callers_mistake(tolerance_m):
    with pytest.raises(ValueError, match="length in metres"):
        simplify_coverage(np.empty(0, dtype=object), tolerance_m=tolerance_m)


def test_an_empty_layer_stays_empty():
    assert len(simplify_coverage(np.empty(0, dtype=object), tolerance_m=10)) == 0
