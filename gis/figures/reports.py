"""The answer to a question about incidents: a total, its parts, and the same total of earlier periods.

Invariant: the parts of a division by area, grid, category, kind or source add up to the total, also in a city with
incidents that lie in no grid: these are a part of their own (`REMAINDER`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gis.division.model import AreaTree, Division
from gis.figures.incident_counts import Collected, IncidentCounts
from gis.figures.periods import Look
from gis.incidents.life import KIND_NAMES, IncidentKind
from gis.units import AreaId, GridId

REMAINDER = "outside"
REMAINDER_NAME = "网格外或未划入网格"


@dataclass(frozen=True, slots=True)
class Group:
    """One part of the total: an area, a grid, a category, a kind, a source, a period, or the remainder."""

    key: str
    name: str
    counts: IncidentCounts
    id: int | None = None
    level: str | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """The total of an earlier period, seen from as far into it."""

    look: Look
    total: IncidentCounts


@dataclass(frozen=True, slots=True)
class IncidentReport:
    """Everything that answers one question."""

    look: Look
    total: IncidentCounts
    groups: tuple[Group, ...]
    previous: Compared
    last_year: Compared
    collected: Collected


def heads_by_area(division: Division, *, within: AreaId) -> dict[GridId, GridId]:
    """Return, for each grid of an area, the first grid of the part it belongs to when the area is divided.

    What is counted for all grids of a part together may stand under the first of them.
    """
    areas = division.areas
    part_of = {leaf: child.id for child in areas.children(within) for leaf in areas.within(child.id)}
    heads: dict[AreaId, GridId] = {}
    return {
        grid.id: heads.setdefault(part_of[grid.area_id], grid.id) if grid.area_id in part_of else grid.id
        for grid in division.grids
        if grid.area_id in part_of or grid.area_id == within
    }


def groups_by_area(
    division: Division, counts: Mapping[int | None, IncidentCounts], *, within: AreaId
) -> tuple[Group, ...]:
    """Return one group for each area below, or for each grid of an area that has none below.

    Parameters
    ----------
    counts
        By grid id, or for several grids of one part under one of them (`heads_by_area`); ids that the division does
        not have, and None, are the remainder.
    """
    areas = division.areas
    children = areas.children(within)
    if not children:
        return groups_by_grid(division, counts, within=within)
    above = {leaf: child.id for child in children for leaf in areas.within(child.id)}
    parts: dict[AreaId, list[IncidentCounts]] = {child.id: [] for child in children}
    for grid in division.grids:
        if grid.area_id in above and grid.id in counts:
            parts[above[grid.area_id]].append(counts[grid.id])
    groups = [
        Group(area.code, area.name, IncidentCounts.total(parts[area.id]), id=area.id, level=area.level)
        for area in children
    ]
    direct = [grid for grid in division.grids if grid.area_id == within]
    groups += [Group(grid.code, grid.name, _of(counts, grid.id), id=grid.id, level="grid") for grid in direct]
    return (*groups, *_remainder(division, counts, areas=areas, within=within))


def groups_by_grid(
    division: Division, counts: Mapping[int | None, IncidentCounts], *, within: AreaId
) -> tuple[Group, ...]:
    """Return one group for each grid of an area."""
    inside = division.areas.within(within)
    groups = [
        Group(grid.code, grid.name, _of(counts, grid.id), id=grid.id, level="grid")
        for grid in division.grids
        if grid.area_id in inside
    ]
    return (*groups, *_remainder(division, counts, areas=division.areas, within=within))


def group_of_grid(division: Division, total: IncidentCounts, grid_id: GridId) -> tuple[Group, ...]:
    """Return the one group of a grid that was asked for alone."""
    grid = division.grids[division.position(grid_id)]
    return (Group(grid.code, grid.name, total, id=grid.id, level="grid"),)


def groups_by_word(by: str, counts: Mapping[str, IncidentCounts]) -> tuple[Group, ...]:
    """Return one group for each category, kind or source that has anything, the most reported first."""
    named = [
        Group(key, KIND_NAMES[IncidentKind(key)] if by == "kind" else key, count)
        for key, count in counts.items()
        if count != IncidentCounts()
    ]
    return tuple(sorted(named, key=lambda group: (-group.counts.reported, group.key)))


def _of(counts: Mapping[int | None, IncidentCounts], grid_id: GridId) -> IncidentCounts:
    return counts.get(grid_id, IncidentCounts())


def _remainder(
    division: Division, counts: Mapping[int | None, IncidentCounts], *, areas: AreaTree, within: AreaId
) -> tuple[Group, ...]:
    """Return what lies in no grid of the division; only the whole city has it."""
    if areas.root.id != within:
        return ()
    known = set(division.grid_ids.tolist())
    left = IncidentCounts.total(count for grid_id, count in counts.items() if grid_id not in known)
    return () if left == IncidentCounts() else (Group(REMAINDER, REMAINDER_NAME, left),)
