"""What happens in a year: when, where and of which category, before anybody has done anything about it.

In a storm a place is chosen among several by how much happens there on such a day, so that low ground floods and
trees fall on slopes and along streets. Cost: O(incidents), in blocks, so that memory stays small.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from gis.sample.categories import CATEGORIES, HOURS, drawn
from gis.sample.city import City
from gis.sample.incident_places import Spots, incident_spots
from gis.sample.places import Streets
from gis.sample.times import Times, local_seconds
from gis.sample.year import Year, month
from gis.units import FloatArray, IntArray

CANDIDATES = 4
"""Places among which a storm chooses."""
SHARE_BY_HABIT = 0.7
"""Of the reports from an address that returns, those of the category it is known for."""
_BLOCK_ROWS = 1 << 16
_LEAST_STORM = 0.2


@dataclass(frozen=True, slots=True)
class Happenings:
    """Reports, by time.

    Parameters
    ----------
    reported
        (n,) local times.
    category
        (n,) position in `CATEGORIES`.
    at
        (n, 2) metres.
    address
        (n,) number of the place that returns, -1 for others.
    """

    reported: Times
    category: IntArray
    at: FloatArray
    address: IntArray

    def __len__(self) -> int:
        return len(self.reported)


def happenings(
    city: City, streets: Streets, count: int, *, until: datetime, rng: np.random.Generator, seed: int
) -> Happenings:
    """Return so many reports of the year before a moment."""
    now = local_seconds(until)
    year = Year.before(now)
    weight = year.weight * rng.gamma(60.0, 1.0 / 60.0, len(year.weight))
    day = rng.choice(len(year.days), count, p=weight / weight.sum())
    storm = year.storm[day]
    stormy = np.flatnonzero(storm >= _LEAST_STORM)
    spots = incident_spots(city, streets, count + (CANDIDATES - 1) * len(stormy), rng=rng, seed=seed)
    chosen = np.arange(count)
    chosen[stormy] = _chosen_by_storm(
        spots, stormy, count=count, storm=storm[stormy], months=month(year.days[day[stormy]]), rng=rng
    )
    spots = spots.take(chosen)
    category = _categories(spots, storm, month(year.days)[day], rng)
    reported = _reported(year.days[day], category, now, rng)
    order = np.lexsort((spots.at[:, 0], reported))
    return Happenings(reported[order], category[order], spots.at[order], spots.address[order])


def _chosen_by_storm(
    spots: Spots, stormy: IntArray, *, count: int, storm: FloatArray, months: IntArray, rng: np.random.Generator
) -> IntArray:
    """Return for each report in a storm one of its own place and the spare ones, which stand after the others."""
    spare = count + np.arange((CANDIDATES - 1) * len(stormy)).reshape(len(stormy), -1)
    among = np.column_stack([stormy, spare])
    much = [spots.take(column).weights(storm=storm, month=months).sum(axis=1) for column in among.T]
    pick = drawn(np.column_stack(much), rng.random(len(stormy)))
    return among[np.arange(len(stormy)), pick]


def _categories(spots: Spots, storm: FloatArray, months: IntArray, rng: np.random.Generator) -> IntArray:
    """Return the category of each report, by place, month and storm; at an address mostly its habit."""
    category = np.empty(len(spots), dtype=np.int64)
    for start in range(0, len(spots), _BLOCK_ROWS):
        rows = np.arange(start, min(start + _BLOCK_ROWS, len(spots)))
        weights = spots.take(rows).weights(storm=storm[rows], month=months[rows])
        category[rows] = drawn(weights, rng.random(len(rows)))
    by_habit = (spots.habit >= 0) & (rng.random(len(spots)) < SHARE_BY_HABIT) & (storm < _LEAST_STORM)
    return np.where(by_habit, spots.habit, category)


def _reported(days: Times, category: IntArray, now: np.datetime64, rng: np.random.Generator) -> Times:
    """Return times of report, by the hours of the category; what would lie ahead lies a day earlier."""
    count = len(days)
    weights = np.array([HOURS[one.hours] for one in CATEGORIES], dtype=np.float64)
    heaped = np.cumsum(weights, axis=1) / weights.sum(axis=1, keepdims=True)
    bounds = (heaped + np.arange(len(heaped))[:, None]).ravel()
    hour = np.searchsorted(bounds, category + rng.random(count), side="right") - 24 * category
    second = hour.clip(0, 23) * 3600 + rng.integers(3600, size=count)
    reported = days.astype("datetime64[s]") + second.astype("timedelta64[s]")
    earlier: Times = np.where(reported > now, reported - np.timedelta64(86_400, "s"), reported)
    return earlier
