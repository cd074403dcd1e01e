"""Which grid, and who? By coordinate or address, answered from memory."""

import math
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from api.dependencies import Live, moment_asked
from api.live import LiveCity
from api.questions import AsksFor, parameters_of
from api.rendering import json_response
from api.schemas.lookup import (
    AddressLookup,
    BatchAnswer,
    BatchRequest,
    LookupAnswer,
    LookupQuestion,
    rendered,
    rendered_address,
)
from api.security import Needs
from gis.crs import Crs, doubts_of_location, location_to_wgs84, parse_crs, to_wgs84
from gis.division.model import Division
from gis.duty.ladder import DESK, Roster
from gis.errors import InvalidInput, NotFound
from gis.lookup import look_up, look_up_address, look_up_one
from gis.policy import Need, Viewer, site_kinds_for
from gis.units import FloatArray, Location

router = APIRouter(tags=["lookup"])

DESK_NAME = "值班室"


@router.get(
    "/lookup",
    response_model=LookupAnswer | AddressLookup,
    summary="Which grid, and who, for one coordinate or one address",
    openapi_extra=parameters_of(LookupQuestion),
)
async def lookup_one(
    live: Live,
    viewer: Annotated[Viewer, Needs(Need.DIVISION)],
    asked: Annotated[LookupQuestion, AsksFor(LookupQuestion)],
) -> Response:
    """Return the one grid that owns a point, the people in charge, and how near the border it is.

    With `address`: the places that may be meant, each with score, reasons, grid and people; `certain` only when one
    stands clear, else a `question` that would tell them apart.
    """
    if asked.address is not None:
        _refuse_both(asked)
        return await run_in_threadpool(_by_address, live, viewer, asked.address, asked.at)
    if asked.lon is None or asked.lat is None:
        raise InvalidInput(
            "a coordinate is not complete",
            where="lon" if asked.lon is None else "lat",
            remedy="give lon, lat and crs, or an address",
        )
    declared = parse_crs(asked.crs)
    division, roster = live.division()
    location = location_to_wgs84(asked.lon, asked.lat, crs=declared)
    moment = _moment_with_division(asked.at, live)
    answer = look_up_one(division, roster, location, accuracy_m=asked.accuracy_m or 0.0, at=moment)
    warnings = _warnings(division, location, declared=declared)
    return json_response(rendered(answer, viewer, roles=role_names(roster), warnings=warnings))


@router.post("/lookup", response_model=BatchAnswer, summary="The same for up to 10,000 points")
def lookup_many(live: Live, viewer: Annotated[Viewer, Needs(Need.DIVISION)], batch: BatchRequest) -> Response:
    """Answer for many points in order; a point that cannot be read has an error in its place."""
    declared = parse_crs(batch.crs)
    division, roster = live.division()
    moment = _moment_with_division(batch.at, live)
    lon, lat = to_wgs84(*_columns(batch.points), crs=declared)
    readable = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    answers = look_up(division, roster, lon=lon[readable], lat=lat[readable], accuracy_m=batch.accuracy_m, at=moment)
    roles = role_names(roster)
    results: list[dict[str, Any]] = [{}] * len(batch.points)
    for i, answer in zip(np.flatnonzero(readable).tolist(), answers, strict=True):
        warnings = _warnings(division, answer.point, declared=declared)
        results[i] = rendered(answer, viewer, roles=roles, warnings=warnings)
    for i in np.flatnonzero(~readable).tolist():
        results[i] = {"error": _fault(batch.points[i], declared)}
    return json_response({"edition": division.edition.id, "results": results})


def _refuse_both(asked: LookupQuestion) -> None:
    given = [name for name in ("lon", "lat", "crs", "accuracy_m") if getattr(asked, name) is not None]
    if given:
        raise InvalidInput(
            "an address and a coordinate are two questions",
            where=f"address and {', '.join(given)}",
            remedy="ask for one of them at a time",
        )


def _by_address(live: LiveCity, viewer: Viewer, address: str, at: datetime | None) -> Response:
    """Answer for an address; in a thread, since it takes milliseconds."""
    if not address.strip():
        raise InvalidInput("the address is empty", where="address", remedy="give a street with a number, or a place")
    division, roster = live.division()
    answer = look_up_address(
        live.gazetteer().showing(site_kinds_for(viewer)), division, roster, address, at=_moment_with_division(at, live)
    )
    return json_response(rendered_address(answer, viewer, roles=role_names(roster)))


def role_names(roster: Roster) -> dict[str, str]:
    """Return the Chinese name of every role, the duty desk included."""
    return {role.code: role.name_zh for role in roster.roles.values()} | {DESK: DESK_NAME}


def _pair(point: Any) -> tuple[float, float]:
    """Read a pair of numbers; what is none is NaN twice."""
    numbers = point if isinstance(point, list) and len(point) == 2 else []
    if numbers and all(isinstance(number, int | float) and not isinstance(number, bool) for number in numbers):
        with suppress(OverflowError):
            return float(numbers[0]), float(numbers[1])
    return math.nan, math.nan


def _columns(points: list[Any]) -> tuple[FloatArray, FloatArray]:
    """Return (n,) first and second numbers of points as they were sent."""
    columns = np.array([_pair(point) for point in points], dtype=np.float64).reshape(-1, 2).T
    return columns[0], columns[1]


def _fault(point: Any, declared: Crs) -> str:
    """Say why a point of a batch has no answer."""
    x, y = _pair(point)
    if math.isnan(x) or math.isnan(y):
        return "a point is a pair of finite numbers; write [lon, lat]"
    try:
        location_to_wgs84(x, y, crs=declared)
    except InvalidInput as error:
        return str(error)
    raise AssertionError("the point can be read")


def _moment_with_division(at: datetime | None, live: LiveCity) -> datetime:
    """Return the moment asked for, at which there was a division."""
    moment = moment_asked(at, live)
    began = live.division()[0].edition.effective_at
    if at is not None and moment < began:
        raise NotFound(
            "no edition of the division was in force at that moment",
            where=f"at={at.isoformat()}",
            remedy=f"ask for {began.isoformat()} or later",
        )
    return moment


def _warnings(division: Division, location: Location, *, declared: Crs) -> list[str]:
    doubts = doubts_of_location(location, declared=declared, boundary=division.outline)
    return [doubt.message for doubt in doubts]
