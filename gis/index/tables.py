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

from gis.index.lattice import FAN_OUT, Extent, Lattice
from gis.units import FloatArray, Int32Array, IntArray

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


@dataclass(frozen=True, slots=True)
class Tables:
    """A built index.

    Parameters
    ----------
    extent, lattice
        Where the cells lie, and what that follows from.
    coarse
        (coarse cells,) int32 words, row by row from the south.
    fine
        (blocks x 256,) int32 words, block by block in the order of coarse cells, row by row in each.
    records
        (r,) float64, in the order of ``fine``; the whole numbers in it are the bits of int64, see `numbers`.
    marks
        (blocks x 16,) uint16, a row of a block each: bit c is set where column c is a border cell.
    busy
        (coarse rows x words a row,) int64: bit c of word w is set where coarse column 32 w + c has a block.
    """

    extent: Extent
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


def marks_of(fine: Int32Array) -> MarkArray:
    """Return a word of bits for each row of each block: which of its cells are border cells."""
    is_border = (fine < LEADS_ON).reshape(-1, FAN_OUT)
    return np.packbits(is_border, axis=1, bitorder="little").view("<u2").reshape(-1).astype(np.uint16)


def busy_of(coarse: Int32Array, lattice: Lattice) -> IntArray:
    """Return words of bits for each row of coarse cells: which of them have a block."""
    columns = busy_words(lattice) << BUSY_BITS
    has_block = np.zeros((lattice.coarse_rows, columns), dtype=np.bool_)
    has_block[:, : lattice.coarse_columns] = (coarse < LEADS_ON).reshape(lattice.coarse_rows, -1)
    return np.packbits(has_block, axis=1, bitorder="little").view("<u4").astype(np.int64).reshape(-1)


def busy_words(lattice: Lattice) -> int:
    """Return how many words of `Tables.busy` a row of coarse cells has."""
    return (lattice.coarse_columns >> BUSY_BITS) + 1
