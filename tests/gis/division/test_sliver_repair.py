import geopandas
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.division.topology import holes, layer_problems, resolve_small_overlaps, snap_to_lattice
from gis.errors import InvalidLayer, OverlappingGrids
from tests.strategies import divisions


@settings(max_examples=40, deadline=None)
@given(divisions(), st.floats(1e-8, 1e-5), st.integers(0, 2**32 - 1))
def test_slivers_end_in_a_valid_division_and_their_ground_goes_to_the_lower_position(division, width, seed):
    rng = np.random.default_rng(seed)
    layer = division.polygons.copy()
    grown = rng.integers(0, len(layer))
    layer[grown] = shapely.buffer(layer[grown], width, join_style="mitre")
    repair = resolve_small_overlaps(layer, max_width_m=5.0)
    assert layer_problems(repair.polygons, names=["grid"] * len(layer)) == []
    assert shapely.coverage_is_valid(repair.polygons)
    untouched = np.setdiff1d(np.arange(len(layer)), repair.changed)
    snapped = snap_to_lattice(layer).polygons
    assert shapely.equals_identical(repair.polygons[untouched], snapped[untouched]).all()
    for overlap in repair.overlaps:
        assert repair.polygons[overlap.first].buffer(3e-9).contains(shapely.Point(overlap.place))


@settings(max_examples=20, deadline=None)
@given(divisions())
def test_a_division_is_left_as_it_is(division):
    repair = resolve_small_overlaps(division.polygons, max_width_m=1.0)
    assert repair.overlaps == []
    assert repair.changed.size == 0
    assert shapely.equals_identical(repair.polygons, division.polygons).all()


def test_wider_overlaps_are_refused_and_all_of_them_told():
    layer = np.array([shapely.box(i, 0, i + 1.001, 1) for i in range(4)])
    with pytest.raises(OverlappingGrids) as refusal:
        resolve_small_overlaps(layer, max_width_m=100.0)
    assert [overlap["positions"] for overlap in refusal.value.facts["overlaps"]] == [[0, 1], [1, 2], [2, 3]]


def test_a_grid_inside_another_is_not_swallowed():
    layer = np.array([shapely.box(113, 22, 113.1, 22.1), shapely.box(113.05, 22.05, 113.0500001, 22.0500001)])
    with pytest.raises(InvalidLayer, match="feature 2"):
        resolve_small_overlaps(layer, max_width_m=1.0)


def test_invalid_polygons_are_refused_before_anything_is_changed():
    bowtie = shapely.Polygon([(113, 22), (113.1, 22.1), (113.1, 22), (113, 22.1)])
    with pytest.raises(InvalidLayer, match="crosses itself"):
        resolve_small_overlaps(np.array([bowtie]), max_width_m=1.0)


@pytest.mark.parametrize("width_m", [-1.0, float("nan")])
def test_a_width_that_is_none_is_the_callers_mistake(width_m):
    with pytest.raises(ValueError, match="width"):
        resolve_small_overlaps(np.empty(0, dtype=object), max_width_m=width_m)


def layer_of(shared_data, name):
    return np.array(list(geopandas.read_file(shared_data / name).geometry), dtype=object)


@pytest.mark.parametrize("name", ["psa", "ward2012", "anc2013"])
def test_the_divisions_of_washington_need_no_repair(shared_data, name):
    layer = layer_of(shared_data, f"dc/{name}.geojson")
    assert layer_problems(layer, names=[str(i) for i in range(len(layer))]) == []
    assert len(holes(layer, None)) == 0
    assert shapely.coverage_is_valid(layer)


def test_the_slivers_between_the_police_districts_of_washington_are_repaired(shared_data):
    layer = layer_of(shared_data, "dc/police_districts.geojson")
    repair = resolve_small_overlaps(layer, max_width_m=0.001)
    assert [(overlap.first, overlap.second) for overlap in repair.overlaps] == [(1, 3), (5, 6)]
    assert max(overlap.area_m2 for overlap in repair.overlaps) < 0.001
    assert shapely.coverage_is_valid(repair.polygons)
    assert len(holes(repair.polygons, None)) == 0


def test_the_older_drawing_of_panjin_is_repaired_and_the_newer_needs_none(shared_data):
    older = layer_of(shared_data, "cn/panjin_districts_tianditu_OLDER_VINTAGE_wgs84.geojson")
    with pytest.raises(OverlappingGrids):
        resolve_small_overlaps(older, max_width_m=0.01)
    repair = resolve_small_overlaps(older, max_width_m=0.1)
    assert len(repair.overlaps) == 2
    assert repair.gained_m2.min() == pytest.approx(-53.76, abs=0.05)
