"""Columns of bytes become rows of bytes, a block at a time and without a step for each row.

Each column says how long its cells are; a running sum over a row's columns then tells where every cell begins, and
the cells of one length are laid into their places at once. What repeats is kept once. O(bytes).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from gis.units import BoolArray, IntArray


class Cells(Protocol):
    """The encoded cells of a column."""

    def lengths(self) -> IntArray:
        """Return how many bytes each of (n,) cells takes."""

    def lay(self, block: NDArray[np.uint8], begins: IntArray) -> None:
        """Put the cells into a block, each where it begins."""


@dataclass(frozen=True, slots=True)
class EqualCells:
    """Cells of one length; where ``missing`` another, ``blank``, stands instead.

    Attributes
    ----------
    records
        (n,) structured or void, one record a cell.
    """

    records: NDArray[Any]
    missing: BoolArray
    blank: bytes

    def lengths(self) -> IntArray:
        """Return how many bytes each cell takes."""
        return np.where(self.missing, len(self.blank), self.records.dtype.itemsize)

    def lay(self, block: NDArray[np.uint8], begins: IntArray) -> None:
        """Put the cells into a block."""
        there = ~self.missing
        _lay(block, begins[there], self.records[there])
        _lay(block, begins[self.missing], np.frombuffer(self.blank, dtype=f"V{len(self.blank)}"))


@dataclass(frozen=True, slots=True)
class SharedCells:
    """Cells of any length, each one of ``distinct``.

    Attributes
    ----------
    which
        (n,) positions among them.
    """

    distinct: Sequence[bytes]
    which: IntArray

    def lengths(self) -> IntArray:
        """Return how many bytes each cell takes."""
        sizes = np.fromiter(map(len, self.distinct), dtype=np.int64, count=len(self.distinct))
        lengths: IntArray = sizes[self.which]
        return lengths

    def lay(self, block: NDArray[np.uint8], begins: IntArray) -> None:
        """Put the cells into a block, all of one length together."""
        sizes = np.fromiter(map(len, self.distinct), dtype=np.int64, count=len(self.distinct))
        by_size = np.argsort(sizes, kind="stable")
        rank = np.empty_like(by_size)
        rank[by_size] = np.arange(len(by_size))
        rows = np.argsort(rank[self.which], kind="stable")
        row_sizes, row_ranks = sizes[self.which[rows]], rank[self.which[rows]]
        for size in filter(None, np.unique(row_sizes).tolist()):
            here = slice(*np.searchsorted(row_sizes, (size, size + 1)))
            first, last = np.searchsorted(sizes, (size, size + 1), sorter=by_size)
            packed = b"".join([self.distinct[position] for position in by_size[first:last].tolist()])
            _lay(block, begins[rows[here]], np.frombuffer(packed, dtype=f"V{size}")[row_ranks[here] - first])


def _lay(block: NDArray[np.uint8], begins: IntArray, records: NDArray[Any]) -> None:
    """Write records of one length into a block of bytes, at any places."""
    if not len(begins):
        return
    size = records.dtype.itemsize
    # A view in which a record begins at every byte.
    slots: NDArray[Any] = np.ndarray((len(block) - size + 1,), dtype=f"V{size}", buffer=block, strides=(1,))
    slots[begins] = records.view(f"V{size}")


def rows_of(columns: Sequence[Cells], *, count: int, head: bytes) -> bytes:
    """Return ``count`` rows: ``head``, then a cell of each column.

    Examples
    --------
    >>> rows_of([SharedCells([b"a", b"bcd"], np.array([1, 0]))], count=2, head=b">")
    b'>bcd>a'
    """
    if not count:
        return b""
    lengths = [column.lengths() for column in columns]
    ends = np.cumsum(len(head) + sum(lengths, start=np.zeros(count, dtype=np.int64)))
    block = np.empty(int(ends[-1]), dtype=np.uint8)
    begins = np.concatenate([[0], ends[:-1]])
    _lay(block, begins, np.frombuffer(head, dtype=f"V{len(head)}"))
    begins = begins + len(head)
    for column, length in zip(columns, lengths, strict=True):
        column.lay(block, begins)
        begins = begins + length
    return block.tobytes()
