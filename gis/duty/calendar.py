"""Working days and working hours of a city: holidays, swapped workdays (调休), office hours, its own clock.

A day works when its weekday does, unless the calendar says otherwise for that date. Every working day has the same
office hours, also a swapped one. Time limits count in working hours or working days:

- hours run only while the office is open, and end at the earliest moment at which they are used up;
- of days the one on which the time begins does not count, and the last one ends when the office closes.

The bulk form is the one that works; the form for one moment asks it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from gis.duty.hours import DayRule, Hours
from gis.duty.working_time import SECOND_US, WorkingTime, working_time
from gis.errors import InvalidInput
from gis.units import BoolArray, FloatArray, IntArray

TimeArray = NDArray[np.datetime64]

OFFICE_HOURS = Hours.parse("1-5 08:30-12:00,14:30-17:30")
"""Of a city that has not told its own: an assumption, to be changed by ``gezhi hours``."""

HOUR_US = 3600 * SECOND_US
FIRST_YEAR, LAST_YEAR = 1900, 2199
_YEARS_AHEAD = 2


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """What a calendar says of one date: a holiday or day of rest, or a working day out of turn."""

    day: date
    working: bool
    name: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """When a city's offices work.

    Parameters
    ----------
    zone
        The city's clock.
    hours
        Office hours, and the weekdays that are working days.
    days
        By date, where something else holds than the weekday says.

    Examples
    --------
    >>> rest = CalendarDay(date(2026, 10, 1), working=False, name="国庆节")
    >>> calendar = Calendar(ZoneInfo("Asia/Shanghai"), days={rest.day: rest})
    >>> calendar.add_hours(datetime(2026, 9, 30, 8, 0, tzinfo=UTC), hours=2).isoformat()
    '2026-10-02T01:00:00+00:00'
    """

    zone: ZoneInfo
    hours: Hours = OFFICE_HOURS
    days: Mapping[date, CalendarDay] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if isinstance(self.hours.days, DayRule):
            raise InvalidInput(
                "office hours need weekdays: it is from them that working days follow",
                where=str(self.hours),
                remedy=f"write weekdays, e.g. {str(OFFICE_HOURS)!r}",
            )

    @property
    def known_years(self) -> tuple[int, ...]:
        """The years of which any day is told; in others only weekdays decide."""
        return tuple(sorted({day.year for day in self.days}))

    def is_working_day(self, day: date) -> bool:
        """Say whether offices open on a date."""
        told = self.days.get(day)
        weekdays = self.hours.days
        return told.working if told else isinstance(weekdays, frozenset) and day.isoweekday() in weekdays

    def is_working(self, moment: datetime) -> bool:
        """Say whether a moment is working time; the moment of closing is not."""
        return bool(self.are_working(_one(moment))[0])

    def add_hours(self, moment: datetime, *, hours: float) -> datetime:
        """Return the earliest moment by which so many working hours have passed."""
        return _moment(self.with_hours(_one(moment), hours=hours)[0])

    def add_days(self, moment: datetime, *, days: int) -> datetime:
        """Return when the office closes on the n-th working day after the day of a moment."""
        return _moment(self.with_days(_one(moment), days=days)[0])

    def hours_between(self, start: datetime, end: datetime) -> float:
        """Return the working hours from a moment to another; negative when that one comes first."""
        return float(self.hours_between_each(_one(start), _one(end))[0])

    def are_working(self, moments: TimeArray) -> BoolArray:
        """Return (n,) whether moments (UTC) are working time; unknown ones (NaT) are not."""
        known, micros = _micros(moments)
        inside = np.zeros(len(moments), dtype=np.bool_)
        if len(micros):
            inside[known] = self._of(micros).includes(micros)
        return inside

    def with_hours(self, moments: TimeArray, *, hours: FloatArray | float) -> TimeArray:
        """Return (n,) the earliest moments by which so many working hours have passed.

        Parameters
        ----------
        moments
            (n,) datetime64 in UTC; NaT stays NaT.
        hours
            (n,) or one, 0 or more; 0 changes nothing.

        Raises
        ------
        ValueError
            When hours are negative or no number.
        InvalidInput
            When the hours are not used up before the year 2200.
        """
        known, micros = _micros(moments)
        wanted = np.broadcast_to(np.asarray(hours, dtype=np.float64), np.shape(moments))[known]
        if not (wanted >= 0).all():
            raise ValueError("working hours to add are 0 or more")
        added = np.rint(wanted * HOUR_US).astype(np.int64)
        moved = micros.copy()
        later = np.flatnonzero(added)
        if len(later):
            years = _years(micros)
            time = self._time(*years)
            totals = time.elapsed(micros[later]) + added[later]
            while time.total < totals.max():
                years = self._further(years)
                time = self._time(*years)
            moved[later] = time.reached(totals)
        return _as_times(known, moved)

    def with_days(self, moments: TimeArray, *, days: IntArray | int) -> TimeArray:
        """Return (n,) when the office closes on the n-th working day after each moment's day.

        Parameters
        ----------
        moments
            (n,) datetime64 in UTC; NaT stays NaT.
        days
            (n,) or one, at least 1.

        Raises
        ------
        ValueError
            When days are fewer than 1.
        InvalidInput
            When there are not so many working days before the year 2200.
        """
        known, micros = _micros(moments)
        wanted = np.broadcast_to(np.asarray(days, dtype=np.int64), np.shape(moments))[known]
        if not (wanted >= 1).all():
            raise ValueError("working days to add are 1 or more")
        if not len(micros):
            return _as_times(known, micros)
        years = _years(micros)
        time = self._time(*years)
        position = np.searchsorted(time.days, time.local_days(micros), side="right") + wanted - 1
        # The last day of the last year may be cut off where that year ends by UTC.
        while position.max() >= len(time.days) - 1:
            years = self._further(years)
            time = self._time(*years)
        return _as_times(known, time.day_closes[position])

    def hours_between_each(self, starts: TimeArray, ends: TimeArray) -> FloatArray:
        """Return (n,) working hours from each start (UTC) to its end, NaN where either is NaT."""
        known = ~(np.isnat(starts) | np.isnat(ends))
        hours = np.full(len(starts), np.nan)
        _, first = _micros(starts[known])
        _, last = _micros(ends[known])
        if len(first):
            time = self._of(np.concatenate([first, last]))
            hours[known] = (time.elapsed(last) - time.elapsed(first)) / HOUR_US
        return hours

    def _of(self, micros: IntArray) -> WorkingTime:
        return self._time(*_years(micros))

    def _time(self, first_year: int, last_year: int) -> WorkingTime:
        return _working_time(self, first_year, last_year)

    def _further(self, years: tuple[int, int]) -> tuple[int, int]:
        """Return twice as many years, from the same first one: totals and positions stay what they are."""
        first, last = years
        if last >= LAST_YEAR:
            raise InvalidInput(
                "so much working time does not pass before the year 2200",
                where=f"office hours {self.hours}",
                remedy="ask for less",
            )
        return first, min(LAST_YEAR, 2 * last - first + 1)


@lru_cache(maxsize=32)
def _working_time(calendar: Calendar, first_year: int, last_year: int) -> WorkingTime:
    told = {day: one.working for day, one in calendar.days.items()}
    return working_time(calendar.zone, calendar.hours, told, first_year=first_year, last_year=last_year)


def _years(micros: IntArray) -> tuple[int, int]:
    """Return years that hold all moments and the nearest working time on both sides."""
    first, last = (datetime.fromtimestamp(int(edge) // SECOND_US, UTC).year for edge in (micros.min(), micros.max()))
    if first < FIRST_YEAR or last > LAST_YEAR:
        raise InvalidInput(
            "working time is counted in the years 1900 to 2199",
            where=f"the year {first if first < FIRST_YEAR else last}",
            remedy="ask for a moment of those years",
        )
    return first - 1, last + _YEARS_AHEAD


def _micros(moments: TimeArray) -> tuple[BoolArray, IntArray]:
    """Return which moments are known, and those in microseconds since 1970."""
    known: BoolArray = ~np.isnat(moments)
    return known, moments[known].astype("datetime64[us]").astype(np.int64)


def _as_times(known: BoolArray, micros: IntArray) -> TimeArray:
    times = np.full(len(known), np.datetime64("NaT", "us"))
    times[known] = micros.astype("datetime64[us]")
    return times


def _one(moment: datetime) -> TimeArray:
    if moment.tzinfo is None:
        raise ValueError("the moment needs a time zone")
    return np.array([moment.astimezone(UTC).replace(tzinfo=None)], dtype="datetime64[us]")


def _moment(time: np.datetime64) -> datetime:
    moment: datetime = time.astype("datetime64[us]").item()
    return moment.replace(tzinfo=UTC)
