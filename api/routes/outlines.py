"""The division as a map draws it: shapes for a zoom, without what changes."""

from typing import Annotated, Any

import numpy as np
import shapely
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.dependencies import Bbox, Live
from api.live import LiveCity
from api.rendering import GEOJSON, KeptAnswer, dumps, features, geometry_fragments, kept_response
from api.schemas.geojson import AS_GEOJSON
from api.security import Needs
from gis.division.model import Division
from gis.errors import NotFound
from gis.policy import Need, Viewer
from gis.units import Box
from tiles.outlines import Outlines, scale_of

router = APIRouter(tags=["maps"])

GRID = "grid"
ROUGH_ZOOM = 12
"""Below this zoom five decimals, a metre, are enough."""


@router.get(
    "/outlines",
    response_class=Response,
    response_model=None,
    responses=AS_GEOJSON,
    summary="Grids and areas as a map draws them at a zoom, always GeoJSON",
)
def list_outlines(
    request: Request,
    live: Live,
    viewer: Annotated[Viewer, Needs(Need.DIVISION)],
    bbox: Bbox,
    zoom: Annotated[int, Query(ge=0, le=24, description="of 512 px tiles; bends below half a pixel are left out")] = 9,
    depth: Annotated[
        int | None, Query(ge=0, le=20, description="areas at most so far below the root, 0 is the city; all by default")
    ] = None,
    edition: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="the one in force, which is kept")] = None,
) -> Response:
    """Return shapes with id, level and the place of a label; borders meet at every zoom and between levels."""
    division, _ = live.division()
    if edition is not None and edition != division.edition.id:
        raise NotFound(
            "this edition is not in force",
            where=f"edition={edition}",
            remedy=f"ask for edition {division.edition.id}, or for none",
        )
    scale = scale_of(zoom)
    deepest = max(len(division.areas.path(area.id)) for area in division.areas) - 1
    until = deepest if depth is None else min(depth, deepest)
    if bbox is not None:
        return kept_response(request, _made(live, division, scale, until, bbox))
    return kept_response(
        request, live.answer(("outlines", scale, until), (), lambda: _made(live, division, scale, until, None))
    )


def _made(live: LiveCity, division: Division, zoom: int, depth: int, bbox: Box | None) -> KeptAnswer:
    rows, shapes = _rows(division, live.outlines(zoom), depth)
    if bbox is not None and len(rows):
        keep = np.flatnonzero(shapely.intersects(shapes, shapely.box(*bbox)))
        rows, shapes = [rows[row] for row in keep.tolist()], shapes[keep]
    items = features(rows, geometry_fragments(shapes, decimals=5 if zoom < ROUGH_ZOOM else 6))
    body = {
        "type": "FeatureCollection",
        "numberMatched": len(items),
        "numberReturned": len(items),
        "next": None,
        "edition": division.edition.id,
        "features": items,
    }
    return KeptAnswer.of(dumps(body), media_type=GEOJSON)


def _rows(division: Division, drawn: Outlines, depth: int) -> tuple[list[dict[str, Any]], np.ndarray[Any, Any]]:
    """Return id, level and label of areas down to a depth, then of grids, and the shapes in the same order."""
    rows: list[dict[str, Any]] = []
    shapes: list[Any] = []
    for area_id, shape in drawn.areas.items():
        if len(division.areas.path(area_id)) - 1 <= depth:
            label = np.round(drawn.area_labels[area_id], 6).tolist()
            rows.append({"id": area_id, "level": division.areas[area_id].level, "label": label})
            shapes.append(shape)
    labels = np.round(drawn.grid_labels, 6).tolist()
    rows += [{"id": grid.id, "level": GRID, "label": label} for grid, label in zip(division.grids, labels, strict=True)]
    return rows, np.array([*shapes, *drawn.grids], dtype=object)
