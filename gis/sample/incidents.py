"""Simulated incidents of a year: 519,800 for the whole city, from their place and time to the end of their life.

Counts are exact: so many incidents, of which so many residents' requests and police referrals; a part of the city
has its share by grids. Rows stay columns of numbers until they are written, in blocks, so that memory stays small.
Cost: O(incidents), some ten seconds for the whole city.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.incidents.life import STEP_TIMES, IncidentKind
from gis.index import GridIndex
from gis.sample.categories import CATEGORIES
from gis.sample.chance import first_of_race, stream
from gis.sample.city import City, share_of_city
from gis.sample.handling import unit_names
from gis.sample.happenings import Happenings, happenings
from gis.sample.lives import Life, lives
from gis.sample.naming import MARK, short_community_name
from gis.sample.places import Streets
from gis.sample.times import local_texts
from gis.units import BoolArray, FloatArray, IntArray

COUNT = 519_800
REQUESTS = 69_500
REFERRALS = 564
SHARE_FOUND = 0.93
"""Of what did not come from residents or the police, what the grid's own people found."""
ADDRESS_SPREAD_M = 6.0
"""How far a phone's position lies from the address where something happened."""
SOURCES = {
    IncidentKind.INCIDENT: "网格采集(模拟)",
    IncidentKind.REQUEST: "12345热线(模拟)",
    IncidentKind.REFERRAL: "非警务分拨(模拟)",
}
_BLOCK_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class SampleIncidents:
    """(n,) incidents by time of report.

    Parameters
    ----------
    kind
        `IncidentKind`.
    category
        Position in `CATEGORIES`.
    community
        Position of the community in whose grid it lies, or that is nearest.
    life
        Their steps.
    occurred
        Local times, NaT where not told.
    lon, lat
        WGS84 degrees.
    accuracy_m
        Of the position; NaN where not told.
    found
        Whether the grid's own people found it.
    reporter
        An opaque number; -1 where there is none.
    titles, units
        (communities, 24) the title of a category there, and the office that handles it.
    """

    kind: NDArray[np.object_]
    category: IntArray
    community: IntArray
    life: Life
    occurred: NDArray[Any]
    lon: FloatArray
    lat: FloatArray
    accuracy_m: FloatArray
    found: BoolArray
    reporter: IntArray
    titles: NDArray[np.object_]
    units: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.category)

    def columns(self, start: int, stop: int) -> dict[str, list[str]]:
        """Return the rows of a block as columns of text, by the names of an incidents file."""
        rows = slice(start, min(stop, len(self)))
        life, kind = self.life, self.kind[rows].tolist()
        category, community = self.category[rows], self.community[rows]
        steps = {name: local_texts(getattr(life, name.removesuffix("_at"))[rows]) for name in STEP_TIMES.values()}
        spot = life.on_the_spot[rows] | np.isnat(life.handed_on[rows])
        return {
            "source": [SOURCES[one] for one in kind],
            "source_ref": [f"SAMPLE-I{number:06d}" for number in range(rows.start + 1, rows.stop + 1)],
            "kind": [str(one) for one in kind],
            "category": [CATEGORIES[one].name for one in category.tolist()],
            "title": self.titles[community, category].tolist(),
            "occurred_at": local_texts(self.occurred[rows]),
            **steps,
            "due_at": local_texts(life.due[rows]),
            "returns": [str(number) for number in life.returns[rows].tolist()],
            "state": [str(one) for one in life.state[rows].tolist()],
            "handling_unit": np.where(spot, "", self.units[community, category]).tolist(),
            "accuracy_m": ["" if np.isnan(one) else f"{one:.0f}" for one in self.accuracy_m[rows].tolist()],
            "reporter_ref": ["" if one < 0 else f"R{one:08x}" for one in self.reporter[rows].tolist()],
            "found_by_grid": ["1" if one else "0" for one in self.found[rows].tolist()],
            "lon": [f"{one:.7f}" for one in self.lon[rows].tolist()],
            "lat": [f"{one:.7f}" for one in self.lat[rows].tolist()],
            "simulated": ["1"] * (rows.stop - rows.start),
        }


def incidents(city: City, streets: Streets, *, seed: int, until: datetime) -> SampleIncidents:
    """Return the incidents of the year before a moment."""
    rng = stream(seed, "incidents")
    count = round(COUNT * share_of_city(city))
    happened = happenings(city, streets, count, until=until, rng=rng, seed=seed)
    kind = _kinds(happened.category, share_of_city(city), rng)
    at = _measured(happened, kind, rng)
    lonlat = np.round(city.register.plane.degrees(at), 7)
    community = city.division.community[_grids(city, lonlat)]
    life = lives(
        happened.reported,
        happened.category,
        kind,
        pace=_pace(city, community, rng),
        until=until,
        rng=rng,
    )
    asked = kind == IncidentKind.REQUEST
    before_s = np.round(rng.exponential(np.where(asked, 14_000.0, 2_000.0))).astype(np.int64)
    occurred = happened.reported - before_s.astype("timedelta64[s]")
    accuracy_m = np.where(asked, rng.uniform(15, 80, count), rng.uniform(3, 20, count))
    return SampleIncidents(
        kind=kind,
        category=happened.category,
        community=community,
        life=life,
        occurred=np.where(rng.random(count) < 0.9, occurred, np.datetime64("NaT")),
        lon=lonlat[:, 0],
        lat=lonlat[:, 1],
        accuracy_m=np.where(rng.random(count) < 0.9, accuracy_m, np.nan),
        found=(kind == IncidentKind.INCIDENT) & (rng.random(count) < SHARE_FOUND),
        reporter=np.where(asked, rng.integers(1 << 32, size=count), -1),
        titles=_titles(city),
        units=unit_names(city.register),
    )


def write_incidents(path: Path, rows: SampleIncidents, *, progress: Callable[[int], None]) -> None:
    """Write incidents as CSV, UTF-8.

    Parameters
    ----------
    progress
        Called with the number of rows written so far.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for start in range(0, len(rows), _BLOCK_ROWS):
            columns = rows.columns(start, start + _BLOCK_ROWS)
            if start == 0:
                writer.writerow(columns)
            writer.writerows(zip(*columns.values(), strict=True))
            progress(min(start + _BLOCK_ROWS, len(rows)))


def _kinds(category: IntArray, share: float, rng: np.random.Generator) -> NDArray[np.object_]:
    """Return (n,) kinds: exactly as many requests and referrals as the share of the city has, where they belong."""
    kind = np.full(len(category), IncidentKind.INCIDENT, dtype=object)
    asked = np.array([one.asked for one in CATEGORIES])[category]
    kind[first_of_race(asked, round(REQUESTS * share), rng)] = IncidentKind.REQUEST
    left = np.flatnonzero(kind == IncidentKind.INCIDENT)
    referred = np.array([one.referred for one in CATEGORIES])[category[left]]
    kind[left[first_of_race(referred, max(1, round(REFERRALS * share)), rng)]] = IncidentKind.REFERRAL
    return kind


def _measured(happened: Happenings, kind: NDArray[np.object_], rng: np.random.Generator) -> FloatArray:
    """Return where things are told to be: a request names the address itself, a phone stands beside it."""
    phone = (happened.address >= 0) & (kind != IncidentKind.REQUEST)
    moved = happened.at + rng.normal(0.0, ADDRESS_SPREAD_M, happened.at.shape)
    return np.where(phone[:, None], moved, happened.at)


def _grids(city: City, lonlat: FloatArray) -> IntArray:
    """Return (n,) the grid that each place lies in, or the nearest."""
    index = GridIndex.build(city.division.grids)
    grid = index.locate(*lonlat.T).astype(np.int64)
    outside = np.flatnonzero(grid < 0)
    grid[outside] = index.near_border(*lonlat[outside].T, limit_m=np.inf)[1]
    return grid


def _pace(city: City, community: IntArray, rng: np.random.Generator) -> FloatArray:
    """Return (n,) how much more often than elsewhere things are late: counties and towns differ."""
    register = city.register
    by_county = rng.lognormal(0.0, 0.35, len(register.county_codes))
    by_town = rng.lognormal(0.0, 0.25, len(register.town_codes))
    town = register.community_town[community]
    pace: FloatArray = by_county[register.town_county[town]] * by_town[town]
    return pace


def _titles(city: City) -> NDArray[np.object_]:
    """Return (communities, 24) titles: the community, what it is, and the mark of an example."""
    shorts = np.array([short_community_name(name) for name in city.register.community_names], dtype=object)
    titles: NDArray[np.object_] = shorts[:, None] + np.array([one.name + MARK for one in CATEGORIES], dtype=object)
    return titles
