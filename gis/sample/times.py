"""Times of the sample city: local time of China, a fixed eight hours before UTC, written with its zone."""

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import numpy as np
from numpy.typing import NDArray

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


def local_texts(times: NDArray[np.datetime64]) -> list[str]:
    """Return (n,) local times as text with their zone; empty where there is none (NaT).

    Examples
    --------
    >>> local_texts(np.array(["2025-01-01T08:00:00", "NaT"], dtype="datetime64[s]"))
    ['2025-01-01T08:00:00+08:00', '']
    """
    texts = np.datetime_as_string(times, unit="s")
    return ["" if text == "NaT" else f"{text}+08:00" for text in texts.tolist()]
