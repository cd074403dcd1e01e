"""The roster out of the database, as one `Roster` that answers for every moment; and duty desks into it."""

from collections.abc import Iterator
from datetime import datetime

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Table, select, text

from gis.division.model import AreaTree
from gis.duty.hours import Hours
from gis.duty.ladder import Roster, teams_by_grid
from gis.duty.people import Desk, Leave, Member, Person
from gis.store import tables as t
from gis.store.calendars import read_calendar
from gis.store.copying import copy_rows
from gis.store.database import announce
from gis.store.roles import read_roles
from gis.units import AreaId, GridId


def read_roster(connection: Connection, areas: AreaTree, *, known_at: datetime | None = None) -> Roster:
    """Return everybody on duty: past, present and coming memberships and leave alike.

    Parameters
    ----------
    known_at
        As the roster was known at this moment, before later corrections; None: as it is known now. Names, phones and
        desks are always the present ones.
    """
    members = teams_by_grid(_memberships(connection, known_at))
    desks = {
        AreaId(row.area_id): Desk(row.id, AreaId(row.area_id), row.name or row.area_name, row.phone)
        for row in connection.execute(
            select(t.team, t.area.c.name.label("area_name"))
            .join(t.area, t.area.c.id == t.team.c.area_id)
            .where(t.team.c.area_id.is_not(None))
        )
    }
    return Roster(
        areas, read_roles(connection), members, desks, _leaves(connection, known_at), read_calendar(connection)
    )


def _known(table: Table, known_at: datetime | None) -> ColumnElement[bool]:
    """Return the condition for rows that were taken for true at a moment."""
    if known_at is None:
        return table.c.retracted_at.is_(None)
    return (table.c.recorded_at <= known_at) & (table.c.retracted_at.is_(None) | (table.c.retracted_at > known_at))


def _memberships(connection: Connection, known_at: datetime | None) -> Iterator[tuple[GridId, Member]]:
    m = t.team_member.c
    found = connection.execute(
        select(
            t.team.c.grid_id,
            m.team_id,
            m.worker_id,
            m.role,
            t.worker.c.name,
            t.worker.c.phone,
            m.since,
            m.until,
            m.hours,
        )
        .join(t.team, t.team.c.id == m.team_id)
        .join(t.worker, t.worker.c.id == m.worker_id)
        .where(t.team.c.grid_id.is_not(None), _known(t.team_member, known_at))
    )
    shifts: dict[str | None, Hours | None] = {None: None}
    for grid_id, team_id, worker_id, role, name, phone, since, until, hours in found:
        if hours not in shifts:
            shifts[hours] = Hours.parse(hours)
        yield GridId(grid_id), Member(team_id, worker_id, role, name, phone, since, until, shifts[hours])


def _leaves(connection: Connection, known_at: datetime | None) -> dict[int, tuple[Leave, ...]]:
    stand_in = t.worker.alias("stand_in")
    v = t.leave.c
    found = connection.execute(
        select(v.worker_id, v.since, v.until, v.stand_in_id, stand_in.c.name, stand_in.c.phone)
        .outerjoin(stand_in, stand_in.c.id == v.stand_in_id)
        .where(_known(t.leave, known_at))
    )
    leaves: dict[int, list[Leave]] = {}
    for worker_id, since, until, stand_in_id, name, phone in found:
        person = None if stand_in_id is None else Person(stand_in_id, name, phone)
        leaves.setdefault(worker_id, []).append(Leave(since, until, person))
    return {worker_id: tuple(of_one) for worker_id, of_one in leaves.items()}


def read_role_names(connection: Connection) -> dict[str, str]:
    """Return the Chinese name of every role of this city, by code."""
    return {code: role.name_zh for code, role in read_roles(connection).items()}


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
