"""Rows that say one thing twice: identical copies are harmless, contradictions are not. O(rows)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.units import BoolArray, IntArray


@dataclass(frozen=True, slots=True)
class Repeats:
    """Rows whose key stands in an earlier row.

    Attributes
    ----------
    identical
        Positions of those equal to the first row of their key in every column.
    differing
        Positions of the others, ascending.
    first_of_differing
        The position of the first row with the same key, for each of them.
    """

    identical: IntArray
    differing: IntArray
    first_of_differing: IntArray


def repeats(values: Mapping[str, NDArray[Any]], *, key: Sequence[str], among: IntArray) -> Repeats:
    """Find rows whose key has been there before.

    Parameters
    ----------
    values
        Columns of (n,); None, NaN and NaT equal themselves.
    key
        The columns that must be unique together.
    among
        (m,) ascending positions to look at.
    """
    codes = np.zeros(len(among), dtype=np.int64)
    for name in key:
        own, labels = pd.factorize(values[name][among], use_na_sentinel=False)
        codes = pd.factorize(codes * (len(labels) + 1) + own)[0]
    first_of_code = np.zeros(int(codes.max(initial=-1)) + 1, dtype=np.int64)
    first_of_code[codes[::-1]] = among[::-1]
    first = first_of_code[codes]
    later = np.flatnonzero(first != among)
    here, there = among[later], first[later]
    same = np.ones(len(later), dtype=np.bool_)
    for array in values.values():
        same &= _equal(array[here], array[there])
    return Repeats(here[same], here[~same], there[~same])


def _equal(left: NDArray[Any], right: NDArray[Any]) -> BoolArray:
    if left.dtype.kind == "O":
        return np.array([a == b for a, b in zip(left, right, strict=True)], dtype=np.bool_)
    equal: BoolArray = left == right
    if left.dtype.kind == "f":
        equal |= np.isnan(left) & np.isnan(right)
    elif left.dtype.kind == "M":
        equal |= np.isnat(left) & np.isnat(right)
    return equal
