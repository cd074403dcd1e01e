"""Areas, editions and grids: the division, and how it was at other times."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    func,
)

from gis.store.tables.base import Time, filled, geometry, metadata, simulated

area = Table(
    "area",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("parent_id", BigInteger, ForeignKey("area.id"), index=True),
    Column("level", Text, nullable=False, comment="city, county, town, community, or the city's own word"),
    Column("code", Text, nullable=False),
    Column("code_scheme", Text, nullable=False, server_default="free"),
    Column("name", Text, nullable=False),
    Column("official_boundary", geometry("MULTIPOLYGON"), comment="as published; the shape is the grids' union"),
    simulated(),
    UniqueConstraint("level", "code"),
    CheckConstraint("parent_id <> id", name="not_its_own_parent"),
    filled("level"),
    filled("code"),
    filled("name"),
)
Index("uq_area_one_root", area.c.parent_id.is_(None), unique=True, postgresql_where=area.c.parent_id.is_(None))

edition = Table(
    "edition",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("effective_at", Time, nullable=False),
    Column("published_at", Time, nullable=False, server_default=func.now()),
    Column("document_no", Text),
    Column("document_date", Date),
    Column("note", Text),
    CheckConstraint("id >= 1", name="numbered_from_one"),
    UniqueConstraint("effective_at"),
)

area_shape = Table(
    "area_shape",
    metadata,
    Column("area_id", BigInteger, ForeignKey("area.id"), primary_key=True),
    Column("first_edition", Integer, ForeignKey("edition.id"), primary_key=True),
    Column("last_edition", Integer, ForeignKey("edition.id")),
    Column("shape", geometry("MULTIPOLYGON"), nullable=False),
    Column("area_m2", Double, nullable=False),
    CheckConstraint("last_edition >= first_edition", name="editions_in_order"),
    CheckConstraint("area_m2 > 0", name="area_positive"),
)
Index("ix_area_shape_shape", area_shape.c.shape, postgresql_using="gist")

grid = Table("grid", metadata, Column("id", BigInteger, Identity(always=False), primary_key=True))

grid_version = Table(
    "grid_version",
    metadata,
    Column("grid_id", BigInteger, ForeignKey("grid.id"), primary_key=True),
    Column("first_edition", Integer, ForeignKey("edition.id"), primary_key=True),
    Column("last_edition", Integer, ForeignKey("edition.id")),
    Column("code", Text, nullable=False),
    Column("code_scheme", Text, nullable=False, server_default="free"),
    Column("name", Text, nullable=False),
    Column("class", Text, nullable=False, server_default="basic"),
    Column("area_id", BigInteger, ForeignKey("area.id"), nullable=False, index=True),
    Column("shape", geometry("MULTIPOLYGON"), nullable=False),
    Column("area_m2", Double, nullable=False),
    Column("households", Integer),
    Column("population", Integer),
    simulated(),
    CheckConstraint("last_edition >= first_edition", name="editions_in_order"),
    CheckConstraint("class IN ('basic', 'exclusive')", name="class_known"),
    CheckConstraint("area_m2 > 0", name="area_positive"),
    CheckConstraint("households >= 0 AND population >= 0", name="counts_not_negative"),
    filled("code"),
    filled("name"),
)
Index("ix_grid_version_shape", grid_version.c.shape, postgresql_using="gist")
Index(
    "uq_grid_version_code_in_force",
    grid_version.c.code,
    unique=True,
    postgresql_where=grid_version.c.last_edition.is_(None),
)
Index(
    "uq_grid_version_in_force",
    grid_version.c.grid_id,
    unique=True,
    postgresql_where=grid_version.c.last_edition.is_(None),
)
