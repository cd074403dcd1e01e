"""The five figures."""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.dependencies import Live
from api.figure_answers import five_figures_answer
from api.live import LiveCity
from api.rendering import json_response
from api.schemas.figures import FiguresAnswer
from api.security import Needs
from gis.figures import five_figures
from gis.policy import Need, Viewer
from gis.store.figure_facts import Ground, People, read_facts, read_ground, read_people
from gis.units import AreaId

router = APIRouter(tags=["figures"])


@router.get("/figures", response_model=FiguresAnswer, summary="The five figures of an area")
def figures(
    live: Live,
    viewer: Annotated[Viewer, Needs(Need.FIGURES)],
    area_id: Annotated[int | None, Query(ge=1, le=2**62, description="the city by default")] = None,
) -> Response:
    """Return 网中有格, 格中有人, 人在格上, 事在格中, 格事尽知 with their definitions."""
    division, _ = live.division()
    area = division.areas[AreaId(area_id)] if area_id is not None else division.areas.root
    now = datetime.now(UTC)
    ground = live.answer(("ground", area.id), ("division",), partial(_ground, live, area.id))
    minute = now.replace(second=0, microsecond=0)
    people = live.answer(("people", area.id), ("duty",), partial(_people, live, area.id, now), since=minute)
    with live.database.transaction() as connection:
        facts = read_facts(connection, division, ground=ground, people=people, area_id=area.id, at=now)
    return json_response(five_figures_answer(five_figures(facts, at=now), division, area, at=now))


def _ground(live: LiveCity, area_id: AreaId) -> Ground:
    check = live.check()
    with live.database.transaction() as connection:
        return read_ground(connection, check, area_id=area_id)


def _people(live: LiveCity, area_id: AreaId, at: datetime) -> People:
    """Return the people as they are now; kept for the rest of the minute, since shifts and leave change on it."""
    division, roster = live.division()
    with live.database.transaction() as connection:
        return read_people(connection, division, roster=roster, area_id=area_id, at=at)
