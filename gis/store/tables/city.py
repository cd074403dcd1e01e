"""The one city of a database, and counters of what changed in it."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Integer, Table, Text, func

from gis.store.tables.base import Time, filled, metadata, simulated

city = Table(
    "city",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_city"), primary_key=True, server_default="1"),
    Column("name", Text, nullable=False),
    Column("name_en", Text),
    Column("code", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("source", Text, comment="credit lines shown on every map"),
    Column("source_url", Text),
    Column("approval_no", Text, comment="map approval number 审图号"),
    simulated(),
    filled("name"),
)

change_count = Table(
    "change_count",
    metadata,
    Column("what", Text, primary_key=True, comment="city, division, duty, incidents, cameras, sites"),
    Column("number", BigInteger, nullable=False),
    Column("changed_at", Time, nullable=False, server_default=func.now()),
)
