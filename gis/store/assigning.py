"""Derive the place of every stored row again, or take it away: one command each way.

The points never change here; only the columns that follow from them do. Doing it twice gives the same rows.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import numpy as np
import pandas as pd
from sqlalchemy import Connection, text

from gis.assignment import camera_grids, derived_columns, place_columns
from gis.division.model import Division
from gis.duty.ladder import Roster
from gis.loading import Kind
from gis.store.copying import Kind as ColumnKind
from gis.store.copying import copy_rows
from gis.store.database import announce
from gis.store.key_areas import assign_key_areas, unassign_key_areas
from gis.store.points import ANNOUNCED, CHARGE, PLACE
from gis.store.turns import take_turns

_PLACED: dict[str, dict[str, ColumnKind]] = {
    "incident": {**PLACE, **CHARGE},
    "camera": PLACE,
    "site": PLACE,
    "gate": PLACE,
    "address": PLACE,
}
_GROUND = "key_area"
_KINDS = (Kind.INCIDENTS, Kind.CAMERAS, Kind.SITES, Kind.GATES, Kind.ADDRESSES, Kind.KEY_AREAS)


class Assigned(NamedTuple):
    """Rows of a table: how many there are, lie in a grid, and were changed by this run."""

    table: str
    rows: int
    in_a_grid: int
    changed: int


def assign_all(
    connection: Connection,
    division: Division,
    roster: Roster,
    *,
    at: datetime,
    waiting: Callable[[], None] = lambda: None,
) -> list[Assigned]:
    """Give all that has a place its grid, and incidents their person in charge, anew.

    Parameters
    ----------
    waiting
        Called before a wait for a load of such things to end.
    """
    take_turns(connection, _KINDS, waiting=waiting)
    done = []
    for table, kinds in _PLACED.items():
        stored = _read_points(connection, table)
        lon, lat = stored["lon"].to_numpy(), stored["lat"].to_numpy()
        derived = (
            derived_columns(division, roster, lon=lon, lat=lat, accuracy_m=stored["accuracy_m"].to_numpy(), at=at)
            if table == "incident"
            else place_columns(division, lon=lon, lat=lat)
        ).assign(id=stored["id"].to_numpy())
        changed = _write_derived(connection, table, derived, kinds=kinds)
        if table == "camera":
            _replace_camera_grids(connection, division, stored)
        done.append(Assigned(table, len(stored), int(derived["grid_id"].notna().sum()), changed))
    done.append(Assigned(_GROUND, *assign_key_areas(connection, division)))
    return done


def unassign_all(connection: Connection, *, waiting: Callable[[], None] = lambda: None) -> list[Assigned]:
    """Take the derived place of every row away; the points stay."""
    take_turns(connection, _KINDS, waiting=waiting)
    connection.execute(text("DELETE FROM camera_grid"))
    done = []
    for table, kinds in _PLACED.items():
        rows = connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0
        cleared = connection.execute(
            text(
                f"UPDATE {table} SET " + ", ".join(f"{name} = NULL" for name in kinds) + " WHERE edition_id IS NOT NULL"
            )
        ).rowcount
        if cleared:
            announce(connection, ANNOUNCED.get(table, f"{table}s"))
        done.append(Assigned(table, rows, 0, cleared))
    done.append(Assigned(_GROUND, *unassign_key_areas(connection)))
    return done


def points_are_stored(connection: Connection) -> bool:
    """Say whether there is anything that grids are given to."""
    return any(connection.scalar(text(f"SELECT EXISTS (SELECT FROM {table})")) for table in (*_PLACED, _GROUND))


def incidents_are_given(connection: Connection) -> bool:
    """Say whether any incident has been given to somebody."""
    return bool(connection.scalar(text("SELECT EXISTS (SELECT FROM incident WHERE charge_level IS NOT NULL)")))


def _read_points(connection: Connection, table: str) -> pd.DataFrame:
    """Return every row's position, and its accuracy where the table has one (else 0)."""
    accuracy = "accuracy_m" if table == "incident" else "0"
    rows = connection.execute(
        text(f"SELECT id, ST_X(point), ST_Y(point), {accuracy} AS accuracy_m FROM {table} ORDER BY id")
    ).all()
    frame = pd.DataFrame(rows, columns=["id", "lon", "lat", "accuracy_m"])
    return frame.astype({"id": np.int64, "lon": np.float64, "lat": np.float64, "accuracy_m": np.float64})


def _write_derived(connection: Connection, table: str, derived: pd.DataFrame, *, kinds: dict[str, ColumnKind]) -> int:
    connection.execute(
        text(
            f"CREATE TEMPORARY TABLE staged_place ON COMMIT DROP AS "
            f"SELECT id, {', '.join(kinds)} FROM {table} WITH NO DATA"
        )
    )
    copy_rows(connection, "staged_place", derived, kinds={"id": "bigint", **kinds})
    changed = connection.execute(
        text(
            f"UPDATE {table} SET "
            + ", ".join(f"{name} = staged_place.{name}" for name in kinds)
            + f" FROM staged_place WHERE {table}.id = staged_place.id AND "
            + f"({', '.join(f'{table}.{name}' for name in kinds)}) IS DISTINCT FROM "
            + f"({', '.join(f'staged_place.{name}' for name in kinds)})"
        )
    ).rowcount
    connection.execute(text("DROP TABLE staged_place"))
    if changed:
        announce(connection, ANNOUNCED.get(table, f"{table}s"))
    return changed


def _replace_camera_grids(connection: Connection, division: Division, stored: pd.DataFrame) -> None:
    pairs = camera_grids(division, lon=stored["lon"].to_numpy(), lat=stored["lat"].to_numpy())
    connection.execute(text("DELETE FROM camera_grid"))
    copy_rows(
        connection,
        "camera_grid",
        pairs.assign(camera_id=stored["id"].to_numpy()[pairs["row"].to_numpy()]),
        kinds={"camera_id": "bigint", "grid_id": "bigint", "distance_m": "double"},
    )
