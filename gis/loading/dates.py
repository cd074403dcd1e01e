"""Times as people write them, read into UTC, a whole column at once.

The idea: replace every digit by 0 and few shapes remain in a column (see `gis.loading.date_forms`); the
numbers of all rows of one shape are then read by arithmetic on their characters. O(characters), blocks of
65,536 rows.

A time without a zone is local time of the city, when its zone is declared; a local time that the clocks
skipped or showed twice is refused, not guessed. So is the order of month and day, unless a date of the same
column proves it (31 cannot be a month) or it is declared.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gis.errors import InvalidInput
from gis.loading.clocks import TimeArray, to_utc
from gis.loading.date_forms import form_of
from gis.loading.date_numbers import ZERO, DateNumbers
from gis.loading.packed_times import LONGEST, numbers_of
from gis.loading.raw import TextArray
from gis.loading.wording import counted
from gis.units import BoolArray, IntArray

FIRST_YEAR, LAST_YEAR = 1900, 2199
_BLOCK_ROWS = 1 << 16


class DateOrder(StrEnum):
    """Which comes first in 01/02/2013."""

    MONTH_FIRST = "mdy"
    DAY_FIRST = "dmy"


@dataclass(frozen=True, slots=True)
class Times:
    """A column of times.

    Attributes
    ----------
    utc
        (n,) datetime64[us]; NaT where there was no text or it is at fault.
    faults
        Reason to the (m,) positions that it applies to.
    said
        What was recognised.
    timeless
        (n,) whether a date stood there without a time of day, and without a zone.
    """

    utc: TimeArray
    faults: dict[str, IntArray]
    said: tuple[str, ...]
    timeless: BoolArray


def read_times(
    texts: TextArray, *, column: str, time_zone: ZoneInfo | None, date_order: DateOrder | None = None
) -> Times:
    """Read a column of times.

    Parameters
    ----------
    texts
        (n,) text without surrounding blanks; None where unknown.
    column
        Its name, for messages.
    time_zone
        The city's zone, for times that carry none.
    date_order
        What 01/02/2013 means; None: only what the column itself proves.

    Raises
    ------
    InvalidInput
        When times carry no zone and none is declared, or the order of month and day stays open.

    Examples
    --------
    >>> texts = np.array(["2016-08-05T19:36:07.000Z", None, "soon"], dtype=object)
    >>> times = read_times(texts, column="reported_at", time_zone=None)
    >>> str(times.utc[0]), [rows.tolist() for rows in times.faults.values()]
    ('2016-08-05T19:36:07.000000', [[2]])
    """
    present = np.flatnonzero(np.array([text is not None for text in texts.tolist()], dtype=np.bool_))
    given = texts[present]
    numbers = DateNumbers(len(given))
    for start in range(0, len(given), _BLOCK_ROWS):
        _read_block(numbers, given[start : start + _BLOCK_ROWS].tolist(), start)
    told = _Told(len(texts), present, numbers, given.__getitem__)
    return _judged(told, column=column, time_zone=time_zone, date_order=date_order)


def read_packed_times(
    cells: pa.ChunkedArray, *, column: str, time_zone: ZoneInfo | None, date_order: DateOrder | None = None
) -> Times | None:
    """Return what `read_times` returns, from the bytes of (n,) cells; None when it has to read them.

    Examples
    --------
    >>> cells = pa.chunked_array([["2016-08-05T19:36:07Z", ""]])
    >>> str(read_packed_times(cells, column="reported_at", time_zone=None).utc[0])
    '2016-08-05T19:36:07.000000'
    >>> read_packed_times(pa.chunked_array([["soon"]]), column="reported_at", time_zone=None) is None
    True
    """
    read = numbers_of(cells)
    if read is None:
        return None
    present, numbers = read
    told = _Told(len(cells), present, numbers, lambda row: cells[int(present[row])].as_py())
    return _judged(told, column=column, time_zone=time_zone, date_order=date_order)


@dataclass(frozen=True, slots=True)
class _Told:
    """The numbers of a column: of ``count`` cells those ``present``, and the text of each of these."""

    count: int
    present: IntArray
    numbers: DateNumbers
    text: Callable[[int], str]


def _judged(told: _Told, *, column: str, time_zone: ZoneInfo | None, date_order: DateOrder | None) -> Times:
    """Ask which dates exist, and bring them to UTC."""
    present, numbers = told.present, told.numbers
    said = _settle_order(told, column=column, declared=date_order)
    local, exists = _calendar(numbers)
    faults = {
        "this is no form of date and time that is read": np.flatnonzero(~numbers.read),
        "there is no such date or time": np.flatnonzero(numbers.read & ~exists),
    }
    utc = local - numbers.offset_min.astype("timedelta64[m]")
    unzoned = np.flatnonzero(exists & ~numbers.zoned)
    if len(unzoned):
        zone = _declared_zone(time_zone, column=column, example=told.text(int(unzoned[0])))
        utc[unzoned], skipped, twice = to_utc(local[unzoned], zone)
        faults[f"the clocks of {zone.key} skipped this time"] = unzoned[skipped]
        faults[f"the clocks of {zone.key} showed this time twice: its zone must be written"] = unzoned[twice]
        said.append(f"{column}: {counted(len(unzoned), 'time')} without a zone, read as local time of {zone.key}")
        if midnights := int(np.count_nonzero(numbers.timeless[unzoned])):
            said.append(f"{column}: {counted(midnights, 'date')} without a time of day, read as midnight")
    all_utc = np.full(told.count, np.datetime64("NaT", "us"))
    all_utc[present] = utc
    timeless = np.zeros(told.count, dtype=np.bool_)
    timeless[present[unzoned]] = numbers.timeless[unzoned]
    return Times(all_utc, {why: present[rows] for why, rows in faults.items() if len(rows)}, tuple(said), timeless)


def _declared_zone(time_zone: ZoneInfo | None, *, column: str, example: Any) -> ZoneInfo:
    if time_zone is None:
        raise InvalidInput(
            "times carry no zone, and the city's time zone is not declared",
            where=f"column {column}, e.g. {example!r}",
            remedy="declare the city's zone, e.g. Asia/Shanghai, or write 2016-08-05T19:36:07+08:00",
            facts={"column": column, "example": example},
        )
    return time_zone


def _read_block(numbers: DateNumbers, texts: list[str], start: int) -> None:
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    width = int(min(lengths.max(), LONGEST))
    points = np.array(texts, dtype=f"U{width}").view(np.int32).reshape(len(texts), width)
    full_width = (points >= 0xFF10) & (points <= 0xFF19)
    if full_width.any():
        points = np.where(full_width, points - (0xFF10 - ZERO), points)
    shapes = np.where((points >= ZERO) & (points <= ZERO + 9), ZERO, points)
    if lengths.max() <= LONGEST and (shapes == shapes[0]).all():
        form = form_of("".join(map(chr, shapes[0])).rstrip("\0"))
        if form is not None:
            numbers.fill(np.arange(start, start + len(texts)), points.T, form)
        return
    for members in _alike(shapes):
        form = form_of("".join(map(chr, shapes[members[0]])).rstrip("\0"))
        fitting = members[lengths[members] <= LONGEST]
        if form is not None and len(fitting):
            numbers.fill(start + fitting, points[fitting].T, form)


def _alike(shapes: NDArray[np.int32]) -> Iterator[IntArray]:
    """Yield the positions of equal rows, ascending within a group."""
    multipliers = np.random.default_rng(0).integers(1, 1 << 62, shapes.shape[1], dtype=np.int64)
    keys = shapes @ multipliers
    order = np.argsort(keys, kind="stable")
    for members in np.split(order, np.flatnonzero(np.diff(keys[order])) + 1):
        unlike = (shapes[members] != shapes[members[0]]).any(axis=1)
        yield members[~unlike]
        for stray in members[unlike]:  # two shapes with one key: never seen, and still right
            yield np.array([stray])


def _settle_order(told: _Told, *, column: str, declared: DateOrder | None) -> list[str]:
    """Put months and days where they belong; refuse when nothing tells which is which."""
    numbers = told.numbers
    rows = np.flatnonzero(numbers.order_open)
    if not len(rows):
        return []
    first, second = numbers.month[rows], numbers.day[rows]
    day_first = rows[(first > 12) & (second <= 12)]
    month_first = rows[(second > 12) & (first <= 12)]
    order, why = declared, "as declared"
    if order is None and len(day_first) and not len(month_first):
        order, why = DateOrder.DAY_FIRST, f"{told.text(int(day_first[0]))!r} proves it"
    elif order is None and len(month_first) and not len(day_first):
        order, why = DateOrder.MONTH_FIRST, f"{told.text(int(month_first[0]))!r} proves it"
    if order is None:
        shown = [place[0] for place in (day_first, month_first) if len(place)] or [rows[0]]
        examples = [told.text(int(row)) for row in shown]
        raise InvalidInput(
            "nothing tells whether the month or the day comes first",
            where=f"column {column}, e.g. {' and '.join(map(repr, examples))}",
            remedy="declare it: --date-order mdy (month first) or --date-order dmy (day first)",
            facts={"column": column, "examples": examples},
        )
    if order is DateOrder.DAY_FIRST:
        numbers.month[rows], numbers.day[rows] = second, first
    return [f"{column}: {'day' if order is DateOrder.DAY_FIRST else 'month'} first, {why}"]


def _calendar(numbers: DateNumbers) -> tuple[TimeArray, BoolArray]:
    """Return local times and whether they exist in the calendar; what does not exist is NaT."""
    exists = numbers.read & numbers.clock_exists & (numbers.month >= 1) & (numbers.month <= 12)
    exists &= (numbers.year >= FIRST_YEAR) & (numbers.year <= LAST_YEAR) & (numbers.day >= 1)
    months = np.where(exists, (numbers.year - 1970) * 12 + numbers.month - 1, 0).astype("datetime64[M]")
    first_days = months.astype("datetime64[D]")
    exists &= numbers.day <= ((months + 1).astype("datetime64[D]") - first_days).astype(np.int64)
    local = first_days.astype("datetime64[us]") + ((numbers.day - 1) * 86_400_000_000 + numbers.clock_us).astype(
        "timedelta64[us]"
    )
    local[~exists] = np.datetime64("NaT")
    return local, exists
