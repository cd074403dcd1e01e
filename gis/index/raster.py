"""The cells that edges pass, and the grids that cover the places no edge passes.

`touched_cells` is a supercover: every cell that an edge meets, cells widened by a millionth so that rounding cannot
lose one. `Scan` walks along one line through each row of cells: crossing an edge, the grid changes from one
of its sides to the other, so the codes on the way are running sums of the edges' deltas by exclusive or, starting
with 0 outside. Cost: O(cells passed + edges x rows, sorted).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from gis.index.edges import Edges
from gis.index.lattice import FAN_OUT_BITS, Lattice, Window
from gis.units import BoolArray, FloatArray, Int32Array, IntArray

Entering = Callable[[FloatArray, FloatArray], Int32Array]
"""From (n,) lon and lat to (n,) codes."""

WIDENED = 1e-6
"""By so much of a cell cells are widened on each side; rounding is below 1e-9 of a cell."""


def codes(position: Int32Array) -> Int32Array:
    """Return the codes of positions: 0 for none (-1), else the position and one."""
    return position + np.int32(1)


def touched_cells(edges: Edges, lattice: Lattice, window: Window) -> tuple[IntArray, Int32Array]:
    """Return every pair of a fine cell in a window and an edge that meets it, by cell, then edge.

    Returns
    -------
    (p,) numbers of cells, ascending; (p,) edges.
    """
    start, end = lattice.in_cells(edges.ends[:, :2]), lattice.in_cells(edges.ends[:, 2:])
    low_row = np.floor(np.minimum(start[:, 1], end[:, 1]) - WIDENED).astype(np.int64)
    high_row = np.floor(np.maximum(start[:, 1], end[:, 1]) + WIDENED).astype(np.int64)
    edge, row = expanded(low_row, high_row)
    west, east = _crossed_columns(start, end, edge, row)
    piece, column = expanded(west, east)
    row, edge = row[piece], edge[piece]
    inside = window.holds(column, row)
    if not inside.all():
        column, row, edge = column[inside], row[inside], edge[inside]
    cell = lattice.number(column, row)
    order = np.argsort(cell, kind="stable")
    return cell[order], edge[order].astype(np.int32)


def expanded(first: IntArray, last: IntArray) -> tuple[IntArray, IntArray]:
    """Return whose each number is, and every whole number from each first to its last; none where last < first."""
    counts = np.maximum(last - first + 1, 0)
    owner = np.repeat(np.arange(len(first)), counts)
    ahead = np.cumsum(counts) - counts
    return owner, first[owner] + np.arange(len(owner)) - ahead[owner]


def _crossed_columns(start: FloatArray, end: FloatArray, edge: IntArray, row: IntArray) -> tuple[IntArray, IntArray]:
    """Return the columns, first and last, that an edge meets within a row of cells."""
    x, y = start[edge, 0], start[edge, 1]
    run, rise = end[edge, 0] - x, end[edge, 1] - y
    level = np.abs(rise) < WIDENED
    steep = np.where(level, 1.0, rise)
    low = np.where(level, 0.0, np.clip((row - WIDENED - y) / steep, 0.0, 1.0))
    high = np.where(level, 1.0, np.clip((row + 1 + WIDENED - y) / steep, 0.0, 1.0))
    one, other = x + low * run, x + high * run
    west = np.floor(np.minimum(one, other) - WIDENED).astype(np.int64)
    east = np.floor(np.maximum(one, other) + WIDENED).astype(np.int64)
    return west, east


@dataclass(frozen=True, slots=True)
class Scan:
    """The grids along one line through each row of cells of a window.

    Parameters
    ----------
    crossings
        (c,) ascending: row times columns plus the place of a crossing in cells.
    codes
        (c + 1,) running sums of the deltas: before the first crossing, and after each.
    columns
        Of the lattice.
    first_row
        Of the window, in fine cells.
    starts
        (rows,) what makes codes of running sums: the code where each row enters the window, less the sum there.
    """

    crossings: FloatArray
    codes: Int32Array
    columns: int
    first_row: int
    starts: Int32Array

    @classmethod
    def along(cls, edges: Edges, lattice: Lattice, window: Window, *, height: float, entering: Entering) -> "Scan":
        """Scan each row at a height above its southern side, in cells (0 to 1).

        Parameters
        ----------
        edges
            At least all that meet the window.
        entering
            Tells the codes of places, where rows enter the window.

        Raises
        ------
        UnclearStart
            When a border passes so near the place where a row enters that rounding could put it on either side.
        """
        start, end = lattice.in_cells(edges.ends[:, :2]), lattice.in_cells(edges.ends[:, 2:])
        rows = window.rows
        first = np.ceil(np.minimum(start[:, 1], end[:, 1]) - height).astype(np.int64)
        beyond = np.ceil(np.maximum(start[:, 1], end[:, 1]) - height).astype(np.int64)
        edge, row = expanded(np.maximum(first, rows[0]), np.minimum(beyond - 1, rows[-1]))
        run, rise = end[edge, 0] - start[edge, 0], end[edge, 1] - start[edge, 1]
        column = start[edge, 0] + (row + height - start[edge, 1]) * (run / rise)
        place = row * float(lattice.columns) + column
        order = np.argsort(place)
        delta = codes(edges.low) ^ codes(edges.high)
        running = np.bitwise_xor.accumulate(delta[edge[order]], dtype=np.int32)
        sums = np.concatenate((np.zeros(1, np.int32), running))
        west = np.full(len(rows), float(window.west << FAN_OUT_BITS))
        unset = cls(place[order], sums, lattice.columns, int(rows[0]), np.zeros(len(rows), np.int32))
        if not unset.is_clear(west, rows).all():
            raise UnclearStart
        entered = entering(lattice.longitude(west), lattice.latitude(rows.astype(np.float64) + height))
        return replace(unset, starts=entered ^ unset.code_at(west, rows))

    def code_at(self, column: FloatArray, row: IntArray) -> Int32Array:
        """Return the code at places of scanned rows, in cells."""
        after = np.searchsorted(self.crossings, row * float(self.columns) + column)
        return self.codes[after] ^ self.starts[row - self.first_row]

    def is_clear(self, column: FloatArray, row: IntArray) -> BoolArray:
        """Whether no crossing is so near that rounding could move it to the other side."""
        place = row * float(self.columns) + column
        before = np.searchsorted(self.crossings, place - WIDENED)
        clear: BoolArray = before == np.searchsorted(self.crossings, place + WIDENED)
        return clear


class UnclearStart(Exception):
    """A window cannot be scanned from its western side."""


def outside_everything(lon: FloatArray, _lat: FloatArray) -> Int32Array:
    """Return the codes of places west of every grid."""
    return np.zeros(len(lon), np.int32)
