"""The division at every scale: borders meet, between grids and between levels; labels lie inside."""

from datetime import UTC, datetime

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.division.model import Area, AreaTree, Division, Edition, Grid
from gis.units import AreaId, EditionId, GridId
from tests.strategies import DrawnDivision, divisions
from tiles.outlines import LEAST_ZOOM, MOST_ZOOM, label_places, outlines, tolerance_at

EDITION = Edition(EditionId(1), datetime(2026, 1, 1, tzinfo=UTC), None)


def in_two_halves(shapes: np.ndarray) -> Division:
    """Hang the first half of some grids on one community, the rest on another, both on a city."""
    areas = AreaTree(
        [
            Area(AreaId(1), None, "city", "0", "city", simulated=True),
            Area(AreaId(2), AreaId(1), "community", "1", "first", simulated=True),
            Area(AreaId(3), AreaId(1), "community", "2", "second", simulated=True),
        ]
    )
    half = (len(shapes) + 1) // 2
    grids = [Grid(GridId(i + 1), str(i), str(i), AreaId(2 if i < half else 3)) for i in range(len(shapes))]
    return Division.of(EDITION, areas, grids=grids, shapes=shapes)


@given(divisions(), st.integers(0, 20))
@settings(deadline=None)
def test_at_every_zoom_borders_meet_and_areas_are_the_unions_of_their_grids(drawing: DrawnDivision, zoom: int) -> None:
    division = in_two_halves(drawing.polygons)
    drawn = outlines(division, zoom=zoom)
    assert shapely.coverage_is_valid(drawn.grids)
    for area_id, shape in drawn.areas.items():
        below = [drawn.grids[division.position(grid)] for grid in division.grids_within(area_id)]
        assert shape.equals(shapely.union_all(below))
    assert shapely.covers(drawn.grids, shapely.points(drawn.grid_labels)).all()
    for area_id, place in drawn.area_labels.items():
        assert drawn.areas[area_id].covers(shapely.Point(place))


@given(divisions())
@settings(deadline=None)
def test_farther_out_there_are_never_more_vertices(drawing: DrawnDivision) -> None:
    division = in_two_halves(drawing.polygons)
    counts = [shapely.get_num_coordinates(outlines(division, zoom=zoom).grids).sum() for zoom in (15, 12, 9, 6)]
    assert counts == sorted(counts, reverse=True)


def test_scales_beyond_the_ends_are_those_of_the_ends() -> None:
    division = in_two_halves(np.array([shapely.box(113, 22, 113.1, 22.1), shapely.box(113.1, 22, 113.2, 22.1)]))
    for beyond, end in ((0, LEAST_ZOOM), (24, MOST_ZOOM)):
        assert shapely.equals_exact(outlines(division, zoom=beyond).grids, outlines(division, zoom=end).grids).all()


def test_a_label_of_a_crescent_stands_in_its_widest_part() -> None:
    crescent = shapely.Point(113, 22).buffer(0.1).difference(shapely.Point(113.02, 22).buffer(0.08))
    place = shapely.Point(label_places(np.array([crescent]))[0])
    assert crescent.covers(place)
    assert not crescent.covers(crescent.centroid)
    assert crescent.boundary.distance(place) == pytest.approx(0.02, rel=0.1)


def test_the_tolerance_halves_with_every_zoom_and_is_half_a_pixel_of_the_equators_length() -> None:
    assert tolerance_at(0, lat=0.0) * 2 * 512 == pytest.approx(2 * np.pi * 6_378_137, rel=1e-6)
    assert tolerance_at(9, lat=22.5) == pytest.approx(2 * tolerance_at(10, lat=22.5))
