"""Which grid, and who? For one point, many, or an address, from memory alone.

One deterministic owner, the runner-up, the distance to the border, and `ambiguous` when the input's own
uncertainty reaches it (R2). Neither file nor database is touched.
"""

import math
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

import numpy as np

from gis.addresses.candidates import Candidate
from gis.addresses.certainty import certain_areas
from gis.addresses.gazetteer import Gazetteer
from gis.addresses.matching import match
from gis.addresses.reasons import reason
from gis.assignment import is_ambiguous
from gis.division.model import Area, Division, Edition, Grid
from gis.duty.ladder import DutyEntry, Roster
from gis.units import FloatArray, Location


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer for one point.

    ``grid`` is None outside the division; then ``nearest`` and ``nearest_distance_m`` are told. Distances are
    metres and always finite; ``distance_to_border_m`` is the distance to the nearest border from either side.
    """

    edition: Edition
    point: Location
    grid: Grid | None
    path: tuple[Area, ...]
    nearest: Grid | None
    nearest_distance_m: float | None
    duty: tuple[DutyEntry, ...]
    on_border: bool
    distance_to_border_m: float
    runner_up: Grid | None
    ambiguous: bool


def look_up(
    division: Division,
    roster: Roster,
    *,
    lon: FloatArray,
    lat: FloatArray,
    accuracy_m: float,
    at: datetime,
) -> list[Answer]:
    """Answer for (n,) points, in order.

    Parameters
    ----------
    lon, lat
        WGS84 degrees, finite and in range.
    accuracy_m
        The uncertainty of the input, a radius; 0 when it is exact.
    at
        The moment for which people are named.
    """
    positions = division.index.locate(lon, lat).tolist()
    distances_m, beyond = division.index.near_border(lon, lat, limit_m=math.inf)
    people: dict[int, tuple[DutyEntry, ...]] = {}
    answers = []
    points = zip(lon.tolist(), lat.tolist(), positions, distances_m.tolist(), beyond.tolist(), strict=True)
    for x, y, position, distance_m, other in points:
        if position not in people:
            people[position] = roster.duty(division.grid_at(position), at=at)
        near = _Place(position, distance_m, other)
        answers.append(_answer(division, Location.of(x, y), near, people[position], accuracy_m))
    return answers


def look_up_one(division: Division, roster: Roster, location: Location, *, accuracy_m: float, at: datetime) -> Answer:
    """Answer for one point, without arrays; see `look_up`."""
    lon, lat = location.lon, location.lat
    position = division.index.locate_one(lon, lat)
    near = _Place(position, *division.index.near_border_one(lon, lat, limit_m=math.inf))
    return _answer(division, location, near, roster.duty(division.grid_at(position), at=at), accuracy_m)


class _Place(NamedTuple):
    """A position, -1 outside; the distance to the nearest border, and the position beyond it, -1 for none."""

    position: int
    distance_m: float
    beyond: int


def _answer(
    division: Division, point: Location, place: _Place, duty: tuple[DutyEntry, ...], accuracy_m: float
) -> Answer:
    grid, beyond = division.grid_at(place.position), division.grid_at(place.beyond)
    outside = grid is None
    return Answer(
        edition=division.edition,
        point=point,
        grid=grid,
        path=() if grid is None else division.areas.path(grid.area_id),
        nearest=beyond if outside else None,
        nearest_distance_m=place.distance_m if outside else None,
        duty=duty,
        on_border=place.distance_m == 0.0,
        distance_to_border_m=place.distance_m,
        runner_up=None if outside else beyond,
        ambiguous=is_ambiguous(accuracy_m, border_m=place.distance_m),
    )


@dataclass(frozen=True, slots=True)
class AddressAnswer:
    """The answer for an address: candidates, best first, each with the answer for its point.

    Attributes
    ----------
    certain
        Whether one place stands clear, and is known well enough to go there or at least to within its grid.
    certain_areas, certain_grid
        The areas, city first, and the grid in which the address lies for certain, however roughly the place is known.
    question
        What to ask the caller while none is ``certain``.
    """

    edition: Edition
    typed: str
    certain: bool
    candidates: tuple[tuple[Candidate, Answer], ...]
    question: str | None
    certain_areas: tuple[Area, ...]
    certain_grid: Grid | None


def look_up_address(
    gazetteer: Gazetteer, division: Division, roster: Roster, typed: str, *, at: datetime
) -> AddressAnswer:
    """Answer for an address (R9); a candidate whose uncertainty reaches a border says so among its reasons.

    Where only an area is known, no grid is named but the area's desks: its middle is a point like any other in it.

    Parameters
    ----------
    typed
        Any text; it is kept as it is.
    at
        The moment for which people are named.
    """
    found = match(typed, gazetteer)
    lon = np.array([candidate.lon for candidate in found.candidates], dtype=np.float64)
    lat = np.array([candidate.lat for candidate in found.candidates], dtype=np.float64)
    answers = look_up(division, roster, lon=lon, lat=lat, accuracy_m=0.0, at=at)
    pairs = tuple(
        _of_area(candidate, answer, roster)
        if candidate.precision == "area"
        else (_with_border(candidate, answer), answer)
        for candidate, answer in zip(found.candidates, answers, strict=True)
    )
    areas, grid = certain_areas(found, division)
    certain = found.certain or (found.unrivalled and grid is not None)
    return AddressAnswer(
        edition=division.edition,
        typed=typed,
        certain=certain,
        candidates=pairs,
        question=None if certain else found.question,
        certain_areas=areas,
        certain_grid=grid,
    )


def _of_area(candidate: Candidate, answer: Answer, roster: Roster) -> tuple[Candidate, Answer]:
    return candidate, replace(answer, grid=None, path=(), duty=roster.desks_of(candidate.path[-1].id))


def _with_border(candidate: Candidate, answer: Answer) -> Candidate:
    if answer.distance_to_border_m > candidate.uncertainty_m:
        return candidate
    beyond = "" if answer.runner_up is None else answer.runner_up.name
    return replace(candidate, reasons=(*candidate.reasons, reason("border_near", what=beyond or "-")))
