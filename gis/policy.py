"""Who may see what, and how precisely: decided here for every way out (R13).

A route declares the `Need` it has; `require` says yes or raises. What is allowed through is then made as precise
as the reader may have it by the functions below: routes, exports and tiles call them and decide nothing
themselves. Nothing here knows HTTP.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from gis.duty.ladder import DutyEntry
from gis.errors import NotPermitted


class Role(StrEnum):
    """Readers, from the street to the machine room."""

    PUBLIC = "public"
    WORKER = "worker"
    UNIT = "unit"
    PLANNER = "planner"
    COMMANDER = "commander"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Need(StrEnum):
    """What a route shows or does."""

    ALIVE = "alive"
    DIVISION = "division"
    PEOPLE = "people"
    COUNTS = "counts"
    INCIDENTS = "incidents"
    CAMERAS = "cameras"
    COVERAGE = "coverage"
    FIGURES = "figures"


_ALLOWED: dict[Role, frozenset[Need]] = {
    Role.PUBLIC: frozenset({Need.ALIVE, Need.DIVISION}),
    Role.ADMIN: frozenset(Need),
}
"""Roles between the two have no accounts yet, so nobody can hold one; they are allowed nothing until then."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who asks."""

    role: Role

    def may(self, need: Need) -> bool:
        """Say whether the viewer's role covers a need."""
        return need in _ALLOWED.get(self.role, frozenset())


def require(viewer: Viewer, need: Need) -> None:
    """Let a viewer through, or refuse.

    Raises
    ------
    NotPermitted
        When the role does not cover the need.
    """
    if not viewer.may(need):
        raise NotPermitted(
            f"the role {viewer.role.value} may not see {need.value}",
            remedy="ask with a role that may",
            facts={"role": viewer.role.value, "needs": need.value},
        )


def duty_for(viewer: Viewer, duty: Iterable[DutyEntry]) -> tuple[DutyEntry, ...]:
    """Return who is on duty as far as a viewer may know.

    Without a right to know people, as the public, one learns the desks' role and phone, never a person's name or
    number.
    """
    if viewer.may(Need.PEOPLE):
        return tuple(duty)
    return tuple(replace(entry, name="") for entry in duty if entry.is_desk)


_DIVISION_COUNTS = frozenset({"areas", "grids"})
"""Counts that follow from the division, which is public."""


def counts_for(viewer: Viewer, counts: Mapping[str, int]) -> dict[str, int | None]:
    """Return the counts a viewer may know; the others are None.

    Examples
    --------
    >>> counts_for(Viewer(Role.PUBLIC), {"grids": 4, "cameras": 2})
    {'grids': 4, 'cameras': None}
    """
    every = viewer.may(Need.COUNTS)
    return {name: count if every or name in _DIVISION_COUNTS else None for name, count in counts.items()}
