"""The simulated roster: leads, deputies, full-time and part-time workers, advisers, officers, and how it changed.

The whole city has 4,500 full-time and 28,000 part-time workers, a part of it as many as its grids are of all grids;
leads, deputies, advisers and community officers come on top. Every grid has a full-time worker. A handful of grids has
no lead, and half of those no deputy either, so that the figures have something to show. Some full-time workers serve
the next grid of their community too; an officer serves the grids of up to three communities. Some grids had another
lead before, who has left the roster; some people leave in the months to come; a few leads serve by day only.
"""

import numpy as np
import pandas as pd

from gis.sample.chance import stream
from gis.sample.city import GRIDS
from gis.sample.division import Division
from gis.sample.naming import worker_phone
from gis.units import BoolArray, FloatArray, IntArray

FULL_TIME, PART_TIME = 4500, 28_000
SHARE_WITHOUT_LEAD = 0.008
SHARE_FORMER_LEAD = 0.08
SHARE_TWO_GRIDS = 0.06
SHARE_LEAVING = 0.015
SHARE_BY_DAY = 0.02
BY_DAY = "1-7 08:00-20:00"
COMMUNITIES_PER_OFFICER = 3
PERSON, OFFICER = "示例网格员", "示例社区民警"
OLDEST_MONTHS = 84
"""How long ago the first of today's people began."""


def roster(division: Division, *, seed: int, today: np.datetime64) -> pd.DataFrame:
    """Return one row per worker, grid and time, in the columns of a workers file.

    Parameters
    ----------
    today
        The city's present day: nobody began after it.
    """
    rng = stream(seed, "roster")
    rows = _present(division, seed=seed, rng=rng, today=today)
    former = _former_leads(rows, rng, today=today, first=int(rows["number"].max()) + 1)
    people = pd.concat([rows, former], ignore_index=True)
    numbers = people["number"].to_numpy()
    titles = np.where(people["role"] == "community_officer", OFFICER, PERSON)
    codes = np.array([*division.codes, ""], dtype=object)
    return pd.DataFrame(
        {
            "worker_ref": worker_refs(numbers),
            "name": [f"{title}{number:04d}" for title, number in zip(titles, numbers.tolist(), strict=True)],
            "phone": [worker_phone(number) for number in numbers.tolist()],
            "grid_code": codes[people["grid"].to_numpy()],
            "role": people["role"],
            "since": _days(people["since"]),
            "until": _days(people["until"]),
            "hours": people["hours"],
            "simulated": 1,
        }
    )


def worker_refs(numbers: IntArray) -> list[str]:
    """Return the roster's numbers of people."""
    return [f"SAMPLE-W{number:05d}" for number in numbers.tolist()]


def grids_without_lead(division: Division, *, seed: int) -> BoolArray:
    """Return (grids,) which grids have no lead: few, but at least two."""
    rng = stream(seed, "grids without lead")
    missing = max(2, round(SHARE_WITHOUT_LEAD * len(division)))
    without = np.zeros(len(division), dtype=bool)
    without[rng.choice(len(division), min(missing, len(division)), replace=False)] = True
    return without


def _present(division: Division, *, seed: int, rng: np.random.Generator, today: np.datetime64) -> pd.DataFrame:
    """Return today's places: number of the person, position of the grid, role, since, until, hours."""
    count = len(division)
    leaderless = grids_without_lead(division, seed=seed)
    abandoned = leaderless.copy()
    abandoned[np.flatnonzero(leaderless)[::2]] = False
    weight = np.asarray(division.people + division.people.mean(), dtype=np.float64)
    every = np.arange(count)
    grids = {
        "lead": every[~leaderless],
        "deputy": every[(rng.random(count) < 0.22) & ~abandoned],
        "full_time": np.repeat(every, 1 + apportioned(_of_the_city(FULL_TIME, count) - count, weight)),
        "part_time": np.repeat(every, apportioned(_of_the_city(PART_TIME, count), weight)),
        "adviser": every[rng.random(count) < 0.10],
    }
    role = np.repeat(list(grids), [len(of_role) for of_role in grids.values()])
    grid = np.concatenate(list(grids.values()))
    number = np.arange(1, len(grid) + 1)
    officers = np.unique(division.community // COMMUNITIES_PER_OFFICER, return_inverse=True)[1] + len(grid) + 1
    beside = np.append(division.community[1:] == division.community[:-1], False)
    two = np.flatnonzero((role == "full_time") & beside[grid] & (rng.random(len(grid)) < SHARE_TWO_GRIDS))
    rows = pd.DataFrame(
        {
            "number": np.concatenate([number, number[two], officers]),
            "grid": np.concatenate([grid, grid[two] + 1, every]),
            "role": np.concatenate([role, role[two], np.full(count, "community_officer")]),
        }
    )
    began = today.astype("datetime64[M]") - rng.integers(0, OLDEST_MONTHS, int(rows["number"].max()) + 1)
    leaving = rng.random(len(began)) < SHARE_LEAVING
    ends = (today.astype("datetime64[M]") + rng.integers(2, 8, len(began))).astype("datetime64[D]") - 1
    person = rows["number"].to_numpy()
    goes = leaving[person] & (rows["role"] == "part_time").to_numpy()
    by_day = (rows["role"] == "lead") & (rng.random(len(rows)) < SHARE_BY_DAY)
    return rows.assign(
        since=began[person].astype("datetime64[s]"),
        until=np.where(goes, ends[person].astype("datetime64[s]"), np.datetime64("NaT", "s")),
        hours=np.where(by_day, BY_DAY, ""),
    )


def _former_leads(rows: pd.DataFrame, rng: np.random.Generator, *, today: np.datetime64, first: int) -> pd.DataFrame:
    """Return those who led a grid until its present lead began, and that they left; shortens nobody else's time."""
    leads = rows[rows["role"] == "lead"]
    recent = leads["since"] > (today.astype("datetime64[M]") - 24).astype("datetime64[s]")
    chosen = leads[recent & (rng.random(len(leads)) < SHARE_FORMER_LEAD * OLDEST_MONTHS / 24)]
    numbers = np.arange(first, first + len(chosen))
    until = chosen["since"].to_numpy().astype("datetime64[D]") - 1
    since = until.astype("datetime64[M]") - rng.integers(6, 48, len(chosen))
    led = pd.DataFrame(
        {
            "number": numbers,
            "grid": chosen["grid"].to_numpy(),
            "role": "lead",
            "since": since.astype("datetime64[s]"),
            "until": until.astype("datetime64[s]"),
            "hours": "",
        }
    )
    left = led.assign(grid=-1, role="", since=np.datetime64("NaT", "s"))
    return pd.concat([led, left], ignore_index=True)


def _of_the_city(total: int, grids: int) -> int:
    return round(total * grids / GRIDS)


def apportioned(total: int, weights: FloatArray) -> IntArray:
    """Share a whole number by weights, whole numbers again, none more than one off; the sum is exact.

    Examples
    --------
    >>> apportioned(5, np.array([1.0, 1.0, 2.0])).tolist()
    [1, 1, 3]
    """
    exact = np.cumsum(weights) * (total / weights.sum())
    exact[-1] = total
    shares: IntArray = np.diff(np.round(exact), prepend=0).astype(np.int64)
    return shares


def _days(moments: pd.Series) -> list[str]:
    """Return days as text, empty where there is none."""
    texts = np.datetime_as_string(moments.to_numpy().astype("datetime64[D]"))
    return ["" if text == "NaT" else text for text in texts.tolist()]
