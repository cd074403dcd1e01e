"""The lattice that the index lays over a division: fine cells, and coarse cells of 16 by 16 fine ones.

A cell is named by its column and row, counted from the south-west. There is at least one coarse cell of margin
on every side, so a point outside the lattice lies outside every grid.

The fine cell is a little shorter than the division's edges are, so that most border cells hold one or two of them;
tables then take some 270 bytes an edge. Two things make cells larger: very many edges, for which 170 bytes each must
do, and a coarse table that would grow out of proportion where grids are small and far apart.
"""

import math
from dataclasses import dataclass

import numpy as np

from gis.index.edges import Edges
from gis.units import FloatArray, IntArray

FAN_OUT_BITS = 4
FAN_OUT = 1 << FAN_OUT_BITS
"""Fine cells along a side of a coarse cell."""

_CELL_IN_EDGES, _CELL_IN_MANY_EDGES = 0.6, 1.0
"""Length of a fine cell in mean lengths of an edge."""
_MANY_EDGES = 1_000_000
_MOST_COARSE_CELLS = 1 << 20
_MOST_CELLS_ALONG = 1 << 20
_LEAST_CELL_DEG = 1e-5
"""With these three, a position in cells is right to 3e-9 of a cell, and its place in a scan to 1e-7."""
_NOT_ROUND = 0.381966
"""The origin lies off by this share of a cell, so that round coordinates do not fall on lines of the lattice."""


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
    def over(cls, edges: Edges) -> "Lattice":
        """Return the lattice for a division with at least one edge."""
        x, y = edges.ends[:, 0::2], edges.ends[:, 1::2]
        west, south = float(x.min()), float(y.min())
        width, height = float(x.max()) - west, float(y.max()) - south
        length = np.hypot(edges.ends[:, 2] - edges.ends[:, 0], edges.ends[:, 3] - edges.ends[:, 1])
        size = _CELL_IN_EDGES if len(edges) < _MANY_EDGES else _CELL_IN_MANY_EDGES
        cell = max(
            size * float(length.mean()),
            math.sqrt(width * height / _MOST_COARSE_CELLS) / FAN_OUT,
            max(width, height) / _MOST_CELLS_ALONG,
            _LEAST_CELL_DEG,
        )
        margin = (FAN_OUT + _NOT_ROUND) * cell
        return cls(
            west=west - margin,
            south=south - margin,
            cell_deg=cell,
            columns=_whole_coarse_cells(width / cell),
            rows=_whole_coarse_cells(height / cell),
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
        """Return the number of fine cells, counted row by row."""
        return row * self.columns + column


def _whole_coarse_cells(cells: float) -> int:
    """Return how many fine cells hold so many, with a coarse cell of margin on both sides."""
    return (math.ceil(cells / FAN_OUT) + 3) * FAN_OUT
