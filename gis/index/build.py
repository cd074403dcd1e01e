"""Making the tables: window by window, so that memory stays small and a border that moved costs only its surroundings.

A window of coarse cells needs the edges that meet it and, where it does not begin outside the division, the codes of
the places where its rows of cells begin. What a window yields depends on nothing else, so any cutting into windows
gives the same tables, bit for bit. Cost: O(pairs of a cell and an edge in it, sorted) a window.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gis.index.edges import Edges
from gis.index.lattice import FAN_OUT, FAN_OUT_BITS, Extent, Lattice, Window
from gis.index.raster import Entering, Scan, codes, outside_everything, touched_cells
from gis.index.tables import (
    COUNT_BITS,
    HEAD,
    HIGH_SHIFT,
    LEADS_ON,
    LOW_SHIFT,
    PER_EDGE,
    MarkArray,
    Tables,
    busy_of,
    marks_of,
)
from gis.units import BoolArray, FloatArray, Int32Array, IntArray

_EDGES_AT_ONCE = 1 << 18
"""Strips of the whole lattice are cut so that about so many edges meet each."""
_HEIGHTS = (0.5, 0.381, 0.633, 0.237, 0.779, 0.129, 0.871)
_SHARES = (0.5, 0.37, 0.63, 0.21, 0.79, 0.11, 0.89, 0.05, 0.95, 0.44, 0.56, 0.3, 0.7)
_OFF_EDGES = 1e-7
"""An anchor keeps this share of a cell away from every edge."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Blocks that follow each other, and their records.

    Parameters
    ----------
    fine
        Their words; records count from ``first``.
    marks
        Which cells of their rows are border cells.
    records
        The numbers of their records.
    """

    fine: Int32Array
    marks: MarkArray
    records: FloatArray
    first: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """The tables of a window: words of its coarse cells (rows, columns), and its blocks in order."""

    coarse: Int32Array
    blocks: Segment


def tables_of(edges: Edges) -> Tables:
    """Build the tables of a division with at least one edge."""
    extent = Extent.of(edges)
    lattice = Lattice.over(extent)
    coarse, segments = [], []
    for window, some in _strips(edges, lattice):
        piece = piece_of(some, lattice, window, entering=outside_everything)
        coarse.append(piece.coarse.reshape(-1))
        segments.append(piece.blocks)
    return assembled(extent, lattice, np.concatenate(coarse), segments)


def _strips(edges: Edges, lattice: Lattice) -> Iterator[tuple[Window, Edges]]:
    """Cut the lattice into strips from south to north, each with the edges that meet it."""
    side = lattice.cell_deg * FAN_OUT
    rows = np.sort((edges.ends[:, [1, 3]] - lattice.south) / side, axis=1)
    count = min(-(-len(edges) // _EDGES_AT_ONCE), lattice.coarse_rows)
    cuts = np.quantile(rows[:, 0], np.arange(1, count) / count) if count > 1 else np.empty(0)
    ends = np.unique(np.append(cuts.astype(np.int64), lattice.coarse_rows - 1)).tolist()
    for south, north in zip([0, *(end + 1 for end in ends)], ends, strict=False):
        window = Window(0, lattice.coarse_columns - 1, south, north)
        meets = np.flatnonzero((rows[:, 1] >= south - 0.1) & (rows[:, 0] <= north + 1.1))
        yield window, edges.some(meets) if count > 1 else edges


def assembled(extent: Extent, lattice: Lattice, coarse: Int32Array, segments: list[Segment]) -> Tables:
    """Join segments in the order of their coarse cells; ``coarse`` and the list are used up."""
    marks = np.concatenate([segment.marks for segment in segments])
    fine = np.empty(sum(len(segment.fine) for segment in segments), dtype=np.int32)
    records = np.empty(sum(len(segment.records) for segment in segments))
    block, record = 0, 0
    while segments:
        segment = segments.pop(0)
        words = fine[block : block + len(segment.fine)]
        words[:] = segment.fine
        if record != segment.first:
            words += np.int32(segment.first - record) * (words < LEADS_ON)
        records[record : record + len(segment.records)] = segment.records
        block, record = block + len(segment.fine), record + len(segment.records)
    with_block = np.flatnonzero(coarse < LEADS_ON)
    coarse[with_block] = LEADS_ON - 1 - np.arange(len(with_block), dtype=np.int32)
    return Tables(extent, lattice, coarse, fine, records, marks, busy_of(coarse, lattice))


def piece_of(edges: Edges, lattice: Lattice, window: Window, *, entering: Entering) -> Piece:
    """Build the tables of a window.

    Raises
    ------
    UnclearStart
        When a border passes too near the place where a row of cells enters the window.
    """
    border = _BorderCells.of(edges, lattice, window)
    scans = _Scans(edges, lattice, window, entering)
    records, offset = _records(edges, border, *_anchors(edges, lattice, border, scans=scans))
    coarse, fine = _levels(lattice, window, scans.along(_HEIGHTS[0]), border.cell, offset)
    return Piece(coarse, Segment(fine, marks_of(fine), records))


class _Scans:
    """The scans of a window, made when they are asked for; the first is asked for again."""

    def __init__(self, edges: Edges, lattice: Lattice, window: Window, entering: Entering) -> None:
        self._edges, self._lattice, self._window, self._entering = edges, lattice, window, entering
        self._first = self._scanned(_HEIGHTS[0])

    def along(self, height: float) -> Scan:
        return self._first if height == _HEIGHTS[0] else self._scanned(height)

    def _scanned(self, height: float) -> Scan:
        return Scan.along(self._edges, self._lattice, self._window, height=height, entering=self._entering)


@dataclass(frozen=True, slots=True)
class _BorderCells:
    """The fine cells that edges pass, ascending, and their edges one after the other."""

    cell: IntArray
    first: IntArray
    counts: IntArray
    edge: Int32Array

    @classmethod
    def of(cls, edges: Edges, lattice: Lattice, window: Window) -> "_BorderCells":
        cell, edge = touched_cells(edges, lattice, window)
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
    edges: Edges, lattice: Lattice, border: _BorderCells, *, scans: _Scans
) -> tuple[FloatArray, Int32Array, BoolArray]:
    """Return a place off all edges in each border cell, its code, and whether it lies left of each edge."""
    column, row = lattice.place(border.cell)
    west, south = column.astype(np.float64), row.astype(np.float64)
    owner = np.repeat(np.arange(len(row)), border.counts)
    anchor = np.empty((len(row), 2))
    code = np.empty(len(row), dtype=np.int32)
    left = np.empty(len(owner), dtype=np.bool_)
    waiting = np.ones(len(row), dtype=np.bool_)
    for height in _HEIGHTS:
        if not waiting.any():
            break
        line = scans.along(height)
        for share in _SHARES:
            pair = np.flatnonzero(waiting[owner])
            if len(pair) == 0:
                break
            x, y = lattice.longitude(west + share), lattice.latitude(south + height)
            determinant, margin = _determinants(edges.ends[border.edge[pair]], x[owner[pair]], y[owner[pair]])
            good = waiting & line.is_clear(west + share, row)
            good[owner[pair[np.abs(determinant) <= _OFF_EDGES * lattice.cell_deg * margin]]] = False
            anchor[good] = np.column_stack((x[good], y[good]))
            code[good] = line.code_at(west[good] + share, row[good])
            left[pair] = determinant > 0
            waiting &= ~good
    if waiting.any():
        raise ValueError(f"no place off all edges was found in {int(waiting.sum())} cells")
    return anchor, code, left


def _determinants(ends: FloatArray, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return on which side of edges places lie (positive is left), and the edges' lengths along both axes."""
    ax, ay, bx, by = ends.T
    determinant = (ax - x) * (by - y) - (ay - y) * (bx - x)
    return determinant, np.abs(bx - ax) + np.abs(by - ay)


def _levels(
    lattice: Lattice, window: Window, scan: Scan, border: IntArray, offset: IntArray
) -> tuple[Int32Array, Int32Array]:
    """Return the words of the coarse cells of a window, and its blocks of fine cells."""
    block, of_border = np.unique(border >> (2 * FAN_OUT_BITS), return_inverse=True)
    columns = np.arange(window.west, window.east + 1)
    rows = np.arange(window.south, window.north + 1)
    middle = columns.astype(np.float64) * FAN_OUT + FAN_OUT / 2 + _HEIGHTS[0]
    coarse = scan.code_at(middle[None, :], (rows * FAN_OUT + FAN_OUT // 2)[:, None]) - np.int32(1)
    block_row, block_column = np.divmod(block, lattice.coarse_columns)
    coarse[block_row - window.south, block_column - window.west] = LEADS_ON - 1 - np.arange(len(block), dtype=np.int32)
    fine = np.empty((len(block), FAN_OUT * FAN_OUT), dtype=np.int32)
    places = (block_column * FAN_OUT)[:, None] + np.arange(FAN_OUT, dtype=np.float64) + _HEIGHTS[0]
    for up in range(FAN_OUT):
        words = scan.code_at(places, (block_row * FAN_OUT + up)[:, None]) - np.int32(1)
        fine[:, up * FAN_OUT : (up + 1) * FAN_OUT] = words
    fine[of_border, border & (FAN_OUT * FAN_OUT - 1)] = LEADS_ON - 1 - offset
    return coarse, fine.reshape(-1)
