import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.crs import geodesic_area_m2
from gis.division.topology import holes, outline
from tests.strategies import ORIGINS, divisions, drawn_division


@settings(max_examples=30, deadline=None)
@given(divisions(), st.integers(0, 2**32 - 1))
def test_the_gap_that_a_missing_grid_leaves_is_that_grid(division, seed):
    boundary = outline(division.polygons)
    missing = np.random.default_rng(seed).integers(0, len(division.polygons))
    rest = np.delete(division.polygons, missing)
    gaps = holes(rest, boundary)
    assert outline(gaps.polygons).symmetric_difference(division.polygons[missing]).area < 1e-15
    assert (np.diff(gaps.area_m2) <= 0).all()
    expected_m2 = geodesic_area_m2(division.polygons[[missing]])[0]
    assert gaps.area_m2.sum() == pytest.approx(expected_m2, rel=1e-3)


@settings(max_examples=30, deadline=None)
@given(divisions())
def test_a_division_covers_its_outline_and_holes_are_those_of_the_outline(division):
    covered = outline(division.polygons)
    assert len(holes(division.polygons, covered)) == 0
    enclosed = [ring for part in shapely.get_parts(covered) for ring in part.interiors]
    gaps = holes(division.polygons, None)
    assert (len(gaps) > 0) == (len(enclosed) > 0)
    assert shapely.area(gaps.polygons).sum() <= sum(shapely.Polygon(ring).area for ring in enclosed) + 1e-15


def test_an_island_in_a_hole_is_no_gap():
    frame = shapely.box(113, 22, 113.05, 22.05) - shapely.box(113.01, 22.01, 113.04, 22.04)
    island = shapely.box(113.02, 22.02, 113.03, 22.03)
    gaps = holes(np.array([frame, island]), None)
    assert len(gaps) == 1
    assert not gaps.polygons[0].intersects(shapely.Point(113.025, 22.025))


def test_fifty_seeded_slivers_and_a_notch_are_found_with_area_and_width():
    division = drawn_division(6, origin=ORIGINS["Jiangmen"], columns=8, rows=8, grids=20, uncovered=0.0)
    boundary = outline(division.polygons)
    rng = np.random.default_rng(4)
    widths_m = np.geomspace(0.01, 5, 50)
    polygons, slots = division.polygons, []
    for row, width_m in enumerate(widths_m):
        west = 113.001 + 0.0015 * row
        south = 22.501 + rng.uniform(0, 0.06)
        slots.append(shapely.box(west, south, west + 10 / 102_600, south + width_m / 110_750))
    slots.append(shapely.box(112.99, 22.54, 113.0005, 22.5401))
    gaps = holes(shapely.difference(polygons, shapely.union_all(slots)), boundary)
    found = shapely.union_all(gaps.polygons)
    assert all(shapely.intersects(found, slot) for slot in slots)
    for slot, width_m in zip(slots, widths_m, strict=False):
        (hit,) = np.flatnonzero(shapely.intersects(gaps.polygons, slot))
        assert gaps.width_m[hit] == pytest.approx(width_m, rel=0.05)
        assert gaps.area_m2[hit] == pytest.approx(10 * width_m, rel=0.05)


def test_nothing_has_an_empty_outline_and_leaves_the_whole_boundary_open():
    nothing = np.empty(0, dtype=object)
    assert outline(nothing).is_empty
    assert len(holes(nothing, None)) == 0
    assert len(holes(nothing, shapely.box(113, 22, 114, 23))) == 1
