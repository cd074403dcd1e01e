"""Working days out of turn, and office hours: by what a city counts its time limits."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Integer, Table, Text

from gis.store.tables.base import metadata, simulated

calendar_day = Table(
    "calendar_day",
    metadata,
    Column("day", Date, primary_key=True),
    Column("working", Boolean, nullable=False, comment="false: a holiday; true: a working day out of turn 调休上班"),
    Column("name", Text),
    simulated(),
)

office_hours = Table(
    "office_hours",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_row"), primary_key=True, server_default="1"),
    Column("hours", Text, nullable=False, comment="weekdays and spans, as gis.duty.hours reads them"),
)
