"""Answers about sites, their gates, and key areas."""

from datetime import datetime

from pydantic import BaseModel

from api.schemas.geojson import Geometry
from api.schemas.lookup import Duty, GridRef


class SiteRow(BaseModel):
    """A site; ``gates`` is their number. What the reader may not know is null."""

    id: int
    source: str
    source_ref: str
    kind: str
    kind_name: str
    name: str
    lon: float
    lat: float
    fenced: bool
    gates: int | None
    grid_id: int | None
    nearest_grid_id: int | None
    nearest_distance_m: float | None
    simulated: bool


class GateRow(BaseModel):
    """A gate of a site, with the grid that it opens to."""

    id: int
    source: str
    source_ref: str
    name: str
    state: str
    lon: float
    lat: float
    grid_id: int | None
    simulated: bool


class GateListRow(GateRow):
    """A gate in a list, with the site that it opens."""

    site_id: int
    site_name: str


class NearCamera(BaseModel):
    """A camera inside a site's ground, or near it."""

    id: int
    source: str
    source_ref: str
    name: str | None
    kind: str
    status: str
    lon: float
    lat: float
    distance_m: float


class SiteDetail(SiteRow):
    """Everything about one site; what the reader may not know is null."""

    geometry: Geometry
    grid: GridRef | None
    duty: list[Duty]
    gate_rows: list[GateRow] | None
    cameras_near: list[NearCamera] | None


class KeyAreaRow(BaseModel):
    """A key area; its grids by how much of its ground they have, the largest share first."""

    id: int
    source: str
    source_ref: str
    kind: str
    kind_name: str
    name: str
    lon: float
    lat: float
    area_m2: float
    grid_ids: list[int]
    simulated: bool


class GridShare(GridRef):
    """A grid with its share of a key area's ground."""

    share: float


class InsideIncident(BaseModel):
    """An open incident inside a key area."""

    id: int
    category: str
    title: str | None
    state: str
    reported_at: datetime
    due_at: datetime | None
    grid_id: int | None
    lon: float
    lat: float


class KeyAreaDetail(KeyAreaRow):
    """Everything about one key area; ``incidents`` are the newest of the open ones inside."""

    geometry: Geometry
    grids: list[GridShare]
    open_incidents: int | None
    incidents: list[InsideIncident] | None
