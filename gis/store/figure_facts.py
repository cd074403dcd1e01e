"""Count what the five figures are made of, for the city or any area below it.

Three parts of different age: the *ground* follows from the division alone; the *people* from the roster and the moment;
the *matters* (incidents, cameras) change all the time. Whoever serves figures keeps the first two and reads the third.

Cost of the matters: O(months x grids) sums of kept counts, and the open incidents by their index; never all rows.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypedDict

import shapely
from sqlalchemy import Connection, Date, Select, cast, func, literal, select

from gis.crs import geodesic_area_m2
from gis.division.check import DivisionCheck
from gis.division.model import Division
from gis.division.overlaps import polygonal_parts
from gis.duty.ladder import Roster
from gis.figures import Facts
from gis.store import tables as t
from gis.store.database import plan_for_values
from gis.store.division_queries import area_table, grid_table, official_boundaries, people_without_grid
from gis.store.incident_queries import IS_OPEN
from gis.store.incident_sums import NOWHERE, Scope, is_among
from gis.store.tables.base import Time
from gis.units import AreaId, GridId

YEAR_DAYS = 365
SILENT_INTERVALS = 10
"""A source that reports by chance is this many times its mean interval silent once in 22,000 intervals."""


class Ground(TypedDict):
    """What follows from the division; see `gis.figures.Facts`."""

    grids: int
    area_m2: float
    holes: int
    holes_m2: float
    overlaps: int
    official_m2: float | None
    outside_official_m2: float | None
    missing_official_m2: float | None
    grids_with_basic_data: int


class People(TypedDict):
    """What follows from the roster and a moment."""

    grids_without_lead: int
    grids_never_led: int
    workers: int
    workers_without_grid: int
    silent_grids: int | None


def read_ground(connection: Connection, check: DivisionCheck, *, area_id: AreaId) -> Ground:
    """Return what is to be told of an area's grids and borders."""
    division = check.division
    grid_ids = division.grids_within(area_id)
    grids = grid_table(connection, division).loc[grid_ids]
    areas = area_table(connection, division)
    hole_count, holes_m2 = check.holes_within(area_id)
    outside, missing = None, None
    official = official_boundaries(connection).get(area_id)
    shape = areas["shape"].get(area_id)
    if official is not None and shape is not None:
        official = shapely.make_valid(official)
        outside = _ground_m2(shapely.difference(shape, official))
        missing = _ground_m2(shapely.difference(official, shape))
    return Ground(
        grids=len(grids),
        area_m2=float(areas["area_m2"].get(area_id, 0.0)),
        holes=hole_count,
        holes_m2=holes_m2,
        overlaps=check.overlaps_within(area_id),
        official_m2=None if official is None or shape is None else _ground_m2(official),
        outside_official_m2=outside,
        missing_official_m2=missing,
        grids_with_basic_data=int((grids["households"].notna() & grids["population"].notna()).sum()),
    )


def _ground_m2(shape: shapely.Geometry) -> float:
    return float(geodesic_area_m2(polygonal_parts(shape)).sum())


def read_people(connection: Connection, division: Division, *, roster: Roster, area_id: AreaId, at: datetime) -> People:
    """Return what is to be told of an area's people; people without a grid belong to the city and are told there."""
    grids = [division.grids[division.position(grid_id)] for grid_id in division.grids_within(area_id)]
    teams = [roster.team(grid.id, at=at) for grid in grids]
    led = [any(roster.roles[member.role].leads for member in team) for team in teams]
    idle, workers = 0, len({member.worker_id for team in teams for member in team})
    if division.areas.root.id == area_id:
        idle, workers = people_without_grid(connection, at=at)
    return People(
        grids_without_lead=sum(
            not has_lead or roster.in_charge(grid, at=at).alarm for grid, has_lead in zip(grids, led, strict=True)
        ),
        grids_never_led=led.count(False),
        workers=workers,
        workers_without_grid=idle,
        silent_grids=None,
    )


def read_facts(
    connection: Connection, division: Division, *, ground: Ground, people: People, area_id: AreaId, at: datetime
) -> Facts:
    """Return the facts of an area at a moment, incidents and cameras as they are now.

    Incidents and cameras outside every grid belong to the city and are told there alone.
    """
    plan_for_values(connection)
    is_city = division.areas.root.id == area_id
    grid_ids = division.grids_within(area_id)
    cameras, cameras_outside = _camera_counts(connection, grid_ids, with_outside=is_city)
    matters = _incident_counts(connection, Scope(None if is_city else grid_ids), at=at)
    feeds, stale_feeds = _feeds(connection, at=at) if is_city else (None, None)
    return Facts(
        **ground,
        **people,
        **matters,
        cameras=cameras,
        cameras_outside=cameras_outside,
        feeds=feeds,
        stale_feeds=stale_feeds,
    )


class _Matters(TypedDict):
    incidents: int
    open_incidents: int
    incidents_unassigned: int
    incidents_outside: int
    open_without_person: int
    open_overdue: int
    open_with_due_time: int
    found_by_grid: int
    with_finder_known: int
    newest_report_at: datetime | None


def _incident_counts(connection: Connection, scope: Scope, *, at: datetime) -> _Matters:
    i, kept = t.incident.c, t.figure_grid_total.c
    reported = func.coalesce(func.sum(kept.reported), 0)
    totals: Select[Any] = select(
        reported,
        func.coalesce(func.sum(kept.reported).filter(kept.grid_id == NOWHERE), 0),
        func.coalesce(func.sum(kept.found), 0),
        func.coalesce(func.sum(kept.finder_known), 0),
        func.max(kept.month).filter(kept.reported > 0),
    )
    if scope.grid_ids is not None:
        totals = totals.where(is_among(kept.grid_id, scope.grid_ids))
    incidents, nowhere, found, finder_known, last_month = connection.execute(totals).one()
    due = i.due_at.is_not(None)
    every = func.count()
    still_open = connection.execute(
        select(
            every,
            every.filter(i.charge_worker_id.is_(None)),
            every.filter(due & (i.due_at < at)),
            every.filter(due),
        ).where(scope.where(), IS_OPEN, i.ended_at.is_(None))
    ).one()
    unassigned = 0
    if nowhere:
        unassigned = connection.scalar(select(every).where(i.grid_id.is_(None), i.edition_id.is_(None))) or 0
    return _Matters(
        incidents=incidents,
        open_incidents=still_open[0],
        incidents_unassigned=unassigned,
        incidents_outside=nowhere - unassigned,
        open_without_person=still_open[1],
        open_overdue=still_open[2],
        open_with_due_time=still_open[3],
        found_by_grid=found,
        with_finder_known=finder_known,
        newest_report_at=None if last_month is None else _newest_report(connection, scope, last_month),
    )


def _feeds(connection: Connection, *, at: datetime) -> tuple[int, int]:
    """Return how many sources have reported within a year, and how many of them have fallen silent since."""
    d, series = t.figure_city_day.c, t.figure_series
    clock = func.coalesce(select(t.city.c.time_zone).scalar_subquery(), "UTC")
    today: date = connection.execute(select(cast(func.timezone(clock, literal(at, Time)), Date))).scalar_one()
    rows = connection.execute(
        select(func.max(d.day), func.sum(d.reported))
        .select_from(t.figure_city_day.join(series, series.c.id == d.series_id))
        .where(d.day > today - timedelta(days=YEAR_DAYS), d.day <= today, d.reported > 0)
        .group_by(series.c.source)
    ).all()
    # Days on which nothing came at all; today is not over.
    silent = [(today - last).days - 1 >= max(1.0, SILENT_INTERVALS * YEAR_DAYS / reports) for last, reports in rows]
    return len(silent), sum(silent)


def _newest_report(connection: Connection, scope: Scope, month: date) -> datetime | None:
    """Return when something was reported last, in a month in which something was."""
    reported_at = t.incident.c.reported_at
    # A day before, because the month is told in the city's time zone.
    begins = datetime.combine(month, time.min, tzinfo=UTC) - timedelta(days=1)
    newest: datetime | None = connection.scalar(
        select(func.max(reported_at)).where(scope.where(), reported_at >= begins)
    )
    return newest


def _camera_counts(connection: Connection, grid_ids: list[GridId], *, with_outside: bool) -> tuple[int, int]:
    pair = t.camera_grid.c
    inside = connection.scalar(select(func.count(pair.camera_id.distinct())).where(is_among(pair.grid_id, grid_ids)))
    if not with_outside:
        return inside or 0, 0
    everywhere = connection.scalar(select(func.count()).select_from(t.camera)) or 0
    return everywhere, everywhere - (inside or 0)
