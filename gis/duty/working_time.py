"""The working time of some years as intervals of UTC, so that every question is one binary search.

The idea: between two changes of the clocks a zone has one offset, so the spans of all days there become UTC by one
subtraction, cut off where the clocks change. What the wall clock skips is never worked; what it shows twice is
worked twice. With the running total beside the intervals, "how much until then?" and "when will so much be done?"
are inverse look-ups.

Cost: building O(days), asking O(log days) a moment.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np

from gis.duty.hours import Hours
from gis.units import BoolArray, IntArray

DAY_S = 86_400
SECOND_US = 1_000_000
STEP_S = DAY_S // 2
"""No zone changes its clocks twice within half a day."""


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """(n,) disjoint intervals of working time in microseconds since 1970 UTC, ascending.

    Parameters
    ----------
    opens, closes
        First moment of each interval, and the moment at which it is over.
    before
        Working time of all earlier intervals together.
    days, day_closes
        (m,) working days (days since 1970, local) that have any moment, and when the last span of each ends.
    starts, offsets
        (k,) from when on the clocks of the zone differ from UTC, and by how much.
    """

    opens: IntArray
    closes: IntArray
    before: IntArray
    days: IntArray
    day_closes: IntArray
    starts: IntArray
    offsets: IntArray

    @property
    def total(self) -> int:
        """All working time there is, in microseconds."""
        return 0 if len(self.opens) == 0 else int(self.before[-1] + self.closes[-1] - self.opens[-1])

    def includes(self, moments: IntArray) -> BoolArray:
        """(n,) whether moments are working time."""
        if not len(self.opens):
            return np.zeros(len(moments), dtype=np.bool_)
        at = np.searchsorted(self.opens, moments, side="right") - 1
        inside: BoolArray = (at >= 0) & (moments < self.closes[at])
        return inside

    def elapsed(self, moments: IntArray) -> IntArray:
        """(n,) working time up to each moment."""
        if not len(self.opens):
            return np.zeros(len(moments), dtype=np.int64)
        at = np.searchsorted(self.opens, moments, side="right") - 1
        here = np.minimum(moments, self.closes[at]) - self.opens[at]
        passed: IntArray = np.where(at < 0, 0, self.before[at] + here)
        return passed

    def reached(self, totals: IntArray) -> IntArray:
        """(n,) the earliest moment by which so much has been worked; totals are above 0 and not beyond `total`."""
        at = np.searchsorted(self.before, totals, side="left") - 1
        moments: IntArray = self.opens[at] + totals - self.before[at]
        return moments

    def local_days(self, moments: IntArray) -> IntArray:
        """(n,) days since 1970 that the calendar on the wall shows."""
        offset = self.offsets[np.searchsorted(self.starts, moments, side="right") - 1]
        days: IntArray = np.floor_divide(moments + offset, DAY_S * SECOND_US)
        return days


def working_time(
    zone: ZoneInfo, hours: Hours, exceptions: Mapping[date, bool], *, first_year: int, last_year: int
) -> WorkingTime:
    """Lay out the working time of whole years.

    Parameters
    ----------
    zone
        The clock on the wall.
    hours
        Spans of a working day, and the weekdays that are working days.
    exceptions
        Days for which something else holds: True for working days, False for days of rest.
    """
    bounds_s = [int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (first_year, last_year + 1)]
    segments = list(_steady(zone, *bounds_s))
    pieces = [_worked(hours, exceptions, start, end, offset) for start, end, offset in segments]
    day, opens, closes = (np.concatenate(columns) for columns in zip(*pieces, strict=True))
    order = np.lexsort((closes, day))
    last_of_day = np.flatnonzero(np.diff(day[order], append=np.iinfo(np.int64).max))
    merged_opens, merged_closes = _merged(opens, closes)
    lengths = merged_closes - merged_opens
    return WorkingTime(
        opens=merged_opens,
        closes=merged_closes,
        before=np.cumsum(lengths) - lengths,
        days=day[order][last_of_day],
        day_closes=closes[order][last_of_day],
        starts=np.array([start for start, _, _ in segments], dtype=np.int64) * SECOND_US,
        offsets=np.array([offset for _, _, offset in segments], dtype=np.int64) * SECOND_US,
    )


def _steady(zone: ZoneInfo, start_s: int, end_s: int) -> Iterator[tuple[int, int, int]]:
    """Yield (start, end, offset) in seconds between changes of the clocks."""

    def offset_at(second: int) -> int:
        offset = datetime.fromtimestamp(second, zone).utcoffset()
        return 0 if offset is None else int(offset.total_seconds())

    since, offset, before = start_s, offset_at(start_s), start_s
    for sample in (*range(start_s + STEP_S, end_s, STEP_S), end_s - 1):
        later = offset_at(sample)
        if later != offset:
            old, new = before, sample
            while new - old > 1:
                middle = (old + new) // 2
                old, new = (middle, new) if offset_at(middle) == offset else (old, middle)
            yield since, new, offset
            since, offset = new, later
        before = sample
    yield since, end_s, offset


def _worked(
    hours: Hours, exceptions: Mapping[date, bool], start_s: int, end_s: int, offset_s: int
) -> tuple[IntArray, IntArray, IntArray]:
    """Return local day, opening and closing of every span in a stretch of time with one offset."""
    first, last = (start_s + offset_s) // DAY_S - 1, (end_s - 1 + offset_s) // DAY_S
    days = np.arange(first, last + 1)
    works = np.isin((days + 3) % 7 + 1, sorted(hours.days)) if isinstance(hours.days, frozenset) else days < first
    for day, working in exceptions.items():
        at = (day - date(1970, 1, 1)).days - first
        if 0 <= at < len(works):
            works[at] = working
    chosen = days[works]
    spans = np.array(hours.spans, dtype=np.int64) * 60 - offset_s
    opens = np.maximum(chosen[:, None] * DAY_S + spans[:, 0], start_s).ravel()
    closes = np.minimum(chosen[:, None] * DAY_S + spans[:, 1], end_s).ravel()
    there = opens < closes
    return np.repeat(chosen, len(spans))[there], opens[there] * SECOND_US, closes[there] * SECOND_US


def _merged(opens: IntArray, closes: IntArray) -> tuple[IntArray, IntArray]:
    """Return disjoint intervals: a span past midnight may run into the next day's."""
    order = np.argsort(opens, kind="stable")
    opens, reach = opens[order], np.maximum.accumulate(closes[order])
    begins = np.ones(len(opens), dtype=np.bool_)
    begins[1:] = opens[1:] > reach[:-1]
    ends = np.append(begins[1:], True) if len(opens) else begins
    return opens[begins], reach[ends]
