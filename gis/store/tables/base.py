"""What the tables share: names of constraints, the coordinate system, and columns that stand in several of them."""

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Integer,
    MetaData,
    text,
)

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


def geometry(kind: str) -> Geometry:
    """Return the type of a geometry column, WGS84; its index is declared beside the table."""
    return Geometry(kind, srid=SRID, spatial_index=False)


def simulated() -> Column[bool]:
    """Return the column that marks made-up rows."""
    return Column("simulated", Boolean, nullable=False, server_default=text("false"))


def filled(column: str) -> CheckConstraint:
    """Return the rule that a text column is not blank."""
    return CheckConstraint(f"btrim({column}) <> ''", name=f"{column}_filled")


def derived_place() -> list[Column[object]]:
    """Return columns that follow from a point and an edition; see ``gis.assignment``."""
    return [
        Column("edition_id", Integer, ForeignKey("edition.id")),
        Column("grid_id", BigInteger, ForeignKey("grid.id")),
        Column("nearest_grid_id", BigInteger, ForeignKey("grid.id")),
        Column("nearest_distance_m", Double),
    ]
