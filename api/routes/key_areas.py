"""Key areas (重点地区): ground that is inspected more often, across the borders of grids."""

from typing import Annotated, Any

import shapely
from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from api.dependencies import AreaIdAsked, AsFormat, Bbox, Cursor, GridIdAsked, KindAsked, Limit, Live
from api.rendering import features, geometry_fragments, json_response, listing, members
from api.routes.incidents import grids_asked_for
from api.schemas.geojson import AS_GEOJSON
from api.schemas.layers import Page
from api.schemas.lookup import grid_ref
from api.schemas.sites import KeyAreaDetail, KeyAreaRow
from api.security import Needs
from gis.policy import Need, Viewer, fields_for
from gis.sites import kind_name
from gis.store.key_area_queries import (
    KeyAreaFilter,
    count_key_areas,
    grids_of,
    list_key_areas,
    open_incidents_in,
    read_key_area,
)
from gis.units import GeometryArray, GridId

router = APIRouter(tags=["sites"])

KeyAreaIdInPath = Annotated[int, Path(ge=1, le=2**62, description="the id of a key area")]

MOST_INCIDENTS = 100
"""Open incidents that an answer about one key area tells one by one."""


@router.get("/key-areas", response_model=Page[KeyAreaRow], responses=AS_GEOJSON, summary="Key areas by id")
def key_areas(
    request: Request,
    live: Live,
    viewer: Annotated[Viewer, Needs(Need.KEY_AREAS)],
    bbox: Bbox,
    kind: KindAsked = None,
    grid_id: GridIdAsked = None,
    area_id: AreaIdAsked = None,
    f: AsFormat = "json",
    limit: Limit = 1000,
    cursor: Cursor = None,
) -> Response:
    """Return key areas; one belongs to every grid in which some of its ground lies."""
    asked = grids_asked_for(live, grid_id=grid_id, area_id=area_id)
    which = KeyAreaFilter(None if kind is None else {kind}, asked, bbox)
    with live.database.transaction() as connection:
        matched = count_key_areas(connection, which)
        found = list_key_areas(connection, which, limit=limit + 1, after=cursor)
    page = found[:limit]
    shapes = _shapes(page)
    rows = _rows(page, shapes)
    more = page[-1].id if len(found) > limit else None
    items: list[Any] = rows
    if f == "geojson":
        items = features(rows, geometry_fragments(shapes))
    return listing(request, items, matched=matched, next_cursor=more, as_geojson=f == "geojson")


@router.get(
    "/key-areas/{key_area_id}",
    response_model=KeyAreaDetail,
    summary="One key area: its grids and the open incidents inside",
)
def show_key_area(
    live: Live, viewer: Annotated[Viewer, Needs(Need.KEY_AREAS)], key_area_id: KeyAreaIdInPath
) -> Response:
    """Return a key area with the shares of its grids and the newest open incidents inside."""
    division, _ = live.division()
    told = fields_for(viewer, "open_incidents", "incidents_inside")
    with live.database.transaction() as connection:
        found = read_key_area(connection, key_area_id)
        shares = grids_of(connection, key_area_id)
        number, inside = open_incidents_in(connection, key_area_id, limit=MOST_INCIDENTS) if told else (None, [])
    shapes = _shapes([found])
    return json_response(
        {
            **_rows([found], shapes)[0],
            "geometry": geometry_fragments(shapes)[0],
            "grids": [
                {**grid_ref(division.grids[division.position(GridId(row.grid_id))]), "share": row.share}
                for row in shares
            ],
            "open_incidents": number if "open_incidents" in told else None,
            "incidents": [_incident(row) for row in inside] if "incidents_inside" in told else None,
        }
    )


def _shapes(rows: list[Any]) -> GeometryArray:
    shapes: GeometryArray = shapely.from_wkb([bytes(row.ground) for row in rows])
    return shapes


def _incident(row: Any) -> dict[str, Any]:
    return members(row, "id", "category", "title", "state", "reported_at", "due_at", "grid_id", "lon", "lat")


def _rows(rows: list[Any], shapes: GeometryArray) -> list[dict[str, Any]]:
    """Return key areas with a place inside each, for a name or a pin."""
    inner = shapely.get_coordinates(shapely.point_on_surface(shapes)).tolist()
    names = ("id", "source", "source_ref", "kind", "name", "area_m2", "grid_ids", "simulated")
    return [
        members(row, *names) | {"kind_name": kind_name(row.kind), "lon": lon, "lat": lat}
        for row, (lon, lat) in zip(rows, inner, strict=True)
    ]
