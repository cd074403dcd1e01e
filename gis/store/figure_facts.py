"""Count what the five figures are made of, for the city or any area below it."""

from datetime import datetime
from typing import Any

import shapely
from sqlalchemy import Connection, Row, func, select

from gis.crs import geodesic_area_m2
from gis.division.check import DivisionCheck
from gis.division.model import Division
from gis.division.overlaps import polygonal_parts
from gis.duty.ladder import Roster
from gis.figures import Facts
from gis.store import tables as t
from gis.store.division_queries import area_table, grid_table, official_boundaries, people_without_grid
from gis.store.incident_queries import IS_OPEN
from gis.units import AreaId, GridId

LEAD = "lead"


def read_facts(connection: Connection, check: DivisionCheck, *, roster: Roster, area_id: AreaId, at: datetime) -> Facts:
    """Return the facts of an area at a moment.

    Incidents and cameras outside every grid, and people without a grid, belong to the city and are told there
    alone.
    """
    division = check.division
    is_city = division.areas.root.id == area_id
    grid_ids = division.grids_within(area_id)
    grids = grid_table(connection, division).loc[grid_ids]
    incidents = _incident_counts(connection, grid_ids, with_outside=is_city, at=at)
    cameras, cameras_outside = _camera_counts(connection, grid_ids, with_outside=is_city)
    hole_count, holes_m2 = check.holes_within(area_id)
    idle, workers = people_without_grid(connection, at=at)
    return Facts(
        grids=len(grids),
        area_m2=float(grids["area_m2"].sum()),
        holes=hole_count,
        holes_m2=holes_m2,
        overlaps=check.overlaps_within(area_id),
        **_official(connection, division, area_id),
        grids_without_lead=_without_lead(roster, grid_ids, at=at),
        workers=workers if is_city else _serving(roster, grid_ids, at=at),
        workers_without_grid=idle if is_city else 0,
        silent_grids=None,
        incidents=incidents.incidents,
        open_incidents=incidents.open_incidents,
        incidents_unassigned=incidents.unassigned,
        incidents_outside=incidents.outside - incidents.unassigned,
        open_without_person=incidents.open_without_person,
        open_overdue=incidents.open_overdue,
        open_with_due_time=incidents.open_with_due_time,
        cameras=cameras,
        cameras_outside=cameras_outside,
        grids_with_basic_data=int((grids["households"].notna() & grids["population"].notna()).sum()),
        found_by_grid=incidents.found_by_grid,
        with_finder_known=incidents.with_finder_known,
        newest_report_at=incidents.newest_report_at,
    )


def _official(connection: Connection, division: Division, area_id: AreaId) -> dict[str, float | None]:
    """Return how the area's shape differs from its official boundary; None where none was loaded."""
    official = official_boundaries(connection).get(area_id)
    shape = area_table(connection, division)["shape"].get(area_id)
    if official is None or shape is None:
        return dict.fromkeys(("official_m2", "outside_official_m2", "missing_official_m2"))
    official = shapely.make_valid(official)
    return {
        "official_m2": _ground_m2(official),
        "outside_official_m2": _ground_m2(shapely.difference(shape, official)),
        "missing_official_m2": _ground_m2(shapely.difference(official, shape)),
    }


def _ground_m2(shape: shapely.Geometry) -> float:
    return float(geodesic_area_m2(polygonal_parts(shape)).sum())


def _without_lead(roster: Roster, grid_ids: list[GridId], *, at: datetime) -> int:
    return sum(not any(member.role == LEAD for member in roster.team(grid_id, at=at)) for grid_id in grid_ids)


def _serving(roster: Roster, grid_ids: list[GridId], *, at: datetime) -> int:
    return len({member.worker_id for grid_id in grid_ids for member in roster.team(grid_id, at=at)})


def _incident_counts(connection: Connection, grid_ids: list[GridId], *, with_outside: bool, at: datetime) -> Row[Any]:
    i = t.incident.c
    inside = i.grid_id.in_(grid_ids)
    mine = (inside | i.grid_id.is_(None)) if with_outside else inside
    due = IS_OPEN & i.due_at.is_not(None)
    return connection.execute(
        select(
            func.count().label("incidents"),
            func.count().filter(IS_OPEN).label("open_incidents"),
            func.count().filter(i.grid_id.is_(None)).label("outside"),
            func.count().filter(i.edition_id.is_(None)).label("unassigned"),
            func.count().filter(IS_OPEN & i.charge_worker_id.is_(None)).label("open_without_person"),
            func.count().filter(due & (i.due_at < at)).label("open_overdue"),
            func.count().filter(due).label("open_with_due_time"),
            func.count().filter(i.found_by_grid).label("found_by_grid"),
            func.count().filter(i.found_by_grid.is_not(None)).label("with_finder_known"),
            func.max(i.reported_at).label("newest_report_at"),
        ).where(mine)
    ).one()


def _camera_counts(connection: Connection, grid_ids: list[GridId], *, with_outside: bool) -> tuple[int, int]:
    pair = t.camera_grid.c
    inside = connection.scalar(select(func.count(pair.camera_id.distinct())).where(pair.grid_id.in_(grid_ids)))
    if not with_outside:
        return inside or 0, 0
    everywhere = connection.scalar(select(func.count()).select_from(t.camera)) or 0
    return everywhere, everywhere - (inside or 0)
