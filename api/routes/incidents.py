"""Incidents: lists, and counts by H3 cell."""

from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.dependencies import AreaIdAsked, AsFormat, Bbox, Cursor, GridIdAsked, Limit, Live
from api.live import LiveCity
from api.rendering import features, geometry_fragments, listing, point
from api.schemas.geojson import AS_GEOJSON
from api.schemas.layers import CellRow, IncidentRow, Page
from api.security import Needs
from gis.assignment import is_ambiguous
from gis.cells import areas_m2, cell_polygons, parents, to_text
from gis.errors import InvalidInput
from gis.incidents.life import IncidentState, is_open
from gis.policy import Need, Viewer
from gis.store.incident_queries import (
    IncidentFilter,
    Standing,
    count_incidents,
    counts_by_cell,
    list_incidents,
)
from gis.units import AreaId, Box, CellArray, GridId, IntArray

router = APIRouter(tags=["incidents"])

MOST_POINTS = 2000
"""Points that one picture of a map can show so that they are told apart."""
_ON_A_MAP = ("id", "kind", "category", "title", "state", "reported_at", "due_at", "grid_id", "simulated")

StateAsked = Annotated[Standing, Query(description="open: somebody still has to act")]


@router.get("/incidents", response_model=Page[IncidentRow], responses=AS_GEOJSON, summary="Incidents, the newest first")
def incidents(
    request: Request,
    live: Live,
    viewer: Annotated[Viewer, Needs(Need.INCIDENTS)],
    bbox: Bbox,
    grid_id: GridIdAsked = None,
    area_id: AreaIdAsked = None,
    state: StateAsked = "all",
    f: AsFormat = "json",
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """Return incidents with their grid and the person in charge."""
    which = IncidentFilter(state, grids_asked_for(live, grid_id=grid_id, area_id=area_id), bbox)
    with live.database.transaction() as connection:
        matched = count_incidents(connection, which)
        found = list_incidents(connection, which, limit=limit + 1, after=cursor)
    page = found[:limit]
    rows = [_row(row) for row in page]
    more = page[-1].id if len(found) > limit else None
    if f == "geojson":
        items = features(rows, [point(row["lon"], row["lat"]) for row in rows])
        return listing(request, items, matched=matched, next_cursor=more, as_geojson=True)
    return listing(request, rows, matched=matched, next_cursor=more, as_geojson=False)


@router.get(
    "/incidents/cells", response_model=Page[CellRow], responses=AS_GEOJSON, summary="Incidents counted by H3 cell"
)
def incident_cells(
    request: Request,
    live: Live,
    viewer: Annotated[Viewer, Needs(Need.INCIDENTS)],
    bbox: Bbox,
    resolution: Annotated[int, Query(ge=5, le=10, description="H3 resolution")] = 8,
    state: StateAsked = "open",
    f: AsFormat = "json",
) -> Response:
    """Return every cell with incidents that lie in a grid, the fullest first; densities use each cell's true area."""
    stored, in_each = _cell_counts(live, state, bbox)
    cells, which = np.unique(parents(stored, resolution=resolution), return_inverse=True)
    counts = np.bincount(which, weights=in_each, minlength=len(cells)).astype(np.int64)
    order = np.lexsort((cells, -counts))
    rows = _cell_rows(cells[order], counts[order])
    items: list[Any] = rows
    if f == "geojson":
        items = features(rows, geometry_fragments(cell_polygons(cells[order])), key="cell")
    return listing(request, items, matched=len(rows), next_cursor=None, as_geojson=f == "geojson")


@router.get(
    "/incidents/points",
    response_class=Response,
    response_model=None,
    responses=AS_GEOJSON,
    summary="The incidents of a box that holds few, always GeoJSON",
)
def incident_points(
    request: Request,
    live: Live,
    viewer: Annotated[Viewer, Needs(Need.INCIDENTS)],
    bbox: Bbox,
    state: StateAsked = "open",
) -> Response:
    """Return what a map draws of incidents near; a box with more than `MOST_POINTS` is refused, with what to ask."""
    with live.database.transaction() as connection:
        found = list_incidents(connection, IncidentFilter(state, None, bbox), limit=MOST_POINTS + 1, after=None)
    if len(found) > MOST_POINTS:
        raise InvalidInput(
            f"more than {MOST_POINTS:,} incidents lie there, too many to be told apart on a map",
            where="the whole city" if bbox is None else f"bbox={','.join(f'{degrees:g}' for degrees in bbox)}",
            remedy="ask for a smaller box; for counts by cell: /incidents/cells; or by grid: /grids",
            facts={"most": MOST_POINTS},
        )
    rows = [{name: getattr(row, name) for name in _ON_A_MAP} for row in found]
    items = features(rows, [point(row.lon, row.lat) for row in found])
    return listing(request, items, matched=len(items), next_cursor=None, as_geojson=True)


def _cell_counts(live: LiveCity, state: Standing, bbox: Box | None) -> tuple[CellArray, IntArray]:
    """Return counts by stored cell; those of the whole city are kept until incidents change."""
    which = IncidentFilter(state, None, bbox)
    if bbox is None:
        return live.derived(("cells", state), ("incidents",), lambda connection: counts_by_cell(connection, which))
    with live.database.transaction() as connection:
        return counts_by_cell(connection, which)


def grids_asked_for(live: LiveCity, *, grid_id: int | None, area_id: int | None) -> list[int] | None:
    """Return the ids of the grids a request is restricted to; None when it is not.

    Raises
    ------
    NotFound
        When there is no such grid or area.
    """
    if grid_id is None and area_id is None:
        return None
    division, _ = live.division()
    within = set(division.grid_ids.tolist() if area_id is None else division.grids_within(AreaId(area_id)))
    if grid_id is not None:
        grid = division.grids[division.position(GridId(grid_id))]
        return [grid.id] if grid.id in within else []
    return None if area_id == division.areas.root.id else sorted(within)


def _ambiguous(row: Any) -> bool | None:
    """Say whether an incident's own uncertainty reaches a border; None while the row has not been given a grid."""
    if row.edition_id is None:
        return None
    near_m = row.nearest_distance_m if row.grid_id is None else row.distance_to_border_m
    return is_ambiguous(row.accuracy_m, border_m=near_m)


def _cell_rows(cells: CellArray, counts: Any) -> list[dict[str, Any]]:
    per_km2 = counts / (areas_m2(cells) / 1e6)
    return [
        {"cell": cell, "count": count, "per_km2": density}
        for cell, count, density in zip(to_text(cells), counts.tolist(), per_km2.tolist(), strict=True)
    ]


_TOLD = (
    "id",
    "source",
    "source_ref",
    "kind",
    "category",
    "title",
    "state",
    "occurred_at",
    "reported_at",
    "accepted_at",
    "refused_at",
    "due_at",
    "handed_on_at",
    "signed_at",
    "returned_at",
    "returns",
    "handled_at",
    "fed_back_at",
    "checked_at",
    "closed_at",
    "rated_at",
    "handling_unit",
    "lon",
    "lat",
    "accuracy_m",
    "grid_id",
    "nearest_grid_id",
    "nearest_distance_m",
    "on_border",
    "distance_to_border_m",
    "runner_up_grid_id",
    "charge_level",
    "charge_name",
    "simulated",
)


def _row(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _TOLD} | {
        "open": is_open(IncidentState(row.state)),
        "edition": row.edition_id,
        "ambiguous": _ambiguous(row),
    }
