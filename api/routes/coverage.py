"""What cameras see and what nobody sees; answered at once, from one computation."""

from typing import Annotated, Any

import numpy as np
import shapely
from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.dependencies import AreaIdAsked, AsFormat, Bbox, Cursor, GridIdAsked, Limit, Live
from api.live import LiveCity
from api.rendering import features, geometry_fragments, json_response, listing
from api.routes.incidents import grids_asked_for
from api.schemas.coverage import CameraCoverage, GapRow, coverage_figures
from api.schemas.geojson import AS_GEOJSON
from api.schemas.layers import Page
from api.security import Needs
from gis.coverage import RangeTable
from gis.policy import Need, Viewer
from gis.store.coverages import CityCoverage
from gis.units import AreaId, BoolArray

router = APIRouter(prefix="/coverage", tags=["coverage"])


@router.get("/cameras", response_model=CameraCoverage, summary="Coverage by grid and area")
def camera_coverage(
    live: Live,
    viewer: Annotated[Viewer, Needs(Need.COVERAGE)],
    area_id: AreaIdAsked = None,
    grid_id: GridIdAsked = None,
    limit: Limit = 10_000,
) -> Response:
    """Return the share of ground that live cameras see, the worst grids first."""
    coverage = live.coverage()
    division = coverage.division
    area = division.areas[AreaId(area_id)] if area_id is not None else division.areas.root
    figures = coverage.by_grid.figures
    worst = figures.worst_first()
    wanted = worst[_asked_for(live, coverage, area_id=area_id, grid_id=grid_id)[worst]]
    return json_response(
        {
            "edition": division.edition.id,
            "total": _area_row(coverage, area.id),
            "areas": [_area_row(coverage, child.id) for child in division.areas.children(area.id)],
            "items": [_grid_row(coverage, position) for position in wanted[:limit].tolist()],
            "assumed_ranges": _assumed(coverage.assumed),
        }
    )


@router.get("/gaps", response_model=Page[GapRow], responses=AS_GEOJSON, summary="Blind spots, the worst first")
def coverage_gaps(
    request: Request,
    live: Live,
    viewer: Annotated[Viewer, Needs(Need.COVERAGE)],
    bbox: Bbox,
    area_id: AreaIdAsked = None,
    grid_id: GridIdAsked = None,
    f: AsFormat = "json",
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """Return the ground of each grid that no live camera is known to see, weighted by open incidents."""
    coverage = live.coverage()
    figures = coverage.by_grid.figures
    blind = coverage.by_grid.blind_spots
    keep = _asked_for(live, coverage, area_id=area_id, grid_id=grid_id) & ~shapely.is_empty(blind)
    if bbox is not None:
        keep &= shapely.intersects(blind, shapely.box(*bbox))
    worst = figures.worst_first()
    wanted = worst[keep[worst]]
    start = cursor or 0
    page = wanted[start : start + limit]
    rows = [_gap_row(coverage, position) for position in page.tolist()]
    items: list[Any] = rows
    if f == "geojson":
        items = features(rows, geometry_fragments(blind[page]), key="grid_id")
    more = start + limit if start + limit < len(wanted) else None
    return listing(request, items, matched=len(wanted), next_cursor=more, as_geojson=f == "geojson")


@router.get(
    "/views",
    response_class=Response,
    response_model=None,
    responses=AS_GEOJSON,
    summary="Fields of view as polygons, always GeoJSON",
)
def fields_of_view(
    request: Request,
    live: Live,
    viewer: Annotated[Viewer, Needs(Need.CAMERAS)],
    bbox: Bbox,
    limit: Limit = 5000,
    cursor: Cursor = None,
) -> Response:
    """Return what each distinct camera sees, by id; ``certain`` is false where direction or status is unknown."""
    coverage = live.coverage()
    deployment = coverage.deployment
    keep = deployment.distinct.copy()
    if bbox is not None:
        keep &= shapely.intersects(coverage.views, shapely.box(*bbox))
    camera_id = deployment.cameras.camera_id
    following = np.flatnonzero(keep & (camera_id > (cursor or 0)))
    rows = following[:limit]
    shown = [
        {
            "camera_id": int(camera_id[row]),
            "kind": deployment.cameras.kind[row],
            "status": deployment.cameras.status[row],
            "certain": bool(deployment.covers[row]),
            "direction_known": bool(deployment.views.certain[row]),
            "assumed": bool(deployment.views.assumed[row]),
            "range_m": float(deployment.views.range_m[row]),
        }
        for row in rows.tolist()
    ]
    items = features(shown, geometry_fragments(coverage.views[rows]), key="camera_id")
    more = int(camera_id[rows[-1]]) if len(following) > limit else None
    return listing(request, items, matched=int(keep.sum()), next_cursor=more, as_geojson=True)


def _asked_for(live: LiveCity, coverage: CityCoverage, *, area_id: int | None, grid_id: int | None) -> BoolArray:
    """Return (g,) which grids are meant."""
    asked = grids_asked_for(live, grid_id=grid_id, area_id=area_id)
    grid_ids = coverage.division.grid_ids
    return np.ones(len(grid_ids), dtype=np.bool_) if asked is None else np.isin(grid_ids, asked)


def _grid_row(coverage: CityCoverage, position: int) -> dict[str, Any]:
    grid = coverage.division.grids[position]
    return {
        "id": grid.id,
        "code": grid.code,
        "name": grid.name,
        **coverage_figures(coverage.by_grid.figures, position),
    }


def _area_row(coverage: CityCoverage, area_id: AreaId) -> dict[str, Any]:
    area = coverage.division.areas[area_id]
    return {
        "id": area.id,
        "code": area.code,
        "name": area.name,
        "level": area.level,
        **coverage_figures(coverage.by_area, coverage.area_row(area_id)),
    }


def _gap_row(coverage: CityCoverage, position: int) -> dict[str, Any]:
    grid, figures = coverage.division.grids[position], coverage.by_grid.figures
    return GapRow(
        grid_id=grid.id,
        code=grid.code,
        name=grid.name,
        area_m2=float(figures.blind_m2[position]),
        share=float(1.0 - figures.share_covered[position]),
        incidents=int(figures.incidents_in_blind_spots[position]),
    ).model_dump()


def _assumed(table: RangeTable) -> list[dict[str, Any]]:
    return [
        {"applies_to": name, "hfov_deg": row.hfov_deg, "range_m": row.range_m, "why": row.why}
        for rows in (table.by_kind, table.by_source)
        for name, row in rows.items()
    ]
