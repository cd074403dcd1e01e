"""The simulated roster: leads, deputies, full-time and part-time workers, advisers, officers.

A handful of grids has no lead, and half of those no deputy either, so that the figures have something to
show. A community officer serves the grids of up to three communities; everybody else one grid.
"""

import numpy as np
import pandas as pd

from gis.sample.chance import stream
from gis.sample.division import Division
from gis.sample.naming import worker_phone
from gis.units import BoolArray, IntArray

SHARE_WITHOUT_LEAD = 0.008
TITLES = {"community_officer": "示例社区民警"}
COMMUNITIES_PER_OFFICER = 3


def roster(division: Division, *, seed: int) -> pd.DataFrame:
    """Return one row per worker and grid, in the columns of a workers file."""
    rng = stream(seed, "roster")
    count = len(division)
    leaderless = grids_without_lead(division, seed=seed)
    abandoned = leaderless.copy()
    abandoned[np.flatnonzero(leaderless)[::2]] = False
    urban = division.people > np.median(division.people)
    places = {
        "lead": ~leaderless,
        "deputy": (rng.random(count) < 0.22) & ~abandoned,
        "full_time": rng.random(count) < np.where(urban, 0.60, 0.30),
        "part_time": rng.random(count) < 0.32,
        "adviser": rng.random(count) < 0.10,
    }
    rows: list[pd.DataFrame] = []
    first = 1
    for role, has in places.items():
        grids = np.flatnonzero(has)
        rows.append(_rows(division, grids, np.arange(first, first + len(grids)), role))
        first += len(grids)
    officers = division.community // COMMUNITIES_PER_OFFICER
    numbers = np.unique(officers, return_inverse=True)[1] + first
    rows.append(_rows(division, np.arange(count), numbers, "community_officer"))
    return pd.concat(rows, ignore_index=True)


def grids_without_lead(division: Division, *, seed: int) -> BoolArray:
    """Return (grids,) which grids have no lead: few, but at least two."""
    rng = stream(seed, "grids without lead")
    missing = max(2, round(SHARE_WITHOUT_LEAD * len(division)))
    without = np.zeros(len(division), dtype=bool)
    without[rng.choice(len(division), min(missing, len(division)), replace=False)] = True
    return without


def _rows(division: Division, grids: IntArray, numbers: IntArray, role: str) -> pd.DataFrame:
    """Return the rows of one role; workers are numbered through all roles."""
    title = TITLES.get(role, "示例网格员")
    return pd.DataFrame(
        {
            "worker_ref": [f"SAMPLE-W{number:05d}" for number in numbers.tolist()],
            "name": [f"{title}{number:04d}" for number in numbers.tolist()],
            "phone": [worker_phone(number) for number in numbers.tolist()],
            "grid_code": [division.codes[grid] for grid in grids.tolist()],
            "role": role,
            "simulated": 1,
        }
    )
