"""Columns of text that take little memory until they are asked for.

A Python text of 25 characters takes 74 bytes and a pointer; a year of a city's incidents has five million of them.
Here a block of cells is an Arrow array: the bytes of all cells one after another, or numbers into a list of those that
repeat. A column is unpacked each time it is asked for, in O(its characters), and nothing is kept: whoever needs it
twice keeps it. `PackedColumns.packed` gives it as it lies, for those who can read that.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gis.loading.raw import TextArray, object_array
from gis.units import BoolArray, IntArray

TEXT = pa.string()
REPEATED = pa.dictionary(pa.int32(), TEXT)
_MOST_TOLD_APART = 0.5
"""Share of a block's cells that may differ where it is worth keeping each of them once."""

Block: TypeAlias = pa.Array | TextArray
"""Some cells of a column; as objects only where they are no valid text."""


def pack(cells: Sequence[str]) -> Block:
    """Return a block of cells.

    Examples
    --------
    >>> pack(["网格", "", "A1"]).to_pylist()
    ['网格', '', 'A1']
    """
    try:
        return repeated(pa.array(cells, TEXT))
    except UnicodeEncodeError:  # half a character, which its judge will name
        return object_array(list(cells))


def repeated(block: pa.Array) -> pa.Array:
    """Return a block with each of its cells once, where that is smaller."""
    coded = block.dictionary_encode()
    return coded if len(coded.dictionary) <= _MOST_TOLD_APART * len(block) else block


class PackedColumns(Mapping[str, TextArray]):
    """Columns by name, in file order, each in blocks."""

    def __init__(self, blocks: Mapping[str, Sequence[Block]]) -> None:
        self._blocks = blocks

    def __getitem__(self, name: str) -> TextArray:
        """Return the (n,) cells of a column, unpacked anew; equal ones are one object where the column repeats."""
        column = self.packed(name)
        if column is None:
            return object_array([cell for block in self._blocks[name] for cell in _listed(block)])
        codes, words = coded(column)
        shared: TextArray = object_array(words)[codes] if words else object_array([])
        return shared

    def packed(self, name: str) -> pa.ChunkedArray | None:
        """Return a column's (n,) cells as they lie; None where they are no valid text."""
        blocks = [block for block in self._blocks[name] if not isinstance(block, np.ndarray)]
        if len(blocks) < len(self._blocks[name]):
            return None
        if all(block.type == REPEATED for block in blocks):
            return pa.chunked_array(blocks, REPEATED)
        return pa.chunked_array([block.cast(TEXT) for block in blocks], TEXT)

    def __iter__(self) -> Iterator[str]:
        return iter(self._blocks)

    def __len__(self) -> int:
        return len(self._blocks)


def _listed(block: Block) -> list[str]:
    cells: list[str] = block.tolist() if isinstance(block, np.ndarray) else block.to_pylist()
    return cells


def empty_cells(column: pa.ChunkedArray) -> BoolArray:
    """Return (n,) which cells have no characters."""
    empty: BoolArray = pc.equal(pc.binary_length(column.cast(TEXT)), 0).to_numpy()
    return empty


def coded(column: pa.ChunkedArray) -> tuple[IntArray, list[str]]:
    """Return which of a column's words each of (n,) cells is, and the words in the order in which they come.

    Examples
    --------
    >>> codes, words = coded(pa.chunked_array([["b", "a"], ["b"]]))
    >>> codes.tolist(), words
    ([0, 1, 0], ['b', 'a'])
    """
    if not len(column):
        return np.empty(0, dtype=np.int64), []
    one = column.unify_dictionaries() if column.type == REPEATED else column.dictionary_encode()
    codes: IntArray = np.concatenate([chunk.indices.to_numpy() for chunk in one.chunks]).astype(np.int64)
    return codes, one.chunk(one.num_chunks - 1).dictionary.to_pylist()
