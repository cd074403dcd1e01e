"""Times of the sample city: local time of China, a fixed eight hours before UTC, written with its zone."""

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.units import IntArray

Times = NDArray[Any]
"""Local times, datetime64[s], or days, datetime64[D]; NaT where there is none."""

CHINA = timezone(timedelta(hours=8))
UNTIL = datetime(2025, 11, 30, 18, 0, tzinfo=CHINA)
"""The sample city's present moment, unless another is given."""


def local_seconds(moment: datetime) -> np.datetime64:
    """Return a moment as local time of China without a zone, to the second.

    Raises
    ------
    ValueError
        When the moment has no zone.
    """
    if moment.tzinfo is None:
        raise ValueError("the moment needs a time zone")
    return np.datetime64(moment.astimezone(CHINA).replace(tzinfo=None), "s")


def as_local_text(moments: Sequence[datetime]) -> list[str]:
    """Return moments as text in local time with its zone.

    Examples
    --------
    >>> from datetime import UTC
    >>> as_local_text([datetime(2025, 1, 1, tzinfo=UTC)])
    ['2025-01-01T08:00:00+08:00']
    """
    return [moment.astimezone(CHINA).isoformat(timespec="seconds") for moment in moments]


def local_texts(times: Times) -> list[str]:
    """Return (n,) local times as text with their zone; empty where there is none (NaT).

    Days and times of day repeat, so each is written once and the pairs are put together: O(n) small joins.

    Examples
    --------
    >>> local_texts(np.array(["2025-01-01T08:00:00", "NaT"], dtype="datetime64[s]"))
    ['2025-01-01T08:00:00+08:00', '']
    """
    missing = np.isnat(times)
    filled = np.where(missing, np.datetime64(0, "s"), times)
    days = filled.astype("datetime64[D]")
    day_texts, day = _texts_once(days.astype(np.int64), "datetime64[D]")
    clock_texts, clock = _texts_once((filled - days).astype(np.int64), "datetime64[s]")
    clocks = [f"{text[10:]}+08:00" for text in clock_texts]
    whole = [day_texts[one] + clocks[other] for one, other in zip(day, clock, strict=True)]
    for row in np.flatnonzero(missing).tolist():
        whole[row] = ""
    return whole


def _texts_once(numbers: IntArray, dtype: str) -> tuple[list[str], list[int]]:
    """Return the text of each distinct number, as a date or time since 1970, and which one each row has."""
    distinct, which = np.unique(numbers, return_inverse=True)
    texts: list[str] = np.datetime_as_string(distinct.astype(dtype)).tolist()
    return texts, which.tolist()
