"""The basemap from a file: roads, railways, water, green, built-up ground; lines and areas without a key."""

import numpy as np
import pandas as pd
import shapely

from gis.basemap import MIN_ZOOM, WORDS, MapClass
from gis.crs import Crs
from gis.errors import InvalidLayer
from gis.loading.batch import Batch, Kind
from gis.loading.checked import FLAG_WORDS, SHAPE, Bounds, CheckedRows, Columns, frame
from gis.loading.columns import ColumnPlan
from gis.loading.layers import shapes_in_wgs84
from gis.loading.positions import shapes
from gis.loading.raw import RawLayer
from gis.units import GeometryArray

COLUMNS = Columns(
    known=("class", "name", "width_m", "bridge", "min_zoom", "simulated", SHAPE),
    needed=("class",),
    words={"class": WORDS, "bridge": FLAG_WORDS},
)
_WIDTH_M = Bounds(0, 10_000, above=True)
_ZOOM = Bounds(0, 24)
_DRAWN = (
    shapely.GeometryType.LINESTRING,
    shapely.GeometryType.MULTILINESTRING,
    shapely.GeometryType.POLYGON,
    shapely.GeometryType.MULTIPOLYGON,
)


def basemap_from(raw: RawLayer, *, plan: ColumnPlan, crs: Crs) -> Batch:
    """Return the good features of a basemap.

    Parameters
    ----------
    raw
        The file, with a line or polygon for each feature.
    plan
        The user's word on columns.
    crs
        The declared system of the shapes.

    Returns
    -------
    Columns ``class, name, width_m, bridge, min_zoom, simulated`` and the shapes. A missing ``min_zoom`` is that of
    the class (`gis.basemap.MIN_ZOOM`); a missing width stays unknown. Equal features stay two: a basemap has no key.

    Raises
    ------
    InvalidLayer
        When the file has no shapes at all.
    MissingColumn, InvalidInput, DoubtfulCrs
        When the file as a whole cannot be understood.
    """
    rows = CheckedRows(raw, plan=plan, columns=COLUMNS)
    found = shapes(rows)
    if found is None:
        raise InvalidLayer(
            "the file has no shapes",
            where=str(raw.path),
            remedy="give each feature a line or polygon: GeoJSON, or CSV with WKT and --column geometry=THEIRS",
        )
    rows.text("class", needed=True)
    classes = rows.choice("class", words=dict(WORDS))
    values = {
        "class": classes,
        "name": rows.text("name"),
        "width_m": rows.number("width_m", bounds=_WIDTH_M),
        "bridge": rows.known_flag("bridge"),
        "min_zoom": rows.number("min_zoom", bounds=_ZOOM),
        "simulated": rows.known_flag("simulated"),
    }
    geometry = shapes_in_wgs84(rows, found, crs=crs)
    _refuse_shapes(rows, geometry)
    keep = np.flatnonzero(~rows.faulty)
    return Batch(
        kind=Kind.BASEMAP,
        rows=_with_zoom(frame(values, keep)),
        lines=raw.lines[keep],
        lon=None,
        lat=None,
        geometry=geometry[keep],
        rejects=rows.rejects(),
        repeated=0,
        understood=tuple(rows.understood),
    )


def _refuse_shapes(rows: CheckedRows, geometry: GeometryArray) -> None:
    """Turn away what is no line or area on Earth; what was faulty before is not told twice."""
    fine = ~rows.at_fault(SHAPE)
    empty = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    rows.reject(np.flatnonzero(fine & empty), SHAPE, "the feature has no shape")
    other = ~np.isin(shapely.get_type_id(geometry), _DRAWN)
    rows.reject(np.flatnonzero(fine & ~empty & other), SHAPE, "this is neither a line nor an area")
    west, south, east, north = shapely.bounds(geometry).T
    on_earth = (west >= -180) & (south >= -90) & (east <= 180) & (north <= 90)
    rows.reject(np.flatnonzero(fine & ~empty & ~other & ~on_earth), SHAPE, "this lies beyond the degrees there are")


def _with_zoom(table: pd.DataFrame) -> pd.DataFrame:
    """Give features that do not tell their zoom that of their class."""
    usual = table["class"].map(lambda name: MIN_ZOOM[MapClass(name)])
    return table.assign(min_zoom=table["min_zoom"].fillna(usual.astype(np.float64)))
