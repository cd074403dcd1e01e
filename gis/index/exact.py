"""The last word on points that doubles cannot decide: on a border, or beside it by the last place of a number.

The same walk as in `gis.index.crossings`, with signs from `gis.orientation`, which is exact for any doubles. A point
on an edge belongs to the lowest position among the sides of all edges it lies on. A vertex exactly on the way to the
anchor counts as right of it, for both of its edges alike, so that the parity of crossings holds.
"""

import numpy as np

from gis.index.tables import CODE_MASK, COUNT_BITS, HEAD, HIGH_SHIFT, LOW_SHIFT, PER_EDGE, Tables
from gis.orientation import on_edges, sides_of_edges
from gis.units import FloatArray, Int32Array, IntArray


def owners_exactly(tables: Tables, record: IntArray, lon: FloatArray, lat: FloatArray) -> Int32Array:
    """Return the owners of (n,) points in border cells, given the records of their cells."""
    head = tables.numbers[record + 2]
    counts = head & ((1 << COUNT_BITS) - 1)
    first = np.cumsum(counts) - counts
    point = np.repeat(np.arange(len(record)), counts)
    edge = np.repeat(record + HEAD - PER_EDGE * first, counts) + PER_EDGE * np.arange(len(point))
    ends = np.column_stack([tables.records[edge + column] for column in range(4)])
    words = tables.numbers[edge + 4]
    x, y = lon[point], lat[point]
    way = np.column_stack((x, y, tables.records[record][point], tables.records[record + 1][point]))
    side = sides_of_edges(x, y, edges=ends)
    start = sides_of_edges(ends[:, 0], ends[:, 1], edges=way) > 0
    end = sides_of_edges(ends[:, 2], ends[:, 3], edges=way) > 0
    crossed = ((side > 0) != (words & 1).astype(np.bool_)) & (start != end)
    low, high = words >> LOW_SHIFT, (words >> HIGH_SHIFT) & CODE_MASK
    code = (head >> COUNT_BITS) ^ np.bitwise_xor.reduceat(np.where(crossed, low ^ high, 0), first)
    touching = (side == 0) & on_edges(x, y, edges=ends)
    lowest = np.minimum.reduceat(np.where(touching, low, CODE_MASK), first)
    owners: Int32Array = (np.where(lowest < CODE_MASK, lowest, code) - 1).astype(np.int32)
    return owners
