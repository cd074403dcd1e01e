"""Which grid, and who? For one point, many, or an address, from memory alone.

One deterministic owner, the runner-up, the distance to the border, and `ambiguous` when the input's own
uncertainty reaches it (R2). Neither file nor database is touched.
"""

import math
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from gis.addresses.candidates import Candidate
from gis.addresses.gazetteer import Gazetteer
from gis.addresses.matching import match
from gis.addresses.reasons import reason
from gis.assignment import place
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
    found = place(division.index, lon, lat, limit_m=math.inf)
    ambiguous = found.ambiguous(accuracy_m)
    people: dict[int, tuple[DutyEntry, ...]] = {}
    answers = []
    for i in range(len(lon)):
        position = int(found.position[i])
        grid = division.grid_at(position)
        if position not in people:
            people[position] = roster.duty(grid, at=at)
        outside = grid is None
        answers.append(
            Answer(
                edition=division.edition,
                point=Location.of(float(lon[i]), float(lat[i])),
                grid=grid,
                path=() if grid is None else division.areas.path(grid.area_id),
                nearest=division.grid_at(int(found.nearest[i])),
                nearest_distance_m=float(found.nearest_distance_m[i]) if outside else None,
                duty=people[position],
                on_border=bool(found.on_border[i]),
                distance_to_border_m=float(found.distance_to_border_m[i]),
                runner_up=division.grid_at(int(found.runner_up[i])),
                ambiguous=bool(ambiguous[i]),
            )
        )
    return answers


def look_up_one(division: Division, roster: Roster, location: Location, *, accuracy_m: float, at: datetime) -> Answer:
    """Answer for one point; see `look_up`."""
    return look_up(
        division,
        roster,
        lon=np.array([location.lon], dtype=np.float64),
        lat=np.array([location.lat], dtype=np.float64),
        accuracy_m=accuracy_m,
        at=at,
    )[0]


@dataclass(frozen=True, slots=True)
class AddressAnswer:
    """The answer for an address: candidates, best first, each with the answer for its point.

    ``question`` is what to ask the caller while none is ``certain``.
    """

    edition: Edition
    typed: str
    certain: bool
    candidates: tuple[tuple[Candidate, Answer], ...]
    question: str | None


def look_up_address(
    gazetteer: Gazetteer, division: Division, roster: Roster, typed: str, *, at: datetime
) -> AddressAnswer:
    """Answer for an address (R9); a candidate whose uncertainty reaches a border says so among its reasons.

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
        (_with_border(candidate, answer), answer) for candidate, answer in zip(found.candidates, answers, strict=True)
    )
    return AddressAnswer(division.edition, typed, found.certain, pairs, found.question)


def _with_border(candidate: Candidate, answer: Answer) -> Candidate:
    if answer.distance_to_border_m > candidate.uncertainty_m:
        return candidate
    beyond = "" if answer.runner_up is None else answer.runner_up.name
    return replace(candidate, reasons=(*candidate.reasons, reason("border_near", what=beyond or "-")))
