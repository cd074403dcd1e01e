"""A file as it was read: text, shapes and the place of every row, with no opinion on their meaning yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.units import BoolArray, GeometryArray, IntArray

TextArray = NDArray[Any]
"""An object array of ``str`` and None."""


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
        (n,) ascending: the physical line of a CSV row's beginning, or the number of a GeoJSON feature from 1.
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

    def __len__(self) -> int:
        return len(self.lines)

    def place(self, line: int) -> str:
        """Return how to name the row of a line, or feature number, to its reader."""
        return f"{'line' if self.geometry is None else 'feature'} {line}"


def unknown(values: NDArray[Any]) -> BoolArray:
    """Return (n,) which values of an object array are None."""
    return np.array([value is None for value in values.tolist()], dtype=np.bool_)


def object_array(values: list[Any]) -> NDArray[Any]:
    """Return a one-dimensional object array, whatever the values are."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array
