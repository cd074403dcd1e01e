"""Sites: schools, hospitals, markets."""

from sqlalchemy import BigInteger, Column, Identity, Index, Table, Text, UniqueConstraint

from gis.store.tables.base import derived_place, filled, geometry, metadata, simulated

site = Table(
    "site",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("source", Text, nullable=False),
    Column("source_ref", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("point", geometry("POINT"), nullable=False),
    Column("declared_crs", Text, nullable=False),
    Column("cell", BigInteger, nullable=False, comment="H3 resolution 12"),
    simulated(),
    *derived_place(),
    UniqueConstraint("source", "source_ref"),
    filled("kind"),
    filled("name"),
)
Index("ix_site_point", site.c.point, postgresql_using="gist")
Index("ix_site_grid_id", site.c.grid_id)
