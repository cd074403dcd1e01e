"""Who is in charge of a grid now? The ladder never ends empty (R14).

Asked in order: the grid's own people who may lead it (roles marked ``leads``, by rank), then the duty desk of the
community's, town's, county's and city's center. The city itself is the last rung even when it has no desk on
file; such an answer, and any answer above the grid, carries an alarm, so that nothing falls into a void unseen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from gis.division.model import Area, AreaTree, Grid
from gis.units import AreaId, GridId

DESK = "duty_desk"


@dataclass(frozen=True, slots=True)
class Role:
    """What a person is in a team; the list is the city's own."""

    code: str
    name_zh: str
    name_en: str
    rank: int
    leads: bool


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a grid's team for a time."""

    team_id: int
    worker_id: int
    role: str
    name: str
    phone: str | None
    since: datetime
    until: datetime | None

    def serves_at(self, moment: datetime) -> bool:
        """Say whether the membership holds at a moment."""
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclass(frozen=True, slots=True)
class Desk:
    """The duty desk of an area's governance center (综治中心)."""

    team_id: int
    area_id: AreaId
    name: str
    phone: str | None


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


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody on duty in a city.

    Parameters
    ----------
    members
        By grid; any order.
    desks
        By area.
    """

    areas: AreaTree
    roles: Mapping[str, Role]
    members: Mapping[GridId, tuple[Member, ...]]
    desks: Mapping[AreaId, Desk]

    def team(self, grid_id: GridId, *, at: datetime) -> tuple[Member, ...]:
        """Return the people of a grid at a moment, by rank of role, then by id."""
        serving = [member for member in self.members.get(grid_id, ()) if member.serves_at(at)]
        return tuple(sorted(serving, key=lambda member: (self.roles[member.role].rank, member.worker_id)))

    def duty(self, grid: Grid | None, *, at: datetime) -> tuple[DutyEntry, ...]:
        """Return everybody to ask about a place: the grid's team by rank, then the desks upwards.

        Never empty: without any desk on file the city itself is named.
        """
        team = () if grid is None else self.team(grid.id, at=at)
        people = tuple(DutyEntry(member.role, member.name, member.phone, "grid", False) for member in team)
        desks = self._desks_above(grid, alarm=not people) or (self._last_rung(alarm=not people),)
        return people + tuple(DutyEntry(desk.role, desk.name, desk.phone, desk.level, True) for desk in desks)

    def in_charge(self, grid: Grid | None, *, at: datetime) -> Charge:
        """Return who is in charge of a grid, or of a place outside every grid (``None``)."""
        return self.ladder(grid, at=at)[0]

    def ladder(self, grid: Grid | None, *, at: datetime) -> tuple[Charge, ...]:
        """Return every rung that could answer, the one in charge first; never empty."""
        people = () if grid is None else self._people_who_lead(grid, at=at)
        return people + (self._desks_above(grid, alarm=not people) or (self._last_rung(alarm=not people),))

    def _people_who_lead(self, grid: Grid, *, at: datetime) -> tuple[Charge, ...]:
        return tuple(
            Charge(
                level=member.role,
                role=member.role,
                name=member.name,
                phone=member.phone,
                team_id=member.team_id,
                worker_id=member.worker_id,
                alarm=False,
            )
            for member in self.team(grid.id, at=at)
            if self.roles[member.role].leads
        )

    def _desks_above(self, grid: Grid | None, *, alarm: bool) -> tuple[Charge, ...]:
        path: Iterable[Area] = () if len(self.areas) == 0 else (self.areas.root,)
        if grid is not None:
            path = reversed(self.areas.path(grid.area_id))
        return tuple(
            Charge(area.level, DESK, desk.name, desk.phone, desk.team_id, None, alarm)
            for area in path
            if (desk := self.desks.get(area.id)) is not None
        )

    def _last_rung(self, *, alarm: bool) -> Charge:
        city = self.areas.root
        return Charge(city.level, DESK, city.name, None, None, None, alarm)


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
