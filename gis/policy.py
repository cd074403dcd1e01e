"""Who may see what, and how precisely: decided here for every way out (R13).

A route declares the `Need` it has; `require` says yes or raises. What is allowed through is then made as precise
as the reader may have it by the functions below: routes, exports and tiles call them and decide nothing
themselves. Nothing here knows HTTP.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from gis.duty.ladder import GRID, DutyEntry, Rung
from gis.errors import NotPermitted
from gis.sites import SiteKind


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
    SITES = "sites"
    GATES = "gates"
    KEY_AREAS = "key areas"
    EXPORT = "export"


_ALLOWED: dict[Role, frozenset[Need]] = {
    Role.PUBLIC: frozenset({Need.ALIVE, Need.DIVISION, Need.SITES}),
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


def require_export(viewer: Viewer, need: Need) -> None:
    """Let a viewer take a whole layer away, or refuse; what is public to look at is public to take.

    Raises
    ------
    NotPermitted
        When the role covers the layer's need not, or may look at it and not take it away.
    """
    require(viewer, need)
    if need is not Need.DIVISION:
        require(viewer, Need.EXPORT)


def duty_for(viewer: Viewer, duty: Iterable[DutyEntry]) -> tuple[DutyEntry, ...]:
    """Return who is on duty as far as a viewer may know.

    Without a right to know people, as the public, one learns the desks' role and phone, never a person's name or
    number.
    """
    if viewer.may(Need.PEOPLE):
        return tuple(duty)
    return tuple(replace(entry, name="") for entry in duty if entry.is_desk)


def rungs_for(viewer: Viewer, rungs: Iterable[Rung]) -> tuple[Rung, ...]:
    """Return a ladder as far as a viewer may know it: without a right to know people, the desks without their names."""
    if viewer.may(Need.PEOPLE):
        return tuple(rungs)
    return tuple(replace(rung, name="") for rung in rungs if rung.level != GRID)


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


PUBLIC_SITES = frozenset(
    {
        SiteKind.SCHOOL,
        SiteKind.KINDERGARTEN,
        SiteKind.HOSPITAL,
        SiteKind.MARKET,
        SiteKind.STATION,
        SiteKind.PARK,
        SiteKind.HOTEL,
    }
)
"""Places with a sign on the street. Fenced neighbourhoods are homes, and a city's own kinds may be anything."""


def may_see_column(viewer: Viewer, need: Need | None) -> bool:
    """Say whether a column of an export may be told: it has a need of its own, or none beside its layer's.

    Examples
    --------
    >>> may_see_column(Viewer(Role.PUBLIC), None), may_see_column(Viewer(Role.PUBLIC), Need.CAMERAS)
    (True, False)
    """
    return need is None or viewer.may(need)


def site_kinds_for(viewer: Viewer, *, asked: str | None = None) -> frozenset[str] | None:
    """Return the kinds of site a viewer may see of those asked for; None means every kind.

    Examples
    --------
    >>> site_kinds_for(Viewer(Role.PUBLIC), asked="neighbourhood"), site_kinds_for(Viewer(Role.ADMIN))
    (frozenset(), None)
    """
    wanted = None if asked is None else frozenset({asked})
    if viewer.may(Need.GATES):
        return wanted
    seen = frozenset(str(kind) for kind in PUBLIC_SITES)
    return seen if wanted is None else seen & wanted


_NEED_OF_FIELD = {
    "incidents": Need.COUNTS,
    "open_incidents": Need.COUNTS,
    "categories": Need.COUNTS,
    "cameras": Need.COVERAGE,
    "share_covered": Need.COVERAGE,
    "coverage": Need.COVERAGE,
    "gates": Need.GATES,
    "cameras_near": Need.CAMERAS,
    "incidents_inside": Need.INCIDENTS,
    "alarm": Need.PEOPLE,
}
"""What an answer tells beside what its route is for, and the need that it takes."""


def fields_for(viewer: Viewer, *fields: str) -> frozenset[str]:
    """Return which fields of an answer a viewer may have; the route leaves the others null and never computes them.

    Raises
    ------
    KeyError
        For a field about which nothing has been decided.

    Examples
    --------
    >>> fields_for(Viewer(Role.PUBLIC), "cameras", "categories")
    frozenset()
    """
    return frozenset(field for field in fields if viewer.may(_NEED_OF_FIELD[field]))
