"""Grids of the division in force: lists for maps and search, and everything about one."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

import numpy as np
import pandas as pd
import shapely
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from api.dependencies import AreaIdAsked, AsFormat, Bbox, Cursor, Limit, Live, Tolerance
from api.live import LiveCity
from api.rendering import (
    KeptAnswer,
    features,
    geometry_fragments,
    json_response,
    kept_response,
    listing,
    whole_listing,
)
from api.routes.lookup import role_names
from api.schemas.coverage import coverage_figures
from api.schemas.geojson import AS_GEOJSON
from api.schemas.grid import GridCells, GridDetail
from api.schemas.layers import GridRow, Page
from api.schemas.lookup import duty_rows
from api.security import Needs
from gis.cells import cover, to_text
from gis.division.model import Division
from gis.policy import Need, Viewer, fields_for
from gis.store import incident_queries
from gis.store.database import Connection
from gis.store.division_queries import grid_table
from gis.units import AreaId, Box, GridId, IntArray
from tiles.simplification import simplify_coverage

router = APIRouter(tags=["division"])

_ROWS_FOLLOW = ("incidents", "cameras", "division")
"""The changes that make the rows of grids old."""

GridIdInPath = Annotated[int, Path(ge=1, le=2**62, description="the id of a grid of the edition in force")]


@router.get("/grids", response_model=Page[GridRow], responses=AS_GEOJSON, summary="Grids, for maps and for search")
def list_grids(
    request: Request,
    live: Live,
    viewer: Annotated[Viewer, Needs(Need.DIVISION)],
    bbox: Bbox,
    q: Annotated[str | None, Query(max_length=100, description="part of a name, or start of a code")] = None,
    area_id: AreaIdAsked = None,
    f: AsFormat = "json",
    simplify_m: Tolerance = 0.0,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """Return grids by id."""
    division, _ = live.division()
    if (q, area_id, bbox, cursor, f) == (None, None, None, None, "json") and limit >= len(division.grids):
        return kept_response(request, _whole(live, division, viewer))
    rows = _rows(live, division, viewer)
    wanted = _wanted(division, rows, q=q, area_id=area_id, bbox=bbox)
    page = wanted[division.grid_ids[wanted] > (cursor or 0)][:limit]
    more = int(division.grid_ids[page[-1]]) if len(page) and page[-1] != wanted[-1] else None
    items = [rows[position] for position in page.tolist()]
    if f == "geojson":
        shapes = simplified(live, division, tolerance_m=simplify_m)[page]
        items = features(items, geometry_fragments(shapes))
    return listing(request, items, matched=len(wanted), next_cursor=more, as_geojson=f == "geojson")


@router.get("/grids/{grid_id}", response_model=GridDetail, summary="One grid: who, what, how covered")
def show_grid(live: Live, viewer: Annotated[Viewer, Needs(Need.DIVISION)], grid_id: GridIdInPath) -> Response:
    """Return a grid with its path, shape, people, incidents by category and coverage."""
    division, roster = live.division()
    position = division.position(GridId(grid_id))
    grid, now = division.grids[position], datetime.now(UTC)
    duty = duty_rows(roster.duty(grid, at=now), viewer, roles=role_names(roster))
    return json_response(
        {
            **_rows(live, division, viewer)[position],
            "edition": division.edition.id,
            "path": [
                {"id": area.id, "level": area.level, "code": area.code, "name": area.name}
                for area in division.areas.path(grid.area_id)
            ],
            "geometry": geometry_fragments(division.shapes[[position]])[0],
            "bbox": shapely.bounds(division.shapes[position]).tolist(),
            "duty": duty,
            "members": [row for row in duty if row["level"] == "grid"],
            "coverage": _coverage(live, viewer, position),
            "categories": _categories(live, viewer, grid.id),
        }
    )


@router.get("/grids/{grid_id}/cells", response_model=GridCells, summary="The H3 cover of a grid")
def grid_cells(
    live: Live,
    viewer: Annotated[Viewer, Needs(Need.DIVISION)],
    grid_id: GridIdInPath,
    resolution: Annotated[int, Query(ge=5, le=12, description="H3 resolution")] = 10,
) -> Response:
    """Return the cells that lie whole in a grid, and those its border passes."""
    division, _ = live.division()
    position = division.position(GridId(grid_id))
    found = cover(division.shapes[[position]], resolution=resolution)
    return json_response(
        {
            "grid_id": grid_id,
            "edition": division.edition.id,
            "resolution": resolution,
            "full": to_text(found.cells[found.full]),
            "border": to_text(found.cells[~found.full]),
        }
    )


def simplified(live: LiveCity, division: Division, *, tolerance_m: float) -> Any:
    """Return the grids' shapes at a tolerance; kept, since every map asks for the same few."""
    return live.kept(
        ("simplified", division, tolerance_m),
        lambda: simplify_coverage(division.shapes, tolerance_m=tolerance_m),
    )


def _wanted(
    division: Division, rows: list[dict[str, Any]], *, q: str | None, area_id: int | None, bbox: Box | None
) -> IntArray:
    """Return the positions of the grids that are asked for, ascending."""
    keep = np.ones(len(rows), dtype=np.bool_)
    if q and (text := q.strip().casefold()):
        keep &= [row["code"].casefold().startswith(text) or text in row["name"].casefold() for row in rows]
    if area_id is not None:
        keep &= np.isin(division.grid_ids, division.grids_within(AreaId(area_id)))
    if bbox is not None:
        keep &= shapely.intersects(division.shapes, shapely.box(*bbox))
    return np.flatnonzero(keep)


def _told(viewer: Viewer) -> frozenset[str]:
    return fields_for(viewer, "incidents", "open_incidents", "cameras", "share_covered")


def _whole(live: LiveCity, division: Division, viewer: Viewer) -> KeptAnswer:
    """Return the list of all grids as finished bytes, kept as long as its rows: every map begins with it."""
    return live.derived(
        ("grid list", _told(viewer)), _ROWS_FOLLOW, lambda _connection: whole_listing(_rows(live, division, viewer))
    )


def _rows(live: LiveCity, division: Division, viewer: Viewer) -> list[dict[str, Any]]:
    """Return what may be told of every grid, in the order of the division; kept until incidents or cameras change."""
    told_fields = _told(viewer)

    def read(connection: Connection) -> list[dict[str, Any]]:
        columns: dict[str, Callable[[], Any]] = {
            "incidents": lambda: live.grid_counts().incidents,
            "open_incidents": lambda: live.grid_counts().open_incidents,
            "cameras": lambda: live.coverage().by_grid.figures.cameras,
            "share_covered": lambda: live.coverage().by_grid.figures.share_covered,
        }
        told = grid_table(connection, division).reset_index(names="id").rename(columns={"class": "grid_class"})
        told["area_name"] = [division.areas[area_id].name for area_id in told["area_id"]]
        for name, column in columns.items():
            told[name] = column() if name in told_fields else None
        return _plain_rows(told)

    return live.derived(("grid rows", told_fields), _ROWS_FOLLOW, read)


def _plain_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows of plain values, missing ones as None."""
    rows: list[dict[str, Any]] = table.astype(object).where(table.notna(), None).to_dict("records")
    return rows


def _coverage(live: LiveCity, viewer: Viewer, position: int) -> dict[str, Any] | None:
    if "coverage" not in fields_for(viewer, "coverage"):
        return None
    figures = live.coverage().by_grid.figures
    return coverage_figures(figures, position) | {"priority": figures.priority[position].item()}


def _categories(live: LiveCity, viewer: Viewer, grid_id: GridId) -> list[dict[str, Any]] | None:
    if "categories" not in fields_for(viewer, "categories"):
        return None
    with live.database.transaction() as connection:
        found = incident_queries.counts_by_category(connection, grid_id=grid_id)
    return [{"category": row.category, "open": row.open, "total": row.total} for row in found]
