"""Rows of the lists that maps and tables are made of."""

from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

Row = TypeVar("Row", bound=BaseModel)


class Page(BaseModel, Generic[Row]):
    """A page of a list. With ``f=geojson`` it is a FeatureCollection with the same three members."""

    numberMatched: int  # noqa: N815 - the name is OGC's
    numberReturned: int  # noqa: N815
    next: str | None
    items: list[Row]


class AreaRow(BaseModel):
    """An area of the division in force."""

    id: int
    parent_id: int | None
    level: str
    code: str
    name: str
    simulated: bool
    area_m2: float | None
    grids: int
    incidents: int | None
    open_incidents: int | None
    cameras: int | None


class GridRow(BaseModel):
    """A grid of the division in force; what the reader may not know is null."""

    id: int
    code: str
    code_scheme: str
    name: str
    grid_class: str
    area_id: int
    area_name: str
    area_m2: float
    households: int | None
    population: int | None
    simulated: bool
    incidents: int | None
    open_incidents: int | None
    cameras: int | None
    share_covered: float | None


class IncidentRow(BaseModel):
    """An incident with the steps of its life, its grid, the person in charge, and the office that handles it."""

    id: int
    source: str
    source_ref: str
    kind: str
    category: str
    title: str | None
    state: str
    open: bool
    occurred_at: datetime | None
    reported_at: datetime
    accepted_at: datetime | None
    refused_at: datetime | None
    due_at: datetime | None
    handed_on_at: datetime | None
    signed_at: datetime | None
    returned_at: datetime | None
    returns: int
    handled_at: datetime | None
    fed_back_at: datetime | None
    checked_at: datetime | None
    closed_at: datetime | None
    rated_at: datetime | None
    handling_unit: str | None
    lon: float
    lat: float
    accuracy_m: float
    edition: int | None
    grid_id: int | None
    nearest_grid_id: int | None
    nearest_distance_m: float | None
    on_border: bool | None
    distance_to_border_m: float | None
    runner_up_grid_id: int | None
    ambiguous: bool | None
    charge_level: str | None
    charge_name: str | None
    simulated: bool


class CellRow(BaseModel):
    """An H3 cell with the incidents in it."""

    cell: str
    count: int
    per_km2: float


class CameraRow(BaseModel):
    """A camera; unknown is null."""

    id: int
    source: str
    source_ref: str
    gb_id: str | None
    name: str | None
    kind: str
    status: str
    networks: list[str]
    lon: float
    lat: float
    height_m: float | None
    azimuth_deg: float | None
    hfov_deg: float | None
    range_m: float | None
    direction_known: bool
    grid_id: int | None
    grid_ids: list[int]
    simulated: bool


class EditionRow(BaseModel):
    """An edition of the division."""

    id: int
    effective_at: datetime
    published_at: datetime
    document_no: str | None
    document_date: Any | None
    note: str | None
    in_force: bool
