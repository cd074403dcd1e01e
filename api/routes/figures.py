"""The five figures."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.dependencies import Live
from api.figure_answers import five_figures_answer
from api.rendering import json_response
from api.schemas.figures import FiguresAnswer
from api.security import Needs
from gis.figures import five_figures
from gis.policy import Need, Viewer
from gis.store.figure_facts import read_facts
from gis.units import AreaId

router = APIRouter(tags=["figures"])


@router.get("/figures", response_model=FiguresAnswer, summary="The five figures of an area")
def figures(
    live: Live,
    viewer: Annotated[Viewer, Needs(Need.FIGURES)],
    area_id: Annotated[int | None, Query(ge=1, le=2**62, description="the city by default")] = None,
) -> Response:
    """Return 网中有格, 格中有人, 人在格上, 事在格中, 格事尽知 with their definitions."""
    division, roster = live.division()
    area = division.areas[AreaId(area_id)] if area_id is not None else division.areas.root
    now = datetime.now(UTC)
    check = live.check()
    with live.database.transaction() as connection:
        facts = read_facts(connection, check, roster=roster, area_id=area.id, at=now)
    return json_response(five_figures_answer(five_figures(facts, at=now), division, area, at=now))
