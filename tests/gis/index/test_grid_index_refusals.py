import json

import numpy as np
import pytest
import shapely
from hypothesis import given, settings

from gis.errors import InvalidLayer, OverlappingGrids
from gis.index import GridIndex
from tests.strategies import divisions

SOUND = shapely.box(113, 22, 114, 23)
BOWTIE = shapely.Polygon([(115, 22), (116, 23), (116, 22), (115, 23)])
with np.errstate(invalid="ignore"):
    NOT_FINITE = shapely.Polygon([(115, 22), (116, 22), (np.nan, 23), (115, 23)])
REFUSED = {
    "missing": None,
    "empty": shapely.Polygon(),
    "not_polygonal": shapely.Point(115, 22),
    "self_crossing": BOWTIE,
    "not_finite": NOT_FINITE,
    "out_of_range": shapely.box(440_000, 2_490_000, 441_000, 2_491_000),
    "spike": shapely.Polygon([(115, 22), (116, 22), (116, 23), (117, 23), (116, 23), (115, 23)]),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_shape_that_is_no_grid_is_refused_with_its_position(kind):
    with pytest.raises(InvalidLayer) as refusal:
        GridIndex.build([SOUND, REFUSED[kind]])
    problems = refusal.value.facts["problems"]
    assert [(problem["kind"], problem["positions"]) for problem in problems] == [(kind, [1])]
    assert "position 1" in str(refusal.value)


def test_every_fault_is_told_at_once():
    layer = [*REFUSED.values(), SOUND]
    with pytest.raises(InvalidLayer) as refusal:
        GridIndex.build(layer)
    problems = refusal.value.facts["problems"]
    assert [problem["positions"] for problem in problems] == [[i] for i in range(len(REFUSED))]
    assert not isinstance(refusal.value, OverlappingGrids)


def test_overlaps_are_refused_with_all_pairs_places_and_areas():
    layer = [shapely.box(113, 22, 114, 23), shapely.box(113.9, 22, 115, 23), shapely.box(113.95, 22.5, 114.5, 23.5)]
    with pytest.raises(OverlappingGrids) as refusal:
        GridIndex.build(layer)
    overlaps = refusal.value.facts["overlaps"]
    assert [overlap["positions"] for overlap in overlaps] == [[0, 1], [0, 2], [1, 2]]
    for overlap in overlaps:
        first, second = overlap["positions"]
        common = shapely.intersection(layer[first], layer[second])
        assert common.contains(shapely.Point(overlap["place"]))
        assert overlap["area_m2"] == pytest.approx(common.area * 111_000 * 102_700, rel=0.02)
    assert json.loads(json.dumps(refusal.value.facts)) == refusal.value.facts


def test_an_overlap_of_one_last_place_is_an_overlap():
    west = shapely.box(113, 22, np.nextafter(114, 115), 23)
    with pytest.raises(OverlappingGrids) as refusal:
        GridIndex.build([west, shapely.box(114, 22, 115, 23)])
    assert refusal.value.facts["overlaps"][0]["positions"] == [0, 1]


def test_equal_and_contained_grids_are_overlaps():
    for other in (SOUND, shapely.box(113.4, 22.4, 113.6, 22.6)):
        with pytest.raises(OverlappingGrids):
            GridIndex.build([SOUND, other])


@settings(max_examples=50, deadline=None)
@given(divisions())
def test_grids_that_only_touch_are_accepted(division):
    assert len(GridIndex.build(division.polygons)) == len(division.polygons)
