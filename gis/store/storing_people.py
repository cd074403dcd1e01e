"""Write judged batches about people: rosters, leave, roles, and the calendar by which they work."""

import pandas as pd
from sqlalchemy import Connection

from gis.duty.people import Role
from gis.loading import Batch
from gis.loading.wording import counted
from gis.store.calendars import read_calendar, write_days
from gis.store.division_queries import grid_ids_by_code
from gis.store.leaves import worker_ids, write_leave
from gis.store.memberships import write_workers
from gis.store.points import Written
from gis.store.roles import write_roles
from gis.store.target import Stored, Target, told_to_assign


def store_workers(connection: Connection, batch: Batch, target: Target) -> Stored:
    """Write people and their places in grids; a grid code that is not in force is noticed, the person kept."""
    codes = grid_ids_by_code(connection, at=target.now)
    asked = batch.rows["grid_code"]
    unknown = asked.notna() & ~asked.isin(list(codes))
    rows = batch.rows.assign(grid_id=asked.map(codes).astype("Int64"))
    new, changed, over = write_workers(connection, rows)
    people = batch.rows["worker_ref"].nunique()
    written = Written(new, changed, people - new - changed)
    noticed = told_to_assign(connection, written)
    if unknown.any():
        noticed.append(
            f"{counted(int(unknown.sum()), 'row')} with a grid that is not in force, e.g. {asked[unknown].iloc[0]!r}: "
            "these people are on the roster without that grid"
        )
    if over:
        noticed.append(
            f"{counted(over, 'row')} with a place that was over before it is known to have begun: "
            "left out; give since to keep the past"
        )
    return written, noticed


def store_leave(connection: Connection, batch: Batch, _target: Target) -> Stored:
    """Write leave; rows of people who are not on the roster are left out and noticed."""
    ids = worker_ids(connection)
    person, stand_in = (batch.rows[name].map(ids).astype("Int64") for name in ("worker_ref", "stand_in_ref"))
    strangers = person.isna()
    nobody = batch.rows["stand_in_ref"].notna() & stand_in.isna()
    rows = pd.DataFrame(
        {
            "worker_id": person,
            "since": batch.rows["from"],
            "until": batch.rows["until"],
            "stand_in_id": stand_in,
        }
    )[~strangers]
    written = write_leave(connection, rows)
    noticed = told_to_assign(connection, written)
    if strangers.any():
        noticed.append(
            f"{counted(int(strangers.sum()), 'row')} about somebody who is not on the roster, e.g. "
            f"{batch.rows['worker_ref'][strangers].iloc[0]!r}: left out; load the roster first"
        )
    if nobody.any():
        noticed.append(
            f"{counted(int(nobody.sum()), 'row')} with a stand-in who is not on the roster, e.g. "
            f"{batch.rows['stand_in_ref'][nobody].iloc[0]!r}: nobody stands in there"
        )
    return written, noticed


def store_roles(connection: Connection, batch: Batch, _target: Target) -> Stored:
    """Write the list of roles."""
    written = write_roles(
        connection,
        [
            Role(row.code, row.name_zh, row.name_en, int(row.rank), bool(row.leads))
            for row in batch.rows.itertuples(index=False)
        ],
    )
    return written, told_to_assign(connection, written)


def store_calendar(connection: Connection, batch: Batch, _target: Target) -> Stored:
    """Write days out of turn, and say by which hours the city counts."""
    written = write_days(connection, batch.rows)
    calendar = read_calendar(connection)
    years = ", ".join(map(str, calendar.known_years))
    return written, [f"working time is counted by {calendar.hours}, {calendar.zone.key}; days are told of {years}"]
