"""Where a house number would be that the gazetteer does not have: between its neighbours on the same street.

Odd and even numbers stand on their own sides, so neighbours of the same parity are preferred unless they are far
apart. How far off such a point may be is measured on the gazetteer itself (`Numbering.measured`): every known number
is placed between *its* neighbours, and the errors of nine in ten bound the uncertainty that is told.
"""

from typing import Literal, NamedTuple

import numpy as np

from gis.addresses.scheme import Scheme
from gis.units import BoolArray, FloatArray, Int32Array, IntArray

LEAST_UNCERTAINTY_M = 20.0
OTHER_SIDE_M = 25.0
"""Added when the other side's numbers are used."""
BOUND = 90.0
"""Percentile of the measured errors that is told as uncertainty."""
LEAST_MEASURED = 30
"""With fewer known cases the defaults stand."""
FURTHEST_BEYOND_M = 1_500.0
"""A number whose uncertainty would be larger is not placed at all."""


class Numbering(NamedTuple):
    """How regular the numbers of a city are.

    Attributes
    ----------
    share
        Error of a number placed between its neighbours, as a share of the way between them.
    metres
        Front of the street that one number takes.
    """

    share: float = 0.5
    metres: float = 6.0

    @classmethod
    def measured(cls, group: IntArray, number: Int32Array, x_m: FloatArray, y_m: FloatArray) -> "Numbering":
        """Measure on known addresses.

        Parameters
        ----------
        group
            (n,) street and side; rows of a group stand together, in ascending number.
        number, x_m, y_m
            (n,) the numbers and where they are; negative numbers are left out.
        """
        known = number >= 0
        if not known.any():
            return cls()
        group, number, x_m, y_m = group[known], number[known].astype(np.int64), x_m[known], y_m[known]
        fresh = np.r_[True, (group[1:] != group[:-1]) | (number[1:] != number[:-1])]
        group, number, x_m, y_m = group[fresh], number[fresh], x_m[fresh], y_m[fresh]
        pair = np.flatnonzero(group[1:] == group[:-1])
        apart_m = np.hypot(x_m[pair + 1] - x_m[pair], y_m[pair + 1] - y_m[pair])
        metres = apart_m / (number[pair + 1] - number[pair])
        low = np.flatnonzero(group[2:] == group[:-2])
        way_m = np.hypot(x_m[low + 2] - x_m[low], y_m[low + 2] - y_m[low])
        low, way_m = low[way_m > LEAST_UNCERTAINTY_M], way_m[way_m > LEAST_UNCERTAINTY_M]
        part = (number[low + 1] - number[low]) / (number[low + 2] - number[low])
        off_m = np.hypot(
            x_m[low] + part * (x_m[low + 2] - x_m[low]) - x_m[low + 1],
            y_m[low] + part * (y_m[low + 2] - y_m[low]) - y_m[low + 1],
        )
        return cls(
            share=float(np.percentile(off_m / way_m, BOUND)) if len(low) >= LEAST_MEASURED else cls().share,
            metres=float(np.percentile(metres, 75.0)) if len(pair) >= LEAST_MEASURED else cls().metres,
        )


class Interpolated(NamedTuple):
    """A point for a number, in metres on the plane of its neighbours."""

    x_m: float
    y_m: float
    uncertainty_m: float
    how: Literal["between", "beyond", "scheme"]


def interpolate(
    wanted: int,
    *,
    number: Int32Array,
    x_m: FloatArray,
    y_m: FloatArray,
    numbering: Numbering,
    scheme: Scheme | None = None,
) -> Interpolated | None:
    """Place a number among (n,) known ones of one street; None when they are too far from it.

    Of the ways to place it, the one with the least uncertainty is taken.

    Parameters
    ----------
    scheme
        The numbering of the streets around, where the city has one.

    Examples
    --------
    >>> number = np.array([10, 20], dtype=np.int32)
    >>> x_m, y_m = np.array([0.0, 100.0]), np.zeros(2)
    >>> interpolate(12, number=number, x_m=x_m, y_m=y_m, numbering=Numbering())
    Interpolated(x_m=20.0, y_m=0.0, uncertainty_m=50.0, how='between')
    """
    same = number % 2 == wanted % 2
    found = [
        _between(wanted, number[side], x_m[side], y_m[side], share=numbering.share, extra_m=extra_m)
        for side, extra_m in ((same, 0.0), (np.ones_like(same), OTHER_SIDE_M))
    ]
    placed = [each for each in found if each is not None]
    if not placed:
        placed = [each for each in [_beyond(wanted, number, x_m, y_m, numbering=numbering)] if each is not None]
    carried = None if scheme is None else _carried(wanted, number, x_m, y_m, scheme=scheme)
    if carried is not None:
        placed.append(carried)
    return min(placed, key=lambda each: each.uncertainty_m, default=None)


def _carried(
    wanted: int, number: Int32Array, x_m: FloatArray, y_m: FloatArray, *, scheme: Scheme
) -> Interpolated | None:
    """Go from the nearest known number as the streets around are numbered."""
    if not len(number):
        return None
    known = int(number[np.abs(number - wanted).argmin()])
    x, y = _middle(number == known, x_m, y_m)
    found = scheme.carry(wanted, known=known, x_m=x, y_m=y)
    if found is None or found.uncertainty_m > FURTHEST_BEYOND_M:
        return None
    return Interpolated(found.x_m, found.y_m, found.uncertainty_m, "scheme")


def _between(
    wanted: int, number: Int32Array, x_m: FloatArray, y_m: FloatArray, *, share: float, extra_m: float
) -> Interpolated | None:
    below, above = number[number < wanted], number[number > wanted]
    if not len(below) or not len(above):
        return None
    low, high = int(below.max()), int(above.min())
    (x0, y0), (x1, y1) = _middle(number == low, x_m, y_m), _middle(number == high, x_m, y_m)
    part = (wanted - low) / (high - low)
    uncertainty_m = max(LEAST_UNCERTAINTY_M, share * float(np.hypot(x1 - x0, y1 - y0))) + extra_m
    return Interpolated(x0 + part * (x1 - x0), y0 + part * (y1 - y0), uncertainty_m, "between")


def _beyond(
    wanted: int, number: Int32Array, x_m: FloatArray, y_m: FloatArray, *, numbering: Numbering
) -> Interpolated | None:
    """Go on from the nearest known number as the street has gone so far; stay there when only one is known."""
    if not len(number):
        return None
    low, high = int(number.min()), int(number.max())
    nearest, furthest = (low, high) if wanted < low else (high, low)
    x, y = _middle(number == nearest, x_m, y_m)
    steps = abs(wanted - nearest)
    uncertainty_m = LEAST_UNCERTAINTY_M + steps * numbering.metres
    if high > low:
        from_x, from_y = _middle(number == furthest, x_m, y_m)
        part = steps / (high - low)
        if part <= 1.0:
            way_m = part * float(np.hypot(x - from_x, y - from_y))
            x, y = x + part * (x - from_x), y + part * (y - from_y)
            uncertainty_m = LEAST_UNCERTAINTY_M + OTHER_SIDE_M + min(steps * numbering.metres, way_m)
    return None if uncertainty_m > FURTHEST_BEYOND_M else Interpolated(x, y, uncertainty_m, "beyond")


def _middle(chosen: BoolArray, x_m: FloatArray, y_m: FloatArray) -> tuple[float, float]:
    return float(x_m[chosen].mean()), float(y_m[chosen].mean())
