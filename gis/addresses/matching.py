"""Which place is meant: candidates for an address, best first, and whether one stands clear.

Exact names first, each place of each name narrowed by the door; similar names only when no exact one leads to a good
candidate; streets that cross; at last the area alone. Cost: O(rows of the places that are called so).
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from gis.addresses.candidates import Candidate, Matches
from gis.addresses.crossings import crossings
from gis.addresses.differences import told_changes
from gis.addresses.gazetteer import Gazetteer
from gis.addresses.narrowing import Narrowed, narrow
from gis.addresses.parsing import parse
from gis.addresses.query import Hit, Query, query_of, similar_hits
from gis.addresses.questions import question
from gis.addresses.reasons import Reason, reason
from gis.addresses.scoring import (
    BASE_M,
    CERTAIN_GAP,
    CERTAIN_SCORE,
    CERTAIN_WITHIN_M,
    FACTORS,
    MOST_CANDIDATES,
    VAGUE_M,
    area_factor,
)
from gis.addresses.titles import title
from gis.units import Int32Array

MOST_PLACES = 400
"""Places of one name that are looked at; a name that is more common than this cannot be told apart anyway."""


def match(typed: str, gazetteer: Gazetteer) -> Matches:
    """Return the candidates for an address.

    Parameters
    ----------
    typed
        Any text; what has no place in it has no candidates.

    Examples
    --------
    >>> from gis.addresses.gazetteer import frame_of
    >>> row = {"street": "建设路", "number": 12, "full_text": "建设路12号", "lon": 113.0, "lat": 22.5}
    >>> found = match("建设路十二号", Gazetteer.build([frame_of([row])]))
    >>> found.certain, found.candidates[0].address, found.candidates[0].precision
    (True, '建设路12号', 'door')
    """
    parsed = parse(typed)
    query = query_of(parsed, gazetteer)
    candidates = _candidates(query, gazetteer)
    plausible = _plausible(candidates, query)
    found = Matches(typed, False, tuple(candidates), question(query, candidates), plausible)
    if found.unrivalled and plausible[0].uncertainty_m <= CERTAIN_WITHIN_M:
        return replace(found, certain=True, question=None)
    return found


def _candidates(query: Query, gazetteer: Gazetteer) -> list[Candidate]:
    found = list(_of_hits(query.exact, query, gazetteer))
    if query.parsed.crossing or (query.door.number is None and len({hit.piece for hit in query.exact}) > 1):
        found += crossings(query, gazetteer)
    if max((candidate.score for candidate in found), default=0.0) < CERTAIN_SCORE:
        found += _of_hits(similar_hits(query, gazetteer), query, gazetteer)
    if max((candidate.score for candidate in found), default=0.0) < FACTORS["area_only"]:
        found += _of_areas(query, gazetteer)
    found.sort(key=lambda candidate: (-candidate.score, candidate.uncertainty_m, candidate.address))
    return [_with_changes(candidate, query.parsed.typed) for candidate in _distinct(found)]


def _with_changes(candidate: Candidate, typed: str) -> Candidate:
    return replace(candidate, reasons=(*candidate.reasons, *told_changes(typed, candidate.address)))


def _of_hits(hits: Iterable[Hit], query: Query, gazetteer: Gazetteer) -> Iterable[Candidate]:
    """Yield a candidate for each place of each name."""
    for hit in hits:
        others = [other for other in query.exact if other.piece != hit.piece]
        for place in list(gazetteer.places.of(hit.name))[:MOST_PLACES]:
            yield _of_place(hit, place, others, query, gazetteer)


def _of_place(hit: Hit, place: int, others: list[Hit], query: Query, gazetteer: Gazetteer) -> Candidate:
    found = narrow(gazetteer, place, query, others)
    lon, lat, uncertainty_m, nearest = _point(gazetteer, found)
    factor, told = _area(gazetteer, query, found.rows, gazetteer.places.members(place))
    street = gazetteer.names.streets[hit.name]
    return Candidate(
        address=title(gazetteer, found, hit.name, query.door, nearest),
        score=round(hit.factor * found.factor * factor * query.factor, 4),
        precision=found.precision,
        uncertainty_m=round(uncertainty_m + (VAGUE_M if query.parsed.vague else 0.0), 1),
        lon=lon,
        lat=lat,
        reasons=(*hit.reasons, *found.reasons, *told, *query.reasons, *query.parsed.reasons),
        name=gazetteer.names.shown[hit.name],
        quadrant=street.quadrant,
        path=gazetteer.path_of(nearest),
        simulated=bool(gazetteer.entries.simulated[found.rows].any()),
    )


def _point(gazetteer: Gazetteer, found: Narrowed) -> tuple[float, float, float, int]:
    """Return lon, lat, uncertainty, and the row nearest to the point."""
    x_m, y_m = gazetteer.x_m[found.rows], gazetteer.y_m[found.rows]
    if found.placed is not None:
        at = np.hypot(x_m - found.placed.x_m, y_m - found.placed.y_m)
        lon, lat = gazetteer.plane.lonlat([found.placed.x_m], [found.placed.y_m])
        return float(lon[0]), float(lat[0]), found.placed.uncertainty_m, int(found.rows[at.argmin()])
    at = np.hypot(x_m - x_m.mean(), y_m - y_m.mean())
    nearest = int(at.argmin())
    row = int(found.rows[nearest])
    reach_m = float(np.hypot(x_m - x_m[nearest], y_m - y_m[nearest]).max())
    return (
        float(gazetteer.entries.lon[row]),
        float(gazetteer.entries.lat[row]),
        reach_m + BASE_M[found.precision],
        row,
    )


def _area(
    gazetteer: Gazetteer, query: Query, rows: Int32Array, members: Int32Array
) -> tuple[float, tuple[Reason, ...]]:
    """Compare with the areas that were typed: of the rows that agree, else of the place as a whole."""
    factor = 1.0
    told: list[Reason] = []
    for typed in query.areas:
        if gazetteer.within(rows, typed.ids).any():
            told.append(reason("area", what=typed.text))
        elif gazetteer.within(members, typed.ids).any():
            factor *= FACTORS["area_beside"]
            told.append(reason("area_beside", what=typed.text))
        else:
            factor *= max(area_factor(_depth(gazetteer, area)) for area in typed.ids)
            told.append(reason("area_differs", what=typed.text))
    return factor, tuple(told)


def _depth(gazetteer: Gazetteer, area: int) -> int:
    return 0 if gazetteer.areas is None else len(gazetteer.areas.path(area)) - 1  # type: ignore[arg-type]


def _of_areas(query: Query, gazetteer: Gazetteer) -> Iterable[Candidate]:
    """Yield the areas that were typed, the smallest ones, when nothing better is known."""
    if not query.areas or gazetteer.areas is None:
        return
    typed = max(query.areas, key=lambda area: max(_depth(gazetteer, area_id) for area_id in area.ids))
    more = bool(query.door.given()) or any(each.key == "unread" for each in query.reasons)
    for area_id in typed.ids:
        extent = gazetteer.extents.get(area_id)
        if extent is None:
            continue
        path = gazetteer.areas.path(area_id)
        told = (reason("area", what=typed.text), *((reason("area_only"),) if more else ()))
        agreeing = all({area.id for area in path} & set(other.ids) for other in query.areas)
        factor = (FACTORS["area_only"] if more else 1.0) * (1.0 if agreeing else FACTORS["area_only"])
        yield Candidate(
            address="".join(area.name for area in path),
            score=round(factor * query.factor, 4),
            precision="area",
            uncertainty_m=round(extent.radius_m, 1),
            lon=extent.lon,
            lat=extent.lat,
            reasons=(*told, *query.reasons, *query.parsed.reasons),
            name=path[-1].name,
            path=path,
        )


def _distinct(found: list[Candidate]) -> list[Candidate]:
    """Keep the best of candidates that are the same place at the same precision."""
    kept: list[Candidate] = []
    for candidate in found:
        if len(kept) == MOST_CANDIDATES:
            break
        if not any(other.address == candidate.address and not candidate.rivals(other) for other in kept):
            kept.append(candidate)
    return kept


def _plausible(candidates: list[Candidate], query: Query) -> tuple[Candidate, ...]:
    """Return the candidates that may be meant: the first, if it convinces, and those that score near it."""
    if not candidates or query.foreign or candidates[0].score < CERTAIN_SCORE:
        return ()
    near = tuple(other for other in candidates if other.score > candidates[0].score - CERTAIN_GAP)
    return near if len(near) < MOST_CANDIDATES else ()
