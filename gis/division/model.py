"""The division of a city in memory: a tree of areas, and the grids of one edition with their index.

Invariant: grids stand in ascending id, so that a position in the index and the order of ids agree and "the lowest
position" is "the lowest id". A `Division` never changes; a new edition is a new object.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import shapely

from gis.errors import NotFound
from gis.index import GridIndex
from gis.units import AreaId, EditionId, GeometryArray, GridId, IntArray


@dataclass(frozen=True, slots=True)
class Area:
    """A node of the one tree of areas: city, county, town, community, or the city's own level."""

    id: AreaId
    parent_id: AreaId | None
    level: str
    code: str
    name: str
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Edition:
    """A numbered, dated state of the division; ``valid_until`` is the next edition's date, None without one."""

    id: EditionId
    effective_at: datetime
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """The smallest unit of the division, without its shape."""

    id: GridId
    code: str
    name: str
    area_id: AreaId


class AreaTree:
    """All areas of a city by id; parents are explicit, never guessed from codes."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self._by_id = {area.id: area for area in areas}
        self._children: dict[AreaId | None, list[AreaId]] = {}
        for area in self._by_id.values():
            self._children.setdefault(area.parent_id, []).append(area.id)

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[Area]:
        return iter(self._by_id.values())

    def __getitem__(self, area_id: AreaId) -> Area:
        try:
            return self._by_id[area_id]
        except KeyError:
            raise NotFound("there is no such area", where=f"area {area_id}") from None

    @property
    def root(self) -> Area:
        """The city."""
        roots = self._children.get(None, [])
        if not roots:
            raise NotFound("there are no areas yet", remedy="load them with: gezhi load areas FILE --crs …")
        return self._by_id[roots[0]]

    def path(self, area_id: AreaId) -> tuple[Area, ...]:
        """Return the areas from the city down to this one."""
        upwards = []
        here: AreaId | None = area_id
        while here is not None:
            area = self[here]
            upwards.append(area)
            here = area.parent_id
        return tuple(reversed(upwards))

    def children(self, area_id: AreaId) -> tuple[Area, ...]:
        """Return the areas directly below, in the order they were loaded."""
        return tuple(self._by_id[child] for child in self._children.get(area_id, []))

    def within(self, area_id: AreaId) -> frozenset[AreaId]:
        """Return an area's id and those of everything below it."""
        found: set[AreaId] = set()
        waiting = [self[area_id].id]
        while waiting:
            here = waiting.pop()
            found.add(here)
            waiting.extend(self._children.get(here, []))
        return frozenset(found)


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """The grids of one edition, ready to answer "which grid?".

    Parameters
    ----------
    grids
        In ascending id.
    shapes
        (n,) polygons or multipolygons, WGS84, in the same order.
    outline
        Their union, prepared.
    """

    edition: Edition
    areas: AreaTree
    grids: tuple[Grid, ...]
    shapes: GeometryArray
    index: GridIndex
    grid_ids: IntArray
    outline: shapely.Geometry
    _positions: dict[GridId, int] = field(repr=False)

    @classmethod
    def of(cls, edition: Edition, areas: AreaTree, *, grids: Iterable[Grid], shapes: GeometryArray) -> "Division":
        """Build the index and check that ids ascend.

        Raises
        ------
        OverlappingGrids, InvalidLayer
            When the shapes are not a division.
        ValueError
            When ids do not ascend strictly.
        """
        grids = tuple(grids)
        grid_ids = np.array([grid.id for grid in grids], dtype=np.int64)
        if len(grid_ids) != len(shapes) or (np.diff(grid_ids) <= 0).any():
            raise ValueError("grids need ascending ids and one shape each")
        positions = {grid.id: position for position, grid in enumerate(grids)}
        index = GridIndex.build(shapes)
        outline = shapely.union_all(shapes)
        shapely.prepare(outline)
        return cls(edition, areas, grids, shapes, index, grid_ids, outline, positions)

    def position(self, grid_id: GridId) -> int:
        """Return where a grid stands in the arrays.

        Raises
        ------
        NotFound
            When this edition has no such grid.
        """
        try:
            return self._positions[grid_id]
        except KeyError:
            raise NotFound(
                "this edition has no such grid", where=f"grid {grid_id}, edition {self.edition.id}"
            ) from None

    def sums_by_area(self, values: IntArray) -> dict[AreaId, int]:
        """Return the sum of (n,) values of the grids below each area; areas without grids are left out."""
        leaves: dict[AreaId, int] = {}
        for grid, value in zip(self.grids, values.tolist(), strict=True):
            leaves[grid.area_id] = leaves.get(grid.area_id, 0) + value
        sums: dict[AreaId, int] = {}
        for leaf, value in leaves.items():
            for area in self.areas.path(leaf):
                sums[area.id] = sums.get(area.id, 0) + value
        return sums

    def grids_within(self, area_id: AreaId) -> list[GridId]:
        """Return the ids of the grids of an area, ascending."""
        within = self.areas.within(area_id)
        return [grid.id for grid in self.grids if grid.area_id in within]

    def grid_at(self, position: int) -> Grid | None:
        """Return the grid at a position of the index; -1 is no grid."""
        return None if position < 0 else self.grids[position]
