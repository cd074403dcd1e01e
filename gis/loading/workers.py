"""People from a file: one row for each worker, grid and time; ``worker_ref`` identifies the person."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.duty.hours import Hours
from gis.errors import InvalidInput
from gis.loading.aliases import WORKERS
from gis.loading.batch import Batch, Kind
from gis.loading.checked import CheckedRows, Columns, frame
from gis.loading.columns import ColumnPlan
from gis.loading.dates import DateOrder
from gis.loading.raw import RawLayer, TextArray, object_array, unknown
from gis.loading.repeats import repeats

COLUMNS = Columns(
    known=("worker_ref", "name", "phone", "grid_code", "role", "since", "until", "hours", "simulated"),
    needed=("worker_ref", "name"),
    aliases=WORKERS,
)
ROLES: Mapping[str, str] = MappingProxyType(
    {
        "lead": "网格长",
        "deputy": "副网格长",
        "full_time": "专职网格员",
        "part_time": "兼职网格员",
        "adviser": "指导员",
        "community_officer": "社区民警",
    }
)
"""The roles of a new database and their Chinese names; a city has its own list."""
_LONGEST_PHONE = 32


def workers_from(
    raw: RawLayer,
    *,
    plan: ColumnPlan,
    roles: Mapping[str, str] = ROLES,
    time_zone: ZoneInfo | None = None,
    date_order: DateOrder | None = None,
) -> Batch:
    """Return the good rows of a roster.

    Parameters
    ----------
    raw
        The file; positions are not needed and not read.
    plan
        The user's word on columns.
    roles
        Role code to its Chinese name, both accepted in a file.
    time_zone
        The city's zone, for times that carry none.
    date_order
        What 01/02/2013 means; None: only what the column itself proves.

    Returns
    -------
    Columns of `COLUMNS`; ``since``, ``until`` and ``hours`` only when the file tells them. ``grid_code`` is None for
    people without a grid; the role is known wherever the grid is. Whether a grid of that code exists is not known
    here.

    Raises
    ------
    MissingColumn, InvalidInput
        When the file as a whole cannot be understood.
    """
    rows = CheckedRows(raw, plan=plan, columns=COLUMNS)
    words = {code.casefold(): code for code in roles} | {name.casefold(): code for code, name in roles.items()}
    values: dict[str, NDArray[Any]] = {
        "worker_ref": rows.text("worker_ref", needed=True),
        "name": rows.text("name", needed=True),
        "phone": rows.text("phone"),
        "grid_code": rows.text("grid_code"),
        "role": rows.choice("role", words=words),
        "since": rows.time("since", time_zone=time_zone, date_order=date_order),
        "until": rows.end("until", time_zone=time_zone, date_order=date_order),
        "hours": _hours(rows),
        "simulated": rows.known_flag("simulated"),
    }
    long = [row for row, phone in enumerate(values["phone"].tolist()) if phone and len(phone) > _LONGEST_PHONE]
    rows.reject(long, "phone", f"a phone number has at most {_LONGEST_PHONE} characters")
    has_grid, has_role = ~unknown(values["grid_code"]), ~unknown(values["role"])
    rows.reject(np.flatnonzero(has_grid & ~has_role & ~rows.faulty), "role", "role is empty, and a grid is named")
    rows.reject(np.flatnonzero(values["until"] <= values["since"]), "until", "this is not after since")
    _refuse_two_faced(rows, values)
    keep = rows.keep_first(values, key=("worker_ref", *(("since",) if rows.has("since") else ()), "grid_code"))
    _refuse_overlaps(rows, values, keep)
    keep = keep[~rows.faulty[keep]]
    told = {name: array for name, array in values.items() if name not in ("since", "until", "hours") or rows.has(name)}
    return Batch(
        kind=Kind.WORKERS,
        rows=frame(told, keep),
        lines=raw.lines[keep],
        lon=None,
        lat=None,
        geometry=None,
        rejects=rows.rejects(),
        repeated=len(raw) - len(keep) - int(rows.faulty.sum()),
        understood=tuple(rows.understood),
    )


def _hours(rows: CheckedRows) -> TextArray:
    """Return (n,) shifts in one spelling."""
    cells = rows.text("hours")
    codes, spellings = pd.factorize(cells)
    kept: list[str | None] = []
    for code, spelling in enumerate(spellings.tolist()):
        try:
            kept.append(str(Hours.parse(spelling)))
        except InvalidInput as error:
            kept.append(None)
            rows.reject(np.flatnonzero(codes == code), "hours", f"{error.what}; {error.remedy}")
    shifts: TextArray = object_array([*kept, None])[codes]
    return shifts


def _refuse_two_faced(rows: CheckedRows, values: Mapping[str, TextArray]) -> None:
    """Turn away rows that give a worker another name or phone than the first row of that worker."""
    person = {name: values[name] for name in ("worker_ref", "name", "phone")}
    found = repeats(person, key=("worker_ref",), among=np.flatnonzero(~rows.faulty))
    for position, first in zip(found.differing.tolist(), found.first_of_differing.tolist(), strict=True):
        reference = values["worker_ref"][position]
        rows.reject(
            [position],
            "worker_ref",
            f"worker {reference!r} has another name or phone in {rows.place(first)}",
        )


def _refuse_overlaps(rows: CheckedRows, values: Mapping[str, NDArray[Any]], keep: NDArray[np.int64]) -> None:
    """Turn away rows whose time in a grid runs into another row of the same person there."""
    placed = keep[~unknown(values["grid_code"][keep])]
    keys = [pd.factorize(values[name][placed])[0] for name in ("worker_ref", "grid_code")]
    since = values["since"][placed]
    order = placed[np.lexsort((since.astype(np.int64), *keys))]
    for before, after in zip(order[:-1].tolist(), order[1:].tolist(), strict=True):
        same = all(values[name][before] == values[name][after] for name in ("worker_ref", "grid_code"))
        # Without a since the place is held now, whenever it began.
        if same and not values["until"][before] <= values["since"][after]:
            rows.reject([after], "since", f"this time runs into that of {rows.place(before)}")
