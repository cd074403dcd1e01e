from fractions import Fraction

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.division.lattice import on_lattice
from gis.division.topology import snap_to_lattice
from tests.strategies import divisions


@given(st.floats(-180, 180))
def test_rounding_takes_the_nearest_lattice_step_and_rounding_twice_is_rounding_once(degrees):
    rounded = on_lattice(np.array([degrees]))
    assert on_lattice(rounded)[0] == rounded[0]
    step = round(Fraction(float(rounded[0])) * 10**9)
    assert float(Fraction(step, 10**9)) == rounded[0]
    assert abs(Fraction(degrees) * 10**9 - step) <= Fraction(50001, 100000)


@settings(max_examples=40, deadline=None)
@given(divisions(), st.floats(0, 1e-3))
def test_neighbours_stay_matched_and_polygons_valid(division, shift):
    crooked = shapely.transform(division.polygons, lambda lonlat: lonlat * (1 + 1e-13) + shift / 3)
    snapped = snap_to_lattice(crooked)
    assert snapped.problems == []
    assert shapely.is_valid(snapped.polygons).all()
    assert shapely.coverage_is_valid(snapped.polygons)
    assert snapped.greatest_move_m < 1e-4


@settings(max_examples=20, deadline=None)
@given(divisions())
def test_what_lies_on_the_lattice_is_not_touched(division):
    snapped = snap_to_lattice(division.polygons)
    assert not snapped.moved.any()
    assert snapped.greatest_move_m == 0.0
    assert shapely.equals_identical(snapped.polygons, division.polygons).all()


def test_a_polygon_that_rounding_destroys_is_reported_by_name():
    thread = shapely.box(113.0, 22.0, 113.0000000001, 22.01)
    snapped = snap_to_lattice(np.array([shapely.box(114, 22, 115, 23), thread]), names=["North", "Thread"])
    (problem,) = snapped.problems
    assert problem.positions == (1,)
    assert problem.names == ("Thread",)


def test_a_fault_that_was_there_before_is_not_blamed_on_rounding():
    bowtie = shapely.Polygon([(113, 22), (113.1, 22.1), (113.1, 22), (113, 22.1)])
    assert snap_to_lattice(np.array([bowtie])).problems == []


def test_third_dimensions_are_dropped():
    raised = shapely.force_3d(shapely.box(113, 22, 114, 23), 5.0)
    assert not shapely.has_z(snap_to_lattice(np.array([raised])).polygons).any()


def test_an_empty_layer_stays_empty():
    snapped = snap_to_lattice(np.empty(0, dtype=object))
    assert len(snapped.polygons) == 0
    assert snapped.greatest_move_m == pytest.approx(0.0)
