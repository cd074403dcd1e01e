"""Rows of one name become places: two streets of the same name in different towns are two places.

Rows belong together where they lie within `NEAR_M` of each other, link by link. Parts further apart are one place
when their numbers run on: the next part's numbers begin where the last one's end, and the way between them is no
longer than so many numbers may take. O(rows log rows).
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from gis.units import BoolArray, FloatArray, Int32Array, IntArray

SQUARE_M = 500.0
NEAR_SQUARES = 2
"""Squares of one name this near belong together: a gap of less than some 1.5 km."""
LONGEST_PER_NUMBER_M = 8.0
"""A house number takes no more of a street than this on average, both sides counted."""


@dataclass(frozen=True, slots=True)
class Places:
    """Places and their rows.

    Attributes
    ----------
    name
        (places,) which name.
    starts
        (places + 1,) where each place's rows begin in ``rows``.
    rows
        (m,) positions of entries; a row is in each place that it names.
    of_name
        (names + 1,) where each name's places begin; places stand in the order of names.
    """

    name: IntArray
    starts: IntArray
    rows: Int32Array
    of_name: IntArray

    def __len__(self) -> int:
        return len(self.name)

    def of(self, name: int) -> range:
        """Return the places of a name."""
        return range(int(self.of_name[name]), int(self.of_name[name + 1]))

    def members(self, place: int) -> Int32Array:
        """Return the rows of a place."""
        found: Int32Array = self.rows[self.starts[place] : self.starts[place + 1]]
        return found

    def among(self, kept: BoolArray) -> "Places":
        """Return the places with only the rows that are kept, (rows of entries,); those without any are gone."""
        chosen = kept[self.rows]
        place = np.repeat(np.arange(len(self)), np.diff(self.starts))[chosen]
        left, first = np.unique(place, return_index=True)
        name = self.name[left]
        starts = np.r_[first, len(place)].astype(np.int64)
        return Places(name, starts, self.rows[chosen], np.searchsorted(name, np.arange(len(self.of_name))))


def find_places(
    name: Int32Array, row: Int32Array, *, x_m: FloatArray, y_m: FloatArray, number: Int32Array, names: int
) -> Places:
    """Group (m,) memberships, each a row under one of its names, into places.

    Parameters
    ----------
    name, row
        (m,) which name, and which row.
    x_m, y_m, number
        (rows,) metres on a plane, and house numbers, negative where there is none.
    names
        How many names there are.
    """
    if len(name) == 0:
        none = np.zeros(0, dtype=np.int64)
        return Places(none, np.zeros(1, dtype=np.int64), row[:0], np.zeros(names + 1, dtype=np.int64))
    part = _parts(name, x_m[row], y_m[row])
    part = _run_on(part, name, x_m=x_m[row], y_m=y_m[row], number=number[row])
    order = np.lexsort((row, number[row], part, name))
    name, part, row = name[order], part[order], row[order]
    first = np.flatnonzero(np.r_[True, (part[1:] != part[:-1]) | (name[1:] != name[:-1])])
    starts = np.r_[first, len(row)].astype(np.int64)
    place_name = name[first].astype(np.int64)
    return Places(place_name, starts, row, np.searchsorted(place_name, np.arange(names + 1)))


def _parts(name: Int32Array, x_m: FloatArray, y_m: FloatArray) -> IntArray:
    """Return (m,) a number for each group of memberships of one name that are near each other."""
    keys = np.column_stack([name.astype(np.int64), np.floor(x_m / SQUARE_M), np.floor(y_m / SQUARE_M)])
    squares, square = np.unique(keys.astype(np.int64), axis=0, return_inverse=True)
    apart = squares * np.array([10 * NEAR_SQUARES, 1, 1])
    pairs = cKDTree(apart).query_pairs(NEAR_SQUARES + 0.5, p=np.inf, output_type="ndarray")
    links = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(squares), len(squares)))
    group: IntArray = connected_components(links, directed=False)[1].astype(np.int64)
    return group[square.ravel()]


def _run_on(part: IntArray, name: Int32Array, *, x_m: FloatArray, y_m: FloatArray, number: Int32Array) -> IntArray:
    """Join parts of one name whose numbers continue each other; all arrays are (m,)."""
    order = np.lexsort((number, part, name))
    order = order[number[order] >= 0]
    if len(order) == 0:
        return part
    edge = part[order][1:] != part[order][:-1]
    low, high = order[np.r_[True, edge]], order[np.r_[edge, True]]
    joined = np.arange(int(part.max()) + 1)
    alike = name[low][1:] == name[low][:-1]
    several = np.flatnonzero(np.r_[alike, False] | np.r_[False, alike])
    several = several[np.lexsort((number[low[several]], name[low[several]]))]
    for one, following in zip(several[:-1].tolist(), several[1:].tolist(), strict=True):
        end, begin = high[one], low[following]
        step = int(number[begin]) - int(number[end])
        if name[begin] == name[end] and step > 0:
            gap_m = float(np.hypot(x_m[begin] - x_m[end], y_m[begin] - y_m[end]))
            if gap_m <= LONGEST_PER_NUMBER_M * step:
                joined[part[begin]] = joined[part[end]]
    return joined[part]
