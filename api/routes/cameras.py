"""Cameras: where they stand, how they look, and the grids they belong to."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.dependencies import AreaIdAsked, AsFormat, Bbox, Cursor, GridIdAsked, Limit, Live
from api.rendering import features, listing, point
from api.routes.incidents import grids_asked_for
from api.schemas.geojson import AS_GEOJSON
from api.schemas.layers import CameraRow, Page
from api.security import Needs
from gis.policy import Need, Viewer
from gis.store.camera_queries import CameraFilter, count_cameras, list_cameras

router = APIRouter(tags=["cameras"])

_TURNING = ("ptz", "dome")
FULL_CIRCLE_DEG = 360.0


@router.get("/cameras", response_model=Page[CameraRow], responses=AS_GEOJSON, summary="Cameras by id")
def cameras(
    request: Request,
    live: Live,
    viewer: Annotated[Viewer, Needs(Need.CAMERAS)],
    bbox: Bbox,
    grid_id: GridIdAsked = None,
    area_id: AreaIdAsked = None,
    f: AsFormat = "json",
    limit: Limit = 1000,
    cursor: Cursor = None,
) -> Response:
    """Return camera rows as the networks deliver them; one camera may stand in several rows."""
    which = CameraFilter(grids_asked_for(live, grid_id=grid_id, area_id=area_id), bbox)
    with live.database.transaction() as connection:
        matched = count_cameras(connection, which)
        found = list_cameras(connection, which, limit=limit + 1, after=cursor)
    page = found[:limit]
    rows = [_row(row) for row in page]
    more = page[-1].id if len(found) > limit else None
    if f == "geojson":
        items = features(rows, [point(row["lon"], row["lat"]) for row in rows])
        return listing(request, items, matched=matched, next_cursor=more, as_geojson=True)
    return listing(request, rows, matched=matched, next_cursor=more, as_geojson=False)


def _row(row: Any) -> dict[str, Any]:
    names = (
        "id",
        "source",
        "source_ref",
        "gb_id",
        "name",
        "kind",
        "status",
        "networks",
        "lon",
        "lat",
        "height_m",
        "azimuth_deg",
        "hfov_deg",
        "range_m",
        "grid_id",
        "simulated",
    )
    return {name: getattr(row, name) for name in names} | {
        "direction_known": row.kind in _TURNING
        or row.azimuth_deg is not None
        or (row.hfov_deg or 0) >= FULL_CIRCLE_DEG,
        "grid_ids": sorted(row.grid_ids),
    }
