"""Simulated incidents of a year, by place, hour, weekday, season and storm.

Every incident lives through the offices' steps up to the city's present moment: refused, closed in time or
late, or still open at the step its age allows. Cost: O(incidents).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.incidents.life import IncidentKind, IncidentState
from gis.sample.categories import CATEGORIES, HOURS, MONTHS, WEEKDAYS, chance_of_category
from gis.sample.chance import stream
from gis.sample.city import City
from gis.sample.naming import MARK, short_community_name
from gis.sample.people import grids_without_lead
from gis.sample.places import Streets, grid_of_places, places_around, places_outside
from gis.sample.times import local_seconds, local_texts
from gis.units import BoolArray, FloatArray, IntArray

INCIDENTS_PER_GRID = 34.0
DAYS = 365
STORM_DAYS = 6
CAMPAIGN_DAYS = 14
"""The year ends with a campaign of inspections, in which more is reported."""
SHARE_OUTSIDE = 0.001
SHARE_STUCK = 0.028
"""Matters that take far longer than their limit: so a few in a hundred are open at any moment."""
Times = NDArray[Any]
"""Local times, datetime64[s]."""

_UNDER_WAY = np.array(
    [
        IncidentState.ACCEPTED,
        IncidentState.HANDED_ON,
        IncidentState.SIGNED,
        IncidentState.HANDLING,
        IncidentState.FED_BACK,
        IncidentState.CHECKED,
    ],
    dtype=object,
)


@dataclass(frozen=True, slots=True)
class Life:
    """The steps of incidents; local times to the second, NaT where a step was not reached."""

    occurred: Times
    reported: Times
    accepted: Times
    due: Times
    closed: Times
    state: NDArray[np.object_]


def incidents(city: City, streets: Streets, *, seed: int, until: datetime) -> pd.DataFrame:
    """Return the incidents of the year before a moment, by time of report, as rows of an incidents file."""
    rng = stream(seed, "incidents")
    places, category, reported = _happenings(city, streets, seed=seed, until=until, rng=rng)
    count = len(places)
    kind = rng.choice(np.array(list(IncidentKind), dtype=object), count, p=[0.858, 0.134, 0.008])
    life = _lives(reported, category, kind, until, rng)
    grid = grid_of_places(city.division.outlines, places)
    lonlat = city.register.plane.degrees(places)
    request = kind == IncidentKind.REQUEST
    found = np.where(kind == IncidentKind.INCIDENT, rng.random(count) < 0.93, False)
    accuracy = np.round(np.where(request, rng.uniform(15, 80, count), rng.uniform(3, 20, count)))
    return pd.DataFrame(
        {
            "source": _sources(kind),
            "source_ref": [f"SAMPLE-I{number:06d}" for number in range(1, count + 1)],
            "kind": [str(one) for one in kind],
            "category": [CATEGORIES[one].name for one in category.tolist()],
            "title": _titles(city, grid, category),
            "occurred_at": local_texts(life.occurred),
            "reported_at": local_texts(life.reported),
            "accepted_at": local_texts(life.accepted),
            "due_at": local_texts(life.due),
            "closed_at": local_texts(life.closed),
            "state": [str(one) for one in life.state],
            "accuracy_m": pd.array(np.where(rng.random(count) < 0.9, accuracy, np.nan), dtype="Float64"),
            "reporter_ref": [
                f"R{number:08x}" if asked else ""
                for number, asked in zip(rng.integers(1 << 32, size=count).tolist(), request.tolist(), strict=True)
            ],
            "found_by_grid": found.astype(int),
            "lon": np.round(lonlat[:, 0], 7),
            "lat": np.round(lonlat[:, 1], 7),
            "simulated": 1,
        }
    )


def _happenings(
    city: City, streets: Streets, *, seed: int, until: datetime, rng: np.random.Generator
) -> tuple[FloatArray, IntArray, Times]:
    """Return places (metres), categories and times of report, by time."""
    count = round(INCIDENTS_PER_GRID * len(city.division))
    places = _places(city, streets, count, rng, seed)
    people = np.maximum(city.land.raster.sample(city.land.people_per_km2, places), 0.0)
    days, stormy = _days(count, until, rng)
    chance = chance_of_category(people, stormy)
    category = (np.cumsum(chance, axis=1) < rng.random(count)[:, None]).sum(axis=1)
    category = category.clip(0, len(CATEGORIES) - 1)
    reported = _reported(days, category, until, rng)
    order = np.lexsort((places[:, 0], reported))
    return places[order], category[order], reported[order]


def _places(city: City, streets: Streets, count: int, rng: np.random.Generator, seed: int) -> FloatArray:
    """Return places: along streets, where it keeps happening, around the middle of grids, a few outside."""
    spots = streets.beside(max(20, count // 60), rng, aside_m=12.0, at_corners=0.5)[0]
    fame = rng.gamma(0.6, 1.0, len(spots)) + 1e-6
    repeated = spots[rng.choice(len(spots), round(0.22 * count), p=fame / fame.sum())]
    people = city.division.people + 30.0
    crowd = rng.choice(len(people), round(0.34 * count), p=people / people.sum())
    reach = np.sqrt(shapely.area(city.division.outlines[crowd]))[:, None]
    around = city.division.places[crowd] + rng.normal(0.0, 0.26, (len(crowd), 2)) * reach
    leaderless = np.flatnonzero(grids_without_lead(city.division, seed=seed))
    outside = places_outside(city, max(3, round(SHARE_OUTSIDE * count)), rng)
    fixed = [places_around(repeated, rng, spread_m=22.0), around, city.division.places[leaderless], outside]
    rest = count - sum(len(part) for part in fixed)
    along = streets.beside(rest, rng, aside_m=14.0, at_corners=0.2)[0]
    places = np.vstack([along, *fixed])
    return places[rng.permutation(len(places))]


def _days(count: int, until: datetime, rng: np.random.Generator) -> tuple[Times, FloatArray]:
    """Return (n,) days of report and whether each lies in the storm, early in September."""
    last = local_seconds(until).astype("datetime64[D]")
    days = last - np.arange(DAYS, dtype="timedelta64[D]")[::-1]
    month = days.astype("datetime64[M]").astype(np.int64) % 12
    weekday = (days.astype(np.int64) + 3) % 7
    of_month = (days - days.astype("datetime64[M]")).astype(np.int64)
    stormy = (month == 8) & (of_month >= 4) & (of_month < 4 + STORM_DAYS)
    weight = WEEKDAYS[weekday] * MONTHS[month] * np.where(stormy, 3.2, 1.0)
    weight = weight * np.where(last - days < np.timedelta64(CAMPAIGN_DAYS, "D"), 2.5, 1.0)
    weight = weight * rng.gamma(60.0, 1.0 / 60.0, DAYS)
    chosen = rng.choice(DAYS, count, p=weight / weight.sum())
    return days[chosen], stormy[chosen].astype(np.float64)


def _reported(days: Times, category: IntArray, until: datetime, rng: np.random.Generator) -> Times:
    """Return times of report, by the hours of the category; what would lie ahead lies a day earlier."""
    weights = np.array([HOURS[one.hours] for one in CATEGORIES])
    cumulative = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    draw = rng.random(len(days))
    hour = (cumulative[category] < draw[:, None]).sum(axis=1).clip(0, 23)
    second = hour * 3600 + rng.integers(3600, size=len(days))
    reported = days.astype("datetime64[s]") + second.astype("timedelta64[s]")
    ahead = reported > local_seconds(until)
    earlier: Times = np.where(ahead, reported - np.timedelta64(86_400, "s"), reported)
    return earlier


def _lives(
    reported: Times, category: IntArray, kind: NDArray[np.object_], until: datetime, rng: np.random.Generator
) -> Life:
    """Return the steps up to the present moment."""
    count, now = len(reported), local_seconds(until)
    none = np.datetime64("NaT", "s")
    own = kind == IncidentKind.INCIDENT
    occurred = np.where(rng.random(count) < 0.9, reported - _seconds(rng.exponential(2400.0, count)), none)
    waiting = _seconds(rng.exponential(np.where(own, 300.0, 5400.0)) + 20)
    refused = rng.random(count) < np.where(own, 0.003, 0.02)
    accepted = np.where(refused | (reported + waiting > now), none, reported + waiting)
    limit = np.array([one.days for one in CATEGORIES])[category] * 86_400.0
    taken = limit * rng.lognormal(np.log(0.38), 0.60, count)
    at_once = own & (rng.random(count) < 0.45)
    taken = np.where(at_once, rng.exponential(3600.0, count) + 120.0, taken)
    stuck = rng.random(count) < SHARE_STUCK
    taken = np.where(stuck, limit * rng.uniform(1.2, 60.0, count), taken)
    ended = accepted + _seconds(taken)
    closed = np.where(ended <= now, ended, none)
    due = accepted + _seconds(limit)
    progress = (now - accepted) / _seconds(taken)
    state = _states(accepted, closed, progress=progress, refused=refused, stuck=stuck, rng=rng)
    rated = (state == IncidentState.CLOSED) & (kind == IncidentKind.REQUEST) & (rng.random(count) < 0.35)
    state[rated] = IncidentState.RATED
    return Life(occurred, reported, accepted, due, closed, state)


def _states(
    accepted: Times,
    closed: Times,
    *,
    progress: FloatArray,
    refused: BoolArray,
    stuck: BoolArray,
    rng: np.random.Generator,
) -> NDArray[np.object_]:
    """Return the step each incident has reached."""
    step = np.clip(np.nan_to_num(progress, nan=0.0) * len(_UNDER_WAY), 0, len(_UNDER_WAY) - 1).astype(int)
    state: NDArray[np.object_] = _UNDER_WAY[step].copy()
    draw = rng.random(len(state))
    state[stuck & (draw < 0.25)] = IncidentState.SUSPENDED
    state[~stuck & (draw < 0.05)] = IncidentState.RETURNED
    state[np.isnat(accepted)] = IncidentState.REPORTED
    state[refused] = IncidentState.REFUSED
    state[~np.isnat(closed)] = IncidentState.CLOSED
    return state


def _seconds(values: FloatArray) -> NDArray[Any]:
    """Return spans of time, timedelta64[s]."""
    return np.round(values).astype(np.int64).astype("timedelta64[s]")


def _sources(kind: NDArray[np.object_]) -> list[str]:
    """Return the systems the incidents came through."""
    names = {
        IncidentKind.INCIDENT: "网格采集(模拟)",
        IncidentKind.REQUEST: "12345热线(模拟)",
        IncidentKind.REFERRAL: "非警务分拨(模拟)",
    }
    return [names[one] for one in kind]


def _titles(city: City, grid: IntArray, category: IntArray) -> list[str]:
    """Return titles: the community, what it is, and the mark of an example."""
    register = city.register
    shorts = [short_community_name(name) for name in register.community_names]
    return [
        f"{shorts[community]}{CATEGORIES[one].name}{MARK}"
        for community, one in zip(city.division.community[grid].tolist(), category.tolist(), strict=True)
    ]
