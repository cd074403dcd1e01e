"""The lattice that the index lays over a division: fine cells, and coarse cells of 16 by 16 fine ones.

A cell is named by its column and row, counted from the south-west. There is at least one coarse cell of margin
on every side, so a point outside the lattice lies outside every grid.

The fine cell is a little shorter than the division's edges are, so that most border cells hold one or two of them;
tables then take some 270 bytes an edge. Two things make cells larger: very many edges, for which 170 bytes each must
do, and a coarse table that would grow out of proportion where grids are small and far apart. Sides are taken from a
ladder and the corner from whole coarse cells, so that a border that moves a little leaves the lattice as it was.
"""

import math
from dataclasses import dataclass

import numpy as np

from gis.index.edges import Edges
from gis.units import BoolArray, FloatArray, IntArray

FAN_OUT_BITS = 4
FAN_OUT = 1 << FAN_OUT_BITS
"""Fine cells along a side of a coarse cell."""

_CELL_IN_EDGES, _CELL_IN_MANY_EDGES = 0.575, 0.96
"""Length of a fine cell in mean lengths of an edge, before it is taken up to the next rung."""
_RUNGS = 8
"""Sides of cells between one power of two and the next."""
_MANY_EDGES = 1_000_000
_MOST_COARSE_CELLS = 1 << 20
_MOST_CELLS_ALONG = 1 << 20
_LEAST_CELL_DEG = 1e-5
"""With these three, a position in cells is right to 3e-9 of a cell, and its place in a scan to 1e-7."""
_NOT_ROUND = 0.381966
"""The origin lies off by this share of a cell, so that round coordinates do not fall on lines of the lattice."""


@dataclass(frozen=True, slots=True)
class Extent:
    """What the lattice depends on.

    Parameters
    ----------
    west, south, east, north
        The bounds of all edges, degrees.
    edges
        How many there are, one at least.
    length_e9
        The sum of their lengths, each in whole units of 1e-9 degrees, so that the order of adding changes nothing.
    """

    west: float
    south: float
    east: float
    north: float
    edges: int
    length_e9: int

    @classmethod
    def of(cls, edges: Edges) -> "Extent":
        """Measure a division with at least one edge."""
        x, y = edges.ends[:, 0::2], edges.ends[:, 1::2]
        bounds = float(x.min()), float(y.min()), float(x.max()), float(y.max())
        return cls(*bounds, len(edges), length_e9(edges))


def length_e9(edges: Edges) -> int:
    """Return the sum of the edges' lengths, each in whole units of 1e-9 degrees."""
    run, rise = edges.ends[:, 2] - edges.ends[:, 0], edges.ends[:, 3] - edges.ends[:, 1]
    return int(np.rint(np.hypot(run, rise) * 1e9).astype(np.int64).sum())


@dataclass(frozen=True, slots=True)
class Lattice:
    """Where the cells lie.

    Parameters
    ----------
    west, south
        The south-western corner, degrees.
    cell_deg
        Side of a fine cell, degrees of longitude and of latitude alike.
    columns, rows
        Fine cells; multiples of `FAN_OUT`.
    """

    west: float
    south: float
    cell_deg: float
    columns: int
    rows: int

    @classmethod
    def over(cls, extent: Extent) -> "Lattice":
        """Return the lattice for a division."""
        width, height = extent.east - extent.west, extent.north - extent.south
        size = _CELL_IN_EDGES if extent.edges < _MANY_EDGES else _CELL_IN_MANY_EDGES
        least = max(
            size * extent.length_e9 / extent.edges / 1e9,
            math.sqrt(width * height / _MOST_COARSE_CELLS) / FAN_OUT,
            max(width, height) / _MOST_CELLS_ALONG,
            _LEAST_CELL_DEG,
        )
        cell = 2.0 ** (math.ceil(math.log2(least) * _RUNGS) / _RUNGS)
        side = cell * FAN_OUT
        column, row = math.floor(extent.west / side), math.floor(extent.south / side)
        return cls(
            west=(column - 1) * side - _NOT_ROUND * cell,
            south=(row - 1) * side - _NOT_ROUND * cell,
            cell_deg=cell,
            columns=(math.floor(extent.east / side) - column + 3) * FAN_OUT,
            rows=(math.floor(extent.north / side) - row + 3) * FAN_OUT,
        )

    @property
    def coarse_columns(self) -> int:
        """Coarse cells from west to east."""
        return self.columns >> FAN_OUT_BITS

    @property
    def coarse_rows(self) -> int:
        """Coarse cells from south to north."""
        return self.rows >> FAN_OUT_BITS

    @property
    def cells_per_deg(self) -> float:
        """What a difference in degrees is multiplied by; every path uses this one number."""
        return 1.0 / self.cell_deg

    def in_cells(self, lonlat: FloatArray) -> FloatArray:
        """Return (n, 2) positions in cells east and north of the corner for (n, 2) degrees."""
        moved: FloatArray = (lonlat - (self.west, self.south)) * self.cells_per_deg
        return moved

    def longitude(self, column: FloatArray) -> FloatArray:
        """Return the longitudes of positions in cells."""
        return self.west + column * self.cell_deg

    def latitude(self, row: FloatArray) -> FloatArray:
        """Return the latitudes of positions in cells."""
        return self.south + row * self.cell_deg

    def number(self, column: IntArray, row: IntArray) -> IntArray:
        """Return the numbers of fine cells: coarse cell by coarse cell, row by row in each."""
        coarse = (row >> FAN_OUT_BITS) * self.coarse_columns + (column >> FAN_OUT_BITS)
        inside = FAN_OUT - 1
        return (coarse << (2 * FAN_OUT_BITS)) | ((row & inside) << FAN_OUT_BITS) | (column & inside)

    def place(self, number: IntArray) -> tuple[IntArray, IntArray]:
        """Return the columns and rows of fine cells by their numbers."""
        row, column = np.divmod(number >> (2 * FAN_OUT_BITS), self.coarse_columns)
        inside = FAN_OUT - 1
        column = (column << FAN_OUT_BITS) | (number & inside)
        return column, (row << FAN_OUT_BITS) | ((number >> FAN_OUT_BITS) & inside)


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of coarse cells.

    Parameters
    ----------
    west, east, south, north
        First and last coarse columns and rows.
    """

    west: int
    east: int
    south: int
    north: int

    @classmethod
    def whole(cls, lattice: Lattice) -> "Window":
        """Return the rectangle of all coarse cells."""
        return cls(0, lattice.coarse_columns - 1, 0, lattice.coarse_rows - 1)

    @property
    def rows(self) -> IntArray:
        """The rows of fine cells."""
        return np.arange(self.south << FAN_OUT_BITS, (self.north + 1) << FAN_OUT_BITS)

    def holds(self, column: IntArray, row: IntArray) -> BoolArray:
        """Whether fine cells lie in it."""
        x, y = column >> FAN_OUT_BITS, row >> FAN_OUT_BITS
        holds: BoolArray = (self.west <= x) & (x <= self.east) & (self.south <= y) & (y <= self.north)
        return holds
