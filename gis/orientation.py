"""On which side of an edge a point lies: exactly, for any finite doubles.

The sign of a 2x2 determinant of differences. Three stages, each for what the one before could not decide:

1. floating point with an error bound (Shewchuk 1997, *Adaptive Precision Floating-Point Arithmetic and Fast
   Robust Geometric Predicates*, stage A);
2. where the four differences are exact, both products as pairs (rounded, rest) by Dekker's splitting: a larger
   rounded part means a larger product, and equal rounded parts leave the comparison to the rests;
3. rational arithmetic.

Cost: stages 1 and 2 are arrays; stage 3 is some microseconds a point, and a point snapped to a border seldom
gets there because nearby coordinates subtract exactly (Sterbenz).
"""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from gis.units import BoolArray, FloatArray

SignArray = NDArray[np.int8]

ERROR_BOUND = (3.0 + 16.0 * 2.0**-53) * 2.0**-53
SPLITTER = 2.0**27 + 1.0
SAFE_LEAST, SAFE_MOST = 2.0**-480, 2.0**480
"""Products of numbers between these neither lose bits below nor overflow in Dekker's splitting."""


def sides_of_edges(x: FloatArray, y: FloatArray, *, edges: FloatArray) -> SignArray:
    """Return on which side of each edge's line a point lies.

    Parameters
    ----------
    x, y
        (n,) the points; finite.
    edges
        (n, 4) one edge a point: x and y of its start, x and y of its end; finite.

    Returns
    -------
    (n,) int8: 1 left of the direction start to end, -1 right, 0 exactly on the line.

    Examples
    --------
    >>> import numpy as np
    >>> edge = np.array([[0.0, 0.0, 3.0, 3.0]] * 3)
    >>> sides_of_edges(np.array([1.0, 1.0, 1.0]), np.array([2.0, 1.0, 0.5]), edges=edge).tolist()
    [1, 0, -1]
    """
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        ax, ay = edges[:, 0] - x, edges[:, 1] - y
        bx, by = edges[:, 2] - x, edges[:, 3] - y
        left, right = ax * by, ay * bx
        determinant = left - right
        signs: SignArray = np.sign(determinant, where=np.isfinite(determinant), out=np.zeros(len(x))).astype(np.int8)
        certain = np.abs(determinant) > ERROR_BOUND * (np.abs(left) + np.abs(right)) + SAFE_LEAST
    doubtful = np.flatnonzero(~(certain & np.isfinite(determinant)))
    if len(doubtful):
        signs[doubtful] = _sides_exactly(x[doubtful], y[doubtful], edges[doubtful])
    return signs


def on_edges(x: FloatArray, y: FloatArray, *, edges: FloatArray) -> BoolArray:
    """Return whether each point lies exactly on its edge, ends included.

    Shapes as in `sides_of_edges`.
    """
    within = (
        (np.minimum(edges[:, 0], edges[:, 2]) <= x)
        & (x <= np.maximum(edges[:, 0], edges[:, 2]))
        & (np.minimum(edges[:, 1], edges[:, 3]) <= y)
        & (y <= np.maximum(edges[:, 1], edges[:, 3]))
    )
    touching: BoolArray = within.copy()
    near = np.flatnonzero(within)
    touching[near] = sides_of_edges(x[near], y[near], edges=edges[near]) == 0
    return touching


def _sides_exactly(x: FloatArray, y: FloatArray, edges: FloatArray) -> SignArray:
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        factors, exact = zip(
            *(_difference(edges[:, column], point) for column, point in ((0, x), (3, y), (1, y), (2, x))),
            strict=True,
        )
        left, left_rest, left_safe = _product(factors[0], factors[1])
        right, right_rest, right_safe = _product(factors[2], factors[3])
    rests = (left_rest > right_rest).astype(np.int8) - (left_rest < right_rest)
    signs: SignArray = np.where(left == right, rests, np.where(left > right, 1, -1)).astype(np.int8)
    decided = np.logical_and.reduce((*exact, left_safe, right_safe))
    for i in np.flatnonzero(~decided):
        signs[i] = _side_by_fractions(float(x[i]), float(y[i]), edges[i].tolist())
    return signs


def _difference(a: FloatArray, b: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Return a - b rounded, and whether it is exact (Knuth's TwoSum)."""
    difference = a - b
    taken = a - difference
    rest = (a - (difference + taken)) + (taken - b)
    return difference, rest == 0


def _product(a: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Return a * b rounded, the rest that rounding took, and whether both are to be trusted (Dekker)."""
    product = a * b
    a_high, a_low = _split(a)
    b_high, b_low = _split(b)
    rest = a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)
    safe = _is_safe(a) & _is_safe(b)
    return product, rest, safe


def _split(a: FloatArray) -> tuple[FloatArray, FloatArray]:
    scaled = SPLITTER * a
    high = scaled - (scaled - a)
    return high, a - high


def _is_safe(a: FloatArray) -> BoolArray:
    size = np.abs(a)
    safe: BoolArray = (size == 0) | ((size >= SAFE_LEAST) & (size <= SAFE_MOST))
    return safe


def _side_by_fractions(x: float, y: float, edge: list[float]) -> int:
    px, py, ax, ay, bx, by = (Fraction(number) for number in (x, y, *edge))
    determinant = (ax - px) * (by - py) - (ay - py) * (bx - px)
    return (determinant > 0) - (determinant < 0)
