"""Sites: schools, hospitals, markets, stations, fenced neighbourhoods and their gates."""

from datetime import UTC, datetime
from typing import Annotated, Any

import numpy as np
import shapely
from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from api.dependencies import AreaIdAsked, AsFormat, Bbox, Cursor, GridIdAsked, KindAsked, Limit, Live
from api.rendering import features, geometry_fragments, json_response, listing, members, point
from api.routes.incidents import grids_asked_for
from api.routes.lookup import role_names
from api.schemas.geojson import AS_GEOJSON
from api.schemas.layers import Page
from api.schemas.lookup import duty_rows, grid_ref
from api.schemas.sites import GateListRow, SiteDetail, SiteRow
from api.security import Needs
from gis.policy import Need, Viewer, fields_for, site_kinds_for
from gis.sites import kind_name
from gis.store.site_queries import (
    SiteFilter,
    cameras_at,
    count_gates,
    count_sites,
    gates_of,
    list_gates,
    list_sites,
    read_site,
)
from gis.units import GeometryArray, GridId

router = APIRouter(tags=["sites"])

SiteIdInPath = Annotated[int, Path(ge=1, le=2**62, description="the id of a site")]


@router.get("/sites", response_model=Page[SiteRow], responses=AS_GEOJSON, summary="Sites by id")
def sites(
    request: Request,
    live: Live,
    viewer: Annotated[Viewer, Needs(Need.SITES)],
    bbox: Bbox,
    kind: KindAsked = None,
    grid_id: GridIdAsked = None,
    area_id: AreaIdAsked = None,
    f: AsFormat = "json",
    limit: Limit = 1000,
    cursor: Cursor = None,
) -> Response:
    """Return sites; as GeoJSON those that are fenced in have their ground, the others a point."""
    asked = grids_asked_for(live, grid_id=grid_id, area_id=area_id)
    which = SiteFilter(site_kinds_for(viewer, asked=kind), asked, bbox)
    with live.database.transaction() as connection:
        matched = count_sites(connection, which)
        found = list_sites(connection, which, limit=limit + 1, after=cursor)
    page = found[:limit]
    rows = [_row(row, viewer) for row in page]
    more = page[-1].id if len(found) > limit else None
    items: list[Any] = rows
    if f == "geojson":
        items = features(rows, geometry_fragments(_shapes(page)))
    return listing(request, items, matched=matched, next_cursor=more, as_geojson=f == "geojson")


@router.get("/sites/{site_id}", response_model=SiteDetail, summary="One site: its gates, cameras, grid and people")
def show_site(live: Live, viewer: Annotated[Viewer, Needs(Need.SITES)], site_id: SiteIdInPath) -> Response:
    """Return a site with its gates, the cameras inside or within 50 m, its grid, and who is on duty there."""
    division, roster = live.division()
    told = fields_for(viewer, "gates", "cameras_near")
    with live.database.transaction() as connection:
        site = read_site(connection, site_id, kinds=site_kinds_for(viewer))
        gates = gates_of(connection, site_id) if "gates" in told else None
        cameras = cameras_at(connection, site_id) if "cameras_near" in told else None
    grid = None if site.grid_id is None else division.grids[division.position(GridId(site.grid_id))]
    return json_response(
        {
            **_row(site, viewer),
            "geometry": geometry_fragments(_shapes([site]))[0],
            "grid": None if grid is None else grid_ref(grid),
            "duty": duty_rows(roster.duty(grid, at=datetime.now(UTC)), viewer, roles=role_names(roster)),
            "gate_rows": None if gates is None else [_gate(row) for row in gates],
            "cameras_near": None if cameras is None else [_camera(row) for row in cameras],
        }
    )


@router.get("/gates", response_model=Page[GateListRow], responses=AS_GEOJSON, summary="Gates of sites by id")
def gates(
    request: Request,
    live: Live,
    viewer: Annotated[Viewer, Needs(Need.GATES)],
    bbox: Bbox,
    f: AsFormat = "json",
    limit: Limit = 1000,
    cursor: Cursor = None,
) -> Response:
    """Return gates (小区出入口), each with the site that it opens and the grid it lies in."""
    with live.database.transaction() as connection:
        matched = count_gates(connection, box=bbox)
        found = list_gates(connection, box=bbox, limit=limit + 1, after=cursor)
    page = found[:limit]
    items = [_gate(row) | members(row, "site_id", "site_name") for row in page]
    if f == "geojson":
        items = features(items, [point(row.lon, row.lat) for row in page])
    more = page[-1].id if len(found) > limit else None
    return listing(request, items, matched=matched, next_cursor=more, as_geojson=f == "geojson")


def _shapes(rows: list[Any]) -> GeometryArray:
    """Return the ground of sites, or their points."""
    points = shapely.points([row.lon for row in rows], [row.lat for row in rows])
    grounds = shapely.from_wkb([None if row.ground is None else bytes(row.ground) for row in rows])
    shapes: GeometryArray = np.where(shapely.is_missing(grounds), points, grounds)
    return shapes


def _row(row: Any, viewer: Viewer) -> dict[str, Any]:
    names = (
        "id",
        "source",
        "source_ref",
        "kind",
        "name",
        "lon",
        "lat",
        "grid_id",
        "nearest_grid_id",
        "nearest_distance_m",
        "simulated",
    )
    return members(row, *names) | {
        "kind_name": kind_name(row.kind),
        "fenced": row.ground is not None,
        "gates": row.gates if "gates" in fields_for(viewer, "gates") else None,
    }


def _gate(row: Any) -> dict[str, Any]:
    return members(row, "id", "source", "source_ref", "name", "state", "lon", "lat", "grid_id", "simulated")


def _camera(row: Any) -> dict[str, Any]:
    return members(row, "id", "source", "source_ref", "name", "kind", "status", "lon", "lat", "distance_m")
