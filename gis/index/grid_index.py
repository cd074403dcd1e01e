"""Which grid owns a point: exact, deterministic, one answer.

Invariant: a point belongs to the polygon that covers it, borders included, and to the lowest position where several
do. GEOS decides by the orientation of the point and the polygon's own vertices, in doubles with an error bound and
then in pairs of doubles; that is exact for every city that keeps away from the equator and the prime meridian.
For coordinates so close to 0 that their differences need more bits, points within a micrometre of a border are decided
again in exact arithmetic, so the answer is exact for any doubles.

The polygons are prepared and every lazy structure is made in the build; afterwards nothing changes, and threads
may share an index. Cost: one pass over the polygons with the points sorted by longitude, 0.9 µs a point at 2,954
grids; few points go by an STRtree instead. Memory beside the answer: some 40 MB, whatever the number of points.
"""

import math
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike

from gis.division.problems import layer_problems, refusal
from gis.index.borders import Borders
from gis.orientation import on_edges, sides_of_edges
from gis.units import BoolArray, FloatArray, GeometryArray, Int32Array, IntArray

_POINTS_AT_ONCE = 1 << 20
_TREE_BELOW_POINTS_A_POLYGON = 1
_EXACT_AT_ONCE = 4096
_DOUBTFUL_M = 1e-6
_PAIR_OF_DOUBLES_BITS = 98
"""Bits in which GEOS's orientation is right, of the 106 that a pair of doubles has."""


class GridIndex:
    """The polygons of one division, ready to answer; make it with `GridIndex.build`."""

    __slots__ = ("_borders", "_bounds", "_floor", "_polygons", "_tree")

    def __init__(self, polygons: GeometryArray) -> None:
        self._polygons = polygons
        self._bounds: FloatArray = shapely.bounds(polygons).reshape(-1, 4)
        self._tree = shapely.STRtree(polygons)
        self._borders = Borders(polygons)
        self._floor = _exactness_floor(polygons)
        self._warm()

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
        return cls(shapely.force_2d(layer))

    def __len__(self) -> int:
        return len(self._polygons)

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
        owners = np.full(len(lon), -1, dtype=np.int32)
        finite = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
        for start in range(0, len(finite) if len(self) else 0, _POINTS_AT_ONCE):
            some = finite[start : start + _POINTS_AT_ONCE]
            owners[some] = self._locate(lon[some], lat[some])
        return owners

    def locate_one(self, lon: float, lat: float) -> int:
        """Return what `locate` returns, for one point."""
        return int(self.locate([lon], [lat])[0])

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
        return self._borders.nearest(lon, lat, own=self.locate(lon, lat), limit_m=limit_m)

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

    def _locate(self, lon: FloatArray, lat: FloatArray) -> Int32Array:
        few = len(lon) <= _TREE_BELOW_POINTS_A_POLYGON * len(self)
        owners = self._locate_by_tree(lon, lat) if few else self._locate_by_sweep(lon, lat)
        doubtful = self._doubtful(lon, lat, owners)
        if len(doubtful):
            owners[doubtful] = self._locate_exactly(lon[doubtful], lat[doubtful])
        return owners

    def _locate_by_tree(self, lon: FloatArray, lat: FloatArray) -> Int32Array:
        point, polygon = self._boxes_around(lon, lat)
        covered = shapely.intersects_xy(self._polygons[polygon], lon[point], lat[point])
        return _lowest(point[covered], polygon[covered], n=len(lon))

    def _locate_by_sweep(self, lon: FloatArray, lat: FloatArray) -> Int32Array:
        """Ask each polygon once for all points in its box; from the last to the first, so the lowest stays."""
        order = np.argsort(lon)
        xs, ys = lon[order], lat[order]
        west, south, east, north = self._bounds.T
        begin, end = np.searchsorted(xs, west, side="left"), np.searchsorted(xs, east, side="right")
        owners = np.full(len(lon), -1, dtype=np.int32)
        for position in np.flatnonzero(end > begin)[::-1].tolist():
            band = ys[begin[position] : end[position]]
            inside = np.flatnonzero((band >= south[position]) & (band <= north[position])) + begin[position]
            if len(inside):
                covered = shapely.intersects_xy(self._polygons[position], xs[inside], ys[inside])
                owners[inside[covered]] = position
        restored = np.empty_like(owners)
        restored[order] = owners
        return restored

    def _boxes_around(self, lon: FloatArray, lat: FloatArray) -> tuple[IntArray, IntArray]:
        """Return pairs of point and polygon whose box holds it."""
        point, polygon = self._tree.query(shapely.points(lon, lat))
        return point, polygon

    def _doubtful(self, lon: FloatArray, lat: FloatArray, owners: Int32Array) -> IntArray:
        """Return the points whose owner GEOS may have got wrong; none in an ordinary city."""
        tiny = ((np.abs(lon) < self._floor[0]) & (lon != 0)) | ((np.abs(lat) < self._floor[1]) & (lat != 0))
        asked = np.flatnonzero(tiny)
        if len(asked) == 0:
            return asked
        near_m, _ = self._borders.nearest(lon[asked], lat[asked], own=owners[asked], limit_m=_DOUBTFUL_M)
        return asked[np.isfinite(near_m)]

    def _locate_exactly(self, lon: FloatArray, lat: FloatArray) -> Int32Array:
        point, polygon = self._boxes_around(lon, lat)
        covered = np.zeros(len(point), dtype=np.bool_)
        for position in np.unique(polygon):
            asked = np.flatnonzero(polygon == position)
            for some in np.array_split(asked, len(asked) // _EXACT_AT_ONCE + 1):
                at = point[some]
                covered[some] = _covers_exactly(self._polygons[position], lon[at], lat[at])
        return _lowest(point[covered], polygon[covered], n=len(lon))

    def _warm(self) -> None:
        """Make what GEOS makes at the first question, so that no two threads make it at once."""
        if not len(self):
            return
        shapely.prepare(self._polygons)
        west, south, east, north = self._bounds.T
        shapely.intersects_xy(self._polygons, (west + east) / 2, (south + north) / 2)
        self._tree.query(shapely.Point(west[0], south[0]))


def _points(lon: ArrayLike, lat: ArrayLike) -> tuple[FloatArray, FloatArray]:
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError("lon and lat are arrays of one dimension and equal length")
    return x, y


def _lowest(point: IntArray, polygon: IntArray, *, n: int) -> Int32Array:
    """Return the lowest polygon of each point, -1 for none."""
    none = np.iinfo(np.int32).max
    owners = np.full(n, none, dtype=np.int32)
    np.minimum.at(owners, point, polygon.astype(np.int32))
    owners[owners == none] = -1
    return owners


def _exactness_floor(polygons: GeometryArray) -> tuple[float, float]:
    """Return below which |lon| and |lat| a point needs exact arithmetic; inf where all points do.

    Doubles of at least some size are whole multiples of that size's last place. A determinant of such numbers is a
    multiple of the product of both last places, and GEOS is off by less than 2^-98 of the largest product of two
    differences: when the one exceeds the other, the sign is right.
    """
    coordinates = np.abs(shapely.get_coordinates(polygons))
    if len(coordinates) == 0:
        return 0.0, 0.0
    least = [float(column[column > 0].min(initial=180.0)) for column in coordinates.T]
    bounds = shapely.bounds(polygons).reshape(-1, 4)
    width, height = (bounds[:, 2:] - bounds[:, :2]).max(axis=0)
    step = math.ulp(least[0]) * math.ulp(least[1])
    exact = step > math.ldexp(4.0 * float(width) * float(height), -_PAIR_OF_DOUBLES_BITS)
    return (least[0], least[1]) if exact else (math.inf, math.inf)


def _covers_exactly(polygon: Any, xs: FloatArray, ys: FloatArray) -> BoolArray:
    """Return whether a polygon covers points, borders included, by counting crossings in exact arithmetic."""
    rings = shapely.get_rings(shapely.get_parts(polygon))
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    joined = ring[1:] == ring[:-1]
    edges = np.hstack((coordinates[:-1][joined], coordinates[1:][joined]))
    low, high = np.minimum(edges[:, 1], edges[:, 3]), np.maximum(edges[:, 1], edges[:, 3])
    point, edge = np.nonzero((low <= ys[:, None]) & (ys[:, None] <= high))
    x, y, level = xs[point], ys[point], edges[edge]
    upward = (level[:, 1] <= y) & (level[:, 3] > y)
    downward = (level[:, 3] <= y) & (level[:, 1] > y)
    side = sides_of_edges(x, y, edges=level)
    crossed = (upward & (side > 0)) | (downward & (side < 0))
    inside: BoolArray = np.bincount(point[crossed], minlength=len(xs)) % 2 == 1
    inside[point[on_edges(x, y, edges=level)]] = True
    return inside
