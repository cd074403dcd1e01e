"""The basemap in the database: written whole, read as vector tiles of a fixed grid of boxes.

A basemap has no keys: a load takes the place of what was there, in one transaction, and the same load again changes
nothing. A tile holds what crosses its box and is drawn at its zoom, simplified to what can be seen there; PostGIS
clips, quantises and encodes it (`ST_AsMVT`).
"""

import pandas as pd
from sqlalchemy import Connection, text

from gis.store.copying import Kind, copy_rows
from gis.store.database import announce
from gis.store.points import Written
from gis.units import GeometryArray

MAX_ZOOM = 14
"""The nearest zoom with tiles of its own; nearer in, its tiles are drawn larger: a step is half a metre there."""

EXTENT = 4096
BUFFER = 96
_SEEN = 3
"""Steps of a tile below which nobody sees a bend: less than half a pixel of 512."""
_SEEN_AREA = 10
"""Side of the smallest area that is drawn, in the same steps."""

_COLUMNS: dict[str, Kind] = {
    "class": "text",
    "name": "text",
    "width_m": "double",
    "bridge": "boolean",
    "min_zoom": "double",
    "simulated": "boolean",
    "shape": "geometry",
}
_NAMES = ", ".join(_COLUMNS)
_COMPARED = ", ".join("ST_AsBinary(shape)" if name == "shape" else name for name in _COLUMNS)


def write_basemap(connection: Connection, rows: pd.DataFrame, *, shapes: GeometryArray) -> tuple[Written, list[str]]:
    """Put a basemap in the place of the one that is stored.

    Parameters
    ----------
    rows
        (n,) ``class``, ``name``, ``width_m``, ``bridge``, ``min_zoom``, ``simulated``.
    shapes
        (n,) lines and areas, WGS84.

    Returns
    -------
    How many features were new and already there, and how many of the former ones have gone.
    """
    connection.execute(text("LOCK TABLE map_feature IN SHARE ROW EXCLUSIVE MODE"))
    connection.execute(text("CREATE TEMPORARY TABLE staged_map (LIKE map_feature) ON COMMIT DROP"))
    connection.execute(text("ALTER TABLE staged_map DROP COLUMN id"))
    copy_rows(connection, "staged_map", rows.assign(shape=shapes), kinds=_COLUMNS)
    new, gone = (_left(connection, these, others) for these, others in _BOTH_WAYS)
    if new or gone:
        connection.execute(text("DELETE FROM map_feature"))
        # In the order of the places, so that a tile's features lie in few pages.
        connection.execute(text(f"INSERT INTO map_feature ({_NAMES}) SELECT {_NAMES} FROM staged_map ORDER BY shape"))
        announce(connection, "basemap")
    connection.execute(text("DROP TABLE staged_map"))
    noticed = [f"{gone:,} features of the former basemap are no longer in it"] if gone else []
    return Written(new, 0, len(rows) - new), noticed


_BOTH_WAYS = (("staged_map", "map_feature"), ("map_feature", "staged_map"))


def _left(connection: Connection, these: str, others: str) -> int:
    """Return how many features of one table the other has not."""
    counted = f"SELECT {_COMPARED} FROM {these} EXCEPT ALL SELECT {_COMPARED} FROM {others}"
    return connection.scalar(text(f"SELECT count(*) FROM ({counted}) AS left_over")) or 0


_TILE = text(
    f"""
WITH box AS (
    SELECT ST_TileEnvelope(:z, :x, :y) AS tile,
        ST_Transform(ST_TileEnvelope(:z, :x, :y, margin => {BUFFER / EXTENT}), 4326) AS around,
        (ST_XMax(ST_TileEnvelope(:z, :x, :y)) - ST_XMin(ST_TileEnvelope(:z, :x, :y))) / {EXTENT} AS step
), feature AS (
    SELECT class, name, width_m, bridge::int AS bridge, min_zoom,
        ST_Dimension(shape) AS dimension, ST_Transform(shape, 3857) AS shape, box.*
    FROM map_feature, box
    WHERE shape && around AND min_zoom <= :drawn_until
), drawn AS (
    SELECT class, name, width_m, bridge, min_zoom,
        ST_AsMVTGeom(ST_Simplify(shape, {_SEEN} * step, true), tile, {EXTENT}, {BUFFER}) AS shape
    FROM feature
    WHERE dimension = 1 OR ST_Area(shape) > ({_SEEN_AREA} * step) ^ 2
)
SELECT ST_AsMVT(drawn, 'basemap', {EXTENT}, 'shape') FROM drawn WHERE shape IS NOT NULL
"""
)


def basemap_tile(connection: Connection, *, z: int, x: int, y: int) -> bytes:
    """Return a tile as a Mapbox vector tile with the one layer ``basemap``; empty bytes where there is nothing.

    Parameters
    ----------
    z, x, y
        Of the usual pyramid, y from the north; z at most `MAX_ZOOM`, whose tiles hold everything.
    """
    drawn_until = 24 if z == MAX_ZOOM else z + 1
    tile = connection.scalar(_TILE, {"z": z, "x": x, "y": y, "drawn_until": drawn_until})
    return bytes(tile or b"")
