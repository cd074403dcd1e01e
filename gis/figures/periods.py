"""Periods of the calendar in the city's own time zone, and the moment from which each is looked at.

A period is whole days, its end not included. A `Look` adds the moment: what happened after it is not known to it. A
period that is not over is compared with the same stretch of an earlier one, because the moment moves back with
the calendar: 25 November 10:00 becomes 25 October 10:00. Where the earlier month is too short, the moment is
its end.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from gis.errors import InvalidInput

Unit = Literal["day", "week", "month", "quarter", "year"]
PeriodKind = Literal["day", "week", "month", "quarter", "year", "range"]

FIRST_DAY = date(1970, 1, 1)
LAST_DAY = date(2199, 12, 31)
MOST_PARTS = 400
"""Groups by period that one answer may have."""

TICK = timedelta(microseconds=1)
"""The finest step of stored times: what happened at a moment happened before the moment plus one tick."""

_MONTHS: dict[PeriodKind, int] = {"month": 1, "quarter": 3, "year": 12}
_DAYS: dict[PeriodKind, int] = {"day": 1, "week": 7}
PARTS: dict[PeriodKind, Unit] = {
    "year": "month",
    "quarter": "month",
    "month": "day",
    "week": "day",
    "day": "day",
    "range": "month",
}
"""Into what a period is divided when it is grouped by period."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days from ``first`` up to, and without, ``end``.

    Examples
    --------
    >>> Period.around("quarter", date(2026, 11, 25))
    Period(kind='quarter', first=datetime.date(2026, 10, 1), end=datetime.date(2027, 1, 1))
    """

    kind: PeriodKind
    first: date
    end: date

    @classmethod
    def around(cls, unit: Unit, day: date) -> "Period":
        """Return the period of the calendar that holds a day; weeks begin on Monday."""
        if unit in _DAYS:
            first = day - timedelta(days=day.weekday() if unit == "week" else 0)
            return cls(unit, first, first + timedelta(days=_DAYS[unit]))
        months = _MONTHS[unit]
        first = date(day.year, (day.month - 1) // months * months + 1, 1)
        return cls(unit, first, shifted(first, months))

    @classmethod
    def between(cls, first: date, end: date) -> "Period":
        """Return the days of a free range.

        Raises
        ------
        InvalidInput
            When it holds no day.
        """
        if end <= first:
            raise InvalidInput(
                "the range of days is empty",
                where=f"from={first} to={end}",
                remedy="`to` is the first day that no longer counts, so it lies after `from`",
            )
        return cls("range", first, end)

    @property
    def label(self) -> str:
        """The period's name as it stands in tables: 2026, 2026-Q4, 2026-11, 2026-W48, 2026-11-25."""
        if self.kind == "year":
            return f"{self.first:%Y}"
        if self.kind == "quarter":
            return f"{self.first:%Y}-Q{(self.first.month + 2) // 3}"
        if self.kind == "month":
            return f"{self.first:%Y-%m}"
        if self.kind == "week":
            return f"{self.first:%G-W%V}"
        if self.kind == "day":
            return f"{self.first}"
        return f"{self.first}/{self.end}"

    def before(self) -> "Period":
        """Return the period just before; of a free range the same number of days."""
        if self.kind in _MONTHS:
            return Period(self.kind, shifted(self.first, -_MONTHS[self.kind]), self.first)
        return Period(self.kind, self.first - (self.end - self.first), self.first)

    def last_year(self) -> "Period":
        """Return the same period a year earlier; of a week the one 52 weeks before, with the same weekdays."""
        if self.kind == "week":
            return Period(self.kind, self.first - timedelta(weeks=52), self.end - timedelta(weeks=52))
        first = shifted(self.first, -12)
        if self.kind in _MONTHS:
            return Period(self.kind, first, shifted(self.end, -12))
        return Period(self.kind, first, first + (self.end - self.first))

    def parts(self, unit: Unit) -> tuple["Period", ...]:
        """Return the periods of a unit that make up this one; the first and last are cut where they reach beyond.

        Raises
        ------
        InvalidInput
            When there would be more than `MOST_PARTS`.
        """
        parts = []
        for part in self._covering(unit):
            whole = self.first <= part.first and part.end <= self.end
            parts.append(part if whole else Period("range", max(part.first, self.first), min(part.end, self.end)))
            if len(parts) > MOST_PARTS:
                raise InvalidInput(
                    f"the period has more than {MOST_PARTS} parts of this kind",
                    where=f"by=period, {self.first} to {self.end} by {unit}",
                    remedy="ask for a shorter period, or for longer parts with period=month, quarter or year",
                )
        return tuple(parts)

    def _covering(self, unit: Unit) -> Iterator["Period"]:
        part = Period.around(unit, self.first)
        while part.first < self.end:
            yield part
            part = Period.around(unit, part.end)


@dataclass(frozen=True, slots=True)
class Look:
    """A period as it is seen from a moment.

    Parameters
    ----------
    start, end
        The part of the period that has come, ``end`` not included.
    until
        Steps before it are known, others not: the moment plus one `TICK`.
    complete
        Whether the period was over at the moment.
    """

    period: Period
    start: datetime
    end: datetime
    until: datetime
    complete: bool

    @classmethod
    def at(cls, period: Period, *, at: datetime, zone: ZoneInfo) -> "Look":
        """Look at a period from a moment."""
        start, end = day_begins(period.first, zone), day_begins(period.end, zone)
        until = at.astimezone(UTC) + TICK
        return cls(period, start, max(start, min(end, until)), until, end <= at)

    def of(self, period: Period, *, zone: ZoneInfo) -> "Look":
        """Look at another period from the same moment, as a group of this one."""
        return Look.at(period, at=self.moment, zone=zone)

    @property
    def moment(self) -> datetime:
        """The moment from which the period is seen."""
        return self.until - TICK

    @property
    def stock_until(self) -> datetime:
        """The bound before which steps count for what is open: the period's end, or the moment when it is not over."""
        return min(self.end, self.until)

    def before(self, zone: ZoneInfo) -> "Look":
        """Look at the period just before, from as far into it."""
        return self._moved(self.period.before(), zone)

    def last_year(self, zone: ZoneInfo) -> "Look":
        """Look at the same period a year earlier, from as far into it."""
        return self._moved(self.period.last_year(), zone)

    def _moved(self, period: Period, zone: ZoneInfo) -> "Look":
        local = self.moment.astimezone(zone).replace(tzinfo=None)
        if period.kind in _MONTHS:
            months = (period.first.year - self.period.first.year) * 12 + period.first.month - self.period.first.month
            there = shifted(local.date(), months)
            moved = datetime.combine(there, local.time())
            if there.day < local.day:
                # The earlier month has no such day: seen from its end.
                moved = datetime.combine(there, time.max)
        else:
            moved = local - (self.period.first - period.first)
        at = moved.replace(tzinfo=zone).astimezone(UTC)
        if not self.complete:
            at = min(at, day_begins(period.end, zone) - TICK)
        return Look.at(period, at=at, zone=zone)


def day_begins(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment of a day in a zone, in UTC."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def shifted(day: date, months: int) -> date:
    """Return the same day some months later; the month's last day where there is no such day.

    Examples
    --------
    >>> shifted(date(2026, 3, 31), -1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
