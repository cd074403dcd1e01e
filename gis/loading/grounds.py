"""Rows that are ground, or a point with ground around it: sites with an outline, key areas.

A row may give a point, a polygon, or both (a pair of columns and a column of WKT). A polygon without a point is
found at a place inside it. A polygon that is broken, empty or without a size turns away its row and no other.
"""

from typing import Literal

import numpy as np
import shapely

from gis.crs import Crs
from gis.division.problems import shape_problems
from gis.loading.checked import SHAPE, CheckedRows, X, Y
from gis.loading.layers import shapes_in_wgs84
from gis.loading.positions import positions, positions_of, shapes
from gis.units import BoolArray, FloatArray, GeometryArray

Ground = Literal["needed", "possible"]


def grounds(rows: CheckedRows, *, crs: Crs, ground: Ground) -> tuple[FloatArray, FloatArray, GeometryArray]:
    """Return where each row is, and its ground.

    Parameters
    ----------
    rows
        The rows of a file.
    crs
        The declared system of its coordinates.
    ground
        Whether a row without a polygon is turned away.

    Returns
    -------
    (n,) lon and (n,) lat of a place in the ground, or of the row's point, NaN where turned away; (n,) polygons, None
    where there is none; all WGS84 degrees.

    Raises
    ------
    MissingColumn, DoubtfulCrs
        As `gis.loading.positions.positions`.
    """
    found = shapes(rows)
    nothing: GeometryArray = np.full(len(rows.raw), None, dtype=object)
    if found is None and ground == "possible":
        return *positions(rows, crs=crs), nothing
    given = nothing if found is None else found
    flat = np.isin(shapely.get_type_id(given), (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))
    if ground == "needed":
        _refuse_without(rows, given, flat)
    polygons = shapes_in_wgs84(rows, np.where(flat, given, nothing), crs=crs)
    flat &= _sound(rows, polygons, flat)
    if ground == "possible" and rows.has(X) and rows.has(Y):
        lon, lat = positions(rows, crs=crs)
    else:
        inner = np.where(flat, shapely.point_on_surface(np.where(flat, given, nothing)), given)
        lon, lat = positions_of(rows, inner, crs=crs)
    return lon, lat, np.where(flat & np.isfinite(lon), polygons, nothing)


def _refuse_without(rows: CheckedRows, given: GeometryArray, flat: BoolArray) -> None:
    for position in np.flatnonzero(~flat & ~rows.at_fault(SHAPE)).tolist():
        shape = given[position]
        what = "has no polygon" if shape is None else f"is a {shape.geom_type}, not a polygon"
        rows.reject([position], SHAPE, f"the row {what}")


def _sound(rows: CheckedRows, polygons: GeometryArray, flat: BoolArray) -> BoolArray:
    """Turn away polygons that cannot be ground; return which can."""
    sound = np.ones(len(polygons), dtype=np.bool_)
    among = np.flatnonzero(flat)
    for problem in shape_problems(polygons[among], names=[rows.place(position) for position in among.tolist()]):
        position = int(among[problem.positions[0]])
        rows.reject([position], SHAPE, problem.message)
        sound[position] = False
    return sound
