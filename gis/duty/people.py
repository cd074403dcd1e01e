"""The people of a roster, as it is true at any time: roles, memberships, leave, and duty desks.

Whatever holds for a time holds from its first moment until just before its last.
"""

from dataclasses import dataclass
from datetime import datetime

from gis.duty.hours import Hours
from gis.units import AreaId


@dataclass(frozen=True, slots=True)
class Role:
    """What a person is in a team; the list is the city's own.

    ``rank`` is the order in which a grid's people are asked; only roles that ``leads`` may be in charge.
    """

    code: str
    name_zh: str
    name_en: str
    rank: int
    leads: bool


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a grid's team for a time; without ``hours`` at all hours."""

    team_id: int
    worker_id: int
    role: str
    name: str
    phone: str | None
    since: datetime
    until: datetime | None
    hours: Hours | None = None

    def serves_at(self, moment: datetime) -> bool:
        """Say whether the membership holds at a moment."""
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be asked."""

    worker_id: int
    name: str
    phone: str | None


@dataclass(frozen=True, slots=True)
class Leave:
    """A time for which a person is away, and who stands in, if anybody does."""

    since: datetime
    until: datetime
    stand_in: Person | None

    def holds_at(self, moment: datetime) -> bool:
        """Say whether the person is away at a moment."""
        return self.since <= moment < self.until


@dataclass(frozen=True, slots=True)
class Desk:
    """The duty desk of an area's governance center (综治中心)."""

    team_id: int
    area_id: AreaId
    name: str
    phone: str | None
