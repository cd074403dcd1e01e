"""Answers about people: the roster, and the ladder of responsibility of a grid."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from api.schemas.lookup import GridRef
from gis.duty.ladder import Rung, Why


class PlaceRow(BaseModel):
    """A place that a person holds in a grid's team.

    ``grid`` is null when the grid is of an earlier edition; ``hours`` are those of the shift, null at all hours.
    """

    grid_id: int
    grid: GridRef | None
    role: str
    role_name: str
    since: datetime
    until: datetime | None
    hours: str | None


class LeaveRow(BaseModel):
    """A time for which a person is away, and who stands in."""

    since: datetime
    until: datetime
    stand_in: str | None


class WorkerRow(BaseModel):
    """A person of the roster with the places held, and the leave taken, at the moment asked for."""

    id: int
    worker_ref: str
    name: str
    phone: str | None
    left_at: datetime | None
    simulated: bool
    places: list[PlaceRow]
    leave: LeaveRow | None


class RungRow(BaseModel):
    """A rung of the ladder, and why it answers or does not."""

    level: str
    role: str | None
    role_name: str | None
    name: str | None
    phone: str | None
    answers: bool
    why: Why
    why_zh: str
    why_en: str
    stands_in_for: str | None
    until: datetime | None


class GridDuty(BaseModel):
    """Who is in charge of a grid at a moment: the first rung that answers; ``alarm`` when it is above the grid.

    A reader who may not know people sees the desks alone.
    """

    grid: GridRef
    at: datetime
    in_charge: RungRow
    alarm: bool | None
    rungs: list[RungRow]


WHY: dict[Why, tuple[str, str]] = {
    Why.ON_DUTY: ("在岗", "on duty"),
    Why.STANDS_IN: ("代班", "stands in"),
    Why.ON_LEAVE: ("请假", "on leave"),
    Why.OFF_SHIFT: ("不在班次内", "off shift"),
    Why.NO_LEAD: ("网格无可负责人员", "nobody of the grid may lead it"),
    Why.DESK: ("值班", "duty desk"),
    Why.NO_DESK: ("未登记值班电话", "no desk on file"),
    Why.LAST_RUNG: ("兜底", "the last rung"),
}
"""What the pages and the command line say of each reason."""


def rung_row(rung: Rung, *, roles: dict[str, str]) -> dict[str, Any]:
    """Return a rung as it is told."""
    return {
        "level": rung.level,
        "role": rung.role or None,
        "role_name": roles.get(rung.role),
        "name": rung.name or None,
        "phone": rung.phone,
        "answers": rung.answers,
        "why": rung.why,
        "why_zh": WHY[rung.why][0],
        "why_en": WHY[rung.why][1],
        "stands_in_for": rung.stands_in_for,
        "until": rung.until,
    }
