"""Addresses: the gazetteer's rows, with their parts."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Index, Integer, Table, Text, UniqueConstraint

from gis.store.tables.base import derived_place, filled, geometry, metadata, simulated

address = Table(
    "address",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("source", Text, nullable=False),
    Column("source_ref", Text, nullable=False),
    Column("full_text", Text, nullable=False, comment="as the source writes it"),
    Column("key", Text, nullable=False, comment="the same in one way of writing; joins lists of addresses"),
    Column("street", Text),
    Column("crossing", Text, comment="the street that crosses"),
    Column("village", Text),
    Column("estate", Text, comment="a compound, a building with a name"),
    Column("lane", Text),
    Column("group_no", Text, comment="village group"),
    Column("number", Integer),
    Column("last", Integer, comment="the other end of a block of numbers"),
    Column("sub", Text),
    Column("building", Text),
    Column("unit", Text),
    Column("room", Text),
    Column("precision", Text, nullable=False),
    Column("point", geometry("POINT"), nullable=False),
    Column("declared_crs", Text, nullable=False),
    Column("cell", BigInteger, nullable=False, comment="H3 resolution 12"),
    simulated(),
    *derived_place(),
    UniqueConstraint("source", "source_ref"),
    CheckConstraint("num_nonnulls(street, village, estate) > 0", name="names_something"),
    CheckConstraint("number >= 0 AND last >= number", name="numbers_in_order"),
    filled("source"),
    filled("source_ref"),
    filled("full_text"),
)
Index("ix_address_point", address.c.point, postgresql_using="gist")
Index("ix_address_grid_id", address.c.grid_id)
Index("ix_address_key", address.c.key)
