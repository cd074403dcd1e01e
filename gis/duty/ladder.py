"""Who is in charge of a grid, now and at any other moment? The ladder never ends empty (R14).

Asked in order: the grid's own people who may lead it (roles marked ``leads``, by rank), then the duty desk of the
community's, town's, county's and city's center. A person on leave does not answer; the stand-in does. A person out
of shift does not answer either. The city itself is the last rung even when it has no desk on file; such an answer,
and any answer above the grid, carries an alarm, so that nothing falls into a void unseen. `Roster.rungs` tells of
every rung why it answers or does not.

Cost: the people of one grid and the areas above it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from gis.division.model import AreaTree, Grid
from gis.duty.calendar import Calendar
from gis.duty.people import Desk, Leave, Member, Person, Role
from gis.units import AreaId, GridId

DESK = "duty_desk"
GRID = "grid"
"""The level of a grid's own people; desks have the level of their area."""


class Why(StrEnum):
    """Why a rung answers, or does not."""

    ON_DUTY = "on_duty"
    STANDS_IN = "stands_in"
    ON_LEAVE = "on_leave"
    OFF_SHIFT = "off_shift"
    NO_LEAD = "no_lead"
    DESK = "desk"
    NO_DESK = "no_desk"
    LAST_RUNG = "last_rung"


_ANSWERS = frozenset({Why.ON_DUTY, Why.STANDS_IN, Why.DESK, Why.LAST_RUNG})


def _precedence(leave: Leave) -> tuple[datetime, datetime, bool, int]:
    stand_in = leave.stand_in
    return leave.since, leave.until, stand_in is not None, 0 if stand_in is None else -stand_in.worker_id


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung of the ladder: who stands there, and why it answers or does not.

    ``level`` is "grid" for the grid's own people, else the area's. ``name`` is empty where there is nobody; ``until``
    tells until when a person is away; ``stands_in_for`` names the person who is.
    """

    level: str
    role: str
    name: str
    phone: str | None
    team_id: int | None
    worker_id: int | None
    why: Why
    stands_in_for: str | None = None
    until: datetime | None = None

    @property
    def answers(self) -> bool:
        """Whether this rung can be asked."""
        return self.why in _ANSWERS


@dataclass(frozen=True, slots=True)
class Charge:
    """The answer: the rung that answers, and who stands on it.

    ``level`` is a role for a person of the grid, else the level of the area whose desk answers. ``alarm`` is true
    when the grid itself has nobody.
    """

    level: str
    role: str
    name: str
    phone: str | None
    team_id: int | None
    worker_id: int | None
    alarm: bool


@dataclass(frozen=True, slots=True)
class DutyEntry:
    """One line of "who": a person of the grid's team, or a desk above it."""

    role: str
    name: str
    phone: str | None
    level: str
    is_desk: bool
    stands_in_for: str | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody on duty in a city, at all times.

    Parameters
    ----------
    members
        By grid; any order; also memberships that are over or yet to come.
    desks
        By area.
    leaves
        By person; any order.
    calendar
        The clock and the working days by which shifts are told.
    """

    areas: AreaTree
    roles: Mapping[str, Role]
    members: Mapping[GridId, tuple[Member, ...]]
    desks: Mapping[AreaId, Desk]
    leaves: Mapping[int, tuple[Leave, ...]] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=lambda: Calendar(ZoneInfo("UTC")))

    def team(self, grid_id: GridId, *, at: datetime) -> tuple[Member, ...]:
        """Return the people of a grid at a moment, away or not, by rank of role, then by id."""
        serving = [member for member in self.members.get(grid_id, ()) if member.serves_at(at)]
        return tuple(sorted(serving, key=lambda member: (self.roles[member.role].rank, member.worker_id)))

    def leave(self, worker_id: int, *, at: datetime) -> Leave | None:
        """Return the leave of a person at a moment.

        Of several it is the one that began last, then that which ends last, then that with a stand-in, then that
        with the stand-in of the lowest id: the order of the rows decides nothing.
        """
        holding = [leave for leave in self.leaves.get(worker_id, ()) if leave.holds_at(at)]
        return max(holding, key=_precedence, default=None)

    def stand_in(self, worker_id: int, *, at: datetime) -> Person | None:
        """Return who answers for a person on leave: the stand-in, or, when away too, that one's stand-in."""
        seen = {worker_id}
        leave = self.leave(worker_id, at=at)
        while leave is not None and leave.stand_in is not None and leave.stand_in.worker_id not in seen:
            person = leave.stand_in
            seen.add(person.worker_id)
            leave = self.leave(person.worker_id, at=at)
            if leave is None:
                return person
        return None

    def duty(self, grid: Grid | None, *, at: datetime) -> tuple[DutyEntry, ...]:
        """Return everybody to ask about a place: the grid's team by rank, then the desks upwards.

        Stand-ins are named in the place of those on leave. Never empty: without any desk on file the city itself
        is named.
        """
        team = () if grid is None else self.team(grid.id, at=at)
        rungs = [rung for member in team for rung in self._rungs_of(member, at=at)]
        rungs += self._rungs_above(_area_of(grid))
        return _entries(rungs)

    def desks_of(self, area_id: AreaId) -> tuple[DutyEntry, ...]:
        """Return the desks to ask about an area as a whole: its own, then those above; never empty."""
        return _entries(self._rungs_above(area_id))

    def in_charge(self, grid: Grid | None, *, at: datetime) -> Charge:
        """Return who is in charge of a grid, or of a place outside every grid (``None``)."""
        first = next(rung for rung in self._climb(grid, at=at) if rung.answers)
        return _charge(first, alarm=first.level != GRID)

    def ladder(self, grid: Grid | None, *, at: datetime) -> tuple[Charge, ...]:
        """Return every rung that could answer, the one in charge first; never empty."""
        answering = [rung for rung in self._climb(grid, at=at) if rung.answers]
        return tuple(_charge(rung, alarm=answering[0].level != GRID) for rung in answering)

    def rungs(self, grid: Grid | None, *, at: datetime) -> tuple[Rung, ...]:
        """Return the whole ladder from the bottom, also the rungs that do not answer, each with its reason."""
        return tuple(self._climb(grid, at=at))

    def _climb(self, grid: Grid | None, *, at: datetime) -> Iterator[Rung]:
        leaders = []
        if grid is not None:
            leaders = [member for member in self.team(grid.id, at=at) if self.roles[member.role].leads]
            if not leaders:
                yield Rung(GRID, "", "", None, None, None, Why.NO_LEAD)
        for member in leaders:
            yield from self._rungs_of(member, at=at)
        yield from self._rungs_above(_area_of(grid))

    def _rungs_of(self, member: Member, *, at: datetime) -> Iterator[Rung]:
        """Yield a member's rung and, when on leave, that of the stand-in."""
        leave = self.leave(member.worker_id, at=at)
        why = Why.ON_LEAVE if leave else Why.ON_DUTY if self._in_shift(member, at=at) else Why.OFF_SHIFT
        until = leave.until if leave else None
        yield Rung(GRID, member.role, member.name, member.phone, member.team_id, member.worker_id, why, until=until)
        person = self.stand_in(member.worker_id, at=at) if leave and self._in_shift(member, at=at) else None
        if person is not None:
            yield Rung(
                GRID,
                member.role,
                person.name,
                person.phone,
                member.team_id,
                person.worker_id,
                Why.STANDS_IN,
                member.name,
            )

    def _in_shift(self, member: Member, *, at: datetime) -> bool:
        if member.hours is None:
            return True
        local = at.astimezone(self.calendar.zone).replace(tzinfo=None)
        return member.hours.include(local, is_working_day=self.calendar.is_working_day)

    def _rungs_above(self, area_id: AreaId | None) -> Iterator[Rung]:
        path = (self.areas.root,) if area_id is None else self.areas.path(area_id)
        any_desk = False
        for area in reversed(path):
            desk = self.desks.get(area.id)
            any_desk = any_desk or desk is not None
            if desk is not None:
                yield Rung(area.level, DESK, desk.name, desk.phone, desk.team_id, None, Why.DESK)
            elif area.id == self.areas.root.id and not any_desk:
                yield Rung(area.level, DESK, area.name, None, None, None, Why.LAST_RUNG)
            else:
                yield Rung(area.level, DESK, area.name, None, None, None, Why.NO_DESK)


def _area_of(grid: Grid | None) -> AreaId | None:
    return None if grid is None else grid.area_id


def _entries(rungs: Iterable[Rung]) -> tuple[DutyEntry, ...]:
    return tuple(
        DutyEntry(rung.role, rung.name, rung.phone, rung.level, rung.level != GRID, rung.stands_in_for)
        for rung in rungs
        if rung.answers
    )


def _charge(rung: Rung, *, alarm: bool) -> Charge:
    level = rung.role if rung.level == GRID else rung.level
    return Charge(level, rung.role, rung.name, rung.phone, rung.team_id, rung.worker_id, alarm)


def teams_by_grid(members: Iterable[tuple[GridId, Member]]) -> dict[GridId, tuple[Member, ...]]:
    """Gather memberships by grid.

    Examples
    --------
    >>> teams_by_grid([])
    {}
    """
    gathered: dict[GridId, list[Member]] = {}
    for grid_id, member in members:
        gathered.setdefault(grid_id, []).append(member)
    return {grid_id: tuple(team) for grid_id, team in gathered.items()}
