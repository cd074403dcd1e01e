"""Incidents: the point is the truth; grid, distance and person beside it are derived.

What a row refers to (edition, grids, team, worker) is held by triggers that check a statement's rows together: as
foreign keys these columns took half the time of a load.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Double,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    func,
    or_,
)

from gis.incidents.life import IncidentState
from gis.store.tables.base import Time, filled, geometry, metadata, simulated

TAKEN_AT = """CASE
    WHEN (state = 'refused'::text) THEN NULL::timestamp with time zone
    WHEN (accepted_at IS NOT NULL) THEN GREATEST(reported_at, accepted_at)
    WHEN (state <> 'reported'::text) THEN reported_at
    ELSE NULL::timestamp with time zone
END"""
"""When an incident counts as accepted: the state counts where it contradicts the times."""

ENDED_AT = """CASE
    WHEN (state = 'refused'::text) THEN GREATEST(reported_at, refused_at)
    WHEN ((state <> 'closed'::text) AND (state <> 'rated'::text)) THEN NULL::timestamp with time zone
    WHEN (closed_at IS NOT NULL) THEN GREATEST(reported_at, accepted_at, closed_at)
    ELSE GREATEST(reported_at, accepted_at, handed_on_at, signed_at, returned_at, handled_at, fed_back_at, checked_at)
END"""
"""When it counts as closed or refused: never before an earlier step; without a time, at the last step that has one."""

LAST_RETURN_AT = """CASE
    WHEN (returns > 0) THEN GREATEST(reported_at, returned_at)
    ELSE NULL::timestamp with time zone
END"""
"""When it counts as returned, the last time; when it was reported where that has no time."""

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
    Column("taken_at", Time, Computed(TAKEN_AT, persisted=True), comment="when it counts as accepted"),
    Column(
        "ended_at",
        Time,
        Computed(ENDED_AT, persisted=True),
        comment="when it counts as closed or refused; NULL while open",
    ),
    Column(
        "last_return_at",
        Time,
        Computed(LAST_RETURN_AT, persisted=True),
        comment="when it counts as returned, the last time",
    ),
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
Index("ix_incident_taken_at", incident.c.taken_at)
Index("ix_incident_ended_at", incident.c.ended_at)
Index("ix_incident_last_return_at", incident.c.last_return_at, postgresql_where=incident.c.last_return_at.is_not(None))
Index(
    "ix_incident_lifespan", func.incident_lifespan(incident.c.reported_at, incident.c.ended_at), incident.c.reported_at
)
Index(
    "ix_incident_ever_overdue",
    incident.c.due_at,
    postgresql_where=or_(incident.c.ended_at.is_(None), incident.c.ended_at > incident.c.due_at),
)

incident_index_aside = Table(
    "incident_index_aside",
    metadata,
    Column("name", Text, primary_key=True),
    Column("definition", Text, nullable=False),
    comment="filled and emptied again within one transaction",
)
