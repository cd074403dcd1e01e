"""Typed columns become the text a CSV file would hold: exactly, so that one set of judges serves every format.

Whole numbers stay whole, floats keep every digit, times keep their zone (or its absence) and their microseconds,
lists are divided by ``;``. Nothing is rounded. O(cells); cells that repeat within a column are kept once in memory.
"""

import json
import math
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from gis.loading.raw import TextArray, object_array
from gis.units import BoolArray

EXACT_WHOLE = 2**53
"""Whole numbers up to here are exact as floats."""


def cells_of(column: pa.ChunkedArray) -> TextArray:
    """Return (n,) text of a column of any type, None where it is null.

    Examples
    --------
    >>> cells_of(pa.chunked_array([[1.5, 440703.0, None]])).tolist()
    ['1.5', '440703', None]
    >>> cells_of(pa.chunked_array([[True, None]])).tolist()
    ['1', None]
    """
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if _worth_sharing(column.type):
        coded = column.combine_chunks().dictionary_encode() if column.num_chunks else pa.array([]).dictionary_encode()
        if isinstance(coded, pa.ChunkedArray):
            coded = coded.combine_chunks()
        words = [*map(text_of, coded.dictionary.to_pylist()), None]
        places = coded.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False)
        shared: TextArray = object_array(words)[places]
        return shared
    return object_array([text_of(value) for value in column.to_pylist()])


def is_number(column: pa.ChunkedArray) -> BoolArray:
    """Return (n,) which cells are numbers in the file."""
    kind = column.type
    numeric = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    valid: BoolArray = column.is_valid().to_numpy() if numeric else np.zeros(len(column), dtype=np.bool_)
    return valid


def _worth_sharing(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_date(kind)
    )


def text_of(value: Any) -> str | None:
    """Return one value as text; see the module."""
    if value is None or isinstance(value, str):
        return value
    return _TEXTS.get(type(value), _other_text)(value)


def _list_text(value: list[Any]) -> str:
    return ";".join(value) if all(isinstance(item, str) for item in value) else _json_text(value)


def _json_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _other_text(value: Any) -> str:
    """Return a time of a kind of its own, as pandas has them, or whatever it is."""
    return datetime_text(value) if isinstance(value, datetime) else str(value)


def float_text(value: float) -> str | None:
    """Return a float as its shortest exact text; None for NaN, which stands for unknown in tables.

    Examples
    --------
    >>> float_text(113.08), float_text(12.0), float_text(math.nan)
    ('113.08', '12', None)
    """
    if math.isnan(value):
        return None
    if value.is_integer() and abs(value) < EXACT_WHOLE:
        return str(int(value))
    return repr(value)


def datetime_text(value: datetime) -> str:
    """Return a time with its offset where it has one, and with what stands after the second only where it is not 0."""
    return value.isoformat(sep="T", timespec="microseconds" if value.microsecond else "seconds")


_TEXTS: dict[type, Callable[[Any], str | None]] = {
    bool: lambda value: str(int(value)),
    int: str,
    float: float_text,
    Decimal: lambda value: format(value, "f"),
    datetime: datetime_text,
    date: date.isoformat,
    time: time.isoformat,
    bytes: bytes.hex,
    list: _list_text,
    dict: _json_text,
}
