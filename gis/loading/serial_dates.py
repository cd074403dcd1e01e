"""Dates as spreadsheets store them: a number of days, with the time of day as its fraction.

A number from 20000 to 79999 alone in a column of times is such a date (October 1954 to January 2119). The float is
rounded to the millisecond, the finest a spreadsheet shows: 14:05:00 is stored a fraction of a microsecond beside it.
O(rows).
"""

import re
from datetime import date, datetime, time, timedelta

from gis.loading.arrow_cells import datetime_text
from gis.loading.raw import TextArray, object_array

_SERIAL = re.compile(r"[2-7][0-9]{4}(?:\.[0-9]+)?")
_DIGITS = frozenset("0123456789")
_DAY_MS = 86_400_000


def without_serials(texts: TextArray, *, epoch: date) -> tuple[TextArray, int]:
    """Return texts in which serial dates are written as local times, and how many there were.

    Parameters
    ----------
    texts
        (n,) text without surrounding blanks; None where unknown.
    epoch
        Day 0.

    Examples
    --------
    >>> without_serials(object_array(["45720.586805556", "2025-03-04", None]), epoch=date(1899, 12, 30))[0].tolist()
    ['2025-03-04T14:05:00', '2025-03-04', None]
    """
    listed = texts.tolist()
    # The fifth character settles it for almost all texts, in a quarter of the time.
    found = [row for row, text in enumerate(listed) if text and text[4:5] in _DIGITS and _SERIAL.fullmatch(text)]
    if not found:
        return texts, 0
    start = datetime.combine(epoch, time())
    for row in found:
        days, _, fraction = listed[row].partition(".")
        clock = timedelta(milliseconds=round(float(f"0.{fraction or 0}") * _DAY_MS))
        moment = start + timedelta(days=int(days)) + clock
        listed[row] = datetime_text(moment) if fraction else moment.date().isoformat()
    return object_array(listed), len(found)
