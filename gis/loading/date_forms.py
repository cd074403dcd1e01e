"""The forms in which people write dates and times, told by their *shape*: the text with every digit set to 0.

A column has millions of times but few shapes, so a shape is recognised by regular expressions once and its
numbers are then read by position. Read are ``2016-08-05T19:36:07.000Z``, ``2016/8/5 19:36``, ``2016.8.5``,
``2016年8月5日 19时36分``, ``20160805193607``, ``12/31/2013 09:15:00 PM``, each with or without a zone (``Z``,
``UTC``, ``+08:00``, ``+08``) where there is a time of day.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

_DATES = (
    r"(?P<year>0000)(?P<mark>[-/.])(?P<month>00?)(?P=mark)(?P<day>00?)",
    r"(?P<year>0000)\s?年\s?(?P<month>00?)\s?月\s?(?P<day>00?)\s?日?",
    r"(?P<year>0000)(?P<month>00)(?P<day>00)",
    r"(?P<first>00?)(?P<mark>[-/.])(?P<second>00?)(?P=mark)(?P<year>0000)",
)
_CLOCKS = (
    r"(?:[Tt]|\s+)(?P<hour>00?)[:：](?P<minute>00)(?:[:：](?P<seconds>00)(?:[.,](?P<fraction>0{1,9}))?)?"
    r"(?:\s?(?P<half>[AaPp])[Mm])?",
    r"(?:[Tt]|\s*)(?P<hour>00?)\s?[时點点]\s?(?:(?P<minute>00?)\s?分\s?(?:(?P<seconds>00?)\s?秒)?)?",
    r"[Tt]?(?P<hour>00)(?P<minute>00)(?P<seconds>00)?",
)
_ZONE = r"(?:\s?(?P<utc>[Zz]|UTC|GMT)|\s?(?P<sign>[+\-\u2212])(?P<zone_hour>00)(?::?(?P<zone_minute>00))?)?"
_FORMS = tuple(
    re.compile(pattern) for date in _DATES for pattern in (*(date + clock + _ZONE for clock in _CLOCKS), date)
)


@dataclass(frozen=True, slots=True)
class Form:
    """Where the numbers of one shape stand, and what its letters say.

    Attributes
    ----------
    spans
        Name of a number to its first and last + 1 character; (0, 0) when the form has no such number.
    zoned
        It names its offset from UTC.
    west
        The offset is to be added, not subtracted, to reach UTC.
    half
        "a" or "p" of a twelve-hour clock, else "".
    """

    spans: dict[str, tuple[int, int]]
    zoned: bool
    west: bool
    half: str

    @property
    def timeless(self) -> bool:
        """Whether it has no time of day."""
        return self.spans["hour"] == (0, 0)

    @property
    def order_open(self) -> bool:
        """Whether the form alone does not tell the month from the day."""
        return self.spans["first"] != (0, 0)


_NUMBERS = (
    "year", "month", "day", "first", "second", "hour", "minute", "seconds", "fraction", "zone_hour",
    "zone_minute",
)  # fmt: skip


@lru_cache(maxsize=4096)
def form_of(shape: str) -> Form | None:
    """Return the form of a shape; None when it is no date that is read.

    Examples
    --------
    >>> form = form_of("0000-00-00 00:00+00:00")
    >>> form.spans["hour"], form.zoned, form.order_open
    ((11, 13), True, False)
    >>> form_of("yesterday") is None
    True
    """
    for pattern in _FORMS:
        found = pattern.fullmatch(shape)
        if found is not None:
            groups = found.groupdict()
            spans = {name: found.span(name) if groups.get(name) else (0, 0) for name in _NUMBERS}
            return Form(
                spans=spans,
                zoned=bool(groups.get("utc") or groups.get("sign")),
                west=groups.get("sign") in {"-", "\N{MINUS SIGN}"},
                half=(groups.get("half") or "").lower(),
            )
    return None
