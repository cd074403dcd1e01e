"""The order in which a surveyor numbers the grids of a community: rows from north to south, each from west to east.

DB11 says west to east, then north to south. What a row is, is read from the map: it begins with the northernmost
grid that has no number yet and takes in every grid whose middle lies farther north than the south edge of all that
are in the row already. So a grid that lies plainly north of another (its south edge north of the other's middle)
always has the lower number, and of two side by side the western one has.
"""

import numpy as np

from gis.units import FloatArray, IntArray


def reading_order(parent: IntArray, middles: FloatArray, south_edges: FloatArray) -> IntArray:
    """Return the positions of grids by parent, and inside it as a surveyor numbers them.

    Parameters
    ----------
    parent
        (n,) position of the community.
    middles
        (n, 2) east and north of a grid's middle.
    south_edges
        (n,) north of a grid's southernmost place, at most its middle's.

    Examples
    --------
    >>> middles = np.array([[500.0, 480.0], [100.0, 500.0], [80.0, 100.0]])
    >>> reading_order(np.zeros(3, dtype=np.int64), middles, np.array([300.0, 300.0, 0.0])).tolist()
    [1, 0, 2]
    """
    order = np.lexsort((middles[:, 0], -middles[:, 1], parent))
    row = np.zeros(len(parent), dtype=np.int64)
    number, edge, before = 0, np.inf, -1
    for grid in order.tolist():
        if parent[grid] != before or middles[grid, 1] <= edge:
            number, edge, before = number + 1, -np.inf, int(parent[grid])
        edge = max(edge, float(south_edges[grid]))
        row[grid] = number
    return np.lexsort((-middles[:, 1], middles[:, 0], row))
