"""Columns of text that take little memory until they are asked for.

A Python text of 25 characters takes 74 bytes and a pointer; a year of a city's incidents has five million of them.
Here a block of cells is one long text and the place where each cell ends. A column is unpacked each time it is asked
for, in O(its characters), and nothing is kept: whoever needs it twice keeps it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise

import numpy as np

from gis.loading.raw import TextArray
from gis.units import IntArray


@dataclass(frozen=True, slots=True)
class PackedCells:
    """Some cells of a column: all their characters, and where each cell ends."""

    characters: str
    ends: IntArray

    @classmethod
    def of(cls, cells: Sequence[str]) -> "PackedCells":
        """Pack cells.

        Examples
        --------
        >>> list(PackedCells.of(["网格", "", "A1"]))
        ['网格', '', 'A1']
        """
        return cls("".join(cells), np.fromiter(accumulate(map(len, cells)), dtype=np.int64, count=len(cells)))

    def __len__(self) -> int:
        return len(self.ends)

    def __iter__(self) -> Iterator[str]:
        characters = self.characters
        return (characters[start:end] for start, end in pairwise(chain((0,), self.ends.tolist())))


class PackedColumns(Mapping[str, TextArray]):
    """Columns by name, in file order, each in blocks: packed, or as lists of texts that repeat."""

    def __init__(self, blocks: Mapping[str, Sequence[PackedCells | TextArray]]) -> None:
        self._blocks = blocks

    def __getitem__(self, name: str) -> TextArray:
        """Return the (n,) cells of a column, unpacked anew."""
        blocks = self._blocks[name]
        column: TextArray = np.empty(sum(map(len, blocks)), dtype=object)
        start = 0
        for block in blocks:
            column[start : start + len(block)] = list(block) if isinstance(block, PackedCells) else block
            start += len(block)
        return column

    def __iter__(self) -> Iterator[str]:
        return iter(self._blocks)

    def __len__(self) -> int:
        return len(self._blocks)
