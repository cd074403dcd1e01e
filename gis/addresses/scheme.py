"""Cities whose house numbers follow one scheme: parallel streets count alike, so a number tells where it must be.

Each pair of known numbers next to each other on a street says which way, and how many metres, a number goes there.
At a known number the pairs around it that would give it the same number agree with it; the way that most of them go
carries it to another number of its street. Whether a city has such a scheme is measured on the gazetteer itself:
known numbers are carried to their neighbours by other streets alone, and nine in ten of the errors bound the
uncertainty. Where that shows no scheme, nothing is carried. O(log pairs) a number; building is O(rows log rows).
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from gis.units import BoolArray, FloatArray, IntArray

NEAREST = 40
WITHIN_M = 2_500.0
"""So many pairs around a number are asked, none further away."""
ALIKE_M = 120.0
"""A pair agrees with a number when its own street has that number no further along than about a block."""
LEAST_AGREEING = 3
LEAST_APART_M = 60.0
"""Numbers nearer to each other than this tell no direction."""
LARGEST_SPREAD = 0.4
LEAST_MAJORITY = 0.6
"""Of the pairs that agree on a number so many must go the same way, to within this share of a step."""
LARGEST_SHARE = 0.75
"""Errors larger than this part of the way are no scheme; staying where one is errs by all of it."""
LEAST_MEASURED = 30
MOST_MEASURED = 1_000
LEAST_UNCERTAINTY_M = 45.0
"""Depth of a block's side: numbers of a block are not evenly spread, and stand on two sides."""
BOUND = 90.0


class Carried(NamedTuple):
    """A point for a number, in metres, and the uncertainty of it."""

    x_m: float
    y_m: float
    uncertainty_m: float


@dataclass(frozen=True, slots=True)
class Pairs:
    """Known numbers next to each other on one street.

    Attributes
    ----------
    middle
        (n, 2) metres.
    number
        (n,) the number in the middle.
    step_m
        (n, 2) metres from one number to the next.
    way_m
        (n,) metres between the two.
    street
        (n,) which place.
    """

    middle: FloatArray
    number: FloatArray
    step_m: FloatArray
    way_m: FloatArray
    street: IntArray

    @classmethod
    def of(cls, street: IntArray, number: IntArray, x_m: FloatArray, y_m: FloatArray) -> "Pairs":
        """Pair (n,) known numbers; rows of a street stand together, in ascending number."""
        spots = np.column_stack([x_m, y_m])
        first, second = _next_apart(street, number, spots)
        way = spots[second] - spots[first]
        steps = (number[second] - number[first]).astype(np.float64)
        return cls(
            middle=(spots[first] + spots[second]) / 2,
            number=(number[first] + number[second]) / 2,
            step_m=way / steps[:, None],
            way_m=np.hypot(*way.T),
            street=street[first],
        )


@dataclass(frozen=True, slots=True)
class Scheme:
    """The numbering of a city as its known numbers tell it.

    Attributes
    ----------
    share
        Error of a number that was carried, as a share of the way.
    """

    pairs: Pairs
    tree: cKDTree
    share: float

    @classmethod
    def measured(cls, street: IntArray, number: IntArray, x_m: FloatArray, y_m: FloatArray) -> "Scheme | None":
        """Return the scheme of (n,) known numbers, None when there is none; see `Pairs.of` for their order."""
        pairs = Pairs.of(street, number, x_m, y_m)
        if len(pairs.number) < LEAST_MEASURED:
            return None
        scheme = cls(pairs, cKDTree(pairs.middle), np.nan)
        errors = scheme._errors()
        if len(errors) < LEAST_MEASURED:
            return None
        share = float(np.percentile(errors, BOUND))
        return cls(pairs, scheme.tree, share) if share <= LARGEST_SHARE else None

    def carry(self, wanted: int, *, known: int, x_m: float, y_m: float) -> Carried | None:
        """Return where a number of a street is, from a known number of it; None when too few streets agree."""
        step = self._step(x_m, y_m, known, but=-1)
        if step is None:
            return None
        way = step * (wanted - known)
        uncertainty_m = LEAST_UNCERTAINTY_M + self.share * float(np.hypot(*way))
        return Carried(x_m + float(way[0]), y_m + float(way[1]), uncertainty_m)

    def _step(self, x_m: float, y_m: float, known: int, *, but: int) -> FloatArray | None:
        """Return (2,) metres a number, the way that most agreeing pairs of other streets go."""
        count = min(NEAREST, len(self.pairs.number))
        apart_m, near = self.tree.query([x_m, y_m], k=count, distance_upper_bound=WITHIN_M)
        near = near[np.isfinite(apart_m)]
        near = near[self.pairs.street[near] != but]
        step = self.pairs.step_m[near]
        agreeing = self._agree(near, step, np.array([x_m, y_m]), known)
        return _common(step[agreeing])

    def _agree(self, near: IntArray, step: FloatArray, at: FloatArray, known: int) -> BoolArray:
        """Return which pairs would have the known number within a block of where it is."""
        metres = np.maximum(np.hypot(*step.T), 1e-6)
        along_m = ((at - self.pairs.middle[near]) * step).sum(axis=1) / metres
        agreeing: BoolArray = np.abs(along_m - (known - self.pairs.number[near]) * metres) <= ALIKE_M
        return agreeing

    def _errors(self) -> FloatArray:
        """Return the error, as a share of the way, of carrying one end of a pair to the other by other streets."""
        pairs = self.pairs
        errors = []
        for at in np.unique(np.linspace(0, len(pairs.number) - 1, MOST_MEASURED).astype(np.int64)).tolist():
            steps = pairs.way_m[at] / np.hypot(*pairs.step_m[at])
            start = pairs.middle[at] - pairs.step_m[at] * steps / 2
            known = int(pairs.number[at] - steps / 2)
            step = self._step(float(start[0]), float(start[1]), known, but=int(pairs.street[at]))
            if step is not None:
                off_m = float(np.hypot(*((step - pairs.step_m[at]) * steps)))
                errors.append(max(0.0, off_m - LEAST_UNCERTAINTY_M) / pairs.way_m[at])
        return np.array(errors, dtype=np.float64)


def _common(step: FloatArray) -> FloatArray | None:
    """Return (2,) the middle of the steps that most of (n, 2) steps go along with; None when there is no such way."""
    if len(step) < LEAST_AGREEING:
        return None
    apart = np.hypot(*(step[:, None] - step[None]).transpose(2, 0, 1))
    alike = apart <= LARGEST_SPREAD * np.hypot(*step.T)[:, None]
    followers = alike.sum(axis=1)
    most = int(followers.argmax())
    if followers[most] < max(LEAST_AGREEING, LEAST_MAJORITY * len(step)):
        return None
    middle: FloatArray = np.median(step[alike[most]], axis=0)
    return middle


def _next_apart(street: IntArray, number: IntArray, spots: FloatArray) -> tuple[IntArray, IntArray]:
    """Return pairs of positions: each number, and the next of its street that is higher and far enough away."""
    first = np.arange(len(number), dtype=np.int64)
    second = first + 1
    found: list[tuple[IntArray, IntArray]] = []
    while True:
        inside = second < len(number)
        first, second = first[inside], second[inside]
        alike = street[first] == street[second]
        first, second = first[alike], second[alike]
        if len(first) == 0:
            break
        apart = np.hypot(*(spots[second] - spots[first]).T) >= LEAST_APART_M
        apart &= number[second] > number[first]
        found.append((first[apart], second[apart]))
        first, second = first[~apart], second[~apart] + 1
    if not found:
        return first, second
    firsts, seconds = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.argsort(firsts, kind="stable")
    return firsts[order], seconds[order]
