"""Which grid owns a point: exact, deterministic, one answer.

Invariant: a point belongs to the polygon that covers it, borders included, and to the lowest position where several
do. Three paths give the same answers from the same tables (`gis.index.tables`): numba, numpy, and one point in plain
Python. Where doubles cannot tell a side, exact arithmetic does, for any coordinates.

Everything is made in the build; afterwards nothing changes, and threads may share an index. Cost: a look into one or
two tables for most points, and a walk across some three edges for points in cells with a border.
"""

import math
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import ArrayLike

from gis.division.problems import layer_problems, refusal
from gis.index import artefact, crossings, kernel
from gis.index.borders import Borders
from gis.index.build import tables_of
from gis.index.edges import Edges
from gis.index.moving import changed_positions, moved_tables, neighbourhood_is_sound
from gis.index.one import locator
from gis.index.raster import codes
from gis.index.tables import Tables
from gis.units import BoolArray, FloatArray, GeometryArray, Int32Array, IntArray


class GridIndex:
    """The polygons of one division, ready to answer; make it with `GridIndex.build` or `GridIndex.open`."""

    __slots__ = ("_borders", "_count", "_locate_one", "_tables")

    def __init__(self, tables: Tables | None, *, count: int) -> None:
        self._count = count
        self._tables = tables
        self._locate_one = locator(self._tables) if self._tables is not None else _nowhere
        self._borders = Borders(self._tables) if self._tables is not None else None

    @classmethod
    def build(cls, polygons: ArrayLike) -> "GridIndex":
        """Check a layer and index it.

        Parameters
        ----------
        polygons
            (n,) shapely polygons or multipolygons in ascending grid id, WGS84 lon/lat degrees. None of them is
            kept or changed; n may be 0.

        Raises
        ------
        OverlappingGrids
            When two polygons share ground: ``facts["overlaps"]`` has every pair with place, m2 and width.
        InvalidLayer
            When one is None, empty, not polygonal, invalid, or has a coordinate that is no degree:
            ``facts["problems"]`` has every fault with position and place, overlaps included.

        Examples
        --------
        >>> import shapely
        >>> index = GridIndex.build([shapely.box(113, 22, 114, 23), shapely.box(114, 22, 115, 23)])
        >>> index.locate([113.5, 114.0, 114.5, 120.0], [22.5] * 4).tolist()
        [0, 0, 1, -1]
        """
        layer = np.asarray(polygons, dtype=object).reshape(-1)
        problems = layer_problems(layer, names=[f"position {position}" for position in range(len(layer))])
        if problems:
            raise refusal(problems)
        edges = Edges.of(_flat(layer))
        return cls(tables_of(edges) if len(edges) else None, count=len(layer))

    def rebuilt(self, before: ArrayLike, after: ArrayLike) -> "GridIndex":
        """Return the index of a changed layer; only the surroundings of what changed are built.

        Parameters
        ----------
        before
            (n,) the polygons this index was built from.
        after
            (m,) the polygons as they are now, in ascending grid id: moved borders keep their position, new grids
            come at the end. Another order costs a full build.

        Returns
        -------
        What `GridIndex.build` makes of ``after``, bit for bit.

        Raises
        ------
        OverlappingGrids, InvalidLayer
            As `build`.

        Examples
        --------
        >>> import shapely
        >>> before = [shapely.box(113, 22, 114, 23), shapely.box(114, 22, 115, 23)]
        >>> after = [shapely.box(113, 22, 113.5, 23), shapely.box(113.5, 22, 115, 23)]
        >>> GridIndex.build(before).rebuilt(before, after).locate([113.7], [22.5]).tolist()
        [1]
        """
        old, new = (np.asarray(layer, dtype=object).reshape(-1) for layer in (before, after))
        if self._tables is None or len(new) < len(old):
            return type(self).build(new)
        changed = changed_positions(old, new)
        if len(changed) == 0:
            return self
        if not neighbourhood_is_sound(new, changed):
            return type(self).build(new)  # which tells every fault, or none
        tables = moved_tables(
            self._tables,
            _flat(old),
            _flat(new),
            changed=changed,
            entering=lambda lon, lat: codes(self.locate(lon, lat)),
        )
        return type(self).build(new) if tables is None else type(self)(tables, count=len(new))

    @classmethod
    def open(cls, directory: Path) -> "GridIndex":
        """Map an index that `save` has written; processes that open one directory share its memory.

        Raises
        ------
        UnreadableFile
            When the directory holds no index, one of another version, or one that is cut off.
        """
        grids, tables = artefact.open_tables(directory)
        return cls(tables, count=grids)

    def save(self, directory: Path) -> None:
        """Write the index into a directory, which then holds it completely or, when that fails, what it held before."""
        artefact.save(directory, self._tables, grids=self._count)

    @property
    def size_bytes(self) -> int:
        """Return how much memory the index takes, in files as in memory."""
        return 0 if self._tables is None else self._tables.size_bytes

    def __len__(self) -> int:
        return self._count

    def locate(self, lon: ArrayLike, lat: ArrayLike) -> Int32Array:
        """Return the position of the polygon that owns each point.

        Parameters
        ----------
        lon, lat
            (n,) WGS84 degrees, any doubles.

        Returns
        -------
        (n,) int32: the lowest position that covers the point, borders included; -1 outside all or not finite.

        Raises
        ------
        ValueError
            When the arrays differ in length.
        """
        lon, lat = _points(lon, lat)
        if self._tables is None:
            return np.full(len(lon), -1, dtype=np.int32)
        return (kernel.locate or crossings.locate)(self._tables, lon, lat)

    def locate_one(self, lon: float, lat: float) -> int:
        """Return what `locate` returns, for one point."""
        return self._locate_one(lon, lat)

    def near_border(self, lon: ArrayLike, lat: ArrayLike, *, limit_m: float) -> tuple[FloatArray, Int32Array]:
        """Return how far the nearest border is, and which polygon lies beyond it.

        A border is any edge of any polygon: between two of them or around the division.

        Parameters
        ----------
        lon, lat
            (n,) WGS84 degrees.
        limit_m
            Farther borders are not told; ``math.inf`` tells all.

        Returns
        -------
        distance_m
            (n,) metres over the ground, right to 1 %; exactly 0.0 on a border and only there; inf beyond the limit,
            for what is no place on earth, and in an empty index.
        runner_up
            (n,) int32, the position that would own the point on the other side of that border, the lowest where
            there are several: on a shared border the lowest other polygon that touches, for a point outside the nearest
            polygon. -1 where nothing lies beyond, and beyond the limit. Two polygons less than a millimetre apart
            count as neighbours.

        Raises
        ------
        ValueError
            When the limit is negative or not a number, or the arrays differ in length.

        Examples
        --------
        >>> import math, shapely
        >>> index = GridIndex.build([shapely.box(113, 22, 114, 23), shapely.box(114, 22, 115, 23)])
        >>> distance_m, runner_up = index.near_border([113.999, 114.0], [22.5, 22.5], limit_m=math.inf)
        >>> distance_m.round(1).tolist(), runner_up.tolist()
        ([102.9, 0.0], [1, 1])
        """
        if math.isnan(limit_m) or limit_m < 0:
            raise ValueError("limit_m is a distance in metres")
        lon, lat = _points(lon, lat)
        if self._borders is None:
            return np.full(len(lon), np.inf), np.full(len(lon), -1, dtype=np.int32)
        return self._borders.nearest(lon, lat, own=self.locate(lon, lat), limit_m=limit_m)

    def near_border_one(self, lon: float, lat: float, *, limit_m: float) -> tuple[float, int]:
        """Return what `near_border` returns, for one point: metres and position.

        Raises
        ------
        ValueError
            When the limit is negative or not a number.
        """
        if math.isnan(limit_m) or limit_m < 0:
            raise ValueError("limit_m is a distance in metres")
        if self._borders is None:
            return math.inf, -1
        return self._borders.nearest_one(lon, lat, own=self._locate_one(lon, lat), limit_m=limit_m)

    def within(self, lon: ArrayLike, lat: ArrayLike, *, distance_m: float) -> tuple[IntArray, Int32Array, FloatArray]:
        """Return every polygon within a distance of each point.

        Parameters
        ----------
        lon, lat
            (n,) WGS84 degrees.
        distance_m
            How far a polygon may be; finite. Meant for some metres: the cost grows with the edges within it.

        Returns
        -------
        point
            (p,) int64, which point.
        position
            (p,) int32, which polygon.
        distance_m
            (p,) metres over the ground, right to 1 %; 0.0 where the point lies in the polygon or on its border.

        Pairs come by point, then position.

        Raises
        ------
        ValueError
            When the distance is negative or not finite, or the arrays differ in length.

        Examples
        --------
        >>> import shapely
        >>> index = GridIndex.build([shapely.box(113, 22, 114, 23), shapely.box(114, 22, 115, 23)])
        >>> point, position, distance_m = index.within([113.99999, 113.5], [22.5, 22.5], distance_m=5)
        >>> point.tolist(), position.tolist(), distance_m.round(1).tolist()
        ([0, 0, 1], [0, 1, 0], [0.0, 1.0, 0.0])
        """
        if not 0 <= distance_m < math.inf:
            raise ValueError("distance_m is a finite distance in metres")
        lon, lat = _points(lon, lat)
        own = self.locate(lon, lat)
        inside = np.flatnonzero(own >= 0)
        if self._borders is None:
            return inside, own[inside], np.zeros(0)
        point, position, metres = self._borders.within(lon, lat, distance_m=distance_m)
        others = position != own[point]
        point = np.concatenate((inside, point[others]))
        position = np.concatenate((own[inside], position[others]))
        metres = np.concatenate((np.zeros(len(inside)), metres[others]))
        order = np.lexsort((position, point))
        return point[order], position[order], metres[order]

    def on_border(self, lon: ArrayLike, lat: ArrayLike) -> BoolArray:
        """Return (n,) whether each point lies exactly on an edge of any polygon."""
        on_border: BoolArray = self.near_border(lon, lat, limit_m=0.0)[0] == 0.0
        return on_border


def _flat(layer: GeometryArray) -> GeometryArray:
    """Return polygons without heights."""
    return shapely.force_2d(layer) if shapely.has_z(layer).any() else layer


def _points(lon: ArrayLike, lat: ArrayLike) -> tuple[FloatArray, FloatArray]:
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError("lon and lat are arrays of one dimension and equal length")
    return x, y


def _nowhere(_lon: float, _lat: float) -> int:
    return -1
