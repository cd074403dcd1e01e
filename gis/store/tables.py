"""Every table, once. Constraints say here what the domain says in words.

Geometry is WGS84 (SRID 4326). A division's rows carry ``first_edition`` and ``last_edition`` (NULL while they are
in force); an id of `grid` is drawn once and never used again. What is derived from point and division (grid,
distance, person) stands beside the truth and can be cleared and derived again.
"""

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

SRID = 4326

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Time = DateTime(timezone=True)


def _geometry(kind: str) -> Geometry:
    return Geometry(kind, srid=SRID, spatial_index=False)


def _simulated() -> Column[bool]:
    return Column("simulated", Boolean, nullable=False, server_default=text("false"))


def _filled(column: str) -> CheckConstraint:
    return CheckConstraint(f"btrim({column}) <> ''", name=f"{column}_filled")


city = Table(
    "city",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_city"), primary_key=True, server_default="1"),
    Column("name", Text, nullable=False),
    Column("name_en", Text),
    Column("code", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("source", Text, comment="credit lines shown on every map"),
    Column("source_url", Text),
    Column("approval_no", Text, comment="map approval number 审图号"),
    _simulated(),
    _filled("name"),
)

change_count = Table(
    "change_count",
    metadata,
    Column("what", Text, primary_key=True, comment="city, division, duty, incidents, cameras, sites"),
    Column("number", BigInteger, nullable=False),
    Column("changed_at", Time, nullable=False, server_default=func.now()),
)

area = Table(
    "area",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("parent_id", BigInteger, ForeignKey("area.id"), index=True),
    Column("level", Text, nullable=False, comment="city, county, town, community, or the city's own word"),
    Column("code", Text, nullable=False),
    Column("code_scheme", Text, nullable=False, server_default="free"),
    Column("name", Text, nullable=False),
    Column("official_boundary", _geometry("MULTIPOLYGON"), comment="as published; the shape is the grids' union"),
    _simulated(),
    UniqueConstraint("level", "code"),
    CheckConstraint("parent_id <> id", name="not_its_own_parent"),
    _filled("level"),
    _filled("code"),
    _filled("name"),
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
    Column("shape", _geometry("MULTIPOLYGON"), nullable=False),
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
    Column("shape", _geometry("MULTIPOLYGON"), nullable=False),
    Column("area_m2", Double, nullable=False),
    Column("households", Integer),
    Column("population", Integer),
    _simulated(),
    CheckConstraint("last_edition >= first_edition", name="editions_in_order"),
    CheckConstraint("class IN ('basic', 'exclusive')", name="class_known"),
    CheckConstraint("area_m2 > 0", name="area_positive"),
    CheckConstraint("households >= 0 AND population >= 0", name="counts_not_negative"),
    _filled("code"),
    _filled("name"),
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
    _simulated(),
    _filled("worker_ref"),
    _filled("name"),
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


def _derived_place() -> list[Column[object]]:
    """Columns that follow from a point and an edition; see ``gis.assignment``."""
    return [
        Column("edition_id", Integer, ForeignKey("edition.id")),
        Column("grid_id", BigInteger, ForeignKey("grid.id")),
        Column("nearest_grid_id", BigInteger, ForeignKey("grid.id")),
        Column("nearest_distance_m", Double),
    ]


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
    Column("point", _geometry("POINT"), nullable=False),
    Column("declared_crs", Text, nullable=False),
    Column("accuracy_m", Double, nullable=False, server_default="0"),
    Column("cell", BigInteger, nullable=False, comment="H3 resolution 12"),
    Column("found_by_grid", Boolean),
    Column("reporter_ref", Text, comment="opaque; never an identity"),
    _simulated(),
    *_derived_place(),
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
    _filled("source"),
    _filled("source_ref"),
    _filled("category"),
)
Index("ix_incident_point", incident.c.point, postgresql_using="gist")
Index("ix_incident_grid_id_state", incident.c.grid_id, incident.c.state)
Index("ix_incident_reported_at", incident.c.reported_at.desc(), incident.c.id.desc())
Index("ix_incident_cell", incident.c.cell)

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
    Column("point", _geometry("POINT"), nullable=False),
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
    _simulated(),
    *_derived_place(),
    UniqueConstraint("source", "source_ref"),
    CheckConstraint("kind IN ('fixed', 'ptz', 'dome', 'unknown')", name="kind_known"),
    CheckConstraint("status IN ('live', 'dead', 'unknown')", name="status_known"),
    CheckConstraint("azimuth_deg >= 0 AND azimuth_deg < 360", name="azimuth_in_circle"),
    CheckConstraint("hfov_deg > 0 AND hfov_deg <= 360", name="hfov_in_circle"),
    CheckConstraint("range_m > 0 AND pixels_h > 0", name="sizes_positive"),
    _filled("source"),
    _filled("source_ref"),
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

site = Table(
    "site",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("source", Text, nullable=False),
    Column("source_ref", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("point", _geometry("POINT"), nullable=False),
    Column("declared_crs", Text, nullable=False),
    Column("cell", BigInteger, nullable=False, comment="H3 resolution 12"),
    _simulated(),
    *_derived_place(),
    UniqueConstraint("source", "source_ref"),
    _filled("kind"),
    _filled("name"),
)
Index("ix_site_point", site.c.point, postgresql_using="gist")
Index("ix_site_grid_id", site.c.grid_id)
