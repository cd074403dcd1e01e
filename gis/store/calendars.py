"""A city's calendar in the database: days out of turn and office hours, and back out as one `Calendar`."""

from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import Connection, select, text
from sqlalchemy.dialects.postgresql import insert

from gis.duty.calendar import OFFICE_HOURS, Calendar, CalendarDay
from gis.duty.hours import Hours
from gis.errors import NotFound
from gis.store import tables as t
from gis.store.cities import read_city
from gis.store.database import announce
from gis.store.points import Written


def read_calendar(connection: Connection) -> Calendar:
    """Return when the city's offices work; without a city by UTC, without hours of its own by the assumed ones."""
    try:
        zone = read_city(connection).zone
    except NotFound:
        zone = ZoneInfo("UTC")
    typed = connection.scalar(select(t.office_hours.c.hours))
    days = {row.day: CalendarDay(row.day, row.working, row.name) for row in connection.execute(select(t.calendar_day))}
    return Calendar(zone, OFFICE_HOURS if typed is None else Hours.parse(typed), days)


def write_office_hours(connection: Connection, hours: Hours) -> None:
    """Set the city's office hours.

    Raises
    ------
    InvalidInput
        When they name no weekdays.
    """
    kept = str(Calendar(ZoneInfo("UTC"), hours).hours)
    row = insert(t.office_hours).values(id=1, hours=kept)
    connection.execute(row.on_conflict_do_update(index_elements=["id"], set_={"hours": kept}))
    announce(connection, "duty")


_DAYS = """
INSERT INTO calendar_day (day, working, name, simulated)
SELECT * FROM unnest(CAST(:days AS date[]), CAST(:working AS boolean[]), CAST(:names AS text[]),
    CAST(:simulated AS boolean[]))
ON CONFLICT (day) DO UPDATE
    SET working = excluded.working, name = excluded.name, simulated = excluded.simulated
    WHERE (calendar_day.working, calendar_day.name, calendar_day.simulated)
        IS DISTINCT FROM (excluded.working, excluded.name, excluded.simulated)
RETURNING xmax = 0
"""


def write_days(connection: Connection, rows: pd.DataFrame) -> Written:
    """Add days to the calendar, or change what is said of them.

    Parameters
    ----------
    rows
        ``date``, ``working``, ``name``, ``simulated``, one a day.
    """
    touched = connection.execute(
        text(_DAYS),
        {
            "days": rows["date"].to_list(),
            "working": rows["working"].to_list(),
            "names": rows["name"].to_list(),
            "simulated": rows["simulated"].to_list(),
        },
    ).scalars()
    new = list(touched)
    if new:
        announce(connection, "duty")
    return Written(sum(new), len(new) - sum(new), len(rows) - len(new))
