"""The tables of the index: what each cell says of the points in it.

Two levels. ``coarse`` holds a word for each coarse cell, ``fine`` one for each fine cell of those coarse cells that a
border passes. A word of -1 or more is the answer: the position of the grid that covers the whole cell, -1 none.
A word below leads on: from ``coarse`` to a block of ``fine``, from ``fine`` to the record of a border cell.

A record is a run of 8-byte numbers, so that a point reads one stretch of memory: longitude and latitude of an
*anchor*, a place inside the cell that is on no edge; the anchor's code and the number of edges; then for each edge
four coordinates and a word with the codes of its two sides and the side on which the anchor lies. The grid of a
point follows by walking to the anchor: every edge crossed on the way changes the code by the exclusive or of its sides
(see `gis.index.crossings`).

Nothing here depends on the order of rings or on where an edge ends, so edges that only one polygon has (the
outline, holes, neighbours with vertices elsewhere) need no care. Overlapping polygons would: they are refused before.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.index.edges import Edges
from gis.index.lattice import FAN_OUT, FAN_OUT_BITS, Lattice
from gis.index.raster import Scan, codes, touched_cells
from gis.units import BoolArray, FloatArray, Int32Array, IntArray

MarkArray = NDArray[np.uint16]

HEAD = 3
"""Numbers of a record before its edges."""
PER_EDGE = 5
COUNT_BITS = 24
"""Bits of a record's third number that count its edges; the anchor's code stands above them."""
LOW_SHIFT, HIGH_SHIFT, CODE_MASK = 32, 1, 0x7FFFFFFF
"""An edge's word: code of the lower side, code of the higher, and one bit for the side of the anchor."""

LEADS_ON = -1
"""Words below this one lead on: -2 to the first block or record, and so on."""

BUSY_BITS = 5
"""One word of `Tables.busy` tells of two to the power of so many coarse cells."""

_HEIGHTS = (0.5, 0.381, 0.633, 0.237, 0.779, 0.129, 0.871)
_SHARES = (0.5, 0.37, 0.63, 0.21, 0.79, 0.11, 0.89, 0.05, 0.95, 0.44, 0.56, 0.3, 0.7)
_OFF_EDGES = 1e-7
"""An anchor keeps this share of a cell away from every edge."""


@dataclass(frozen=True, slots=True)
class Tables:
    """A built index.

    Parameters
    ----------
    lattice
        Where the cells lie.
    coarse
        (coarse cells,) int32 words, row by row from the south.
    fine
        (blocks x 256,) int32 words, block by block, row by row.
    records
        (r,) float64; the whole numbers in it are the bits of int64, see `numbers`.
    marks
        (blocks x 16,) uint16, a row of a block each: bit c is set where column c is a border cell.
    busy
        (coarse rows x words a row,) int64: bit c of word w is set where coarse column 32 w + c has a block.
    """

    lattice: Lattice
    coarse: Int32Array
    fine: Int32Array
    records: FloatArray
    marks: MarkArray
    busy: IntArray

    def __post_init__(self) -> None:
        for table in (self.coarse, self.fine, self.records, self.marks, self.busy):
            table.flags.writeable = False

    @property
    def numbers(self) -> IntArray:
        """The records read as whole numbers."""
        return self.records.view(np.int64)

    @property
    def size_bytes(self) -> int:
        """Return how much memory the tables take."""
        return sum(table.nbytes for table in (self.coarse, self.fine, self.records, self.marks, self.busy))

    @classmethod
    def of(cls, edges: Edges) -> "Tables":
        """Build the tables of a division with at least one edge."""
        lattice = Lattice.over(edges)
        border = _BorderCells.of(edges, lattice)
        scan = Scan.along(edges, lattice, height=_HEIGHTS[0])
        records, offset = _records(edges, border, *_anchors(edges, lattice, border, scan=scan))
        coarse, fine = _levels(lattice, scan, border.cell, offset)
        return cls(lattice, coarse, fine, records, marks_of(fine), _busy(coarse, lattice))


@dataclass(frozen=True, slots=True)
class _BorderCells:
    """The fine cells that edges pass, ascending, and their edges one after the other."""

    cell: IntArray
    first: IntArray
    counts: IntArray
    edge: Int32Array

    @classmethod
    def of(cls, edges: Edges, lattice: Lattice) -> "_BorderCells":
        cell, edge = touched_cells(edges, lattice)
        first = np.flatnonzero(np.diff(cell, prepend=-1))
        return cls(cell[first], first, np.diff(np.append(first, len(edge))), edge)


def _records(
    edges: Edges, border: _BorderCells, anchor: FloatArray, code: Int32Array, left: BoolArray
) -> tuple[FloatArray, IntArray]:
    """Return the records of all border cells, and where each begins."""
    counts, edge = border.counts, border.edge
    size = HEAD + PER_EDGE * counts
    offset = np.cumsum(size) - size
    records = np.empty(int(size.sum()))
    numbers = records.view(np.int64)
    records[offset], records[offset + 1] = anchor.T
    numbers[offset + 2] = (code.astype(np.int64) << COUNT_BITS) | counts
    nth = np.arange(len(edge)) - np.repeat(border.first, counts)
    at = np.repeat(offset + HEAD, counts) + PER_EDGE * nth
    for column in range(4):
        records[at + column] = edges.ends[edge, column]
    low, high = (codes(side[edge]).astype(np.int64) for side in (edges.low, edges.high))
    numbers[at + 4] = (low << LOW_SHIFT) | (high << HIGH_SHIFT) | left
    return records, offset


def _anchors(
    edges: Edges, lattice: Lattice, border: _BorderCells, *, scan: Scan
) -> tuple[FloatArray, Int32Array, BoolArray]:
    """Return a place off all edges in each border cell, its code, and whether it lies left of each edge."""
    row, column = np.divmod(border.cell, lattice.columns)
    owner = np.repeat(np.arange(len(row)), border.counts)
    anchor = np.empty((len(row), 2))
    code = np.empty(len(row), dtype=np.int32)
    left = np.empty(len(owner), dtype=np.bool_)
    waiting = np.ones(len(row), dtype=np.bool_)
    for height in _HEIGHTS:
        line = scan if height == _HEIGHTS[0] else Scan.along(edges, lattice, height=height)
        for share in _SHARES:
            pair = np.flatnonzero(waiting[owner])
            if len(pair) == 0:
                return anchor, code, left
            x, y = lattice.longitude(column + share), lattice.latitude(row + height)
            determinant, margin = _determinants(edges.ends[border.edge[pair]], x[owner[pair]], y[owner[pair]])
            good = waiting & line.is_clear(column + share, row)
            good[owner[pair[np.abs(determinant) <= _OFF_EDGES * lattice.cell_deg * margin]]] = False
            anchor[good] = np.column_stack((x[good], y[good]))
            code[good] = line.code_at(column[good] + share, row[good])
            left[pair] = determinant > 0
            waiting &= ~good
    raise ValueError(f"no place off all edges was found in {int(waiting.sum())} cells")


def _determinants(ends: FloatArray, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return on which side of edges places lie (positive is left), and the edges' lengths along both axes."""
    ax, ay, bx, by = ends.T
    determinant = (ax - x) * (by - y) - (ay - y) * (bx - x)
    return determinant, np.abs(bx - ax) + np.abs(by - ay)


def _levels(lattice: Lattice, scan: Scan, border: IntArray, offset: IntArray) -> tuple[Int32Array, Int32Array]:
    """Return the coarse table and the blocks of fine cells."""
    row, column = np.divmod(border, lattice.columns)
    inside = FAN_OUT - 1
    number = (row >> FAN_OUT_BITS) * lattice.coarse_columns + (column >> FAN_OUT_BITS)
    block, of_border = np.unique(number, return_inverse=True)
    middle = np.arange(lattice.coarse_columns, dtype=np.float64) * FAN_OUT + FAN_OUT / 2 + _HEIGHTS[0]
    southern = np.arange(lattice.coarse_rows) * FAN_OUT + FAN_OUT // 2
    coarse = scan.code_at(middle[None, :], southern[:, None]).ravel() - np.int32(1)
    coarse[block] = LEADS_ON - 1 - np.arange(len(block), dtype=np.int32)
    block_row, block_column = np.divmod(block, lattice.coarse_columns)
    fine = np.empty((len(block), FAN_OUT, FAN_OUT), dtype=np.int32)
    for southward in range(FAN_OUT):
        places = (block_column * FAN_OUT)[:, None] + np.arange(FAN_OUT, dtype=np.float64) + _HEIGHTS[0]
        fine[:, southward, :] = scan.code_at(places, (block_row * FAN_OUT + southward)[:, None]) - np.int32(1)
    fine[of_border, row & inside, column & inside] = LEADS_ON - 1 - offset
    return coarse, fine.reshape(-1)


def marks_of(fine: Int32Array) -> MarkArray:
    """Return a word of bits for each row of each block: which of its cells are border cells."""
    is_border = (fine < LEADS_ON).reshape(-1, FAN_OUT)
    return np.packbits(is_border, axis=1, bitorder="little").view("<u2").reshape(-1).astype(np.uint16)


def _busy(coarse: Int32Array, lattice: Lattice) -> IntArray:
    """Return words of bits for each row of coarse cells: which of them have a block."""
    columns = busy_words(lattice) << BUSY_BITS
    has_block = np.zeros((lattice.coarse_rows, columns), dtype=np.bool_)
    has_block[:, : lattice.coarse_columns] = (coarse < LEADS_ON).reshape(lattice.coarse_rows, -1)
    return np.packbits(has_block, axis=1, bitorder="little").view("<u4").astype(np.int64).reshape(-1)


def busy_words(lattice: Lattice) -> int:
    """Return how many words of `Tables.busy` a row of coarse cells has."""
    return (lattice.coarse_columns >> BUSY_BITS) + 1
