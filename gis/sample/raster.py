"""A square raster over the plane, and its cells as a graph for least-cost routes.

The nodes of the graph are not the middles of the cells but random points near them: routes over shaken
nodes have no preferred direction, and look drawn rather than computed. Cost: O(cells).
"""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy import ndimage, sparse

from gis.units import BoolArray, FloatArray, GeometryArray, IntArray


@dataclass(frozen=True, slots=True)
class Raster:
    """Square cells, row 0 in the south.

    Parameters
    ----------
    west_m, south_m
        The outer corner of cell (0, 0) on the plane.
    step_m
        Side of a cell.
    rows, columns
        Size.
    """

    west_m: float
    south_m: float
    step_m: float
    rows: int
    columns: int

    @classmethod
    def over(cls, polygons: GeometryArray, *, step_m: float, margin_m: float) -> "Raster":
        """Return the raster that covers polygons (metres) and a margin around them."""
        west, south, east, north = shapely.total_bounds(polygons)
        return cls(
            west_m=float(west - margin_m),
            south_m=float(south - margin_m),
            step_m=step_m,
            rows=int((north - south + 2 * margin_m) // step_m) + 1,
            columns=int((east - west + 2 * margin_m) // step_m) + 1,
        )

    @property
    def shape(self) -> tuple[int, int]:
        """Return rows and columns."""
        return (self.rows, self.columns)

    @property
    def cell_km2(self) -> float:
        """Return the area of a cell in square kilometres."""
        return self.step_m**2 / 1e6

    def middles(self) -> FloatArray:
        """Return (rows * columns, 2) the middles of all cells, metres, by row."""
        row, column = np.divmod(np.arange(self.rows * self.columns), self.columns)
        return np.column_stack([self.west_m + (column + 0.5) * self.step_m, self.south_m + (row + 0.5) * self.step_m])

    def shaken_middles(self, rng: np.random.Generator, *, share: float) -> FloatArray:
        """Return the middles, each moved at random by up to a share of half a cell."""
        reach = share * self.step_m / 2.0
        return self.middles() + rng.uniform(-reach, reach, (self.rows * self.columns, 2))

    def cells(self, xy: FloatArray) -> IntArray:
        """Return (n,) flat cell numbers of (n, 2) places; places outside take the nearest cell."""
        column = np.clip(((xy[:, 0] - self.west_m) // self.step_m).astype(np.int64), 0, self.columns - 1)
        row = np.clip(((xy[:, 1] - self.south_m) // self.step_m).astype(np.int64), 0, self.rows - 1)
        return row * self.columns + column

    def sample(self, field: FloatArray, xy: FloatArray) -> FloatArray:
        """Return (n,) the field's values at (n, 2) places, linear between the middles of cells."""
        at = [
            (xy[:, 1] - self.south_m) / self.step_m - 0.5,
            (xy[:, 0] - self.west_m) / self.step_m - 0.5,
        ]
        values: FloatArray = ndimage.map_coordinates(field, at, order=1, mode="nearest")
        return values

    def polygon_of_cells(self, polygons: GeometryArray) -> IntArray:
        """Return (rows, columns) the position of the polygon a cell's middle lies in, or -1."""
        middles = self.middles()
        owner = np.full(len(middles), -1, dtype=np.int64)
        for position, polygon in enumerate(polygons):
            shapely.prepare(polygon)
            owner[shapely.contains_xy(polygon, middles[:, 0], middles[:, 1])] = position
        return owner.reshape(self.shape)


def lattice_graph(inside: BoolArray, nodes: FloatArray, cost: FloatArray) -> sparse.csr_matrix:
    """Return the graph of neighbouring cells (eight directions), weighted by length times cost.

    Parameters
    ----------
    inside
        (rows, columns) which cells may be used.
    nodes
        (rows * columns, 2) where the cells' nodes lie, metres.
    cost
        (rows, columns) cost per metre, above 0; an edge costs the mean of its two ends.
    """
    rows, columns = inside.shape
    number = np.arange(rows * columns).reshape(rows, columns)
    flat_inside, flat_cost = inside.ravel(), cost.ravel()
    pairs = [
        (number[:, :-1], number[:, 1:]),
        (number[:-1], number[1:]),
        (number[:-1, :-1], number[1:, 1:]),
        (number[:-1, 1:], number[1:, :-1]),
    ]
    start = np.concatenate([a.ravel() for a, _ in pairs])
    end = np.concatenate([b.ravel() for _, b in pairs])
    usable = flat_inside[start] & flat_inside[end]
    start, end = start[usable], end[usable]
    length = np.hypot(*(nodes[start] - nodes[end]).T)
    weight = length * (flat_cost[start] + flat_cost[end]) / 2.0
    size = rows * columns
    half = sparse.coo_matrix((weight, (start, end)), shape=(size, size))
    return (half + half.T).tocsr()


def label_borders(labels: IntArray, where: BoolArray) -> tuple[IntArray, IntArray]:
    """Return the unit edges between cells of different labels, as pairs of corner numbers.

    Parameters
    ----------
    labels
        (rows, columns) labels; cells with -1 have no borders.
    where
        (rows, columns) cells beside which borders are wanted.

    Returns
    -------
    (n,), (n,) corner numbers; corner ``row * (columns + 1) + column`` is the south-west corner of that cell.
    """
    wide = labels.shape[1] + 1
    row, column = np.nonzero(
        (labels[:, 1:] != labels[:, :-1]) & (labels[:, 1:] >= 0) & (labels[:, :-1] >= 0) & where[:, 1:]
    )
    upright = (row * wide + column + 1, (row + 1) * wide + column + 1)
    row, column = np.nonzero((labels[1:] != labels[:-1]) & (labels[1:] >= 0) & (labels[:-1] >= 0) & where[1:])
    level = ((row + 1) * wide + column, (row + 1) * wide + column + 1)
    return np.concatenate([upright[0], level[0]]), np.concatenate([upright[1], level[1]])
