"""Answers with the five figures, and about the city and the service."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel


class ValueRow(BaseModel):
    """One number with its definition; null means that nobody collects it yet."""

    key: str
    value: float | None
    unit: str
    denominator: float | None
    definition: str
    definition_en: str


class FigureRow(BaseModel):
    """One part of the saying; ``ok`` is null when what it needs is not collected."""

    key: str
    saying: str
    saying_en: str
    ok: bool | None
    values: list[ValueRow]


class FiguresAnswer(BaseModel):
    """The five figures of an area."""

    edition: int
    area: dict[str, Any]
    as_of: datetime
    figures: list[FigureRow]


class CityAnswer(BaseModel):
    """The city, what its maps must show, and who asks."""

    name: str
    name_en: str | None
    code: str
    time_zone: str
    simulated: bool
    bbox: list[float] | None
    edition: dict[str, Any] | None
    sources: list[dict[str, Any]]
    approval_no: str | None
    viewer: dict[str, Any]
    counts: dict[str, int | None]
    data_as_of: datetime | None


class Health(BaseModel):
    """Whether the service works; ``database`` false means that lists fail and lookups go on from memory."""

    ok: bool
    database: bool
    edition: int | None
    state_read_at: datetime
    version: str
    time: datetime
