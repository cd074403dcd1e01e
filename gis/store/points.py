"""Incidents, cameras, sites, gates and addresses in the database: written in bulk, keyed by (source, source reference).

Delivering a row twice changes nothing; delivering it with other content changes that row. An incident stays with the
grid and the person to whom it was given, whoever leads the grid by now, unless its position changes. A batch is written
in one transaction together with what is derived from it.
"""

from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import pandas as pd
from sqlalchemy import Connection, text

from gis.assignment import camera_grids, derived_columns, place_columns
from gis.cells import cells_of
from gis.division.model import Division
from gis.duty.ladder import Roster
from gis.store.copying import Copied, Kind, copy_rows, not_told, points
from gis.store.database import announce
from gis.units import FloatArray

CELL_RESOLUTION = 12
"""H3 resolution of the cell that every point carries."""

KEY = ("source", "source_ref")

PLACE: dict[str, Kind] = {
    "edition_id": "integer",
    "grid_id": "bigint",
    "nearest_grid_id": "bigint",
    "nearest_distance_m": "double",
}

CHARGE: dict[str, Kind] = {
    "distance_to_border_m": "double",
    "on_border": "boolean",
    "runner_up_grid_id": "bigint",
    "charge_level": "text",
    "charge_team_id": "bigint",
    "charge_worker_id": "bigint",
}

_POINT: dict[str, Kind] = {
    "source": "text",
    "source_ref": "text",
    "point": "point",
    "declared_crs": "text",
    "cell": "bigint",
    "simulated": "boolean",
}

INCIDENT: dict[str, Kind] = {
    **_POINT,
    "kind": "text",
    "category": "text",
    "title": "text",
    "state": "text",
    "occurred_at": "time",
    "reported_at": "time",
    "accepted_at": "time",
    "due_at": "time",
    "closed_at": "time",
    "refused_at": "time",
    "handed_on_at": "time",
    "signed_at": "time",
    "returned_at": "time",
    "returns": "integer",
    "handled_at": "time",
    "fed_back_at": "time",
    "checked_at": "time",
    "rated_at": "time",
    "handling_unit": "text",
    "accuracy_m": "double",
    "found_by_grid": "boolean",
    "reporter_ref": "text",
    **PLACE,
    **CHARGE,
}

CAMERA: dict[str, Kind] = {
    **_POINT,
    "gb_id": "text",
    "name": "text",
    "kind": "text",
    "networks": "texts",
    "height_m": "double",
    "azimuth_deg": "double",
    "hfov_deg": "double",
    "range_m": "double",
    "pixels_h": "integer",
    "status": "text",
    "last_seen": "time",
    "secrecy": "boolean",
    **PLACE,
}

SITE: dict[str, Kind] = {**_POINT, "kind": "text", "name": "text", "shape": "geometry", **PLACE}

GATE: dict[str, Kind] = {**_POINT, "site_id": "bigint", "name": "text", "state": "text", **PLACE}

ADDRESS: dict[str, Kind] = {
    **_POINT,
    **dict.fromkeys(("full_text", "key", "street", "crossing", "village", "estate"), "text"),
    **dict.fromkeys(("lane", "group_no", "sub", "building", "unit", "room", "precision"), "text"),
    "number": "integer",
    "last": "integer",
    **PLACE,
}

ANNOUNCED = {"gate": "sites", "key_area": "sites", "address": "addresses"}
"""What a change of a table is announced as, where that is not the table's own plural."""


MANY_ROWS = 5_000
"""So many incidents are worth making indexes for."""


class Written(NamedTuple):
    """How many rows of a batch were new, changed, and already there."""

    new: int
    changed: int
    unchanged: int


def write_incidents(
    connection: Connection,
    rows: pd.DataFrame,
    *,
    division: Division | None,
    roster: Roster | None,
    copied: Copied = not_told,
) -> Written:
    """Store incidents with their grid and the person in charge.

    Parameters
    ----------
    rows
        The columns of `INCIDENT` without what is derived, and ``lon``, ``lat`` in WGS84 degrees.
    division, roster
        Without a division the rows are stored unassigned and get their grid when one is put in force.
    copied
        Told how many rows have been handed to the database.
    """
    lon, lat = _positions(rows)
    placed = _pointed(rows, lon, lat)
    if division is None or roster is None:
        return _write_incidents(connection, placed.assign(**dict.fromkeys({**PLACE, **CHARGE})), copied)
    now = pd.Timestamp.now(tz="UTC").to_pydatetime()
    accuracy_m = rows["accuracy_m"].to_numpy(dtype=np.float64)
    derived = derived_columns(division, roster, lon=lon, lat=lat, accuracy_m=accuracy_m, at=now)
    return _write_incidents(connection, _beside(placed, derived), copied)


def _write_incidents(connection: Connection, rows: pd.DataFrame, copied: Copied) -> Written:
    """Fill an empty table at once, and make its indexes when it is full; else store row by row what differs."""
    if len(rows) < MANY_ROWS or not connection.scalar(text("SELECT set_incident_indexes_aside()")):
        return upsert(connection, "incident", rows, kinds=INCIDENT, given=(*PLACE, *CHARGE), copied=copied)
    copy_rows(connection, "incident", rows, kinds=INCIDENT, copied=copied)
    connection.execute(text("SELECT make_incident_indexes()"))
    announce(connection, "incidents")
    return Written(len(rows), 0, 0)


def write_cameras(connection: Connection, rows: pd.DataFrame, *, division: Division | None) -> Written:
    """Store cameras with their grid, and every grid within reach; columns as in `CAMERA`."""
    lon, lat = _positions(rows)
    placed = _pointed(rows, lon, lat)
    if division is None:
        return upsert(connection, "camera", placed.assign(**dict.fromkeys(PLACE)), kinds=CAMERA)
    derived = place_columns(division, lon=lon, lat=lat)
    written = upsert(connection, "camera", _beside(placed, derived), kinds=CAMERA)
    keys = rows[list(KEY)].reset_index(drop=True)
    pairs = camera_grids(division, lon=lon, lat=lat).astype({"grid_id": "Int64"}).set_index("row")
    write_pairs(connection, "camera", keys.join(pairs), value="distance_m")
    return written


def write_sites(connection: Connection, rows: pd.DataFrame, *, division: Division | None) -> Written:
    """Store sites with their grid; columns as in `SITE`, ``shape`` a multipolygon or None."""
    return _write_places(connection, "site", rows, division, kinds=SITE)


def write_gates(connection: Connection, rows: pd.DataFrame, *, division: Division | None) -> Written:
    """Store gates with their grid; columns as in `GATE`."""
    return _write_places(connection, "gate", rows, division, kinds=GATE)


def write_addresses(
    connection: Connection, rows: pd.DataFrame, *, division: Division | None, copied: Copied = not_told
) -> Written:
    """Store addresses with their grid; columns as in `ADDRESS`, ``copied`` as for incidents."""
    return _write_places(connection, "address", rows, division, kinds=ADDRESS, copied=copied)


def _write_places(
    connection: Connection,
    table: str,
    rows: pd.DataFrame,
    division: Division | None,
    *,
    kinds: dict[str, Kind],
    copied: Copied = not_told,
) -> Written:
    lon, lat = _positions(rows)
    placed = _pointed(rows, lon, lat)
    if division is None:
        return upsert(connection, table, placed.assign(**dict.fromkeys(PLACE)), kinds=kinds, copied=copied)
    derived = place_columns(division, lon=lon, lat=lat)
    return upsert(connection, table, _beside(placed, derived), kinds=kinds, copied=copied)


def upsert(
    connection: Connection,
    table: str,
    rows: pd.DataFrame,
    *,
    kinds: dict[str, Kind],
    given: Collection[str] = (),
    copied: Copied = not_told,
) -> Written:
    """Insert rows by (source, source_ref); update those whose content differs; leave the others untouched.

    Parameters
    ----------
    rows
        Without a key twice.
    given
        Columns that are no content: a stored row keeps them, unless its position changes or it has none yet.
    """
    columns = ", ".join(kinds)
    content = [name for name in kinds if name not in KEY and name not in given]
    staged = f"staged_{table}"
    connection.execute(text(f"CREATE TEMPORARY TABLE {staged} (LIKE {table}) ON COMMIT DROP"))
    connection.execute(text(f"ALTER TABLE {staged} DROP COLUMN id"))
    copy_rows(connection, staged, rows, kinds=kinds, copied=copied)
    new, touched = connection.execute(
        text(
            f"WITH written AS (INSERT INTO {table} ({columns}) SELECT {columns} FROM {staged} "
            f"ON CONFLICT ({', '.join(KEY)}) DO UPDATE SET "
            + ", ".join([f"{name} = excluded.{name}" for name in content] + [_kept(table, name) for name in given])
            + f" WHERE ({', '.join(f'{table}.{name}' for name in content)}) IS DISTINCT FROM "
            + f"({', '.join(f'excluded.{name}' for name in content)}) RETURNING (xmax = 0) AS added) "
            "SELECT count(*) FILTER (WHERE added), count(*) FROM written"
        )
    ).one()
    connection.execute(text(f"DROP TABLE {staged}"))
    if touched:
        announce(connection, ANNOUNCED.get(table, f"{table}s"))
    return Written(new, touched - new, len(rows) - touched)


def _kept(table: str, name: str) -> str:
    """Write that a column stays, unless the row's position changes or it was never placed."""
    moved = f"({table}.point, {table}.accuracy_m) IS DISTINCT FROM (excluded.point, excluded.accuracy_m)"
    anew = f"{moved} OR {table}.edition_id IS NULL"
    return f"{name} = CASE WHEN {anew} THEN excluded.{name} ELSE {table}.{name} END"


_FORMER_PAIRS = """
DELETE FROM {table}_grid USING {table}
WHERE {table}.id = {table}_grid.{table}_id
    AND ({table}.source, {table}.source_ref) IN (SELECT source, source_ref FROM staged_pair)
    AND NOT EXISTS (
        SELECT FROM staged_pair same
        WHERE (same.source, same.source_ref, same.grid_id, same.{value})
            = ({table}.source, {table}.source_ref, {table}_grid.grid_id, {table}_grid.{value}))
"""

_PAIRS = """
INSERT INTO {table}_grid ({table}_id, grid_id, {value})
SELECT {table}.id, staged_pair.grid_id, staged_pair.{value}
FROM staged_pair JOIN {table} USING (source, source_ref)
WHERE staged_pair.grid_id IS NOT NULL
ON CONFLICT DO NOTHING
"""


def write_pairs(connection: Connection, table: str, pairs: pd.DataFrame, *, value: str) -> None:
    """Replace the grids of these cameras or key areas; a row without a grid says that it has none.

    Parameters
    ----------
    pairs
        ``source``, ``source_ref``, ``grid_id`` and the number that stands beside a grid, named by ``value``.
    """
    connection.execute(
        text(
            "CREATE TEMPORARY TABLE staged_pair (source text, source_ref text, grid_id bigint, "
            f"{value} double precision) ON COMMIT DROP"
        )
    )
    kinds: dict[str, Kind] = {"source": "text", "source_ref": "text", "grid_id": "bigint", value: "double"}
    copy_rows(connection, "staged_pair", pairs, kinds=kinds)
    for statement in (_FORMER_PAIRS, _PAIRS, "DROP TABLE staged_pair"):
        connection.execute(text(statement.format(table=table, value=value)))


def _positions(rows: pd.DataFrame) -> tuple[FloatArray, FloatArray]:
    return rows["lon"].to_numpy(dtype=np.float64), rows["lat"].to_numpy(dtype=np.float64)


def _pointed(rows: pd.DataFrame, lon: FloatArray, lat: FloatArray) -> pd.DataFrame:
    cells = cells_of(lon, lat, resolution=CELL_RESOLUTION).astype(np.int64)
    return rows.assign(point=points(lon, lat), cell=cells)


def _beside(rows: pd.DataFrame, derived: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([rows.reset_index(drop=True), derived.reset_index(drop=True)], axis=1)
