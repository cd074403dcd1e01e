"""An area is certain when every place that may be meant lies in it, with all its uncertainty."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
import shapely

from gis.addresses.candidates import Candidate, Matches
from gis.addresses.certainty import certain_areas
from gis.division.model import Area, AreaTree, Division, Edition, Grid
from gis.ellipsoid import metres_per_degree
from gis.units import AreaId, EditionId, GridId


def two_communities() -> Division:
    """Return four grids of 0.01 degrees, the southern two in one community, the northern two in another."""
    areas = [
        Area(AreaId(number), None if number == 1 else AreaId(1), level, name, name)
        for number, (level, name) in enumerate([("city", "T"), ("community", "A"), ("community", "B")], start=1)
    ]
    grids = [Grid(GridId(n + 1), f"C{n + 1}", f"C{n + 1}", AreaId(2 + n // 2)) for n in range(4)]
    shapes = [
        shapely.box(113.0 + 0.01 * (n % 2), 22.5 + 0.01 * (n // 2), 113.01 + 0.01 * (n % 2), 22.51 + 0.01 * (n // 2))
        for n in range(4)
    ]
    edition = Edition(EditionId(1), datetime(2026, 1, 1, tzinfo=UTC))
    return Division.of(edition, AreaTree(areas), grids=grids, shapes=np.array(shapes, dtype=object))


DIVISION = two_communities()


def at(lon: float, lat: float, uncertainty_m: float) -> Candidate:
    return Candidate("x", 1.0, "street", uncertainty_m, lon, lat, (), "x")


def matches(*plausible: Candidate) -> Matches:
    return Matches("x", False, plausible, None, plausible)


def slow(candidates: tuple[Candidate, ...], division: Division) -> tuple[set[str], set[str]]:
    """Return areas and grids that every circle lies in, by intersecting a fine circle with every grid's shape."""
    touched: list[set[int]] = []
    for one in candidates:
        east_m, north_m = (float(value) for value in metres_per_degree(np.float64(one.lat)))
        angles = np.linspace(0, 2 * np.pi, 720)
        ring = np.column_stack([np.cos(angles) / east_m, np.sin(angles) / north_m]) * one.uncertainty_m
        circle = shapely.Polygon(ring + np.array([one.lon, one.lat]))
        touched.append({i for i, shape in enumerate(division.shapes) if shapely.intersects(shape, circle)})
    grids = [division.grids[i] for i in set().union(*touched)]
    paths = [{area.name for area in division.areas.path(grid.area_id)} for grid in grids]
    return set.intersection(*paths), {grid.code for grid in grids}


PLACES = [(113.005, 22.505, 50.0), (113.005, 22.505, 450.0), (113.010, 22.505, 700.0), (113.005, 22.515, 900.0)]


@pytest.mark.parametrize(
    "places", [PLACES[:1], PLACES[1:2], PLACES[2:3], PLACES[3:], PLACES[:2], PLACES[:1] + PLACES[3:]]
)
def test_what_is_certain_is_what_all_circles_lie_in(places: list[tuple[float, float, float]]) -> None:
    candidates = tuple(at(*place) for place in places)
    areas, grid = certain_areas(matches(*candidates), DIVISION)
    slow_areas, slow_grids = slow(candidates, DIVISION)
    assert {area.name for area in areas} == slow_areas
    assert (grid is not None) == (len(slow_grids) == 1)


def test_nothing_is_certain_without_a_candidate_or_outside_the_city() -> None:
    assert certain_areas(matches(), DIVISION) == ((), None)
    assert certain_areas(matches(at(113.005, 22.505, 10.0), at(120.0, 30.0, 10.0)), DIVISION) == ((), None)


def test_more_uncertainty_never_makes_more_certain() -> None:
    place = at(113.006, 22.506, 1.0)
    depth = [
        len(certain_areas(matches(replace(place, uncertainty_m=float(r))), DIVISION)[0]) for r in range(1, 3_000, 50)
    ]
    assert depth == sorted(depth, reverse=True)
