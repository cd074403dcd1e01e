"""Where two streets meet: the lines through their known addresses, where they come nearest to each other."""

from collections.abc import Iterable
from itertools import product
from typing import NamedTuple

import numpy as np
import shapely

from gis.addresses.candidates import Candidate
from gis.addresses.gazetteer import Gazetteer
from gis.addresses.query import Hit, Query
from gis.addresses.reasons import reason
from gis.addresses.scoring import BASE_M, FACTORS

MEET_WITHIN_M = 400.0
CLEAR_WITHIN_M = 120.0
"""Lines nearer to each other than this meet, as far as the known addresses tell."""
MOST_PAIRS = 60


class Meeting(NamedTuple):
    """Where two streets meet: metres, how far their lines stay apart, and the nearest known row and its distance."""

    x_m: float
    y_m: float
    apart_m: float
    row: int
    known_m: float


def crossings(query: Query, gazetteer: Gazetteer) -> Iterable[Candidate]:
    """Yield a candidate for each pair of places of two names that come near each other."""
    pieces = sorted({hit.piece for hit in query.exact})
    if len(pieces) < 2:
        return
    first, second = (
        [(hit, place) for hit in query.exact if hit.piece == piece for place in gazetteer.places.of(hit.name)]
        for piece in pieces[:2]
    )
    for (one, here), (other, there) in list(product(first, second))[:MOST_PAIRS]:
        found = _meeting(gazetteer, here, there)
        if found is not None:
            yield _candidate(query, gazetteer, (one, other), found)


def _meeting(gazetteer: Gazetteer, here: int, there: int) -> Meeting | None:
    """Return where the lines through the known addresses of two places come nearest to each other."""
    way = shapely.shortest_line(_line(gazetteer, here), _line(gazetteer, there))
    if way.length > MEET_WITHIN_M:
        return None
    (x0, y0), (x1, y1) = shapely.get_coordinates(way)[[0, -1]]
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    ours = gazetteer.places.members(here)
    apart_m = np.hypot(gazetteer.x_m[ours] - x, gazetteer.y_m[ours] - y)
    return Meeting(float(x), float(y), float(way.length), int(ours[apart_m.argmin()]), float(apart_m.min()))


def _line(gazetteer: Gazetteer, place: int) -> shapely.Geometry:
    """Return the line through the rows of a place in the order of their numbers."""
    rows = gazetteer.places.members(place)
    points = np.column_stack([gazetteer.x_m[rows], gazetteer.y_m[rows]])
    return shapely.linestrings(points) if len(points) > 1 else shapely.points(points[0])


def _candidate(query: Query, gazetteer: Gazetteer, hits: tuple[Hit, Hit], found: Meeting) -> Candidate:
    one, other = hits
    shown = " & ".join(gazetteer.names.shown[hit.name] for hit in hits)
    lon, lat = gazetteer.plane.lonlat([found.x_m], [found.y_m])
    near = FACTORS["number_between"] if found.apart_m <= CLEAR_WITHIN_M else FACTORS["number_missing"]
    return Candidate(
        address=shown,
        score=round(one.factor * other.factor * near * query.factor, 4),
        precision="intersection",
        uncertainty_m=round(BASE_M["intersection"] + found.apart_m + found.known_m / 2, 1),
        lon=float(lon[0]),
        lat=float(lat[0]),
        reasons=(
            *one.reasons,
            *other.reasons,
            reason("intersection", what=shown),
            *query.reasons,
            *query.parsed.reasons,
        ),
        name=shown,
        quadrant=gazetteer.names.streets[one.name].quadrant,
        path=gazetteer.path_of(found.row),
        simulated=bool(gazetteer.entries.simulated[found.row]),
    )
