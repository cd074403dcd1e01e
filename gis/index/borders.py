"""How far from the nearest border a point lies, and which grid is on its other side.

The lattice knows where borders are. Points look around in machine code (`gis.index.nearest`) or, without numba, in
windows of cells that widen until the nearest edge cannot lie outside; both measure by `gis.index.measure`. What lies
beyond 250 km is told by `gis.index.far`. Points closer than a micrometre to an edge are decided by exact arithmetic.

Invariant: the distance is 0.0 if and only if the point lies exactly on an edge. All paths give the same numbers.
Nothing is kept beside the tables. Cost: some 1 µs a point with numba; without, as much within 50 m and
some 200 µs at any distance.
"""

import math
from collections.abc import Iterator

import numpy as np

from gis.index.around import edges_around
from gis.index.compiled import HAS_NUMBA
from gis.index.crossings import cells_of_points
from gis.index.far import FarBorders
from gis.index.lattice import FAN_OUT_BITS
from gis.index.measure import distances_m
from gis.index.nearest import CRACK_M, TIE_M, nearest
from gis.index.tables import CODE_MASK, HIGH_SHIFT, LOW_SHIFT, Tables, busy_words
from gis.orientation import on_edges
from gis.units import BoolArray, FloatArray, Int32Array, IntArray

_FAR_M = 250_000.0
"""From here on planes are not good enough."""
_NO_CODE = CODE_MASK
_MANY = 2048
"""From so many points on it pays to ask them in the order of their places."""
_WINDOWS_AT_ONCE = 1 << 20
"""Cells that windows of one question may hold together, so that memory stays small."""


class Borders:
    """The borders of a division, read from the tables of its index."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._far = FarBorders(tables)
        lattice = tables.lattice
        self._origin = (lattice.west, lattice.south, lattice.cells_per_deg)
        self._frame = (lattice.coarse_columns, lattice.coarse_rows, busy_words(lattice))
        self._words = (tables.coarse, tables.busy, tables.marks, tables.fine, tables.records, tables.numbers)

    def nearest(
        self, lon: FloatArray, lat: FloatArray, *, own: Int32Array, limit_m: float
    ) -> tuple[FloatArray, Int32Array]:
        """Return the distance to the nearest border and the grid beyond it; see `GridIndex.near_border`.

        Parameters
        ----------
        lon, lat
            (n,) WGS84 degrees; anything that is no place on earth is inf away.
        own
            (n,) int32, the grid that owns each point, -1 outside.
        """
        distance_m = np.full(len(lon), np.inf)
        beyond = np.full(len(lon), -1, dtype=np.int32)
        on_earth = _on_earth(lon, lat)
        asked = None if on_earth.all() else np.flatnonzero(on_earth)
        x, y, owner = (lon, lat, own) if asked is None else (lon[asked], lat[asked], own[asked])
        if len(x) >= _MANY:
            order = self._by_place(x, y)
            asked = order if asked is None else asked[order]
            x, y, owner = x[order], y[order], owner[order]
        found = self._nearest(x, y, owner, limit_m)
        if asked is None:
            return found
        distance_m[asked], beyond[asked] = found
        return distance_m, beyond

    def nearest_one(self, lon: float, lat: float, *, own: int, limit_m: float) -> tuple[float, int]:
        """Return what `nearest` returns, for one point."""
        if not (abs(lon) <= 180.0 and abs(lat) <= 90.0):
            return math.inf, -1
        point = np.array([lon]), np.array([lat]), np.array([own], dtype=np.int32)
        distance_m, beyond = self._nearest(*point, limit_m)
        return float(distance_m[0]), int(beyond[0])

    def _by_place(self, lon: FloatArray, lat: FloatArray) -> IntArray:
        """Return the order by coarse cells: points that read the same stretch of memory follow each other."""
        column, row = cells_of_points(self._tables, lon, lat)
        return np.argsort((row >> FAN_OUT_BITS) * self._tables.lattice.coarse_columns + (column >> FAN_OUT_BITS))

    def within(self, lon: FloatArray, lat: FloatArray, *, distance_m: float) -> tuple[IntArray, Int32Array, FloatArray]:
        """Return every pair of a point and a grid one of whose edges is that near, with the distance.

        Returns
        -------
        (p,) point, position of the grid, metres; by point, then position. Points that are no place on earth
        have no pairs.
        """
        asked = np.flatnonzero(_on_earth(lon, lat))
        point, edge = edges_around(
            self._tables, lon[asked], lat[asked], reach_m=np.full(len(asked), distance_m + CRACK_M)
        )
        point = asked[point]
        found_m, _ = self._measured(lon[point], lat[point], edge)
        near = found_m <= distance_m
        point, edge, found_m = point[near], edge[near], found_m[near]
        codes = np.concatenate(self._codes(edge))
        points, metres = np.tile(point, 2), np.tile(found_m, 2)
        order = np.lexsort((metres, codes, points))
        order = order[codes[order] > 0]
        new = np.ones(len(order), dtype=np.bool_)
        new[1:] = (np.diff(points[order]) != 0) | (np.diff(codes[order]) != 0)
        first = order[new]
        return points[first], (codes[first] - 1).astype(np.int32), metres[first]

    def _nearest(
        self, lon: FloatArray, lat: FloatArray, own: Int32Array, limit_m: float
    ) -> tuple[FloatArray, Int32Array]:
        distance_m = np.full(len(lon), np.inf)
        beyond = np.full(len(lon), -1, dtype=np.int32)
        reach_m = min(limit_m, _FAR_M)
        if HAS_NUMBA:
            undecided = np.empty(len(lon), dtype=np.int64)
            tables = (self._origin, self._frame, self._words)
            found = nearest(lon, lat, own, reach_m, *tables, distance_m, beyond, undecided)
            waiting, first_m = undecided[:found], 2 * CRACK_M
        else:
            waiting, first_m = np.arange(len(lon)), self._tables.lattice.cell_deg * 1e5
        if len(waiting):
            distance_m[waiting], beyond[waiting] = self._by_windows(
                lon[waiting], lat[waiting], own[waiting], reach_m=reach_m, first_m=first_m
            )
        if limit_m > _FAR_M:
            far = np.flatnonzero(np.isinf(distance_m))
            far_m, edge = self._far.nearest(lon[far], lat[far])
            told = far_m <= limit_m
            far, edge = far[told], edge[told]
            distance_m[far], beyond[far] = far_m[told], self._other_side(edge, own[far]) - 1
        return distance_m, beyond

    def _by_windows(
        self, lon: FloatArray, lat: FloatArray, own: Int32Array, *, reach_m: float, first_m: float
    ) -> tuple[FloatArray, Int32Array]:
        """Return the answers within reach, in windows that widen until no edge outside can be nearer."""
        distance_m = np.full(len(lon), np.inf)
        beyond = np.full(len(lon), -1, dtype=np.int32)
        waiting, window_m = np.arange(len(lon)), np.full(len(lon), min(first_m, reach_m + CRACK_M))
        while len(waiting):
            shortest_m = np.full(len(waiting), np.inf)
            for some in self._parts(window_m):
                asked = waiting[some]
                x, y = lon[asked], lat[asked]
                point, edge = edges_around(self._tables, x, y, reach_m=window_m[some])
                if len(point):
                    here, found_m, found = self._chosen(x, y, own[asked], point, edge)
                    shortest_m[some[here]] = found_m
                    told = here[(found_m <= reach_m) & (found_m + CRACK_M <= window_m[some[here]])]
                    at = np.searchsorted(here, told)
                    distance_m[asked[told]], beyond[asked[told]] = found_m[at], found[at]
            open_still = np.isinf(distance_m[waiting]) & (window_m < reach_m + CRACK_M)
            wider_m = np.minimum(shortest_m + 2 * CRACK_M, 2 * window_m)
            waiting, window_m = waiting[open_still], np.minimum(wider_m, reach_m + CRACK_M)[open_still]
        return distance_m, beyond

    def _parts(self, window_m: FloatArray) -> Iterator[IntArray]:
        """Split points so that the windows of each part hold few cells, however wide they are."""
        cell_m = self._tables.lattice.cell_deg * 1e5
        cells = np.cumsum((2 * window_m / cell_m + 2) ** 2)
        part = (cells / _WINDOWS_AT_ONCE).astype(np.int64)
        yield from np.split(np.arange(len(window_m)), np.flatnonzero(np.diff(part)) + 1)

    def _chosen(
        self, lon: FloatArray, lat: FloatArray, own: Int32Array, point: IntArray, edge: IntArray
    ) -> tuple[IntArray, FloatArray, Int32Array]:
        """Return the points that have edges, the distance to the nearest, and the lowest grid beyond it, -1 none."""
        metres, touching = self._measured(lon[point], lat[point], edge)
        first = np.flatnonzero(np.diff(point, prepend=-1))
        counts = np.diff(np.append(first, len(point)))
        nearest_m = np.minimum.reduceat(metres, first)
        on_border = np.logical_or.reduceat(touching, first)
        other = self._other_side(edge, own[point])
        eligible = (other > 0) & (metres <= np.repeat(nearest_m, counts) + CRACK_M)
        eligible &= touching | ~np.repeat(on_border, counts)
        closest_m = np.minimum.reduceat(np.where(eligible, metres, np.inf), first)
        eligible &= metres <= np.repeat(closest_m, counts) + TIE_M
        lowest = np.minimum.reduceat(np.where(eligible, other, _NO_CODE), first)
        return point[first], nearest_m, (np.where(lowest == _NO_CODE, 0, lowest) - 1).astype(np.int32)

    def _measured(self, x: FloatArray, y: FloatArray, edge: IntArray) -> tuple[FloatArray, BoolArray]:
        """Return the distance of each point to its edge, exactly 0.0 on it and only there, and where that is."""
        ends = np.column_stack([self._tables.records[edge + column] for column in range(4)])
        metres = distances_m(x, y, ends)
        touching = np.zeros(len(x), dtype=np.bool_)
        close = np.flatnonzero(metres < TIE_M)
        touching[close] = on_edges(x[close], y[close], edges=ends[close])
        metres[touching] = 0.0
        return metres, touching

    def _codes(self, edge: IntArray) -> tuple[IntArray, IntArray]:
        """Return the codes of the lower and the higher grid that an edge bounds, 0 for none."""
        words = self._tables.numbers[edge + 4]
        return words >> LOW_SHIFT, (words >> HIGH_SHIFT) & CODE_MASK

    def _other_side(self, edge: IntArray, own: Int32Array) -> IntArray:
        low, high = self._codes(edge)
        other: IntArray = np.where(low == own + 1, high, low)
        return other


def _on_earth(lon: FloatArray, lat: FloatArray) -> BoolArray:
    on_earth: BoolArray = (np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0)
    return on_earth
