"""Spans of the wall clock on certain days: office hours of a city, or the shift of a person.

Written ``1-5 08:30-12:00,14:30-17:30`` (1 is Monday), ``workdays 08:00-18:00``, ``restdays 09:00-17:00`` or
``1-7 20:00-08:00``. A span that ends before it begins goes on into the next day and belongs to the day on which it
begins. Only what the clock on the wall shows counts; summer time needs no rule of its own.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NoReturn

from gis.errors import InvalidInput

DAY_MIN = 24 * 60
EXAMPLE = "1-5 08:30-12:00,14:30-17:30"

_DAYS = re.compile(r"[1-7](?:-[1-7])?(?:,[1-7](?:-[1-7])?)*")
_SPAN = re.compile(r"(\d\d?):(\d\d)-(\d\d?):(\d\d)")


class DayRule(StrEnum):
    """Days that only the calendar knows."""

    WORKDAYS = "workdays"
    RESTDAYS = "restdays"


_RULES = {"workdays": DayRule.WORKDAYS, "工作日": DayRule.WORKDAYS} | {
    "restdays": DayRule.RESTDAYS,
    "休息日": DayRule.RESTDAYS,
}


@dataclass(frozen=True, slots=True)
class Hours:
    """Spans of the clock on certain days.

    Parameters
    ----------
    days
        Weekdays, Monday is 1; or those that the calendar calls working days or days of rest.
    spans
        Minutes since midnight, (first, end), ascending; an end past 1,440 lies in the next day.
    """

    days: frozenset[int] | DayRule
    spans: tuple[tuple[int, int], ...]

    @classmethod
    def parse(cls, text: str) -> "Hours":
        """Read hours as people type them.

        Raises
        ------
        InvalidInput
            When the text is of another form, or spans overlap.

        Examples
        --------
        >>> Hours.parse("1-5 08:30-12:00,14:30-17:30").spans
        ((510, 720), (870, 1050))
        >>> str(Hours.parse("工作日 20:00-8:00"))
        'workdays 20:00-08:00'
        """
        days, _, spans = " ".join(text.replace("，", ",").replace("：", ":").split()).partition(" ")
        rule = _RULES.get(days.casefold())
        if rule is None and not _DAYS.fullmatch(days):
            _refuse(text, "the days are not understood")
        return cls(rule or _weekdays(days, text), _spans(spans.replace(" ", ""), text))

    def __str__(self) -> str:
        """Return the text that `parse` reads."""
        days = str(self.days) if isinstance(self.days, DayRule) else ",".join(map(str, sorted(self.days)))
        days = {"1,2,3,4,5": "1-5", "1,2,3,4,5,6": "1-6", "1,2,3,4,5,6,7": "1-7"}.get(days, days)
        return f"{days} " + ",".join(f"{_clock(first)}-{_clock(end)}" for first, end in self.spans)

    def include(self, local: datetime, *, is_working_day: Callable[[date], bool]) -> bool:
        """Say whether a moment of the wall clock lies within.

        Parameters
        ----------
        local
            What the clock of the city shows.
        is_working_day
            The calendar's word.
        """
        minute = local.hour * 60 + local.minute
        today, yesterday = local.date(), local.date() - timedelta(days=1)
        return any(
            self._holds_on(day, is_working_day) and any(first <= at < end for first, end in self.spans)
            for day, at in ((today, minute), (yesterday, minute + DAY_MIN))
        )

    def _holds_on(self, day: date, is_working_day: Callable[[date], bool]) -> bool:
        if isinstance(self.days, DayRule):
            return is_working_day(day) == (self.days is DayRule.WORKDAYS)
        return day.isoweekday() in self.days


def _refuse(text: str, why: str) -> NoReturn:
    raise InvalidInput(
        f"these are no hours: {why}",
        where=repr(text),
        remedy=f"write days and spans, e.g. {EXAMPLE!r}, 'workdays 08:00-18:00' or '1-7 20:00-08:00'",
    )


def _weekdays(days: str, text: str) -> frozenset[int]:
    found: set[int] = set()
    for part in days.split(","):
        first, _, last = part.partition("-")
        if int(last or first) < int(first):
            _refuse(text, f"{part} runs backwards")
        found.update(range(int(first), int(last or first) + 1))
    return frozenset(found)


def _spans(spans: str, text: str) -> tuple[tuple[int, int], ...]:
    found = []
    for part in spans.split(","):
        match = _SPAN.fullmatch(part)
        if match is None:
            _refuse(text, "the spans of time are not understood")
        first_h, first_min, end_h, end_min = map(int, match.groups())
        first, end = first_h * 60 + first_min, end_h * 60 + end_min
        if first >= DAY_MIN or end > DAY_MIN or first_min > 59 or end_min > 59:
            _refuse(text, f"there is no such time of day in {part}")
        found.append((first, end if end > first else end + DAY_MIN))
    found.sort()
    # The first span comes round again a day later.
    following = [*found[1:], (found[0][0] + DAY_MIN, 0)]
    if any(end > later for (_, end), (later, _) in zip(found, following, strict=True)):
        _refuse(text, "spans overlap")
    return tuple(found)


def _clock(minute: int) -> str:
    of_day = minute if minute <= DAY_MIN else minute - DAY_MIN
    return f"{of_day // 60:02d}:{of_day % 60:02d}"
