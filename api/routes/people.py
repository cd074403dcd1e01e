"""People: the roster by page, and who is in charge of a grid at any moment, with the whole ladder."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.dependencies import AreaIdAsked, Cursor, GridIdAsked, Limit, Live, moment_asked, one_of
from api.rendering import json_response, listing, members
from api.routes.grids import GridIdInPath
from api.routes.incidents import grids_asked_for
from api.routes.lookup import role_names
from api.schemas.layers import Page
from api.schemas.lookup import grid_ref
from api.schemas.people import GridDuty, WorkerRow, rung_row
from api.security import Needs
from gis.division.model import Division
from gis.duty.ladder import GRID, Roster
from gis.errors import NotFound
from gis.policy import Need, Viewer, fields_for, rungs_for
from gis.store.worker_queries import WorkerFilter, count_workers, list_workers, places_of
from gis.units import GridId

router = APIRouter(tags=["people"])

At = Annotated[
    datetime | None,
    Query(description="moment of the roster, now by default; without a zone it is the city's clock"),
]


@router.get("/workers", response_model=Page[WorkerRow], summary="The people of the roster")
def workers(
    request: Request,
    live: Live,
    viewer: Annotated[Viewer, Needs(Need.PEOPLE)],
    q: Annotated[str | None, Query(max_length=100, description="part of a name, start of a number or phone")] = None,
    role: Annotated[str | None, Query(max_length=100, description="only who has this role", examples=["lead"])] = None,
    grid_id: GridIdAsked = None,
    area_id: AreaIdAsked = None,
    at: At = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """Return people by id with the places they hold at a moment; who has left by then is not there."""
    division, roster = live.division()
    moment = moment_asked(at, live)
    role = one_of(role, roster.roles, parameter="role")
    which = WorkerFilter(moment, q and q.strip(), role, grids_asked_for(live, grid_id=grid_id, area_id=area_id))
    with live.database.transaction() as connection:
        matched = count_workers(connection, which)
        found = list_workers(connection, which, limit=limit + 1, after=cursor)
        page = found[:limit]
        places = places_of(connection, [row.id for row in page], at=moment)
    names = role_names(roster)
    rows = [
        {
            **members(row, "id", "worker_ref", "name", "phone", "left_at", "simulated"),
            "places": [_place(division, place, names) for place in places.get(row.id, ())],
            "leave": _leave(roster, row.id, moment),
        }
        for row in page
    ]
    more = page[-1].id if len(found) > limit else None
    return listing(request, rows, matched=matched, next_cursor=more, as_geojson=False)


@router.get("/grids/{grid_id}/duty", response_model=GridDuty, summary="Who is in charge of a grid, and why")
async def grid_duty(
    live: Live, viewer: Annotated[Viewer, Needs(Need.DIVISION)], grid_id: GridIdInPath, at: At = None
) -> Response:
    """Return the whole ladder of a grid at a moment, past or to come, from memory."""
    division, roster = live.division()
    grid = division.grids[division.position(GridId(grid_id))]
    moment = moment_asked(at, live)
    rungs = roster.rungs(grid, at=moment)
    alarm = next(rung for rung in rungs if rung.answers).level != GRID if fields_for(viewer, "alarm") else None
    names = role_names(roster)
    told = [rung_row(rung, roles=names) for rung in rungs_for(viewer, rungs)]
    return json_response(
        {
            "grid": grid_ref(grid),
            "at": moment,
            "in_charge": next(rung for rung in told if rung["answers"]),
            "alarm": alarm,
            "rungs": told,
        }
    )


def _place(division: Division, place: Any, names: dict[str, str]) -> dict[str, Any]:
    try:
        grid = grid_ref(division.grids[division.position(GridId(place.grid_id))])
    except NotFound:
        grid = None
    told = members(place, "grid_id", "role", "since", "until", "hours")
    return {**told, "grid": grid, "role_name": names[place.role]}


def _leave(roster: Roster, worker_id: int, at: datetime) -> dict[str, Any] | None:
    leave = roster.leave(worker_id, at=at)
    if leave is None:
        return None
    stand_in = None if leave.stand_in is None else leave.stand_in.name
    return {"since": leave.since, "until": leave.until, "stand_in": stand_in}
