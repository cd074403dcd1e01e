"""Cameras as the networks deliver them, and every grid each belongs to."""

from sqlalchemy import (
    BigInteger,
    Boolean,
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
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from gis.store.tables.base import Time, derived_place, filled, geometry, metadata, simulated

camera = Table(
    "camera",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("source", Text, nullable=False),
    Column("source_ref", Text, nullable=False),
    Column("gb_id", Text, comment="GB/T 28181, 20 digits"),
    Column("name", Text),
    Column("kind", Text, nullable=False),
    Column("networks", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("point", geometry("POINT"), nullable=False),
    Column("declared_crs", Text, nullable=False),
    Column("cell", BigInteger, nullable=False, comment="H3 resolution 12"),
    Column("height_m", Double),
    Column("azimuth_deg", Double),
    Column("hfov_deg", Double),
    Column("range_m", Double),
    Column("pixels_h", Integer),
    Column("status", Text, nullable=False),
    Column("last_seen", Time),
    Column("secrecy", Boolean, nullable=False, server_default=text("false")),
    simulated(),
    *derived_place(),
    UniqueConstraint("source", "source_ref"),
    CheckConstraint("kind IN ('fixed', 'ptz', 'dome', 'unknown')", name="kind_known"),
    CheckConstraint("status IN ('live', 'dead', 'unknown')", name="status_known"),
    CheckConstraint("azimuth_deg >= 0 AND azimuth_deg < 360", name="azimuth_in_circle"),
    CheckConstraint("hfov_deg > 0 AND hfov_deg <= 360", name="hfov_in_circle"),
    CheckConstraint("range_m > 0 AND pixels_h > 0", name="sizes_positive"),
    filled("source"),
    filled("source_ref"),
)
Index("ix_camera_point", camera.c.point, postgresql_using="gist")
Index("ix_camera_grid_id", camera.c.grid_id)

camera_grid = Table(
    "camera_grid",
    metadata,
    Column("camera_id", BigInteger, ForeignKey("camera.id", ondelete="CASCADE"), primary_key=True),
    Column("grid_id", BigInteger, ForeignKey("grid.id"), primary_key=True, index=True),
    Column("distance_m", Double, nullable=False, comment="0 inside; a camera belongs to every grid within 5 m"),
)
