"""Counts of incidents by day and by month, kept right by triggers on `incident` (migrations 0007 and 0009)."""

from sqlalchemy import BigInteger, Column, Date, Identity, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from gis.store.tables.base import metadata

STEPS = ("reported", "accepted", "refused", "ended", "in_time", "late", "returned", "found", "finder_known")
"""What is counted on the day or in the month of its step; see `gis.figures.IncidentCounts`."""


def _counts(grain: str) -> list[Column[int]]:
    comments = {
        "in_time": f"accepted {grain} and ever closed by the due time",
        "late": f"accepted {grain} and ever closed after the due time",
    }
    return [Column(name, Integer, nullable=False, comment=comments.get(name)) for name in STEPS]


figure_series = Table(
    "figure_series",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("category", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("source", Text, nullable=False),
    UniqueConstraint("category", "kind", "source"),
)

figure_city_day = Table(
    "figure_city_day",
    metadata,
    Column("day", Date, nullable=False, comment="of the step, in the city's time zone"),
    Column("series_id", Integer, nullable=False),
    *_counts("on this day"),
    PrimaryKeyConstraint("day", "series_id"),
)

figure_grid_month = Table(
    "figure_grid_month",
    metadata,
    Column("month", Date, nullable=False, comment="first day of the step's month, in the city's time zone"),
    Column(
        "grid_id",
        BigInteger,
        nullable=False,
        comment="the incident's stored grid; 0 where it has none",
        autoincrement=False,
    ),
    Column("series_id", Integer, nullable=False, autoincrement=False),
    *_counts("in this month"),
    PrimaryKeyConstraint("grid_id", "month", "series_id"),
)

figure_grid_total = Table(
    "figure_grid_total",
    metadata,
    Column("month", Date, nullable=False, comment="as in figure_grid_month, over all series"),
    Column("grid_id", BigInteger, nullable=False, autoincrement=False),
    *_counts("in this month"),
    PrimaryKeyConstraint("grid_id", "month"),
)

figure_place = Table(
    "figure_place",
    metadata,
    Column("grid_id", BigInteger, primary_key=True, autoincrement=False, comment="0: the incidents in no grid"),
    Column(
        "place_id",
        BigInteger,
        nullable=False,
        comment="the area above the grid's own when it was first counted; stays, whatever becomes of the area; 0: none",
    ),
)

figure_place_day = Table(
    "figure_place_day",
    metadata,
    Column("day", Date, nullable=False, comment="of the step, in the city's time zone"),
    Column("place_id", BigInteger, nullable=False, autoincrement=False),
    *_counts("on this day"),
    PrimaryKeyConstraint("place_id", "day"),
)
