"""How far from the nearest border a point lies, and which grid is on its other side.

Every edge of the division is kept once, with the one or two grids it bounds. Samples along the edges stand in a
k-d tree as points of the ellipsoid in three dimensions, where distance is metres in every direction and at every
latitude. A point asks twice: for the nearest sample, which bounds the distance from above, and for all samples
within that bound, whose edges are the only ones that can be nearest. Those are then measured exactly, in the
plane scaled at the latitude halfway (see `gis.ellipsoid`), and points closer than a micrometre are decided by exact
arithmetic. Points very far away take the nearest sample for the answer, so a junk point costs no more.

Invariant: the distance is 0.0 if and only if the point lies exactly on an edge. Nothing changes after the build,
so threads may share it. Cost: two questions to the tree a point, some 10 edges measured.
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from gis.ellipsoid import geocentric, great_circle_m, metres_per_degree
from gis.index.edges import Edges
from gis.orientation import on_edges
from gis.units import BoolArray, FloatArray, Int32Array, IntArray

_FAR_M = 60_000.0
"""From here on a sample stands for its edge; with `_MOST_SPACING_M` that is right to 0.1 %."""
_MOST_SPACING_M = 5_000.0
_SAMPLES_AN_EDGE = 2
_PLANE_ERROR = 2e-4
"""More than plane and chord differ at `_FAR_M`, up to 80 degrees of latitude; it falls with the square."""
_SEARCH_ERROR = 1e-3
_FAR_SEARCH_ERROR = 4e-3
"""The sample found may be this much farther than the nearest: spares points far out the search of all samples."""
_CRACK_M = 1e-3
"""Borders closer than this are two sides of one border: neighbours whose vertices differ by lattice steps."""
_TIE_M = 1e-6
_PAIRS_AT_ONCE = 1 << 21
_POINTS_AT_ONCE = 1 << 15


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Points and edges that may be nearest to them, sorted by point."""

    point: IntArray
    edge: IntArray


class Borders:
    """The edges of a division.

    Parameters
    ----------
    edges
        Every edge once, with the one or two grids it bounds.
    """

    def __init__(self, edges: Edges) -> None:
        self._edges, self._low, self._high = edges.ends, edges.low, edges.high
        self._spacing_m = _spacing_m(self._edges)
        self._sampled, self._sampled_edge = _samples(self._edges, self._spacing_m)
        self._samples = cKDTree(geocentric(*self._sampled.T)) if len(self._sampled) else None

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
        asked = np.flatnonzero((np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0))
        if self._samples is None:
            return distance_m, beyond
        for start in range(0, len(asked), _POINTS_AT_ONCE):
            some = asked[start : start + _POINTS_AT_ONCE]
            distance_m[some], beyond[some] = self._nearest(lon[some], lat[some], own[some], limit_m)
        return distance_m, beyond

    def within(self, lon: FloatArray, lat: FloatArray, *, distance_m: float) -> tuple[IntArray, Int32Array, FloatArray]:
        """Return every pair of a point and a grid one of whose edges is that near, with the distance.

        Returns
        -------
        (p,) point, position of the grid, metres; by point, then position. Points that are no place on earth
        have no pairs.
        """
        nothing = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int32), np.empty(0)
        asked = np.flatnonzero((np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0))
        if self._samples is None or len(asked) == 0:
            return nothing
        places = geocentric(lon[asked], lat[asked])
        pairs = self._candidates(places, np.full(len(asked), distance_m))
        point = asked[pairs.point]
        found_m, _ = _distances_m(lon[point], lat[point], self._edges[pairs.edge])
        near = found_m <= distance_m
        point, edge, found_m = point[near], pairs.edge[near], found_m[near]
        both = np.concatenate((self._low[edge], self._high[edge]))
        points, metres = np.tile(point, 2), np.tile(found_m, 2)
        order = np.lexsort((metres, both, points))
        order = order[both[order] >= 0]
        new = np.ones(len(order), dtype=np.bool_)
        new[1:] = (np.diff(points[order]) != 0) | (np.diff(both[order]) != 0)
        first = order[new]
        return points[first], both[first], metres[first]

    def _nearest(
        self, lon: FloatArray, lat: FloatArray, own: Int32Array, limit_m: float
    ) -> tuple[FloatArray, Int32Array]:
        assert self._samples is not None
        distance_m = np.full(len(lon), np.inf)
        beyond = np.full(len(lon), -1, dtype=np.int32)
        places = geocentric(lon, lat)
        reach_m = min(float(self._reach_m(np.array(min(limit_m, _FAR_M)))), _FAR_M)
        chord_m, _ = self._samples.query(places, eps=_SEARCH_ERROR, distance_upper_bound=reach_m)
        if limit_m > _FAR_M / 2:
            far = np.flatnonzero(~np.isfinite(chord_m))
            _, sample = self._samples.query(places[far], eps=_FAR_SEARCH_ERROR)
            distance_m[far] = great_circle_m(lon[far], lat[far], *self._sampled[sample].T)
            beyond[far] = self._other_side(self._sampled_edge[sample], own[far])
        near = np.flatnonzero(np.isfinite(chord_m))
        for some in self._parts(near, chord_m):
            pairs = self._candidates(places[some], chord_m[some])
            distance_m[some], beyond[some] = self._measured(lon[some], lat[some], own[some], pairs)
        outside = ~(distance_m <= limit_m)
        distance_m[outside], beyond[outside] = np.inf, -1
        return distance_m, beyond

    def _reach_m(self, chord_m: FloatArray) -> FloatArray:
        """Return within which distance a sample of an edge lies when the edge itself is within ``chord_m``."""
        reach_m: FloatArray = (
            chord_m * (1 + _PLANE_ERROR * (chord_m / _FAR_M) ** 2) + 0.501 * self._spacing_m + _CRACK_M
        )
        return reach_m

    def _parts(self, near: IntArray, chord_m: FloatArray) -> list[IntArray]:
        """Split points so that the candidates of each part fit into memory, however far out they lie."""
        assert self._samples is not None
        if len(near) * self._samples.n <= _PAIRS_AT_ONCE:
            return [near] if len(near) else []
        near = near[np.argsort(chord_m[near], kind="stable")]
        inner = near[chord_m[near] <= 50 * self._spacing_m]
        outer = near[len(inner) :]
        return [
            part
            for group, size in ((inner, _POINTS_AT_ONCE), (outer, 1024))
            for part in np.split(group, range(size, len(group), size))
            if len(part)
        ]

    def _candidates(self, places: FloatArray, chord_m: FloatArray) -> _Pairs:
        assert self._samples is not None
        found = self._samples.query_ball_point(places, self._reach_m(chord_m), return_sorted=False)
        counts = np.fromiter(map(len, found), dtype=np.int64, count=len(found))
        samples = np.fromiter((s for ball in found for s in ball), dtype=np.int64, count=int(counts.sum()))
        keys = np.repeat(np.arange(len(places)), counts) * len(self._edges) + self._sampled_edge[samples]
        point, edge = np.divmod(np.unique(keys), len(self._edges))
        return _Pairs(point, edge)

    def _measured(
        self, lon: FloatArray, lat: FloatArray, own: Int32Array, pairs: _Pairs
    ) -> tuple[FloatArray, Int32Array]:
        """Measure all candidates and choose the nearest border and the lowest grid beyond it."""
        x, y, edges = lon[pairs.point], lat[pairs.point], self._edges[pairs.edge]
        distance_m, touching = _distances_m(x, y, edges)
        first = np.flatnonzero(np.diff(pairs.point, prepend=-1))
        nearest_m = np.minimum.reduceat(distance_m, first)
        on_border = np.logical_or.reduceat(touching, first)
        other = self._other_side(pairs.edge, own[pairs.point])
        eligible = (other >= 0) & (distance_m <= nearest_m[pairs.point] + _CRACK_M)
        eligible &= touching | ~on_border[pairs.point]
        closest_m = np.minimum.reduceat(np.where(eligible, distance_m, np.inf), first)
        eligible &= distance_m <= closest_m[pairs.point] + _TIE_M
        none = np.iinfo(np.int32).max
        lowest = np.minimum.reduceat(np.where(eligible, other, none), first)
        return nearest_m, np.where(lowest == none, -1, lowest).astype(np.int32)

    def _other_side(self, edge: IntArray, own: Int32Array) -> Int32Array:
        low, high = self._low[edge], self._high[edge]
        other: Int32Array = np.where(low == own, high, low)
        return other


def _lengths_m(edges: FloatArray) -> FloatArray:
    along_parallel, along_meridian = metres_per_degree((edges[:, 1] + edges[:, 3]) / 2)
    lengths: FloatArray = np.hypot(
        (edges[:, 2] - edges[:, 0]) * along_parallel, (edges[:, 3] - edges[:, 1]) * along_meridian
    )
    return lengths


def _spacing_m(edges: FloatArray) -> float:
    """Return how far samples may lie apart so that there are not many more samples than edges."""
    if len(edges) == 0:
        return _MOST_SPACING_M
    return min(_MOST_SPACING_M, float(_lengths_m(edges).mean()) / _SAMPLES_AN_EDGE)


def _samples(edges: FloatArray, spacing_m: float) -> tuple[FloatArray, IntArray]:
    """Return points along the edges (m, 2), both ends included, and the edge of each."""
    pieces = np.ceil(_lengths_m(edges) / spacing_m).astype(np.int64).clip(min=1)
    edge = np.repeat(np.arange(len(edges)), pieces + 1)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(pieces + 1) - (pieces + 1), pieces + 1)
    share = (step / pieces[edge])[:, None]
    return edges[edge, :2] * (1 - share) + edges[edge, 2:] * share, edge


def _distances_m(x: FloatArray, y: FloatArray, edges: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Return the distance of each point to its edge, exactly 0.0 on it and only there, and where that is."""
    closest_lat = _closest_offset(x, y, edges, middle=y)[1] + y
    east, north = _closest_offset(x, y, edges, middle=(y + closest_lat) / 2)
    along_parallel, along_meridian = metres_per_degree((y + closest_lat) / 2)
    distance_m = np.maximum(np.hypot(east * along_parallel, north * along_meridian), np.finfo(np.float64).tiny)
    touching = np.zeros(len(x), dtype=np.bool_)
    close = np.flatnonzero(distance_m < _TIE_M)
    touching[close] = on_edges(x[close], y[close], edges=edges[close])
    distance_m[touching] = 0.0
    return distance_m, touching


def _closest_offset(
    x: FloatArray, y: FloatArray, edges: FloatArray, *, middle: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the offset in degrees from each point to the closest place of its edge, by the scale at a latitude."""
    along_parallel, along_meridian = metres_per_degree(middle)
    start_x, start_y = (edges[:, 0] - x) * along_parallel, (edges[:, 1] - y) * along_meridian
    run_x = (edges[:, 2] - edges[:, 0]) * along_parallel
    run_y = (edges[:, 3] - edges[:, 1]) * along_meridian
    share = np.clip(-(start_x * run_x + start_y * run_y) / (run_x**2 + run_y**2), 0.0, 1.0)
    east = (edges[:, 0] - x) + share * (edges[:, 2] - edges[:, 0])
    north = (edges[:, 1] - y) + share * (edges[:, 3] - edges[:, 1])
    return east, north
