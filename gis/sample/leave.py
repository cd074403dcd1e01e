"""Simulated leave: past, present and planned; most leads on leave have a stand-in of their own grid, some have none."""

import numpy as np
import pandas as pd

from gis.sample.chance import stream

SHARE_AWAY = 0.04
SHARES_OF_OTHERS = {"past": 0.30, "planned": 0.05}
SHARE_WITHOUT_STAND_IN = 0.25


def leave_rows(roster: pd.DataFrame, *, seed: int, today: np.datetime64) -> pd.DataFrame:
    """Return the rows of a file of leave: at most one time of each kind for each lead of today.

    Parameters
    ----------
    roster
        As `gis.sample.people.roster` returns it.
    today
        The city's present day.
    """
    rng = stream(seed, "leave")
    leads = roster[(roster["role"] == "lead") & (roster["until"] == "")]
    count = len(leads)
    parts = []
    for kind, share in {"now": SHARE_AWAY, **SHARES_OF_OTHERS}.items():
        away = rng.random(count) < share
        length = rng.integers(3, 11, count)
        begins = {
            "now": today - rng.integers(0, length),
            "past": today - rng.integers(15, 330, count),
            "planned": today + rng.integers(12, 60, count),
        }[kind]
        parts.append(_rows(leads["worker_ref"], begins, begins + length, away))
    rows = pd.concat(parts, ignore_index=True)
    stand_ins = _stand_ins(roster, leads).reindex(rows["worker_ref"]).fillna("").to_numpy()
    none = rng.random(len(rows)) < SHARE_WITHOUT_STAND_IN
    return rows.assign(stand_in_ref=np.where(none, "", stand_ins)).sort_values(
        ["from", "worker_ref"], ignore_index=True
    )


def _rows(refs: pd.Series, begins: np.ndarray, ends: np.ndarray, away: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "worker_ref": refs.to_numpy()[away],
            "from": np.datetime_as_string(begins[away].astype("datetime64[D]")),
            "until": np.datetime_as_string(ends[away].astype("datetime64[D]")),
        }
    )


def _stand_ins(roster: pd.DataFrame, leads: pd.DataFrame) -> pd.Series:
    """Return who stands in for each lead: the deputy of the grid, else its first full-time worker."""
    present = roster[(roster["until"] == "") & roster["role"].isin(["deputy", "full_time"])]
    first = present.sort_values(["role", "worker_ref"]).drop_duplicates("grid_code").set_index("grid_code")
    return pd.Series(first["worker_ref"].reindex(leads["grid_code"]).to_numpy(), index=leads["worker_ref"])
