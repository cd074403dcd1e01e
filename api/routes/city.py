"""The city, its editions, and the health of the service."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.dependencies import Live
from api.rendering import dumps, json_response
from api.schemas.figures import CityAnswer, Health
from api.schemas.layers import EditionRow, Page
from api.security import Needs
from api.settings import Mode
from api.version import VERSION
from gis.policy import Need, Role, Viewer, counts_for
from gis.store.database import last_change
from gis.store.divisions import read_editions

router = APIRouter(tags=["city"])
health_router = APIRouter(tags=["service"])


@router.get("/city", response_model=CityAnswer, summary="The city, and what its maps must show")
def city(request: Request, live: Live, viewer: Annotated[Viewer, Needs(Need.DIVISION)]) -> Response:
    """Return name, extent, edition, sources and the reader's role."""
    town, division = live.city(), live.snapshot.division
    counts = live.row_counts()
    with live.database.transaction() as connection:
        changed = last_change(connection)
    return json_response(
        {
            "name": town.name,
            "name_en": town.name_en,
            "code": town.code,
            "time_zone": town.time_zone,
            "simulated": town.simulated,
            "bbox": None if division is None else list(division.outline.bounds),
            "edition": None
            if division is None
            else {"id": division.edition.id, "effective_at": division.edition.effective_at},
            "sources": [{"text": line, "url": town.source_url} for line in (town.source or "").splitlines()],
            "approval_no": town.approval_no,
            "viewer": {
                "role": viewer.role.value,
                "demo": request.app.state.settings.mode is Mode.DEMO and viewer.role is Role.ADMIN,
            },
            "counts": counts_for(viewer, counts),
            "data_as_of": changed,
        }
    )


@router.get("/editions", response_model=Page[EditionRow], summary="Editions, the newest first")
def editions(
    live: Live,
    viewer: Annotated[Viewer, Needs(Need.DIVISION)],
) -> Response:
    """Return every edition; the one in force is marked."""
    with live.database.transaction() as connection:
        rows = read_editions(connection)
    division = live.snapshot.division
    in_force = None if division is None else division.edition.id
    items: list[dict[str, Any]] = [
        {
            "id": row.id,
            "effective_at": row.effective_at,
            "published_at": row.published_at,
            "document_no": row.document_no,
            "document_date": row.document_date,
            "note": row.note,
            "in_force": row.id == in_force,
        }
        for row in rows
    ]
    return json_response({"numberMatched": len(items), "numberReturned": len(items), "next": None, "items": items})


@health_router.get(
    "/health",
    response_model=Health,
    responses={503: {"model": Health, "description": "No edition is in force: lookups cannot be answered"}},
    summary="Does the service work?",
)
def health(live: Live, viewer: Annotated[Viewer, Needs(Need.ALIVE)]) -> Response:
    """Return 200 while lookups can be answered, else 503."""
    snapshot = live.snapshot
    body = {
        "ok": snapshot.division is not None,
        "database": live.reachable,
        "edition": None if snapshot.division is None else snapshot.division.edition.id,
        "state_read_at": snapshot.read_at.astimezone(UTC),
        "version": VERSION,
        "time": datetime.now(UTC),
    }
    return Response(
        dumps(body),
        status_code=200 if body["ok"] else 503,
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
