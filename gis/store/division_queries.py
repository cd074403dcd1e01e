"""Questions about stored areas and grids: what stands on their rows, beside what the division in memory tells."""

from datetime import datetime

import pandas as pd
import shapely
from sqlalchemy import Connection, func, select

from gis.division.model import Division
from gis.errors import NoEdition
from gis.store import tables as t
from gis.store.divisions import edition_in_force
from gis.units import AreaId, GridId


def grid_table(connection: Connection, division: Division) -> pd.DataFrame:
    """Return one row a grid of a division, indexed by ``grid_id`` in ascending order.

    Columns: ``code``, ``code_scheme``, ``name``, ``class``, ``area_id``, ``area_m2``, ``households``,
    ``population``, ``simulated``.
    """
    g = t.grid_version.c
    names = (
        "grid_id",
        "code",
        "code_scheme",
        "name",
        "class",
        "area_id",
        "area_m2",
        "households",
        "population",
        "simulated",
    )
    edition = division.edition.id
    rows = connection.execute(
        select(*(g[name] for name in names))
        .where(g.first_edition <= edition, (g.last_edition.is_(None)) | (g.last_edition >= edition))
        .order_by(g.grid_id)
    ).all()
    frame = pd.DataFrame(rows, columns=list(names)).set_index("grid_id")
    return frame.astype({"households": "Int64", "population": "Int64"})


def grid_ids_by_code(connection: Connection, *, at: datetime) -> dict[str, GridId]:
    """Return the grids of the edition in force at a moment by code; none when there is no edition."""
    try:
        edition = edition_in_force(connection, at=at).id
    except NoEdition:
        return {}
    g = t.grid_version.c
    rows = connection.execute(
        select(g.code, g.grid_id).where(
            g.first_edition <= edition, (g.last_edition.is_(None)) | (g.last_edition >= edition)
        )
    )
    return {code: GridId(grid_id) for code, grid_id in rows}


def area_table(connection: Connection, division: Division) -> pd.DataFrame:
    """Return ``area_m2`` and ``shape`` (WGS84) of every area that has grids, indexed by ``area_id``."""
    a = t.area_shape.c
    edition = division.edition.id
    rows = connection.execute(
        select(a.area_id, a.area_m2, func.ST_AsBinary(a.shape))
        .where(a.first_edition <= edition, (a.last_edition.is_(None)) | (a.last_edition >= edition))
        .order_by(a.area_id)
    ).all()
    frame = pd.DataFrame(rows, columns=["area_id", "area_m2", "shape"])
    return frame.assign(shape=[shapely.from_wkb(bytes(wkb)) for wkb in frame["shape"]]).set_index("area_id")


def official_boundaries(connection: Connection) -> dict[AreaId, shapely.Geometry]:
    """Return the official boundaries that were loaded, by area."""
    rows = connection.execute(
        select(t.area.c.id, func.ST_AsBinary(t.area.c.official_boundary)).where(t.area.c.official_boundary.is_not(None))
    )
    return {AreaId(area_id): shapely.from_wkb(bytes(wkb)) for area_id, wkb in rows}


def people_without_grid(connection: Connection, *, at: datetime) -> tuple[int, int]:
    """Return how many people of the roster serve no grid at a moment, and how many there are; not those who left."""
    m = t.team_member.c
    serves = (
        select(m.worker_id)
        .join(t.team, t.team.c.id == m.team_id)
        .where(
            t.team.c.grid_id.is_not(None),
            m.retracted_at.is_(None),
            m.since <= at,
            (m.until.is_(None)) | (m.until > at),
        )
    )
    idle = func.count().filter(t.worker.c.id.not_in(serves))
    present = t.worker.c.left_at.is_(None) | (t.worker.c.left_at > at)
    row = connection.execute(select(idle, func.count()).select_from(t.worker).where(present)).one()
    return row[0], row[1]
