"""What routes ask for: the live city, and parameters that mean the same everywhere."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import Depends, Query, Request

from api.live import LiveCity
from gis.duty.calendar import FIRST_YEAR, LAST_YEAR
from gis.errors import InvalidInput, NotFound
from gis.units import Box

Format = Literal["json", "geojson"]


async def live_city(request: Request) -> LiveCity:
    """Return the city this replica serves; a coroutine, because a thread would cost more than the answer."""
    live: LiveCity = request.app.state.live
    return live


Live = Annotated[LiveCity, Depends(live_city)]


async def parse_bbox(
    bbox: Annotated[
        str | None,
        Query(
            description="west,south,east,north in WGS84 degrees",
            examples=["113.0,22.5,113.2,22.7"],
        ),
    ] = None,
) -> Box | None:
    """Read a box; None when none is asked for.

    Raises
    ------
    InvalidInput
        When it is not four numbers in range and order.
    """
    if bbox is None:
        return None
    try:
        west, south, east, north = (float(number) for number in bbox.split(","))
    except ValueError:
        west = south = east = north = float("nan")
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise InvalidInput(
            "bbox is not a box",
            where=f"bbox={bbox}",
            remedy="write west,south,east,north in WGS84 degrees, e.g. 113.0,22.5,113.2,22.7",
        )
    return Box(west, south, east, north)


def moment_asked(at: datetime | None, live: LiveCity) -> datetime:
    """Return the moment asked for, by default now; without a zone it is the city's clock.

    Raises
    ------
    InvalidInput
        When it lies so far away that nobody can mean it.
    """
    if at is None:
        return datetime.now(UTC)
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise InvalidInput(
            "the moment lies beyond every calendar",
            where=f"at={at.isoformat()}",
            remedy=f"ask for a moment of the years {FIRST_YEAR} to {LAST_YEAR}",
        )
    return at.replace(tzinfo=live.city().zone) if at.tzinfo is None else at


def one_of(word: str | None, known: Iterable[str], *, parameter: str) -> str | None:
    """Return a word if it is known, or None; so that a slip does not end in an empty answer.

    Raises
    ------
    NotFound
        When it is none of those that are known.
    """
    words = list(dict.fromkeys(known))
    if word is not None and word not in words:
        raise NotFound(f"there is no {word!r}", where=parameter, remedy=f"ask for one of {', '.join(words)}")
    return word


Bbox = Annotated[Box | None, Depends(parse_bbox)]
AsFormat = Annotated[Format, Query(description="json, or geojson: a FeatureCollection with geometries")]
Limit = Annotated[int, Query(ge=1, le=10_000, description="rows of a page")]
Tolerance = Annotated[
    float,
    Query(ge=0, le=1000, allow_inf_nan=False, description="metres by which shapes may differ; borders still meet"),
]
Cursor = Annotated[int | None, Query(ge=0, le=2**62, description="from the field `next` of the page before")]
GridIdAsked = Annotated[int | None, Query(ge=1, le=2**62, description="only this grid")]
KindAsked = Annotated[
    str | None, Query(max_length=100, description="only this kind, as the rows write it", examples=["school"])
]
AreaIdAsked = Annotated[int | None, Query(ge=1, le=2**62, description="only this area and all below")]
