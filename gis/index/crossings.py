"""The numpy path: walk from each point to the anchor of its cell and count the edges crossed.

An edge is crossed when point and anchor lie on different sides of it, and its ends on different sides of the way from
the point to the anchor. Each "side" is the sign of a determinant in doubles, trusted beyond Shewchuk's error bound
(*Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric Predicates*, 1997, stage A). Points with
a sign that is not to be trusted are asked again by `gis.index.exact`.
"""

import numpy as np

from gis.index.exact import owners_exactly
from gis.index.lattice import FAN_OUT, FAN_OUT_BITS
from gis.index.tables import CODE_MASK, COUNT_BITS, HEAD, HIGH_SHIFT, LEADS_ON, LOW_SHIFT, PER_EDGE, Tables
from gis.orientation import ERROR_BOUND, SAFE_LEAST
from gis.units import BoolArray, FloatArray, Int32Array, IntArray

_POINTS_AT_ONCE = 1 << 15


def locate(tables: Tables, lon: FloatArray, lat: FloatArray) -> Int32Array:
    """Return the position of the grid of each point; see `gis.index.GridIndex.locate`."""
    owners = np.empty(len(lon), dtype=np.int32)
    for start in range(0, len(lon), _POINTS_AT_ONCE):
        some = slice(start, start + _POINTS_AT_ONCE)
        owners[some] = _locate(tables, lon[some], lat[some])
    return owners


def _locate(tables: Tables, lon: FloatArray, lat: FloatArray) -> Int32Array:
    column, row = cells_of_points(tables, lon, lat)
    lattice = tables.lattice
    owners = tables.coarse[(row >> FAN_OUT_BITS) * lattice.coarse_columns + (column >> FAN_OUT_BITS)]
    led_on = np.flatnonzero(owners < LEADS_ON)
    inside = ((row[led_on] & (FAN_OUT - 1)) << FAN_OUT_BITS) | (column[led_on] & (FAN_OUT - 1))
    block = (LEADS_ON - 1 - owners[led_on]).astype(np.int64)
    words = tables.fine[(block << (2 * FAN_OUT_BITS)) | inside]
    in_border_cell = np.flatnonzero(words < LEADS_ON)
    points = led_on[in_border_cell]
    record = (LEADS_ON - 1 - words[in_border_cell]).astype(np.int64)
    words[in_border_cell] = in_border_cells(tables, record, lon[points], lat[points])
    owners[led_on] = words
    return owners


def cells_of_points(tables: Tables, lon: FloatArray, lat: FloatArray) -> tuple[Int32Array, Int32Array]:
    """Return the fine cell of each point; points outside and what is not a number fall into the empty margin."""
    lattice = tables.lattice
    column = (lon - lattice.west) * lattice.cells_per_deg
    row = (lat - lattice.south) * lattice.cells_per_deg
    np.fmin(np.fmax(column, 0.0, out=column), lattice.columns - 1.0, out=column)
    np.fmin(np.fmax(row, 0.0, out=row), lattice.rows - 1.0, out=row)
    return column.astype(np.int32), row.astype(np.int32)


def in_border_cells(tables: Tables, record: IntArray, lon: FloatArray, lat: FloatArray) -> Int32Array:
    """Return the owners of points in border cells, given the records of their cells."""
    if len(record) == 0:
        return np.empty(0, dtype=np.int32)
    head = tables.numbers[record + 2]
    counts = head & ((1 << COUNT_BITS) - 1)
    first = np.cumsum(counts) - counts
    point = np.repeat(np.arange(len(record)), counts)
    edge = np.repeat(record + HEAD - PER_EDGE * first, counts) + PER_EDGE * np.arange(len(point))
    words = tables.numbers[edge + 4]
    to_edges = _offsets(tables.records, edge, lon[point], lat[point])
    way = ((tables.records[record] - lon)[point], (tables.records[record + 1] - lat)[point])
    crossed, trusted = _crossed(*to_edges, *way, anchor_left=(words & 1).astype(np.bool_))
    delta = (words >> LOW_SHIFT) ^ ((words >> HIGH_SHIFT) & CODE_MASK)
    code = (head >> COUNT_BITS) ^ np.bitwise_xor.reduceat(np.where(crossed, delta, 0), first)
    owners = (code - 1).astype(np.int32)
    doubtful = np.flatnonzero(~np.logical_and.reduceat(trusted, first))
    if len(doubtful):
        owners[doubtful] = owners_exactly(tables, record[doubtful], lon[doubtful], lat[doubtful])
    return owners


def _offsets(
    records: FloatArray, edge: IntArray, x: FloatArray, y: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return how far the ends of edges lie from points: start and end, each along both axes."""
    return records[edge] - x, records[edge + 1] - y, records[edge + 2] - x, records[edge + 3] - y


def _crossed(  # noqa: PLR0917 - three vectors, each as two columns
    ax: FloatArray,
    ay: FloatArray,
    bx: FloatArray,
    by: FloatArray,
    way_x: FloatArray,
    way_y: FloatArray,
    *,
    anchor_left: BoolArray,
) -> tuple[BoolArray, BoolArray]:
    """Return which edges lie between point and anchor, and which of these answers are certain."""
    left, sure = _left(ax, ay, bx, by)
    start, start_sure = _left(way_x, way_y, ax, ay)
    end, end_sure = _left(way_x, way_y, bx, by)
    crossed: BoolArray = (left != anchor_left) & (start != end)
    return crossed, sure & start_sure & end_sure


def _left(ax: FloatArray, ay: FloatArray, bx: FloatArray, by: FloatArray) -> tuple[BoolArray, BoolArray]:
    """Return whether the determinant of two vectors is positive, and whether its sign is certain."""
    one, other = ax * by, ay * bx
    determinant = one - other
    return determinant > 0, np.abs(determinant) > ERROR_BOUND * (np.abs(one) + np.abs(other)) + SAFE_LEAST
