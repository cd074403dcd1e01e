"""The city's own basemap: roads, railways, water, green and built-up ground beneath the grids."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Double, Identity, Index, Table, Text, text

from gis.basemap import MapClass
from gis.store.tables.base import filled, geometry, metadata, simulated

map_feature = Table(
    "map_feature",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("class", Text, nullable=False),
    Column("name", Text),
    Column("width_m", Double, comment="on the ground; unknown for areas and many lines"),
    Column("bridge", Boolean, nullable=False, server_default=text("false")),
    Column("min_zoom", Double, nullable=False, comment="zoom of 512 px tiles from which it is drawn"),
    Column("shape", geometry("GEOMETRY"), nullable=False),
    simulated(),
    CheckConstraint("class IN ({})".format(", ".join(f"'{kind}'" for kind in MapClass)), name="class_known"),
    CheckConstraint("width_m > 0", name="width_positive"),
    filled("name"),
)
Index("ix_map_feature_shape", map_feature.c.shape, postgresql_using="gist")
