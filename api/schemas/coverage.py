"""Answers about what cameras see."""

from typing import Any

from pydantic import BaseModel

from gis.coverage import CoverageFigures


class CoverageFiguresRow(BaseModel):
    """How well a place is covered.

    ``share_covered`` counts live, distinct cameras of known direction; ``upper_share_covered`` adds what cameras of
    unknown direction or status may see.
    """

    cameras: int
    cameras_live: int
    cameras_dead: int
    direction_unknown: int
    area_m2: float
    covered_m2: float
    upper_covered_m2: float
    share_covered: float | None
    upper_share_covered: float | None
    open_incidents: int
    incidents_in_blind_spots: int


class CoverageRow(CoverageFiguresRow):
    """The coverage of one grid or area."""

    id: int
    code: str
    name: str


class AreaCoverageRow(CoverageRow):
    """The same for an area."""

    level: str


class AssumedRange(BaseModel):
    """What is taken for granted of cameras of a kind that do not tell it."""

    applies_to: str
    hfov_deg: float
    range_m: float
    why: str


class CameraCoverage(BaseModel):
    """Coverage by grid, worst first, with the total of the area asked for."""

    edition: int
    total: AreaCoverageRow
    areas: list[AreaCoverageRow]
    items: list[CoverageRow]
    assumed_ranges: list[AssumedRange]


class GapRow(BaseModel):
    """A blind spot: the ground of one grid that no live camera is known to see."""

    grid_id: int
    code: str
    name: str
    area_m2: float
    share: float | None
    incidents: int


def coverage_figures(figures: CoverageFigures, row: int) -> dict[str, Any]:
    """Return one row of figures in the shape of `CoverageFiguresRow`, whose fields are named as the figures are."""
    return {name: getattr(figures, name)[row].item() for name in CoverageFiguresRow.model_fields}
