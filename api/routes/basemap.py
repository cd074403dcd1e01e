"""The basemap as vector tiles: what lies beneath the grids."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from api.dependencies import Live
from api.live import LiveCity
from api.rendering import KeptAnswer, kept_response
from api.security import Needs
from gis.errors import NotFound
from gis.policy import Need, Viewer
from gis.store.basemap import MAX_ZOOM, basemap_tile

router = APIRouter(tags=["maps"])

MVT = "application/vnd.mapbox-vector-tile"

ZoomInPath = Annotated[int, Path(ge=0, le=MAX_ZOOM, description="zoom; nearer in, draw these tiles larger")]
TileNumber = Annotated[int, Path(ge=0, lt=2**MAX_ZOOM, description="column from the west, row from the north")]


@router.get(
    "/basemap/{z}/{x}/{y}.mvt",
    response_class=Response,
    response_model=None,
    responses={
        200: {
            "content": {MVT: {"schema": {"type": "string", "format": "binary"}}},
            "description": "a tile with the layer `basemap`; empty where nothing is",
        }
    },
    summary="Roads, railways, water, green: a vector tile of the basemap",
)
def tile(
    request: Request,
    live: Live,
    viewer: Annotated[Viewer, Needs(Need.DIVISION)],
    z: ZoomInPath,
    x: TileNumber,
    y: TileNumber,
) -> Response:
    """Return a tile of the city's own basemap, kept until another one is loaded."""
    if max(x, y) >= 2**z:
        raise NotFound("there is no such tile", where=f"{z}/{x}/{y}", remedy=f"at zoom {z} they go up to {2**z - 1}")
    return kept_response(request, live.answer(("basemap", z, x, y), ("basemap",), lambda: _made(live, z, x, y)))


def _made(live: LiveCity, z: int, x: int, y: int) -> KeptAnswer:
    with live.database.transaction() as connection:
        return KeptAnswer.of(basemap_tile(connection, z=z, x=x, y=y), media_type=MVT)
