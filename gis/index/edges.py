"""The edges of a division: every piece of border between two vertices once, with the grids on its sides.

Neighbours that share an edge vertex by vertex name it twice, once each way. Both are brought into one direction
(west end first, then south) and paired by sorting a hash of their coordinates. An edge that only one polygon has is
the outline's, a hole's, or a neighbour's with vertices elsewhere.

Invariant: no edge stands twice, none has length zero. Cost: one sort of all edges.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.units import BoolArray, FloatArray, GeometryArray, Int32Array, IntArray

NONE = -1

_MULTIPLIERS = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], dtype=np.uint64
)
"""Odd 64-bit constants of xxHash (Collet, BSD-2) and of the golden ratio, which spread bits well."""
_SHIFT = np.uint64(29)


@dataclass(frozen=True, slots=True)
class Edges:
    """m edges in an order that depends on the polygons alone.

    Parameters
    ----------
    ends
        (m, 4) lon and lat of the western (at equal longitude the southern) end, then of the other; WGS84 degrees.
    low, high
        (m,) positions of the polygons that have the edge, ``low < high``; ``high`` is -1 where one alone has it.
    """

    ends: FloatArray
    low: Int32Array
    high: Int32Array

    def __len__(self) -> int:
        return len(self.low)

    @classmethod
    def of(cls, polygons: GeometryArray) -> "Edges":
        """Return the edges of (n,) valid polygons or multipolygons that do not overlap.

        Examples
        --------
        >>> edges = Edges.of(np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]))
        >>> len(edges), int((edges.high >= 0).sum())
        (7, 1)
        """
        ends, owner = _directed(polygons)
        order = _grouping(ends, owner)
        ends, owner = ends[order], owner[order]
        new = np.ones(len(ends), dtype=np.bool_)
        new[1:] = (ends[1:] != ends[:-1]).any(axis=1)
        first = np.flatnonzero(new)
        last = np.append(first[1:], len(ends)) - 1 if len(first) else first
        low, high = owner[first], owner[last]
        return cls(ends[first], low, np.where(low == high, np.int32(NONE), high))

    def some(self, chosen: IntArray) -> "Edges":
        """Return some of the edges, in the order asked for."""
        return Edges(self.ends[chosen], self.low[chosen], self.high[chosen])


def _directed(polygons: GeometryArray) -> tuple[FloatArray, Int32Array]:
    """Return the edges of all rings, west end first, and the polygon of each."""
    parts, polygon_of_part = shapely.get_parts(polygons, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    at, ring = shapely.get_coordinates(rings, return_index=True)
    at += 0.0  # -0.0 and 0.0 are one place, and must be one pattern of bits
    joined = np.flatnonzero((ring[1:] == ring[:-1]) & (at[1:] != at[:-1]).any(axis=1))
    start, end = at[joined], at[joined + 1]
    backwards = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    ends = np.hstack((start, end))
    ends[backwards] = ends[backwards][:, [2, 3, 0, 1]]
    return ends, polygon_of_part[part_of_ring[ring[joined]]].astype(np.int32)


def _grouping(ends: FloatArray, owner: Int32Array) -> IntArray:
    """Return the order that brings equal edges together, the lower owner first."""
    bits = np.ascontiguousarray(ends).view(np.uint64)
    spread = bits[:, 0] * _MULTIPLIERS[0]
    for column in range(1, 4):
        spread = (spread ^ (spread >> _SHIFT)) * _MULTIPLIERS[column] + bits[:, column] * _MULTIPLIERS[0]
    spread ^= spread >> _SHIFT
    order: IntArray = np.argsort(spread, kind="stable")  # owners ascend in the rings' own order
    if _mixed(spread[order], ends[order]):
        return np.lexsort((owner, *ends.T[::-1]))
    return order


def _mixed(spread: np.ndarray, ends: FloatArray) -> bool:
    """Whether two different edges have one hash, so that equal ones may not lie side by side."""
    equal: BoolArray = spread[1:] == spread[:-1]
    return bool((ends[1:][equal] != ends[:-1][equal]).any())
