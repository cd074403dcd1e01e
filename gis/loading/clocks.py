"""Local time to UTC, a column at a time, by the rules of a declared zone.

The idea: on almost every calendar day a zone keeps one offset, so one question a day answers for all its
rows; only days on which the clocks change are asked time by time. O(rows + days). A local time that the
clocks skipped, or showed twice, is told and not guessed (PEP 495).
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from gis.units import BoolArray, IntArray

TimeArray = NDArray[np.datetime64]


def to_utc(local: TimeArray, zone: ZoneInfo) -> tuple[TimeArray, BoolArray, BoolArray]:
    """Return UTC times, which local times were skipped, and which were shown twice.

    Parameters
    ----------
    local
        (n,) datetime64[us], all set, years 2 to 9998.
    zone
        The zone of the clocks.

    Returns
    -------
    (n,) datetime64[us], NaT where a time was skipped or shown twice; (n,) skipped; (n,) shown twice.

    Examples
    --------
    >>> utc, skipped, twice = to_utc(np.array(["2016-08-05T19:36"], "M8[us]"), ZoneInfo("Asia/Shanghai"))
    >>> str(utc[0]), bool(skipped[0]), bool(twice[0])
    ('2016-08-05T11:36:00.000000', False, False)
    """
    days, day_of = np.unique(local.astype("datetime64[D]"), return_inverse=True)
    offsets = [_offset_of_day(day.astype(object), zone) for day in days]
    steady = np.array([offset is not None for offset in offsets], dtype=np.bool_)
    seconds = np.array([offset if offset is not None else 0 for offset in offsets], dtype=np.int64)
    offset_s: IntArray = seconds[day_of]
    skipped = np.zeros(len(local), np.bool_)
    twice = np.zeros(len(local), np.bool_)
    changing = np.flatnonzero(~steady[day_of])
    moments, moment_of = np.unique(local[changing], return_inverse=True)
    answers = np.array([_offsets_of_moment(moment.item(), zone) for moment in moments], np.int64).reshape(-1, 2)
    first, second = answers[moment_of].T if len(changing) else np.zeros((2, 0), np.int64)
    offset_s[changing] = first
    skipped[changing] = first < second
    twice[changing] = first > second
    utc = local - offset_s.astype("timedelta64[s]")
    utc[skipped | twice] = np.datetime64("NaT")
    return utc, skipped, twice


def _offset_of_day(day: datetime, zone: ZoneInfo) -> int | None:
    """Return the offset, in seconds, that holds for the whole day; None when the clocks change on it."""
    start = datetime(day.year, day.month, day.day)
    answers = {*_offsets_of_moment(start, zone), *_offsets_of_moment(start + timedelta(days=1), zone)}
    return answers.pop() if len(answers) == 1 else None


def _offsets_of_moment(moment: datetime, zone: ZoneInfo) -> tuple[int, int]:
    """Return the offsets, in seconds, before and after a change of the clocks at this local time."""
    first, second = (moment.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return int((first or timedelta()).total_seconds()), int((second or timedelta()).total_seconds())
