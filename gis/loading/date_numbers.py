"""The numbers of dates and times, read by arithmetic on their characters: all texts of one form at once.

Nobody has asked yet whether such a date exists (`gis.loading.dates` does). O(digits).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.loading.date_forms import Form
from gis.units import BoolArray, IntArray

ZERO = ord("0")


class DateNumbers:
    """The numbers of n texts, before anybody asks whether such a date exists."""

    def __init__(self, n: int) -> None:
        self.year: IntArray = np.zeros(n, np.int64)
        self.month: IntArray = np.zeros(n, np.int64)
        self.day: IntArray = np.zeros(n, np.int64)
        self.clock_us: IntArray = np.zeros(n, np.int64)
        self.offset_min: IntArray = np.zeros(n, np.int64)
        self.read: BoolArray = np.zeros(n, np.bool_)
        self.clock_exists: BoolArray = np.zeros(n, np.bool_)
        self.zoned: BoolArray = np.zeros(n, np.bool_)
        self.timeless: BoolArray = np.zeros(n, np.bool_)
        self.order_open: BoolArray = np.zeros(n, np.bool_)
        """``month`` holds the first number and ``day`` the second, whichever they are."""

    def fill(self, rows: IntArray, characters: NDArray[Any], form: Form) -> None:
        """Read texts of one form.

        Parameters
        ----------
        rows
            (m,) which texts they are.
        characters
            (w, m) code points, ASCII digits where the form has digits: the first character of each text, the second …
        """

        def number(name: str) -> IntArray:
            value: IntArray = np.zeros(len(rows), dtype=np.int64)
            for place in range(*form.spans[name]):
                value *= 10
                value += characters[place]
                value -= ZERO
            return value

        hour, minute, seconds = number("hour"), number("minute"), number("seconds")
        exists = (hour < 24) & (minute < 60) & (seconds < 60)
        if form.half:
            exists &= (hour >= 1) & (hour <= 12)
            hour = hour % 12 + 12 * (form.half == "p")
        self.clock_us[rows] = ((hour * 60 + minute) * 60 + seconds) * 10**6 + self._fraction_us(number, form)
        if form.zoned:
            offset_min = number("zone_hour") * 60 + number("zone_minute")
            exists &= (offset_min <= 14 * 60) & (number("zone_minute") < 60)
            self.offset_min[rows] = -offset_min if form.west else offset_min
        self.year[rows] = number("year")
        self.month[rows] = number("month") + number("first")
        self.day[rows] = number("day") + number("second")
        self.read[rows] = True
        self.clock_exists[rows] = exists
        self.zoned[rows] = form.zoned
        self.timeless[rows] = form.timeless
        self.order_open[rows] = form.order_open

    @staticmethod
    def _fraction_us(number: Any, form: Form) -> IntArray | int:
        first, last = form.spans["fraction"]
        if first == last:
            return 0
        microseconds: IntArray = number("fraction") * 10**6 // 10 ** (last - first)
        return microseconds
