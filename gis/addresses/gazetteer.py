"""The gazetteer: names, places, their rows and the areas they lie in, ready to be asked.

Built once per state of the data and never changed. Rows know the area of the grid that covers their point, so that
an address without its district is found, and one with the wrong district is told. Memory: some 130 bytes a row
beside its text; building takes some 20 microseconds a row.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.addresses.areas import spelled_areas, spellings
from gis.addresses.entries import COLUMNS, NAMES, Entries
from gis.addresses.interpolation import Numbering
from gis.addresses.names import Names
from gis.addresses.places import Places, find_places
from gis.addresses.scheme import Scheme
from gis.crs import LocalMetric
from gis.division.model import Area, AreaTree, Division
from gis.ellipsoid import metres_per_degree
from gis.units import AreaId, BoolArray, FloatArray, Int32Array, IntArray


@dataclass(frozen=True, slots=True)
class AreaExtent:
    """Where an area lies: a point in its middle, and how far its ground reaches from there."""

    lon: float
    lat: float
    radius_m: float


@dataclass(frozen=True, slots=True, eq=False)
class Gazetteer:
    """All that an address is compared with.

    Attributes
    ----------
    entries
        The rows.
    names, name_ids
        Every name once; column of `NAMES` to (rows,) name of each row, -1 for none.
    places
        Rows of one name that belong together.
    numbering
        How regular the house numbers are, measured on the rows.
    scheme
        How the city's streets are numbered together, None when each has its own way.
    plane, x_m, y_m
        Metres.
    areas
        The tree, None without a division.
    area_keys, full_areas
        Areas by every spelling; the spellings that are full names.
    extents
        Where each area lies.
    """

    entries: Entries
    names: Names
    name_ids: dict[str, Int32Array]
    places: Places
    numbering: Numbering
    scheme: Scheme | None
    plane: LocalMetric
    x_m: FloatArray
    y_m: FloatArray
    areas: AreaTree | None
    area_keys: dict[str, list[AreaId]]
    full_areas: frozenset[str]
    extents: dict[AreaId, AreaExtent]
    _leaf: IntArray
    _within: dict[AreaId, BoolArray] = field(default_factory=dict)
    _views: dict[frozenset[str], "Gazetteer"] = field(default_factory=dict)

    @classmethod
    def build(cls, chunks: Iterable[pd.DataFrame], *, division: Division | None = None) -> "Gazetteer":
        """Build from rows with the columns of `gis.addresses.entries.COLUMNS`.

        Parameters
        ----------
        chunks
            Frames, in order; none is kept.
        division
            Whose areas can be named in an address.
        """
        entries = Entries.of(chunks)
        names = Names(entries.vocabularies)
        name_ids = {column: names.ids[column][entries.names[column]] for column in NAMES}
        middle = division.outline if division is not None and len(entries) == 0 else None
        lon, lat = (entries.lon, entries.lat) if middle is None else shapely.get_coordinates(middle.centroid).T
        plane = LocalMetric.around(lon, lat) if len(lon) else LocalMetric(0.0, 0.0)
        x_m, y_m = plane.xy(entries.lon, entries.lat)
        areas = [] if division is None else list(division.areas)
        places = _places(entries, name_ids, x_m, y_m, len(names))
        return cls(
            entries=entries,
            names=names,
            name_ids=name_ids,
            places=places,
            numbering=_numbering(places, entries, x_m, y_m),
            scheme=_scheme(places, entries, x_m, y_m),
            plane=plane,
            x_m=x_m,
            y_m=y_m,
            areas=None if division is None else division.areas,
            area_keys=spelled_areas(areas),
            full_areas=frozenset(key for area in areas for key in spellings(area.name)[:-1] or spellings(area.name)),
            extents={} if division is None else _extents(division),
            _leaf=_leaf_areas(division, entries),
        )

    def showing(self, kinds: frozenset[str] | None) -> "Gazetteer":
        """Return the gazetteer with only these kinds of site, None for all; addresses are always there.

        The rows are shared; what is left out is in no place, so that nothing leads to it. Made once for each set.
        """
        if kinds is None:
            return self
        if kinds not in self._views:
            self._views[kinds] = replace(self, places=self.places.among(self.entries.of_kinds(kinds)))
        return self._views[kinds]

    def within(self, rows: Int32Array | IntArray, areas: Iterable[AreaId]) -> BoolArray:
        """Return which rows lie in any of some areas."""
        inside = np.zeros(len(rows), dtype=np.bool_)
        for area in areas:
            if self.areas is not None and area not in self._within:
                leaves = np.array(sorted(self.areas.within(area)), dtype=np.int64)
                self._within[area] = np.isin(self._leaf, leaves)
            inside |= self._within[area][rows]
        return inside

    def path_of(self, row: int) -> tuple[Area, ...]:
        """Return the areas that a row lies in, the city first; empty outside."""
        leaf = int(self._leaf[row])
        return () if leaf < 0 or self.areas is None else self.areas.path(AreaId(leaf))

    def nbytes(self) -> int:
        """Return the bytes of the arrays and texts that grow with the rows."""
        arrays: list[NDArray[Any]] = [
            *self.entries.names.values(),
            *self.entries.doors.values(),
            *self.name_ids.values(),
        ]
        arrays += [self.entries.lon, self.entries.lat, self.x_m, self.y_m, self._leaf, self.places.rows]
        return sum(array.nbytes for array in arrays) + len(self.entries.texts.block) + self.entries.texts.ends.nbytes


def frame_of(rows: Iterable[dict[str, object]]) -> pd.DataFrame:
    """Return rows as a frame of all `COLUMNS`; what is left out is not told."""
    frame = pd.DataFrame(list(rows)).reindex(columns=list(COLUMNS))
    frame["simulated"] = frame["simulated"].eq(True)
    return frame.astype({"lon": np.float64, "lat": np.float64})


def _places(entries: Entries, name_ids: dict[str, Int32Array], x_m: FloatArray, y_m: FloatArray, names: int) -> Places:
    """Group the rows under each of their names."""
    rows = [np.flatnonzero(name_ids[column] >= 0).astype(np.int32) for column in NAMES]
    of_row = [name_ids[column][found] for column, found in zip(NAMES, rows, strict=True)]
    number = entries.doors["number"]
    return find_places(np.concatenate(of_row), np.concatenate(rows), x_m=x_m, y_m=y_m, number=number, names=names)


def _numbering(places: Places, entries: Entries, x_m: FloatArray, y_m: FloatArray) -> Numbering:
    """Measure how regular house numbers are, side by side of every place."""
    middle = entries.middle_numbers(places.rows)
    side = 2 * np.repeat(np.arange(len(places)), np.diff(places.starts)) + entries.doors["number"][places.rows] % 2
    order = np.lexsort((middle, side))
    rows = places.rows[order]
    return Numbering.measured(side[order], middle[order], x_m[rows], y_m[rows])


def _scheme(places: Places, entries: Entries, x_m: FloatArray, y_m: FloatArray) -> Scheme | None:
    """Measure whether the streets are numbered together."""
    middle = entries.middle_numbers(places.rows)
    street = np.repeat(np.arange(len(places)), np.diff(places.starts))
    known = np.flatnonzero(middle >= 0)
    known = known[np.lexsort((middle[known], street[known]))]
    rows = places.rows[known]
    return Scheme.measured(street[known], middle[known].astype(np.int64), x_m[rows], y_m[rows])


def _leaf_areas(division: Division | None, entries: Entries) -> IntArray:
    """Return (rows,) id of the area of the grid that covers each row; -1 outside."""
    if division is None:
        return np.full(len(entries), -1, dtype=np.int64)
    leaf_of_grid = np.array([*(grid.area_id for grid in division.grids), -1], dtype=np.int64)
    found: IntArray = leaf_of_grid[division.index.locate(entries.lon, entries.lat)]
    return found


def _extents(division: Division) -> dict[AreaId, AreaExtent]:
    """Return where each area lies; its point is inside the grid nearest to its middle."""
    bounds = shapely.bounds(division.shapes)
    grids_of: dict[AreaId, list[int]] = {}
    for position, grid in enumerate(division.grids):
        for area in division.areas.path(grid.area_id):
            grids_of.setdefault(area.id, []).append(position)
    return {area: _extent(division, bounds, np.array(positions)) for area, positions in grids_of.items()}


def _extent(division: Division, bounds: FloatArray, positions: IntArray) -> AreaExtent:
    boxes = bounds[positions]
    west, south = boxes[:, :2].min(axis=0)
    east, north = boxes[:, 2:].max(axis=0)
    middle = shapely.Point((west + east) / 2, (south + north) / 2)
    boxes_apart = np.hypot(boxes[:, [0, 2]].mean(axis=1) - middle.x, boxes[:, [1, 3]].mean(axis=1) - middle.y)
    nearest = division.shapes[positions[int(boxes_apart.argmin())]]
    point = middle if shapely.intersects(nearest, middle) else shapely.point_on_surface(nearest)
    east_m, north_m = metres_per_degree(np.float64(point.y))
    reach_m = np.hypot(max(east - point.x, point.x - west) * east_m, max(north - point.y, point.y - south) * north_m)
    return AreaExtent(float(point.x), float(point.y), float(reach_m))
