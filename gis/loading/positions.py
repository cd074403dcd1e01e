"""Where the rows of a file are: from its shapes, a pair of columns, or a column of WKT; in WGS84.

Every row is judged alone: a coordinate that is no number, not finite, out of range or not convertible turns
away its row. Only when *all* rows fail because latitude stands where longitude belongs is the file refused as
a whole.
"""

import numpy as np
import shapely

from gis.crs import Crs, to_wgs84
from gis.errors import DoubtfulCrs, MissingColumn
from gis.loading.checked import SHAPE, CheckedRows, X, Y
from gis.units import BoolArray, FloatArray, GeometryArray

DEGREES = frozenset({"EPSG:4326", "EPSG:4490", "GCJ-02", "BD-09"})
"""Systems in which a number out of range can be told before anything is converted."""


def positions(rows: CheckedRows, *, crs: Crs) -> tuple[FloatArray, FloatArray]:
    """Return where each row is; rows that are nowhere are turned away.

    Parameters
    ----------
    rows
        The rows of a file of points.
    crs
        The declared system of their coordinates.

    Returns
    -------
    (n,) lon and (n,) lat, WGS84 degrees; NaN where turned away.

    Raises
    ------
    MissingColumn
        When the file has neither shapes, nor a pair of columns, nor WKT.
    DoubtfulCrs
        When no row is on Earth and all would be with the axes swapped.
    """
    return _located(rows, *_coordinates(rows), crs=crs)


def positions_of(rows: CheckedRows, points: GeometryArray, *, crs: Crs) -> tuple[FloatArray, FloatArray]:
    """Return the same for (n,) points, in the file's own coordinates, that were found for the rows.

    Raises
    ------
    DoubtfulCrs
        As `positions`.
    """
    return _located(rows, *_of_points(rows, points), crs=crs)


def _located(rows: CheckedRows, x: FloatArray, y: FloatArray, *, crs: Crs) -> tuple[FloatArray, FloatArray]:
    """Bring coordinates to WGS84; turn away those that are nowhere."""
    given = np.isfinite(x) & np.isfinite(y)
    if crs.name in DEGREES:
        given &= _in_range(rows, x, y, crs=crs)
    nowhere = given & (x == 0.0) & (y == 0.0)
    rows.reject(np.flatnonzero(nowhere), None, "the position is (0, 0), the mark of an unknown one")
    given &= ~nowhere
    lon, lat = to_wgs84(np.where(given, x, np.nan), np.where(given, y, np.nan), crs=crs)
    lost = given & ~((np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0))
    for position in np.flatnonzero(lost).tolist():
        rows.reject([position], None, f"({x[position]:.10g}, {y[position]:.10g}) is no position in {crs.name}")
    rows.say(f"positions: {crs.name} as declared, x (lon) before y (lat)")
    return np.where(lost, np.nan, lon), np.where(lost, np.nan, lat)


def shapes(rows: CheckedRows) -> GeometryArray | None:
    """Return (n,) shapes in the file's own coordinates, None for rows without; None without any shapes.

    A shape that cannot be built turns its row away.
    """
    if not rows.has(SHAPE):
        if rows.raw.geometry is None:
            return None
        for position, reason in rows.raw.geometry_faults.items():
            rows.reject([position], SHAPE, reason)
        return rows.raw.geometry
    cells = rows.cells(SHAPE)
    texts = [] if cells is None else cells.tolist()
    built: GeometryArray = shapely.from_wkt([text or None for text in texts], on_invalid="ignore")
    broken = [row for row, text in enumerate(texts) if text and built[row] is None]
    rows.reject(
        broken,
        SHAPE,
        "this is no shape as WKT, e.g. POLYGON ((113.0 22.5, 113.1 22.5, 113.1 22.6, 113.0 22.5))",
    )
    return built


def _coordinates(rows: CheckedRows) -> tuple[FloatArray, FloatArray]:
    if rows.has(X) and rows.has(Y):
        return rows.number(X, needed=True), rows.number(Y, needed=True)
    found = shapes(rows)
    if found is None:
        raise MissingColumn(
            "there are no positions: no column lon or lat, and no shapes",
            where=f"{rows.raw.path}, which has {', '.join(rows.raw.columns)}",
            remedy="name them: --column lon=THEIRS --column lat=THEIRS, or --column geometry=THEIRS for WKT",
            facts={"missing": [X, Y], "columns": list(rows.raw.columns)},
        )
    return _of_points(rows, found)


def _of_points(rows: CheckedRows, found: GeometryArray) -> tuple[FloatArray, FloatArray]:
    """Return the coordinates of points; anything else turns its row away."""
    kinds = shapely.get_type_id(found)
    single = (kinds == shapely.GeometryType.MULTIPOINT) & (shapely.get_num_geometries(found) == 1)
    flat = np.where(single, shapely.get_geometry(found, 0), found)
    is_point = (shapely.get_type_id(flat) == shapely.GeometryType.POINT) & ~shapely.is_empty(flat)
    for position in np.flatnonzero(~is_point & ~rows.at_fault(SHAPE)).tolist():
        shape = found[position]
        what = "has no position" if shape is None or shape.is_empty else f"is a {shape.geom_type}, not a point"
        rows.reject([position], SHAPE, f"the row {what}" if rows.raw.geometry is None else f"the feature {what}")
    points = flat.copy()
    points[~is_point] = None
    x, y = shapely.get_x(points), shapely.get_y(points)
    infinite = is_point & ~(np.isfinite(x) & np.isfinite(y))
    rows.reject(np.flatnonzero(infinite), SHAPE, "the coordinates are not two finite numbers")
    return x, y


def _in_range(rows: CheckedRows, x: FloatArray, y: FloatArray, *, crs: Crs) -> BoolArray:
    """Turn away degrees that do not exist; return the others."""
    inside: BoolArray = (np.abs(x) <= 180.0) & (np.abs(y) <= 90.0)
    outside = np.flatnonzero(np.isfinite(x) & np.isfinite(y) & ~inside)
    swapped = (np.abs(y[outside]) <= 180.0) & (np.abs(x[outside]) <= 90.0)
    if len(outside) and swapped.all() and not inside.any():
        first = outside[0]
        example = f"{rows.place(first)}: lon {x[first]:.10g}, lat {y[first]:.10g}"
        raise DoubtfulCrs(
            "longitude and latitude are swapped: no position exists as it stands, and all do when exchanged",
            where=f"{rows.raw.path}, e.g. {example}",
            remedy="name the columns the other way round: --column lon=… --column lat=…",
            facts={"kind": "swapped_axes", "rows": len(outside), "crs": crs.name},
        )
    for position, looks_swapped in zip(outside.tolist(), swapped.tolist(), strict=True):
        column, value, limit = (Y, y[position], 90) if abs(y[position]) > 90 else (X, x[position], 180)
        hint = "; longitude and latitude look swapped" if looks_swapped else ""
        rows.reject(
            [position],
            column if rows.has(column) else None,
            f"{'latitude' if column == Y else 'longitude'} {value:.10g} is beyond {limit} degrees{hint}",
        )
    return inside
