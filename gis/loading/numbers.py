"""Numbers as text, exactly: what Python's own reader reads, full-width digits included, and nothing more."""

import math
import unicodedata

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gis.loading.raw import TextArray
from gis.units import BoolArray, FloatArray


def read_numbers(texts: TextArray) -> tuple[FloatArray, BoolArray]:
    """Read a column of numbers.

    Parameters
    ----------
    texts
        (n,) text without surrounding blanks; None where unknown.

    Returns
    -------
    (n,) float64, NaN where unknown or at fault; (n,) whether the text is no finite number ("nan", "inf" and
    "1_000" are none).

    Examples
    --------
    >>> values, faulty = read_numbers(np.array(["113.08", "１２", None, "inf", "abc"], dtype=object))
    >>> values.tolist()[:2], faulty.tolist()
    ([113.08, 12.0], [False, False, False, True, True])
    """
    listed = texts.tolist()
    try:
        values = np.array([math.nan if text is None else float(text) for text in listed], dtype=np.float64)
        suspects = np.flatnonzero(~np.isfinite(values)).tolist()
        if "_" in "".join(filter(None, listed)):  # Python reads 1_000 as a number
            suspects += [row for row, text in enumerate(listed) if text is not None and "_" in text]
    except ValueError:
        values = np.full(len(listed), math.nan)
        suspects = list(range(len(listed)))
    faulty = np.zeros(len(listed), dtype=np.bool_)
    for row in suspects:
        if (text := listed[row]) is not None:
            number = _number(text)
            faulty[row] = number is None
            values[row] = math.nan if number is None else number
    return values, faulty


def read_packed_numbers(cells: pa.ChunkedArray) -> FloatArray | None:
    """Return the (n,) numbers of a packed column, NaN where a cell is empty; None when `read_numbers` has to read it.

    Examples
    --------
    >>> read_packed_numbers(pa.chunked_array([["113.08", ""]])).tolist()
    [113.08, nan]
    >>> read_packed_numbers(pa.chunked_array([["12 m"]])) is None
    True
    """
    texts = cells.cast(pa.string())
    texts = pc.if_else(pc.equal(pc.binary_length(texts), 0), pa.scalar(None, pa.string()), texts)
    try:
        numbers = texts.cast(pa.float64())
    except pa.ArrowInvalid:
        return None
    values: FloatArray = numbers.to_numpy()
    # Words for what is no finite number are read as such here; whether they are is not for this reader to say.
    return values if np.count_nonzero(np.isfinite(values)) == len(texts) - texts.null_count else None


def _number(text: str) -> float | None:
    if "_" in text:
        return None
    try:
        number = float(unicodedata.normalize("NFKC", text))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
