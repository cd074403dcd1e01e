"""The sample city's year: which days have more to report, which are holidays, and when offices work.

Holidays are those of the law by date; swapped working days, which are decreed every year anew, are left out.
"""

from dataclasses import dataclass

import numpy as np

from gis.sample.times import Times
from gis.units import BoolArray, FloatArray, IntArray

WEEKDAYS = np.array([1.14, 1.06, 1.04, 1.03, 1.05, 0.86, 0.82])
"""Monday first."""
MONTHS = np.array([0.92, 0.90, 0.98, 1.00, 1.05, 1.10, 1.12, 1.12, 1.02, 0.98, 0.97, 0.94])
STORM = np.array([0.25, 0.55, 1.0, 0.8, 0.5, 0.3, 0.15])
"""Strength of the typhoon, day by day."""
STORM_BEGINS = (9, 4)
"""Month and day."""
STORM_LOAD = 2.6
"""How many times as many reports more there are at the typhoon's height."""
SPRING_FESTIVALS = (
    "2020-01-25", "2021-02-12", "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17",
    "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-03", "2031-01-23", "2032-02-11", "2033-01-31",
    "2034-02-19", "2035-02-08", "2036-01-28", "2037-02-15", "2038-02-04", "2039-01-24", "2040-02-12",
)  # fmt: skip
"""First days of the lunar year; years not named here take the 5th of February, the middle of their range."""
FIXED_HOLIDAYS = ("01-01", "04-04", "04-05", "05-01", "05-02", "05-03", *(f"10-0{day}" for day in range(1, 8)))
OPENS_S, LUNCH_S, AFTERNOON_S, CLOSES_S = 30_600, 43_200, 52_200, 63_000
"""Seconds of the day: 8:30 to 12:00 and 14:30 to 17:30."""
WORKING_DAY_S = LUNCH_S - OPENS_S + CLOSES_S - AFTERNOON_S


def holidays(days: Times) -> BoolArray:
    """Return (n,) which days are public holidays."""
    first = {day[:4]: np.datetime64(day) for day in SPRING_FESTIVALS}
    years = sorted({str(day)[:4] for day in days} | {str(day + 30)[:4] for day in days[-1:]})
    off = [np.datetime64(f"{year}-{day}") for year in years for day in FIXED_HOLIDAYS]
    for year in years:
        off += list(first.get(year, np.datetime64(f"{year}-02-05")) + np.arange(-1, 7))
    listed: BoolArray = np.isin(days, np.array(off))
    return listed


def weekday(days: Times) -> IntArray:
    """Return (n,) the day of the week, 0 for Monday."""
    return (days.astype("datetime64[D]").astype(np.int64) + 3) % 7


def month(days: Times) -> IntArray:
    """Return (n,) the month, 0 for January."""
    return days.astype("datetime64[M]").astype(np.int64) % 12


@dataclass(frozen=True, slots=True)
class Year:
    """The days on which something is reported.

    Parameters
    ----------
    days
        (n,) datetime64[D], ascending.
    weight
        (n,) how much is reported, relative, by weekday, season, holiday and storm; chance comes on top.
    storm
        (n,) strength of the typhoon, 0 to 1.
    """

    days: Times
    weight: FloatArray
    storm: FloatArray

    @classmethod
    def before(cls, last: np.datetime64) -> "Year":
        """Return the 365 days that end with a day."""
        days = last.astype("datetime64[D]") - np.arange(365, dtype="timedelta64[D]")[::-1]
        off, lunar = holidays(days), np.isin(month(days), (0, 1))
        weight = np.where(off, WEEKDAYS[6], WEEKDAYS[weekday(days)]) * MONTHS[month(days)]
        weight = weight * np.where(off & lunar, 0.52, np.where(off, 0.88, 1.0))
        begins = days.astype("datetime64[Y]").astype("datetime64[M]") + (STORM_BEGINS[0] - 1)
        number = (days - begins.astype("datetime64[D]")).astype(np.int64) - (STORM_BEGINS[1] - 1)
        stormy = (number >= 0) & (number < len(STORM))
        storm = np.where(stormy, STORM[number.clip(0, len(STORM) - 1)], 0.0)
        return cls(days, weight * (1.0 + STORM_LOAD * storm), storm)


class OfficeClock:
    """Counts working time, and finds the moment when some of it has passed.

    Parameters
    ----------
    first, last
        The days it knows; what goes beyond ends with the last working moment.
    """

    def __init__(self, first: np.datetime64, last: np.datetime64) -> None:
        days = np.arange(first.astype("datetime64[D]"), last.astype("datetime64[D]") + 1)
        working = days[(weekday(days) < 5) & ~holidays(days)].astype("datetime64[s]").astype(np.int64)
        self._opens: IntArray = np.column_stack([working + OPENS_S, working + AFTERNOON_S]).ravel()
        lasts = np.tile([LUNCH_S - OPENS_S, CLOSES_S - AFTERNOON_S], len(working))
        self._worked: IntArray = np.concatenate([[0], np.cumsum(lasts)])

    def worked_s(self, moments: Times) -> IntArray:
        """Return (n,) the working seconds up to moments."""
        at = moments.astype("datetime64[s]").astype(np.int64)
        span = np.searchsorted(self._opens, at, side="right") - 1
        begun = span.clip(0)
        part = np.minimum(at - self._opens[begun], np.diff(self._worked)[begun])
        return np.where(span < 0, 0, self._worked[begun] + part)

    def after(self, moments: Times, work_s: IntArray) -> Times:
        """Return (n,) when so many working seconds have passed after moments, never before them."""
        total = self.worked_s(moments) + work_s
        span = (np.searchsorted(self._worked, total, side="left") - 1).clip(0, len(self._opens) - 1)
        at = self._opens[span] + np.minimum(total - self._worked[span], np.diff(self._worked)[span])
        passed: Times = np.maximum(at.astype("datetime64[s]"), moments)
        return passed
