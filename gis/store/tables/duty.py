"""Workers and the teams in which they answer for grids and areas."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    func,
)

from gis.store.tables.base import Time, filled, metadata, simulated

role = Table(
    "role",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("rank", Integer, nullable=False, comment="order in which a grid's people are asked"),
    Column("leads", Boolean, nullable=False, comment="may be in charge of a grid before the ladder goes up"),
    UniqueConstraint("rank", deferrable=True, initially="DEFERRED"),
    filled("code"),
    filled("name_zh"),
)

worker = Table(
    "worker",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("worker_ref", Text, nullable=False, unique=True, comment="the roster's own number"),
    Column("name", Text, nullable=False),
    Column("phone", Text),
    Column("left_at", Time, comment="when the person left the roster"),
    simulated(),
    filled("worker_ref"),
    filled("name"),
)

team = Table(
    "team",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("grid_id", BigInteger, ForeignKey("grid.id"), unique=True),
    Column("area_id", BigInteger, ForeignKey("area.id"), unique=True, comment="the duty desk of this area's center"),
    Column("name", Text),
    Column("phone", Text),
    CheckConstraint("(grid_id IS NULL) <> (area_id IS NULL)", name="of_grid_or_area"),
)


def recorded() -> list[Column[object]]:
    """Return when a row was written down, and when it was replaced: what was known at any time can be read again."""
    return [
        Column("recorded_at", Time, nullable=False, server_default=func.now()),
        Column("retracted_at", Time, comment="when another row took this one's place; never deleted"),
    ]


team_member = Table(
    "team_member",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("team_id", BigInteger, ForeignKey("team.id"), nullable=False),
    Column("worker_id", BigInteger, ForeignKey("worker.id"), nullable=False),
    Column("role", Text, ForeignKey("role.code"), nullable=False),
    Column("since", Time, nullable=False, server_default=func.now()),
    Column("until", Time),
    Column("hours", Text, comment="days and hours of the shift, as gis.duty.hours reads them; without: always"),
    *recorded(),
    CheckConstraint("until > since", name="ends_after_it_begins"),
    CheckConstraint("retracted_at >= recorded_at", name="recorded_before_retracted"),
)
Index("ix_team_member_worker_id", team_member.c.worker_id)
Index(
    "uq_team_member_valid",
    team_member.c.team_id,
    team_member.c.worker_id,
    team_member.c.role,
    team_member.c.since,
    unique=True,
    postgresql_where=team_member.c.retracted_at.is_(None),
)

leave = Table(
    "leave",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("worker_id", BigInteger, ForeignKey("worker.id"), nullable=False),
    Column("since", Time, nullable=False),
    Column("until", Time, nullable=False),
    Column("stand_in_id", BigInteger, ForeignKey("worker.id"), comment="who answers meanwhile; without: the ladder"),
    *recorded(),
    CheckConstraint("until > since", name="ends_after_it_begins"),
    CheckConstraint("stand_in_id <> worker_id", name="stands_in_for_another"),
    CheckConstraint("retracted_at >= recorded_at", name="recorded_before_retracted"),
)
Index(
    "uq_leave_valid",
    leave.c.worker_id,
    leave.c.since,
    unique=True,
    postgresql_where=leave.c.retracted_at.is_(None),
)
