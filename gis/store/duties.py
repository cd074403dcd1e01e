"""Workers, teams and duty desks in the database, and back out as one `Roster`."""

import pandas as pd
from sqlalchemy import Connection, select, text

from gis.division.model import AreaTree
from gis.duty.ladder import Desk, Member, Role, Roster, teams_by_grid
from gis.store import tables as t
from gis.store.copying import Kind, copy_rows
from gis.store.database import announce
from gis.units import AreaId, GridId


def read_roster(connection: Connection, areas: AreaTree) -> Roster:
    """Return everybody on duty, past and present memberships alike."""
    roles = {
        row.code: Role(row.code, row.name_zh, row.name_en, row.rank, row.leads)
        for row in connection.execute(select(t.role))
    }
    memberships = connection.execute(
        select(t.team.c.grid_id, t.team_member, t.worker.c.name, t.worker.c.phone)
        .join(t.team, t.team.c.id == t.team_member.c.team_id)
        .join(t.worker, t.worker.c.id == t.team_member.c.worker_id)
        .where(t.team.c.grid_id.is_not(None))
    )
    members = teams_by_grid(
        (
            GridId(row.grid_id),
            Member(row.team_id, row.worker_id, row.role, row.name, row.phone, row.since, row.until),
        )
        for row in memberships
    )
    desks = {
        AreaId(row.area_id): Desk(row.id, AreaId(row.area_id), row.name or row.area_name, row.phone)
        for row in connection.execute(
            select(t.team, t.area.c.name.label("area_name"))
            .join(t.area, t.area.c.id == t.team.c.area_id)
            .where(t.team.c.area_id.is_not(None))
        )
    }
    return Roster(areas, roles, members, desks)


def read_role_names(connection: Connection) -> dict[str, str]:
    """Return the Chinese name of every role of this city, by code."""
    return {row.code: row.name_zh for row in connection.execute(select(t.role).order_by(t.role.c.rank))}


_DESKS = """
INSERT INTO team (area_id, name, phone)
SELECT area_id, name, phone FROM staged_desk
ON CONFLICT (area_id) DO UPDATE SET name = excluded.name, phone = excluded.phone
    WHERE (team.name, team.phone) IS DISTINCT FROM (excluded.name, excluded.phone)
RETURNING area_id
"""


def write_desks(connection: Connection, desks: pd.DataFrame) -> set[int]:
    """Give areas their duty desks, or change them; return the areas whose desk is new or changed.

    Parameters
    ----------
    desks
        Rows with ``area_id``, ``name``, ``phone``, one an area.
    """
    connection.execute(
        text("CREATE TEMPORARY TABLE staged_desk (area_id bigint, name text, phone text) ON COMMIT DROP")
    )
    copy_rows(connection, "staged_desk", desks, kinds={"area_id": "bigint", "name": "text", "phone": "text"})
    touched = set(connection.execute(text(_DESKS)).scalars())
    connection.execute(text("DROP TABLE staged_desk"))
    if touched:
        announce(connection, "duty")
    return touched


_STAGED: dict[str, Kind] = {
    "worker_ref": "text",
    "name": "text",
    "phone": "text",
    "simulated": "boolean",
    "grid_id": "bigint",
    "role": "text",
}

_STAGE = """
CREATE TEMPORARY TABLE staged_worker
    (worker_ref text, name text, phone text, simulated boolean, grid_id bigint, role text) ON COMMIT DROP
"""

_PEOPLE = """
INSERT INTO worker (worker_ref, name, phone, simulated)
SELECT worker_ref, name, phone, bool_or(simulated) FROM staged_worker GROUP BY worker_ref, name, phone
ON CONFLICT (worker_ref) DO UPDATE
    SET name = excluded.name, phone = excluded.phone, simulated = excluded.simulated
    WHERE (worker.name, worker.phone, worker.simulated)
        IS DISTINCT FROM (excluded.name, excluded.phone, excluded.simulated)
RETURNING id, xmax = 0
"""

_TEAMS = """
INSERT INTO team (grid_id)
SELECT DISTINCT grid_id FROM staged_worker WHERE grid_id IS NOT NULL
ON CONFLICT (grid_id) DO NOTHING
"""

_PLACES = """
CREATE TEMPORARY TABLE staged_member ON COMMIT DROP AS
SELECT DISTINCT team.id AS team_id, worker.id AS worker_id, staged_worker.role
FROM staged_worker
JOIN worker USING (worker_ref)
JOIN team ON team.grid_id = staged_worker.grid_id
"""

_FORMER_ROLES = """
UPDATE team_member SET until = now()
FROM staged_member staged
WHERE (team_member.team_id, team_member.worker_id) = (staged.team_id, staged.worker_id)
    AND team_member.role <> staged.role AND team_member.until IS NULL
"""

_MEMBERSHIPS = """
INSERT INTO team_member (team_id, worker_id, role)
SELECT team_id, worker_id, role FROM staged_member staged
WHERE NOT EXISTS (
    SELECT FROM team_member present
    WHERE (present.team_id, present.worker_id, present.role) = (staged.team_id, staged.worker_id, staged.role)
        AND present.until IS NULL)
RETURNING worker_id
"""


def write_workers(connection: Connection, rows: pd.DataFrame) -> tuple[int, int]:
    """Add people and their places in teams, and return how many people are new and how many changed.

    Nobody is removed: a place that a later roster does not name stays. Another role in the same grid ends the
    former one, which is kept as the past.

    Parameters
    ----------
    rows
        One a person and grid: ``worker_ref``, ``name``, ``phone``, ``simulated``, ``grid_id`` (missing: a
        person without a grid), ``role``. Name and phone of a person are the same in all rows.
    """
    connection.execute(text(_STAGE))
    copy_rows(connection, "staged_worker", rows, kinds=_STAGED)
    people = connection.execute(text(_PEOPLE)).all()
    for statement in (_TEAMS, _PLACES, _FORMER_ROLES):
        connection.execute(text(statement))
    moved = set(connection.execute(text(_MEMBERSHIPS)).scalars())
    connection.execute(text("DROP TABLE staged_worker, staged_member"))
    new = {worker_id for worker_id, is_new in people if is_new}
    changed = ({worker_id for worker_id, _ in people} | moved) - new
    if new or changed:
        announce(connection, "duty")
    return len(new), len(changed)
