"""Shapes as well-known binary: heights dropped, curves and broken ones told row by row. O(bytes)."""

import numpy as np
import pyarrow as pa
import shapely

from gis.loading.raw import object_array
from gis.loading.wording import counted
from gis.units import GeometryArray

_HIGH_BITS = 0x1FFFFFFF
_CURVES = {
    8: "CircularString", 9: "CompoundCurve", 10: "CurvePolygon", 11: "MultiCurve", 12: "MultiSurface", 13: "Curve",
    14: "Surface", 15: "PolyhedralSurface", 16: "TIN", 17: "Triangle",
}  # fmt: skip

_FAILURES = (shapely.GEOSException, TypeError, ValueError, NotImplementedError)

Shapes = tuple[GeometryArray, dict[int, str], list[str]]


def shapes_of_wkb(column: pa.ChunkedArray) -> Shapes:
    """Return (n,) shapes without heights, why some could not be built, and what was told.

    Parameters
    ----------
    column
        (n,) WKB, null where a row has no shape.
    """
    cells = object_array(column.to_pylist())
    faults: dict[int, str] = {}
    try:
        shapes: GeometryArray = shapely.from_wkb(cells)
    except _FAILURES:
        shapes = _one_by_one(cells, faults)
    return flat(shapes, faults)


def flat(shapes: GeometryArray, faults: dict[int, str]) -> Shapes:
    """Return shapes without heights and measures, and say how many had some."""
    deep = shapely.has_z(shapes) | shapely.has_m(shapes)
    said = []
    if deep.any():
        shapes = shapes.copy()
        shapes[deep] = shapely.force_2d(shapes[deep])
        said.append(f"heights or measures of {counted(int(deep.sum()), 'shape')} left out")
    return shapes, faults, said


def _curved(name: str) -> str:
    return f"the shape is a {name}, not of straight edges: convert curves to lines first"


def _one_by_one(cells: np.ndarray, faults: dict[int, str]) -> GeometryArray:
    shapes = np.full(len(cells), None, dtype=object)
    for position, cell in enumerate(cells.tolist()):
        if cell is None:
            continue
        try:
            shapes[position] = shapely.from_wkb(cell)
        except _FAILURES as error:
            number = _type_number(cell)
            faults[position] = _curved(_CURVES[number]) if number in _CURVES else f"the shape cannot be built: {error}"
    return shapes


def _type_number(cell: bytes) -> int:
    """Return the type of a shape as ISO numbers it, heights aside."""
    if not isinstance(cell, bytes) or len(cell) < 5:
        return -1
    number = int.from_bytes(cell[1:5], "little" if cell[0] else "big") & _HIGH_BITS
    return number % 1000
