"""Incidents: the point is the truth; grid, distance and person beside it are derived."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Identity,
    Index,
    Table,
    Text,
    UniqueConstraint,
)

from gis.store.tables.base import Time, derived_place, filled, geometry, metadata, simulated

incident = Table(
    "incident",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("source", Text, nullable=False),
    Column("source_ref", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("title", Text),
    Column("state", Text, nullable=False),
    Column("occurred_at", Time),
    Column("reported_at", Time, nullable=False),
    Column("accepted_at", Time),
    Column("due_at", Time),
    Column("closed_at", Time),
    Column("point", geometry("POINT"), nullable=False),
    Column("declared_crs", Text, nullable=False),
    Column("accuracy_m", Double, nullable=False, server_default="0"),
    Column("cell", BigInteger, nullable=False, comment="H3 resolution 12"),
    Column("found_by_grid", Boolean),
    Column("reporter_ref", Text, comment="opaque; never an identity"),
    simulated(),
    *derived_place(),
    Column("distance_to_border_m", Double),
    Column("on_border", Boolean),
    Column("runner_up_grid_id", BigInteger, ForeignKey("grid.id")),
    Column("charge_level", Text, comment="rung of the ladder that answers: a role, or an area's level"),
    Column("charge_team_id", BigInteger, ForeignKey("team.id")),
    Column("charge_worker_id", BigInteger, ForeignKey("worker.id")),
    UniqueConstraint("source", "source_ref"),
    CheckConstraint("accuracy_m >= 0", name="accuracy_not_negative"),
    CheckConstraint("kind IN ('incident', 'request', 'referral')", name="kind_known"),
    CheckConstraint("grid_id IS NULL OR edition_id IS NOT NULL", name="grid_names_its_edition"),
    CheckConstraint("NOT (grid_id IS NOT NULL AND nearest_grid_id IS NOT NULL)", name="inside_or_nearest"),
    filled("source"),
    filled("source_ref"),
    filled("category"),
)
Index("ix_incident_point", incident.c.point, postgresql_using="gist")
Index("ix_incident_grid_id_state", incident.c.grid_id, incident.c.state)
Index("ix_incident_reported_at", incident.c.reported_at.desc(), incident.c.id.desc())
Index("ix_incident_cell", incident.c.cell)
