"""Answers about one grid."""

from pydantic import BaseModel

from api.schemas.coverage import CoverageFiguresRow
from api.schemas.geojson import Geometry
from api.schemas.layers import GridRow
from api.schemas.lookup import AreaRef, Duty


class AreaOnPath(AreaRef):
    """An area on the way from the city down to a grid, with its id."""

    id: int


class GridCoverage(CoverageFiguresRow):
    """The coverage of a grid; ``priority`` is how much a new camera is needed."""

    priority: int


class CategoryRow(BaseModel):
    """A grid's incidents of one category."""

    category: str
    open: int
    total: int


class GridDetail(GridRow):
    """Everything about one grid; what the reader may not know is null."""

    edition: int
    path: list[AreaOnPath]
    geometry: Geometry
    bbox: list[float]
    duty: list[Duty]
    members: list[Duty]
    coverage: GridCoverage | None
    categories: list[CategoryRow] | None


class GridCells(BaseModel):
    """The H3 cells that lie whole in a grid, and those its border passes."""

    grid_id: int
    edition: int
    resolution: int
    full: list[str]
    border: list[str]
