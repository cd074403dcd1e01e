"""Sites with their gates, and key areas with the grids they lie in."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

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
    Column("shape", geometry("MULTIPOLYGON"), comment="the ground of a site that is fenced in; the point lies in it"),
    UniqueConstraint("source", "source_ref"),
    filled("kind"),
    filled("name"),
)
Index("ix_site_point", site.c.point, postgresql_using="gist")
Index("ix_site_grid_id", site.c.grid_id)

gate = Table(
    "gate",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("site_id", BigInteger, ForeignKey("site.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("source", Text, nullable=False),
    Column("source_ref", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("point", geometry("POINT"), nullable=False),
    Column("declared_crs", Text, nullable=False),
    Column("cell", BigInteger, nullable=False, comment="H3 resolution 12"),
    simulated(),
    *derived_place(),
    UniqueConstraint("source", "source_ref"),
    CheckConstraint("state IN ('open', 'closed', 'unknown')", name="state_known"),
    filled("source"),
    filled("source_ref"),
    filled("name"),
)
Index("ix_gate_point", gate.c.point, postgresql_using="gist")
Index("ix_gate_grid_id", gate.c.grid_id)

key_area = Table(
    "key_area",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("source", Text, nullable=False),
    Column("source_ref", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("shape", geometry("MULTIPOLYGON"), nullable=False),
    Column("area_m2", Double, nullable=False),
    Column("declared_crs", Text, nullable=False),
    simulated(),
    Column("edition_id", Integer, ForeignKey("edition.id")),
    UniqueConstraint("source", "source_ref"),
    CheckConstraint("area_m2 > 0", name="area_positive"),
    filled("source"),
    filled("source_ref"),
    filled("kind"),
    filled("name"),
)
Index("ix_key_area_shape", key_area.c.shape, postgresql_using="gist")

key_area_grid = Table(
    "key_area_grid",
    metadata,
    Column("key_area_id", BigInteger, ForeignKey("key_area.id", ondelete="CASCADE"), primary_key=True),
    Column("grid_id", BigInteger, ForeignKey("grid.id"), primary_key=True, index=True),
    Column("share", Double, nullable=False, comment="of the key area's ground that lies in this grid"),
    CheckConstraint("share > 0 AND share <= 1", name="share_of_one"),
)
