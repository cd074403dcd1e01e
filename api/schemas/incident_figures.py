"""The answer with incident figures."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict


class IncidentNumbers(BaseModel):
    """Figures by key; `definitions` tells what each means.

    Null means that nobody collects it; a rate is also null where there is nothing to divide by.
    """

    reported: int
    accepted: int | None
    refused: int | None
    closed: int | None
    closing_rate: float | None
    due: int | None
    closed_in_time: int | None
    in_time_rate: float | None
    closed_late: int | None
    closed_in_period: int | None
    open: int
    overdue: int | None
    returned: int | None
    urged: int | None
    found_by_grid: int | None
    finder_known: int | None
    found_share: float | None


class IncidentGroup(IncidentNumbers):
    """One part of the total; ``id`` and ``level`` only of areas and grids.

    The key ``outside`` is what lies in no grid or has not been given to one yet.
    """

    key: str
    name: str
    id: int | None
    level: str | None


class AskedPeriod(BaseModel):
    """Whole days in the city's time zone, from ``from`` up to, and without, ``to``."""

    kind: str
    label: str
    first: date = Field(alias="from")
    end: date = Field(alias="to")
    complete: bool = Field(description="whether the period was over at the moment")
    counted_until: datetime = Field(description="up to when steps count: the period's end, or the moment")


class ComparedPeriod(BaseModel):
    """The same total for an earlier period, seen from as far into it."""

    period: AskedPeriod
    at: datetime
    total: IncidentNumbers


class FigureDefinition(BaseModel):
    """What a figure means; a rate divides the figure ``numerator`` by the figure ``denominator``."""

    name: str
    zh: str
    en: str
    numerator: str | None
    denominator: str | None


_NUMBERS: JsonDict = {
    "reported": 43021,
    "accepted": 42790,
    "refused": 226,
    "closed": 40112,
    "closing_rate": 0.93742,
    "due": 40955,
    "closed_in_time": 38809,
    "in_time_rate": 0.9476,
    "closed_late": 1303,
    "closed_in_period": 42655,
    "open": 6214,
    "overdue": 2903,
    "returned": 712,
    "urged": None,
    "found_by_grid": 34310,
    "finder_known": 43021,
    "found_share": 0.79752,
}
_PERIOD: JsonDict = {"kind": "month", "complete": False}


class IncidentFiguresAnswer(BaseModel):
    """Incident figures of an area and a period, as they were at a moment."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "edition": 1,
                "area": {"id": 1, "level": "city", "code": "440700", "name": "江门市"},
                "period": {
                    **_PERIOD,
                    "label": "2026-11",
                    "from": "2026-11-01",
                    "to": "2026-12-01",
                    "counted_until": "2026-11-25T02:00:00Z",
                },
                "at": "2026-11-25T02:00:00Z",
                "total": _NUMBERS,
                "groups": [{"key": "440703", "name": "蓬江区", "id": 2, "level": "county", **_NUMBERS}],
                "previous": {
                    "period": {
                        **_PERIOD,
                        "label": "2026-10",
                        "from": "2026-10-01",
                        "to": "2026-11-01",
                        "counted_until": "2026-10-25T02:00:00Z",
                    },
                    "at": "2026-10-25T02:00:00Z",
                    "total": _NUMBERS,
                },
                "last_year": None,
                "definitions": {
                    "closing_rate": {
                        "name": "办结率",
                        "zh": "办结率=办结÷受理",
                        "en": "Closing rate: closed / accepted",
                        "numerator": "closed",
                        "denominator": "accepted",
                    }
                },
            }
        }
    )

    edition: int
    area: dict[str, Any]
    period: AskedPeriod
    at: datetime
    total: IncidentNumbers
    groups: list[IncidentGroup]
    previous: ComparedPeriod | None = Field(description="null where there is no earlier period")
    last_year: ComparedPeriod | None
    definitions: dict[str, FigureDefinition]
