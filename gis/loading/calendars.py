"""Holidays and swapped workdays (调休) from a file: a date, or the first and last of several, and whether one works.

The forms in which offices pass them on are understood: ``yes``/``no``, 上班/放假, 班/休. ``调休`` alone is not: it is
said of both.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.loading.batch import Batch, Kind
from gis.loading.checked import CheckedRows, Columns, frame
from gis.loading.columns import ColumnPlan
from gis.loading.dates import DateOrder
from gis.loading.raw import RawLayer
from gis.loading.wording import counted
from gis.units import IntArray

_YES = ("yes", "y", "1", "true", "是", "上班", "班", "补班", "调休上班", "工作日", "work", "workday", "working")
_NO = ("no", "n", "0", "false", "否", "放假", "休", "休息", "假", "放假调休", "休息日", "节假日", "holiday", "rest")
_WORDS = dict.fromkeys(_YES, "yes") | dict.fromkeys(_NO, "no")
COLUMNS = Columns(
    known=("date", "until", "working", "name", "simulated"),
    needed=("date", "working"),
    aliases={
        "date": ("day", "日期", "开始日期"),
        "until": ("to", "结束日期"),
        "working": ("是否上班", "是否工作日", "类型"),
        "name": ("holiday", "名称", "节日", "节假日"),
    },
    words={"working": _WORDS},
)
LONGEST_DAYS = 31


def calendar_from(raw: RawLayer, *, plan: ColumnPlan, date_order: DateOrder | None = None) -> Batch:
    """Return the days of a calendar, one row a day.

    Parameters
    ----------
    raw
        The file; a row with ``until`` tells of every day up to and with that one.
    plan
        The user's word on columns.
    date_order
        What 01/02/2013 means; None: only what the column itself proves.

    Returns
    -------
    Columns ``date`` (datetime64[D] as object dates), ``working``, ``name``, ``simulated``, ascending within a row.

    Raises
    ------
    MissingColumn, InvalidInput
        When the file as a whole cannot be understood.
    """
    rows = CheckedRows(raw, plan=plan, columns=COLUMNS)
    working = rows.choice("working", words=_WORDS)
    rows.reject(
        np.flatnonzero(np.array([word is None for word in working.tolist()]) & ~rows.faulty),
        "working",
        "working is empty",
    )
    first = rows.date("date", date_order=date_order, needed=True)
    last = rows.date("until", date_order=date_order)
    last = np.where(np.isnat(last), first, last)
    rows.reject(np.flatnonzero(last < first), "until", "this is before date")
    rows.reject(
        np.flatnonzero(last - first >= np.timedelta64(LONGEST_DAYS, "D")),
        "until",
        f"more than {LONGEST_DAYS} days in one row",
    )
    told: dict[str, NDArray[Any]] = {
        "working": working == "yes",
        "name": rows.text("name"),
        "simulated": rows.known_flag("simulated"),
    }
    row, days = _each_day(rows, first, last)
    values = {"date": days.astype(object), **{name: array[row] for name, array in told.items()}}
    keep, same = _settled(rows, values, row)
    if len(days) > len(raw):
        rows.say(f"{counted(len(raw), 'row')} with ranges: {counted(len(keep), 'day')}, which are counted one by one")
    return Batch(
        kind=Kind.CALENDAR,
        rows=frame(values, keep),
        lines=raw.lines[row[keep]],
        lon=None,
        lat=None,
        geometry=None,
        rejects=rows.rejects(),
        repeated=same,
        understood=tuple(rows.understood),
    )


def _each_day(rows: CheckedRows, first: NDArray[Any], last: NDArray[Any]) -> tuple[IntArray, NDArray[Any]]:
    """Return the days of all good rows, and the row that each comes from."""
    good = np.flatnonzero(~rows.faulty)
    spans = [np.arange(first[row], last[row] + 1) for row in good.tolist()]
    row = np.repeat(good, [len(span) for span in spans])
    return row, np.concatenate([*spans, np.array([], dtype="datetime64[D]")])


def _settled(rows: CheckedRows, values: dict[str, NDArray[Any]], row: IntArray) -> tuple[IntArray, int]:
    """Return which days to keep, and how many were told twice; rows that contradict an earlier one are turned away."""
    seen: dict[Any, int] = {}
    keep, same = [], 0
    for position, day in enumerate(values["date"].tolist()):
        earlier = seen.setdefault(day, position)
        if earlier == position:
            keep.append(position)
        elif all(values[name][position] == values[name][earlier] for name in values):
            same += 1
        elif not rows.faulty[row[position]]:
            rows.reject([row[position]], "date", f"{day} is told otherwise in {rows.place(int(row[earlier]))}")
    kept = np.array(keep, dtype=np.int64)
    return kept[~rows.faulty[row[kept]]], same
