import json

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.crs import geodesic_area_m2
from gis.division.slivers import areas_m2, widths_m
from gis.division.topology import layer_problems, overlaps, refusal
from gis.errors import InvalidLayer, OverlappingGrids
from tests.strategies import divisions

EAST, WEST = shapely.box(113.0, 22.0, 113.01, 22.01), shapely.box(113.01, 22.0, 113.02, 22.01)


def problems_of(*polygons):
    return layer_problems(np.array(polygons, dtype=object), names=[f"grid {i}" for i in range(len(polygons))])


@settings(max_examples=40, deadline=None)
@given(divisions())
def test_a_division_has_no_problems(division):
    assert problems_of(*division.polygons) == []


@settings(max_examples=40, deadline=None)
@given(divisions(), st.floats(1e-7, 1e-3), st.integers(0, 2**32 - 1))
def test_overlaps_are_those_of_comparing_all_pairs(division, width, seed):
    rng = np.random.default_rng(seed)
    polygons = division.polygons.copy()
    grown = rng.integers(0, len(polygons))
    polygons[grown] = shapely.buffer(polygons[grown], width)
    expected = [
        (i, j)
        for i in range(len(polygons))
        for j in range(i + 1, len(polygons))
        if shapely.relate(polygons[i], polygons[j])[0] == "2"
    ]
    assert [(overlap.first, overlap.second) for overlap in overlaps(polygons)] == expected


def test_fifty_seeded_slivers_are_all_found_with_place_area_and_width():
    rng = np.random.default_rng(20)
    for area_m2 in np.geomspace(0.01, 50, 50):
        length = rng.uniform(50, 900) / 111_000
        width = area_m2 / (length * 111_000) / 102_900
        second = shapely.box(113.01 - width, 22.0, 113.02, 22.0 + length)
        (problem,) = problems_of(EAST, second)
        assert problem.kind == "overlap"
        assert problem.area_m2 == pytest.approx(area_m2, rel=0.01)
        assert problem.width_m == pytest.approx(width * 102_900, rel=0.02)
        assert 113.01 - width < problem.place[0] < 113.01
        assert "grid 0 and grid 1 overlap" in problem.message


def test_equal_shapes_are_duplicates_whatever_vertex_they_begin_with():
    turned = shapely.Polygon(np.roll(shapely.get_coordinates(EAST)[:-1], 2, axis=0))
    (problem,) = problems_of(EAST, WEST, turned)
    assert (problem.kind, problem.positions) == ("duplicate", (0, 2))
    assert "grid 2 has the same shape as grid 0" in problem.message


def test_a_grid_inside_another_is_an_overlap_of_its_whole_area():
    inner = shapely.box(113.002, 22.002, 113.004, 22.004)
    (problem,) = problems_of(EAST, inner)
    assert problem.area_m2 == pytest.approx(geodesic_area_m2(np.array([inner]))[0], rel=1e-3)


def test_a_ring_that_crosses_itself_is_told_with_the_crossing():
    bowtie = shapely.Polygon([(113, 22), (113.02, 22.02), (113.02, 22), (113, 22.02)])
    (problem,) = problems_of(bowtie)
    assert problem.kind == "self_crossing"
    assert problem.place == pytest.approx((113.01, 22.01))


def test_every_tip_of_a_spike_is_told():
    ring = [(113, 22), (113.01, 22), (113.02, 22), (113.01, 22), (113.01, 22.01), (113, 22.01)]
    (problem,) = problems_of(shapely.Polygon(ring))
    assert (problem.kind, problem.place) == ("spike", (113.02, 22.0))


def test_parts_of_one_grid_that_overlap_are_invalid():
    twice = shapely.MultiPolygon([EAST, shapely.box(113.005, 22.0, 113.02, 22.01)])
    assert [problem.kind for problem in problems_of(twice)] == ["self_crossing"]


def test_a_broken_grid_does_not_hide_the_overlaps_of_others():
    found = problems_of(None, EAST, shapely.box(113.009, 22.0, 113.02, 22.01))
    assert [(problem.kind, problem.positions) for problem in found] == [("missing", (0,)), ("overlap", (1, 2))]
    error = refusal(found)
    assert isinstance(error, InvalidLayer)
    assert not isinstance(error, OverlappingGrids)
    assert len(error.facts["overlaps"]) == 1
    assert json.loads(json.dumps(error.facts)) == error.facts


def test_a_long_list_of_problems_is_cut_in_the_message_and_whole_in_the_facts():
    error = refusal(problems_of(*[None] * 9))
    assert "and 4 more" in str(error)
    assert len(error.facts["problems"]) == 9


def test_a_layer_across_the_180th_meridian_is_refused_with_both_sides_named():
    west, east = shapely.box(179.9, -17, 180, -16.9), shapely.box(-180, -17, -179.9, -16.9)
    (problem,) = layer_problems(np.array([west, east]), names=["Taveuni", "Rabi"])
    assert (problem.kind, problem.positions, problem.place) == ("antimeridian", (0,), (180.0, -16.9))
    assert "Rabi" in problem.message
    assert layer_problems(np.array([west]), names=["Taveuni"]) == []
    assert layer_problems(np.array([east]), names=["Rabi"]) == []


def test_one_name_is_needed_for_each_polygon():
    with pytest.raises(ValueError, match="one name"):
        layer_problems(np.array([EAST]), names=[])


@given(st.floats(-70, 70), st.floats(1e-7, 1e-3), st.floats(1e-7, 1e-3))
def test_width_and_area_of_a_rectangle_are_its_shorter_side_and_the_geodesic_area(lat, width, height):
    rectangle = np.array([shapely.box(113, lat, 113 + width, lat + height)])
    side_m = min((width * 111_320 * np.cos(np.radians(lat))), height * 111_130)
    assert widths_m(rectangle)[0] == pytest.approx(side_m, rel=0.02, abs=1e-8)
    assert areas_m2(rectangle)[0] == pytest.approx(geodesic_area_m2(rectangle)[0], rel=0.01, abs=1e-3)


def test_a_crack_with_one_broad_place_is_broad():
    crack = shapely.box(113, 22, 113.1, 22.0000001) | shapely.box(113.05, 22, 113.0501, 22.0001)
    assert widths_m(np.array([crack]))[0] == pytest.approx(10.3, rel=0.03)
