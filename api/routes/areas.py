"""Areas of the division in force."""

from functools import partial
from typing import Annotated, Any

import numpy as np
import pandas as pd
import shapely
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.dependencies import AsFormat, Bbox, Cursor, Limit, Live, Tolerance, one_of
from api.live import LiveCity
from api.rendering import KeptAnswer, features, geometry_fragments, kept_response, listing, whole_listing
from api.schemas.geojson import AS_GEOJSON
from api.schemas.layers import AreaRow, Page
from api.security import Needs
from gis.division.model import Area, Division
from gis.policy import Need, Viewer, fields_for
from gis.store.database import Connection
from gis.store.division_queries import area_table
from gis.units import AreaId, Box, GeometryArray
from tiles.simplification import simplify_coverage

router = APIRouter(tags=["division"])

_COUNTED = ("incidents", "open_incidents", "cameras")


@router.get("/areas", response_model=Page[AreaRow], responses=AS_GEOJSON, summary="City, counties, towns, communities")
def list_areas(
    request: Request,
    live: Live,
    viewer: Annotated[Viewer, Needs(Need.DIVISION)],
    bbox: Bbox,
    level: Annotated[
        str | None, Query(description="city, county, town, community, or the city's own word", examples=["county"])
    ] = None,
    parent_id: Annotated[int | None, Query(ge=1, le=2**62, description="only what lies directly below")] = None,
    f: AsFormat = "json",
    simplify_m: Tolerance = 0.0,
    limit: Limit = 2000,
    cursor: Cursor = None,
) -> Response:
    """Return areas by id; an area without grids has no shape yet."""
    division, _ = live.division()
    if (bbox, level, parent_id, cursor, f) == (None, None, None, None, "json") and limit >= len(division.areas):
        return kept_response(request, _whole(live, division, viewer))
    level = one_of(level, (area.level for area in division.areas), parameter="level")
    table = _table(live, division)
    wanted = _wanted(division, table, level=level, parent_id=parent_id, bbox=bbox)
    page = [area for area in wanted if cursor is None or area.id > cursor][:limit]
    rows = _rows(live, division, viewer, page)
    more = page[-1].id if page and page[-1].id != wanted[-1].id else None
    if f == "geojson":
        items = features(rows, geometry_fragments(_shapes(live, division, page, tolerance_m=simplify_m)))
        return listing(request, items, matched=len(wanted), next_cursor=more, as_geojson=True)
    return listing(request, rows, matched=len(wanted), next_cursor=more, as_geojson=False)


def _whole(live: LiveCity, division: Division, viewer: Viewer) -> KeptAnswer:
    """Return the list of all areas as finished bytes, kept until what it counts changes: every map begins with it."""

    def make(_connection: Connection) -> KeptAnswer:
        areas = _wanted(division, _table(live, division), level=None, parent_id=None, bbox=None)
        return whole_listing(_rows(live, division, viewer, areas))

    return live.derived(("area list", fields_for(viewer, *_COUNTED)), ("incidents", "cameras", "division"), make)


def _rows(live: LiveCity, division: Division, viewer: Viewer, areas: list[Area]) -> list[dict[str, Any]]:
    """Return what may be told of some areas."""
    table, counts = _table(live, division), _counts(live, division, viewer)
    grids = division.sums_by_area(np.ones(len(division.grids), dtype=np.int64))
    return [
        {
            "id": area.id,
            "parent_id": area.parent_id,
            "level": area.level,
            "code": area.code,
            "name": area.name,
            "simulated": area.simulated,
            "area_m2": table["area_m2"].get(area.id),
            "grids": grids.get(area.id, 0),
            **_counted(counts, area.id),
        }
        for area in areas
    ]


def _wanted(
    division: Division, table: pd.DataFrame, *, level: str | None, parent_id: int | None, bbox: Box | None
) -> list[Area]:
    """Return the areas that are asked for, by id; those without a shape touch no box."""
    if parent_id is not None:
        _ = division.areas[AreaId(parent_id)]
    touched = None
    if bbox is not None:
        inside = shapely.intersects(table["shape"].to_numpy(), shapely.box(*bbox))
        touched = set(table.index[inside].tolist())
    return [
        area
        for area in sorted(division.areas, key=lambda area: area.id)
        if (level is None or area.level == level)
        and (parent_id is None or area.parent_id == parent_id)
        and (touched is None or area.id in touched)
    ]


def _table(live: LiveCity, division: Division) -> pd.DataFrame:
    """Return shape and size of every area; kept, since both follow from the edition."""

    def read() -> pd.DataFrame:
        with live.database.transaction() as connection:
            return area_table(connection, division)

    return live.kept(("areas", division, None), read)


def _shapes(live: LiveCity, division: Division, page: list[Area], *, tolerance_m: float) -> GeometryArray:
    """Return the shapes of some areas; each level is simplified whole, so that borders meet across pages."""
    table = _table(live, division)
    shapes = dict(zip(table.index.tolist(), table["shape"], strict=True))
    simple: dict[int, shapely.Geometry] = {}
    for level in {area.level for area in page}:
        ids = [area.id for area in division.areas if area.level == level and area.id in shapes]
        whole = np.array([shapes[area_id] for area_id in ids], dtype=object)
        kept = live.kept(
            (("simplified", level), division, tolerance_m),
            partial(simplify_coverage, whole, tolerance_m=tolerance_m),
        )
        simple.update(zip(ids, kept, strict=True))
    return np.array([simple.get(area.id, shapely.MultiPolygon()) for area in page], dtype=object)


def _counts(live: LiveCity, division: Division, viewer: Viewer) -> dict[str, dict[AreaId, int]]:
    """Return incidents, open incidents and cameras by area, as far as the reader may have them."""
    counts: dict[str, dict[AreaId, int]] = {}
    told = fields_for(viewer, *_COUNTED)
    if {"incidents", "open_incidents"} <= told:
        by_grid = live.grid_counts()
        counts["incidents"] = division.sums_by_area(by_grid.incidents)
        counts["open_incidents"] = division.sums_by_area(by_grid.open_incidents)
    if "cameras" in told:
        coverage = live.coverage()
        counts["cameras"] = dict(zip(coverage.area_ids, coverage.by_area.cameras.tolist(), strict=True))
    return counts


def _counted(counts: dict[str, dict[AreaId, int]], area_id: AreaId) -> dict[str, int | None]:
    return {name: counts[name].get(area_id, 0) if name in counts else None for name in _COUNTED}
