"""Requests and answers of the lookup."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from gis.addresses.suggesting import Suggestion, SuggestionKind
from gis.division.model import Area, Grid
from gis.lookup import AddressAnswer, Answer
from gis.policy import Viewer, duty_for

MAX_POINTS = 10_000
LONGEST_ADDRESS = 300


class LookupQuestion(BaseModel):
    """The query of one lookup: a coordinate with its system, or an address.

    A name that means nothing here is refused: a misspelt ``accuracy_m`` would pass for a point that is exact.
    """

    model_config = ConfigDict(extra="forbid")

    lon: Annotated[float | None, Field(description="longitude or x", examples=[113.0812])] = None
    lat: Annotated[float | None, Field(description="latitude or y", examples=[22.5791])] = None
    crs: Annotated[
        str | None,
        Field(
            description="required: EPSG:4326, EPSG:4490, GCJ-02, BD-09 or EPSG:n; always lon, lat (x, y)",
            examples=["EPSG:4326"],
        ),
    ] = None
    accuracy_m: Annotated[
        float | None,
        Field(ge=0, le=1e6, allow_inf_nan=False, description="uncertainty of the input, a radius in metres; 0"),
    ] = None
    at: Annotated[
        datetime | None,
        Field(description="moment of the duty roster, now by default; without a zone it is the city's clock"),
    ] = None
    address: Annotated[
        str | None,
        Field(
            max_length=LONGEST_ADDRESS,
            description="instead of a coordinate: an address as people write it",
            examples=["环市街道建设路12号"],
        ),
    ] = None


class GridRef(BaseModel):
    """A grid by its identity, code and name."""

    id: int
    code: str
    name: str

    @classmethod
    def of(cls, grid: Grid) -> "GridRef":
        """Name a grid."""
        return cls(id=grid.id, code=grid.code, name=grid.name)


class AreaRef(BaseModel):
    """An area on the way from the city down to a grid."""

    level: str
    code: str
    name: str

    @classmethod
    def of(cls, area: Area) -> "AreaRef":
        """Name an area."""
        return cls(level=area.level, code=area.code, name=area.name)


class GridPath(GridRef):
    """A grid with the areas above it, the city first."""

    path: list[AreaRef]


class Point(BaseModel):
    """A position, WGS84 degrees."""

    lon: float
    lat: float


class Nearest(BaseModel):
    """The closest grid to a point outside the city."""

    grid: GridRef
    distance_m: float


class Duty(BaseModel):
    """Somebody to ask; the public learns only desks, without names."""

    role: str
    role_name: str | None
    name: str | None
    phone: str | None
    level: str
    stands_in_for: str | None = None


class LookupAnswer(BaseModel):
    """Which grid, and who."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "edition": 1,
                "point": {"lon": 113.0812, "lat": 22.5791},
                "grid": {
                    "id": 17,
                    "code": "440703002101001",
                    "name": "示例社区第001网格",
                    "path": [{"level": "city", "code": "4407", "name": "江门市"}],
                },
                "nearest": None,
                "duty": [
                    {
                        "role": "lead",
                        "role_name": "网格长",
                        "name": "示例网格员0001",
                        "phone": "000-0001",
                        "level": "grid",
                        "stands_in_for": None,
                    }
                ],
                "on_border": False,
                "distance_to_border_m": 84.2,
                "runner_up": {"id": 18, "code": "440703001001002", "name": "示例社区第002网格"},
                "ambiguous": False,
                "valid_until": None,
                "overlays": {},
                "warnings": [],
            }
        }
    )

    edition: int
    point: Point
    grid: GridPath | None
    nearest: Nearest | None
    duty: list[Duty]
    on_border: bool
    distance_to_border_m: float
    runner_up: GridRef | None
    ambiguous: bool
    valid_until: datetime | None
    overlays: dict[str, Any]
    warnings: list[str]


class ReasonRow(BaseModel):
    """Why a candidate has its score."""

    key: str
    zh: str
    en: str


class CandidateRow(BaseModel):
    """A place that an address may mean."""

    address: str
    score: float
    reasons: list[ReasonRow]
    precision: str
    uncertainty_m: float
    point: Point
    grid: GridPath | None
    duty: list[Duty]


class AddressLookup(BaseModel):
    """Which grid, and who, for an address: candidates, best first, and what is certain.

    `certain`: one place stands clear, known well enough to go there or at least to within its grid. `certain_of`: the
    areas, city first, and the grid (level `grid`) in which the address lies for certain, however roughly its place is
    known, and also while several places may be meant.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "edition": 1,
                "query": "环市街道建设路十二号",
                "certain": True,
                "certain_of": [{"level": "city", "code": "440700", "name": "江门市"}],
                "candidates": [
                    {
                        "address": "江门市蓬江区环市街道建设路12号",
                        "score": 1.0,
                        "reasons": [{"key": "number", "zh": "门牌号一致:12", "en": "the house number agrees: 12"}],
                        "precision": "door",
                        "uncertainty_m": 15.0,
                        "point": {"lon": 113.0812, "lat": 22.5791},
                        "grid": None,
                        "duty": [],
                    }
                ],
                "question": None,
            }
        }
    )

    edition: int
    query: str
    certain: bool
    certain_of: list[AreaRef]
    candidates: list[CandidateRow]
    question: str | None


class SuggestionRow(BaseModel):
    """A text to go on with."""

    text: str
    kind: SuggestionKind
    path: list[AreaRef]
    point: Point
    addresses: int


class Suggestions(BaseModel):
    """What an address may become while it is typed, the likeliest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "prefix": "建设路1",
                "suggestions": [
                    {
                        "text": "建设路12号",
                        "kind": "door",
                        "path": [{"level": "city", "code": "440700", "name": "江门市"}],
                        "point": {"lon": 113.0812, "lat": 22.5791},
                        "addresses": 1,
                    }
                ],
            }
        }
    )

    prefix: str
    suggestions: list[SuggestionRow]


class PointError(BaseModel):
    """Why one point of a batch has no answer."""

    error: str


class BatchRequest(BaseModel):
    """Many points at once."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"crs": "EPSG:4326", "points": [[113.0812, 22.5791]]}}
    )

    crs: str | None = None
    accuracy_m: Annotated[float, Field(ge=0, le=1e6)] = 0.0
    at: datetime | None = None
    points: Annotated[list[Any], Field(max_length=MAX_POINTS, description="[[lon, lat], …]")]


class BatchAnswer(BaseModel):
    """The same for many points, in order."""

    edition: int
    results: list[LookupAnswer | PointError]


def rendered(answer: Answer, viewer: Viewer, *, roles: dict[str, str], warnings: list[str]) -> dict[str, Any]:
    """Return an answer as the reader may see it, in the shape of `LookupAnswer`."""
    return {
        "edition": answer.edition.id,
        "point": {"lon": answer.point.lon, "lat": answer.point.lat},
        "grid": _grid_path(answer),
        "nearest": None
        if answer.nearest is None
        else {"grid": grid_ref(answer.nearest), "distance_m": answer.nearest_distance_m},
        "duty": duty_rows(answer.duty, viewer, roles=roles),
        "on_border": answer.on_border,
        "distance_to_border_m": answer.distance_to_border_m,
        "runner_up": None if answer.runner_up is None else grid_ref(answer.runner_up),
        "ambiguous": answer.ambiguous,
        "valid_until": answer.edition.valid_until,
        "overlays": {},
        "warnings": warnings,
    }


def rendered_address(answer: AddressAnswer, viewer: Viewer, *, roles: dict[str, str]) -> dict[str, Any]:
    """Return the answer for an address as the reader may see it, in the shape of `AddressLookup`."""
    return {
        "edition": answer.edition.id,
        "query": answer.typed,
        "certain": answer.certain,
        "certain_of": _certain_of(answer),
        "candidates": [
            {
                "address": candidate.address,
                "score": candidate.score,
                "reasons": [{"key": each.key, "zh": each.zh, "en": each.en} for each in candidate.reasons],
                "precision": candidate.precision,
                "uncertainty_m": candidate.uncertainty_m,
                "point": {"lon": candidate.lon, "lat": candidate.lat},
                "grid": _grid_path(found),
                "duty": duty_rows(found.duty, viewer, roles=roles),
            }
            for candidate, found in answer.candidates
        ],
        "question": answer.question,
    }


def rendered_suggestions(typed: str, found: list[Suggestion]) -> dict[str, Any]:
    """Return suggestions in the shape of `Suggestions`."""
    return {
        "prefix": typed,
        "suggestions": [
            {
                "text": each.text,
                "kind": each.kind,
                "path": [{"level": area.level, "code": area.code, "name": area.name} for area in each.path],
                "point": {"lon": each.location.lon, "lat": each.location.lat},
                "addresses": each.addresses,
            }
            for each in found
        ],
    }


def _certain_of(answer: AddressAnswer) -> list[dict[str, str]]:
    """Return what is certain about where an address lies, the city first, the grid last."""
    areas = [{"level": area.level, "code": area.code, "name": area.name} for area in answer.certain_areas]
    grid = answer.certain_grid
    return areas if grid is None else [*areas, {"level": "grid", "code": grid.code, "name": grid.name}]


def duty_rows(duty: Any, viewer: Viewer, *, roles: dict[str, str]) -> list[dict[str, Any]]:
    """Return who is on duty as the reader may see it."""
    return [
        {
            "role": entry.role,
            "role_name": roles.get(entry.role),
            "name": entry.name or None,
            "phone": entry.phone,
            "level": entry.level,
            "stands_in_for": entry.stands_in_for,
        }
        for entry in duty_for(viewer, duty)
    ]


def _grid_path(answer: Answer) -> dict[str, Any] | None:
    if answer.grid is None:
        return None
    path = [{"level": area.level, "code": area.code, "name": area.name} for area in answer.path]
    return {**grid_ref(answer.grid), "path": path}


def grid_ref(grid: Grid) -> dict[str, Any]:
    """Return a grid as it is named beside something else."""
    return {"id": grid.id, "code": grid.code, "name": grid.name}
