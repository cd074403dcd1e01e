"""Times of a packed column, read from its bytes: no text is made for any of them.

A column that leaves a program has one form of time, or a few of different lengths. Cells of one length are a matrix of
bytes; its rows are sorted by shape as in `gis.loading.dates` and read by the same arithmetic. Cells of other characters
or forms are left to that module, and then the whole column is. O(bytes).
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from gis.loading.date_forms import Form, form_of
from gis.loading.date_numbers import ZERO, DateNumbers
from gis.units import IntArray

LONGEST = 40
_ASCII_END = 128
_LEAST_LENGTH = 6
"""Shorter cells are no dates; five digits may be a serial one, which has rules of its own."""


def numbers_of(column: pa.ChunkedArray) -> tuple[IntArray, DateNumbers] | None:
    """Return the rows that are filled and their numbers; None when a cell is not of a form that is read here.

    Parameters
    ----------
    column
        (n,) text; an empty cell and null are none.
    """
    chunks = [_bytes_of(chunk) for chunk in column.chunks]
    lengths = np.concatenate([ends - begins for _, begins, ends in chunks]) if chunks else np.empty(0, np.int64)
    present = np.flatnonzero(lengths)
    numbers = DateNumbers(len(present))
    first = 0
    for characters, begins, ends in chunks:
        filled = np.flatnonzero(ends > begins)
        if not _fill(numbers, first, characters, begins[filled], ends[filled]):
            return None
        first += len(filled)
    return present, numbers


def _bytes_of(chunk: pa.Array) -> tuple[NDArray[np.uint8], IntArray, IntArray]:
    """Return all bytes of a chunk, and where each cell begins and ends."""
    if pa.types.is_dictionary(chunk.type):
        chunk = chunk.dictionary_decode()
    chunk = chunk.fill_null("") if chunk.null_count else chunk
    _, offsets, data = chunk.buffers()
    places = np.frombuffer(offsets, dtype=np.int32)[chunk.offset : chunk.offset + len(chunk) + 1].astype(np.int64)
    characters = np.frombuffer(data, dtype=np.uint8) if data is not None else np.empty(0, np.uint8)
    return characters, places[:-1], places[1:]


def _fill(numbers: DateNumbers, first: int, characters: NDArray[np.uint8], begins: IntArray, ends: IntArray) -> bool:
    """Read the cells of a chunk; say whether all could be."""
    lengths = ends - begins
    for length in np.unique(lengths).tolist():
        if not _LEAST_LENGTH <= length <= LONGEST:
            return False
        rows = np.flatnonzero(lengths == length)
        # (w, m): the arithmetic goes from character to character, over all rows.
        cells = np.ascontiguousarray(sliding_window_view(characters, length)[begins[rows]].T)
        if (cells >= _ASCII_END).any():
            return False
        for members, form in _forms(cells):
            if form is None:
                return False
            numbers.fill(first + rows[members], cells if len(members) == len(rows) else cells[:, members], form)
    return True


def _forms(cells: NDArray[np.uint8]) -> Iterator[tuple[IntArray, Form | None]]:
    """Yield the columns of cells of one shape, and their form."""
    shapes = np.where((cells >= ZERO) & (cells <= ZERO + 9), np.uint8(ZERO), cells)
    left = np.arange(shapes.shape[1])
    while len(left):
        shape = shapes[:, left[0]]
        alike = (shapes[:, left] == shape[:, None]).all(axis=0)
        yield left[alike], form_of(bytes(shape).decode("ascii"))
        left = left[~alike]
