"""A file as it was read: text, shapes and the place of every row, with no opinion on their meaning yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.units import BoolArray, GeometryArray, IntArray

TextArray = NDArray[Any]
"""An object array of ``str`` and None."""

EXCEL_EPOCH = date(1899, 12, 30)
"""Day 0 of the usual date system of spreadsheets, as all days since March 1900 count."""


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row whose cells cannot be told apart, or do not fit the header."""

    line: int
    cells: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class RawLayer:
    """The rows of one file.

    Attributes
    ----------
    path
        Where it was read from.
    columns
        Column name to (n,) cells, in file order.
    lines
        (n,) ascending: the physical line of a CSV row's beginning, the row of a worksheet, or the number of a
        feature or table row from 1.
    geometry
        (n,) shapes in the file's own coordinates, (x, y) order; None when the format has none. Rows without a
        usable shape hold None.
    geometry_faults
        Row position to the reason why its shape could not be built.
    declared_crs
        The coordinate system that the file itself names, as it stands there.
    encoding
        The character encoding in which it was read.
    broken
        Rows that could not be laid out in columns.
    said
        What was recognised while reading.
    typed
        Column name to (n,) whether a cell was a number or a date in the file, not text; only for formats that
        tell, where leading zeros and long digits may have been lost before.
    noun
        What a row is called; None: "line", or "feature" where there are shapes.
    serial_epoch
        The day 0 of dates that are stored as numbers of days.
    """

    path: Path
    columns: Mapping[str, TextArray]
    lines: IntArray
    geometry: GeometryArray | None = None
    geometry_faults: Mapping[int, str] = field(default_factory=dict)
    declared_crs: str | None = None
    encoding: str = "UTF-8"
    broken: tuple[BrokenRow, ...] = ()
    said: tuple[str, ...] = ()
    typed: Mapping[str, BoolArray] = field(default_factory=dict)
    noun: str | None = None
    serial_epoch: date = EXCEL_EPOCH

    def __len__(self) -> int:
        return len(self.lines)

    def place(self, line: int) -> str:
        """Return how to name the row of a line, or feature number, to its reader."""
        return f"{self.noun or ('line' if self.geometry is None else 'feature')} {line}"


def unknown(values: NDArray[Any]) -> BoolArray:
    """Return (n,) which values of an object array are None."""
    return np.array([value is None for value in values.tolist()], dtype=np.bool_)


def object_array(values: list[Any]) -> NDArray[Any]:
    """Return a one-dimensional object array, whatever the values are."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array
