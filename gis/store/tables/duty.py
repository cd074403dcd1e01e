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
    func,
)

from gis.store.tables.base import Time, filled, metadata, simulated

role = Table(
    "role",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("rank", Integer, nullable=False, unique=True, comment="order in which a grid's people are asked"),
    Column("leads", Boolean, nullable=False, comment="may be in charge of a grid before the ladder goes up"),
)

worker = Table(
    "worker",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("worker_ref", Text, nullable=False, unique=True, comment="the roster's own number"),
    Column("name", Text, nullable=False),
    Column("phone", Text),
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

team_member = Table(
    "team_member",
    metadata,
    Column("team_id", BigInteger, ForeignKey("team.id"), primary_key=True),
    Column("worker_id", BigInteger, ForeignKey("worker.id"), primary_key=True),
    Column("role", Text, ForeignKey("role.code"), primary_key=True),
    Column("since", Time, nullable=False, server_default=func.now(), primary_key=True),
    Column("until", Time),
    CheckConstraint("until > since", name="ends_after_it_begins"),
)
Index("ix_team_member_worker_id", team_member.c.worker_id)
