"""Key areas in the database: their ground is the truth, the grids they lie in are derived from it."""

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, text

from gis.assignment import ground_grids
from gis.crs import geodesic_area_m2
from gis.division.model import Division
from gis.store.copying import Kind, copy_rows
from gis.store.database import announce
from gis.store.points import ANNOUNCED, KEY, Written, upsert, write_pairs

KEY_AREA: dict[str, Kind] = {
    "source": "text",
    "source_ref": "text",
    "kind": "text",
    "name": "text",
    "shape": "geometry",
    "area_m2": "double",
    "declared_crs": "text",
    "simulated": "boolean",
    "edition_id": "integer",
}


def write_key_areas(connection: Connection, rows: pd.DataFrame, *, division: Division | None) -> Written:
    """Store key areas with every grid they lie in.

    Parameters
    ----------
    rows
        The columns of `KEY_AREA` without what is derived; ``shape`` holds multipolygons in WGS84 degrees.
    division
        Without one the rows are stored unassigned and get their grids when one is put in force.
    """
    shapes = rows["shape"].to_numpy(dtype=object)
    edition_id = None if division is None else division.edition.id
    measured = rows.assign(area_m2=geodesic_area_m2(shapes), edition_id=edition_id)
    written = upsert(connection, "key_area", measured, kinds=KEY_AREA)
    if division is not None:
        keys = rows[list(KEY)].reset_index(drop=True)
        pairs = ground_grids(division, shapes).astype({"grid_id": "Int64"}).set_index("row")
        write_pairs(connection, "key_area", keys.join(pairs), value="share")
    return written


def assign_key_areas(connection: Connection, division: Division) -> tuple[int, int, int]:
    """Give every key area its grids anew; return how many there are, lie in a grid, and were changed."""
    stored = connection.execute(text("SELECT id, ST_AsBinary(shape) FROM key_area ORDER BY id")).all()
    ids = np.array([key for key, _ in stored], dtype=np.int64)
    pairs = ground_grids(division, shapely.from_wkb(np.array([bytes(wkb) for _, wkb in stored], dtype=object)))
    pairs = pairs.assign(key_area_id=ids[pairs["row"].to_numpy()])
    changed = _changed(connection, pairs, edition_id=division.edition.id)
    if len(changed):
        connection.execute(text("DELETE FROM key_area_grid"))
        kinds: dict[str, Kind] = {"key_area_id": "bigint", "grid_id": "bigint", "share": "double"}
        copy_rows(connection, "key_area_grid", pairs, kinds=kinds)
        connection.execute(text("UPDATE key_area SET edition_id = :edition"), {"edition": division.edition.id})
        announce(connection, ANNOUNCED["key_area"])
    return len(ids), pairs["key_area_id"].nunique(), len(changed)


def unassign_key_areas(connection: Connection) -> tuple[int, int, int]:
    """Take the grids of every key area away; return how many there are, lie in a grid now, and were changed."""
    rows = connection.scalar(text("SELECT count(*) FROM key_area")) or 0
    connection.execute(text("DELETE FROM key_area_grid"))
    cleared = connection.execute(text("UPDATE key_area SET edition_id = NULL WHERE edition_id IS NOT NULL")).rowcount
    if cleared:
        announce(connection, ANNOUNCED["key_area"])
    return rows, 0, cleared


def _changed(connection: Connection, pairs: pd.DataFrame, *, edition_id: int) -> set[int]:
    """Return the ids of the key areas whose edition or grids differ from what is stored."""
    stored = connection.execute(text("SELECT key_area_id, grid_id, share FROM key_area_grid")).all()
    derived = set(pairs[["key_area_id", "grid_id", "share"]].itertuples(index=False, name=None))
    differing = {key for key, _, _ in derived.symmetric_difference({tuple(row) for row in stored})}
    others = connection.execute(
        text("SELECT id FROM key_area WHERE edition_id IS DISTINCT FROM :edition"), {"edition": edition_id}
    )
    return differing | set(others.scalars())
