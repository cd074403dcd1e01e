"""People from a file: one row for each worker and grid; ``worker_ref`` identifies the person."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from gis.loading.batch import Batch, Kind
from gis.loading.checked import CheckedRows, Columns, frame
from gis.loading.columns import ColumnPlan
from gis.loading.raw import RawLayer, TextArray, unknown
from gis.loading.repeats import repeats

COLUMNS = Columns(
    known=("worker_ref", "name", "phone", "grid_code", "role", "simulated"),
    needed=("worker_ref", "name"),
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


def workers_from(raw: RawLayer, *, plan: ColumnPlan, roles: Mapping[str, str] = ROLES) -> Batch:
    """Return the good rows of a roster.

    Parameters
    ----------
    raw
        The file; positions are not needed and not read.
    plan
        The user's word on columns.
    roles
        Role code to its Chinese name, both accepted in a file.

    Returns
    -------
    Columns of `COLUMNS`. ``grid_code`` is None for people without a grid; the role is known wherever the grid
    is. Whether a grid of that code exists is not known here.

    Raises
    ------
    MissingColumn, InvalidInput
        When the file as a whole cannot be understood.
    """
    rows = CheckedRows(raw, plan=plan, columns=COLUMNS)
    words = {code.casefold(): code for code in roles} | {name.casefold(): code for code, name in roles.items()}
    values = {
        "worker_ref": rows.text("worker_ref", needed=True),
        "name": rows.text("name", needed=True),
        "phone": rows.text("phone"),
        "grid_code": rows.text("grid_code"),
        "role": rows.choice("role", words=words),
        "simulated": rows.known_flag("simulated"),
    }
    long = [row for row, phone in enumerate(values["phone"].tolist()) if phone and len(phone) > _LONGEST_PHONE]
    rows.reject(long, "phone", f"a phone number has at most {_LONGEST_PHONE} characters")
    has_grid, has_role = ~unknown(values["grid_code"]), ~unknown(values["role"])
    rows.reject(np.flatnonzero(has_grid & ~has_role & ~rows.faulty), "role", "role is empty, and a grid is named")
    _refuse_two_faced(rows, values)
    keep = rows.keep_first(values, key=("worker_ref", "grid_code"))
    return Batch(
        kind=Kind.WORKERS,
        rows=frame(values, keep),
        lines=raw.lines[keep],
        lon=None,
        lat=None,
        geometry=None,
        rejects=rows.rejects(),
        repeated=len(raw) - len(keep) - int(rows.faulty.sum()),
        understood=tuple(rows.understood),
    )


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
