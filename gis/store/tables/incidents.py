"""Incidents: the point is the truth; grid, distance and person beside it are derived.

What a row refers to (edition, grids, team, worker) is held by triggers that check a statement's rows together: as
foreign keys these columns took half the time of a load.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from gis.incidents.life import IncidentState
from gis.store.tables.base import Time, filled, geometry, metadata, simulated

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
    Column("refused_at", Time),
    Column("handed_on_at", Time, comment="the last time, as of every step that can happen again"),
    Column("signed_at", Time),
    Column("returned_at", Time),
    Column("returns", Integer, nullable=False, server_default="0", comment="how often it was returned"),
    Column("handled_at", Time, comment="handling began"),
    Column("fed_back_at", Time),
    Column("checked_at", Time),
    Column("rated_at", Time),
    Column("handling_unit", Text, comment="the office that handles it, as the source names it"),
    Column("point", geometry("POINT"), nullable=False),
    Column("declared_crs", Text, nullable=False),
    Column("accuracy_m", Double, nullable=False, server_default="0"),
    Column("cell", BigInteger, nullable=False, comment="H3 resolution 12"),
    Column("found_by_grid", Boolean),
    Column("reporter_ref", Text, comment="opaque; never an identity"),
    simulated(),
    Column("edition_id", Integer),
    Column("grid_id", BigInteger),
    Column("nearest_grid_id", BigInteger),
    Column("nearest_distance_m", Double),
    Column("distance_to_border_m", Double),
    Column("on_border", Boolean),
    Column("runner_up_grid_id", BigInteger),
    Column("charge_level", Text, comment="rung of the ladder that answers: a role, or an area's level"),
    Column("charge_team_id", BigInteger),
    Column("charge_worker_id", BigInteger),
    UniqueConstraint("source", "source_ref"),
    CheckConstraint("accuracy_m >= 0", name="accuracy_not_negative"),
    CheckConstraint("kind IN ('incident', 'request', 'referral')", name="kind_known"),
    CheckConstraint(f"state IN ({', '.join(repr(state.value) for state in IncidentState)})", name="state_known"),
    CheckConstraint("returns >= 0", name="returns_not_negative"),
    CheckConstraint("returned_at IS NULL OR returns > 0", name="returns_counted"),
    CheckConstraint("grid_id IS NULL OR edition_id IS NOT NULL", name="grid_names_its_edition"),
    CheckConstraint("NOT (grid_id IS NOT NULL AND nearest_grid_id IS NOT NULL)", name="inside_or_nearest"),
    filled("source"),
    filled("source_ref"),
    filled("category"),
    filled("handling_unit"),
)
Index("ix_incident_point", incident.c.point, postgresql_using="gist")
Index("ix_incident_grid_id_state", incident.c.grid_id, incident.c.state)
Index("ix_incident_reported_at", incident.c.reported_at.desc(), incident.c.id.desc())
Index("ix_incident_cell", incident.c.cell)
