"""Incident figures: counts and rates of any area, period and kind, at any moment."""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.dependencies import AreaIdAsked, GridIdAsked, Live
from api.figure_answers import incident_figures_answer
from api.rendering import json_response
from api.schemas.incident_figures import IncidentFiguresAnswer
from api.security import Needs
from gis.figures import By, IncidentQuestion, Unit
from gis.incidents.life import IncidentKind
from gis.policy import Need, Viewer
from gis.store.incident_figures import read_incident_figures
from gis.units import AreaId, GridId

router = APIRouter(tags=["figures"])

UnitAsked = Annotated[
    Unit | None,
    Query(description="kind of period; the year by default. Of a free range (`from` and `to`) the kind of its parts"),
]
FromAsked = Annotated[
    date | None,
    Query(
        alias="from",
        description="a day in the city's time zone: alone the period that holds it, with `to` the range's first day",
        examples=["2026-11-01"],
    ),
]
ToAsked = Annotated[
    date | None,
    Query(alias="to", description="the first day that no longer belongs to the range", examples=["2026-12-01"]),
]
AtAsked = Annotated[
    datetime | None,
    Query(description="all as it was at this moment, now by default; without a zone it is the city's time"),
]
ByAsked = Annotated[
    By | None,
    Query(description="how to divide the total: area is the areas just below, or grids where there are none below"),
]
CategoryAsked = Annotated[str | None, Query(max_length=800, description="only this category")]
SourceAsked = Annotated[str | None, Query(max_length=800, description="only what came through this source")]
KindAsked = Annotated[IncidentKind | None, Query(description="only this kind")]


@router.get(
    "/figures/incidents",
    response_model=IncidentFiguresAnswer,
    summary="Incident figures of an area and period",
)
def incident_figures(
    live: Live,
    viewer: Annotated[Viewer, Needs(Need.FIGURES)],
    area_id: AreaIdAsked = None,
    grid_id: GridIdAsked = None,
    period: UnitAsked = None,
    first: FromAsked = None,
    end: ToAsked = None,
    at: AtAsked = None,
    by: ByAsked = None,
    category: CategoryAsked = None,
    kind: KindAsked = None,
    source: SourceAsked = None,
) -> Response:
    """Return counts and rates with their definitions, the period before, and the same period a year before.

    A period that is not over is compared with the same stretch of the earlier ones; ``counted_until`` says up to when.
    """
    division, _ = live.division()
    zone = live.city().zone
    now = datetime.now(UTC)
    moment = now if at is None else at if at.tzinfo else at.replace(tzinfo=zone)
    question = IncidentQuestion(
        at=moment,
        area_id=None if area_id is None else AreaId(area_id),
        grid_id=None if grid_id is None else GridId(grid_id),
        unit=period,
        first=first,
        end=end,
        by=by,
        category=category,
        kind=kind,
        source=source,
    )
    area = division.areas.root if question.area_id is None else division.areas[question.area_id]
    with live.database.transaction() as connection:
        report = read_incident_figures(connection, division, question, zone=zone, now=now)
    return json_response(incident_figures_answer(report, division, area))
