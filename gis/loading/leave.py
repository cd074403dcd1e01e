"""Leave from a file: who is away from when until when, and who stands in. No reasons: they are nobody's business."""

from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from gis.loading.batch import Batch, Kind
from gis.loading.checked import CheckedRows, Columns, frame
from gis.loading.columns import ColumnPlan
from gis.loading.dates import DateOrder
from gis.loading.raw import RawLayer

COLUMNS = Columns(
    known=("worker_ref", "from", "until", "stand_in_ref"),
    needed=("worker_ref", "from", "until"),
    aliases={
        "worker_ref": ("工号",),
        "from": ("since", "开始日期", "开始时间", "起始日期"),
        "until": ("to", "结束日期", "结束时间", "截止日期"),
        "stand_in_ref": ("代班工号", "代理人工号"),
    },
)


def leave_from(
    raw: RawLayer, *, plan: ColumnPlan, time_zone: ZoneInfo | None, date_order: DateOrder | None = None
) -> Batch:
    """Return the good rows of a list of leave.

    Parameters
    ----------
    raw
        The file.
    plan
        The user's word on columns.
    time_zone
        The city's zone, for times that carry none.
    date_order
        What 01/02/2013 means; None: only what the column itself proves.

    Returns
    -------
    Columns of `COLUMNS`. A date without a time of day in ``until`` is the last day of the leave. Whether the people
    are on the roster is not known here.

    Raises
    ------
    MissingColumn, InvalidInput
        When the file as a whole cannot be understood.
    """
    rows = CheckedRows(raw, plan=plan, columns=COLUMNS)
    values: dict[str, NDArray[Any]] = {
        "worker_ref": rows.text("worker_ref", needed=True),
        "from": rows.time("from", time_zone=time_zone, date_order=date_order, needed=True),
        "until": rows.end("until", time_zone=time_zone, date_order=date_order, needed=True),
        "stand_in_ref": rows.text("stand_in_ref"),
    }
    rows.reject(np.flatnonzero(values["until"] <= values["from"]), "until", "this is not after from")
    himself = np.array(
        [
            ref is not None and ref == other
            for ref, other in zip(values["worker_ref"], values["stand_in_ref"], strict=True)
        ],
        dtype=np.bool_,
    )
    rows.reject(np.flatnonzero(himself), "stand_in_ref", "nobody stands in for himself")
    keep = rows.keep_first(values, key=("worker_ref", "from"))
    return Batch(
        kind=Kind.LEAVE,
        rows=frame(values, keep),
        lines=raw.lines[keep],
        lon=None,
        lat=None,
        geometry=None,
        rejects=rows.rejects(),
        repeated=len(raw) - len(keep) - int(rows.faulty.sum()),
        understood=tuple(rows.understood),
    )
