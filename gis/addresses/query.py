"""From a parsed address to what the gazetteer is asked: names with how well they fit, areas, the door.

Structure first: a name counts as it stands. Similar names by bigrams are looked at only for text in which nothing
was recognised, or when no exact name leads to a good candidate.
"""

from dataclasses import dataclass, field

from gis.addresses.areas import FOREIGN, PROVINCE
from gis.addresses.components import Door, Parsed, Street
from gis.addresses.gazetteer import Gazetteer
from gis.addresses.reasons import Reason, reason
from gis.addresses.scoring import FACTORS, unread_factor
from gis.addresses.segments import Piece, cut
from gis.addresses.similarity import LEAST_SIMILARITY, similarity
from gis.addresses.writing import name_key
from gis.units import AreaId


@dataclass(frozen=True, slots=True)
class Hit:
    """A name of the gazetteer that may be meant, with its factor and why."""

    name: int
    factor: float
    reasons: tuple[Reason, ...]
    piece: int
    """Which piece of the text it answers."""


@dataclass(frozen=True, slots=True)
class AreaTyped:
    """An area as typed, and the areas that are called so."""

    text: str
    ids: tuple[AreaId, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked.

    Attributes
    ----------
    exact
        Names found as they stand.
    loose
        Texts, with their piece, for which similar names may be looked for.
    areas
        Areas in the text.
    factor, reasons
        What holds for every candidate: unread text, foreign areas, vague words.
    """

    parsed: Parsed
    door: Door
    exact: tuple[Hit, ...] = ()
    loose: tuple[tuple[int, Street], ...] = ()
    areas: tuple[AreaTyped, ...] = ()
    factor: float = 1.0
    reasons: tuple[Reason, ...] = field(default=())
    foreign: bool = False


def query_of(parsed: Parsed, gazetteer: Gazetteer) -> Query:
    """Prepare the question of an address."""
    return _chinese(parsed, gazetteer) if parsed.style == "chinese" else _western(parsed, gazetteer)


def similar_hits(query: Query, gazetteer: Gazetteer) -> list[Hit]:
    """Return names similar to what could not be found as it stands."""
    found: list[Hit] = []
    for piece, street in query.loose:
        for name, alike in gazetteer.names.similar(street.core):
            shown = gazetteer.names.shown[name]
            factor, told = _beside(street, gazetteer.names.streets[name])
            told = (reason("name_similar", what=street.core, as_=shown), *told)
            found.append(Hit(name, alike * factor, told, piece))
    return found


def _chinese(parsed: Parsed, gazetteer: Gazetteer) -> Query:
    pieces: list[Piece] = []
    loose: list[tuple[int, Street]] = []
    for run in parsed.names:
        found = cut(name_key(run), names=gazetteer.names, areas=gazetteer.area_keys, full_areas=gazetteer.full_areas)
        loose += _loose(found, len(pieces))
        pieces += found
    named = [position for position, piece in enumerate(pieces) if piece.names]
    pure = [position for position in named if not pieces[position].areas]
    chosen = pure or named[-1:]
    exact = tuple(
        Hit(name, 1.0, (reason("name", what=gazetteer.names.shown[name]),), position)
        for position in chosen
        for name in pieces[position].names
    )
    areas = tuple(
        AreaTyped(piece.text, piece.areas)
        for position, piece in enumerate(pieces)
        if piece.areas and position not in chosen
    )
    factor, told, foreign = _unread(pieces, parsed, gazetteer)
    return Query(parsed, parsed.door, exact, tuple(loose), areas, factor, told, foreign)


def _loose(pieces: list[Piece], first: int) -> list[tuple[int, Street]]:
    """Return unread pieces, and what stands behind the last full area, as texts to compare."""
    texts: dict[str, int] = {}
    behind = max((at + 1 for at, piece in enumerate(pieces) if piece.areas and piece.full), default=0)
    rest = "".join(piece.text for piece in pieces[behind:])
    if any(not piece.read for piece in pieces[behind:]):
        texts[rest] = first + behind
    for at, piece in enumerate(pieces):
        if not piece.read:
            texts.setdefault(_without_foreign(piece.text), first + at)
    return [(at, Street(text)) for text, at in texts.items() if len(text) > 1]


def _without_foreign(text: str) -> str:
    """Return unread text without the areas of elsewhere before it."""
    text = PROVINCE.sub("", text, count=1)
    while found := FOREIGN.match(text):
        text = text[found.end() :]
    return text


def _unread(pieces: list[Piece], parsed: Parsed, gazetteer: Gazetteer) -> tuple[float, tuple[Reason, ...], bool]:
    """Return what unread text costs, and whether an area of elsewhere is among it."""
    told: list[Reason] = []
    factor, foreign = 1.0, False
    unread = list(parsed.unread)
    for piece in pieces:
        if piece.read:
            continue
        text = PROVINCE.sub("", piece.text, count=1)
        while found := FOREIGN.match(text):
            key, told_area = _foreign_area(found[0], gazetteer)
            foreign |= key == "area_foreign"
            factor *= FACTORS[key]
            told.append(told_area)
            text = text[found.end() :]
        if text:
            unread.append(text)
    length = sum(len(piece.text) for piece in pieces)
    factor *= unread_factor(sum(map(len, unread)), max(1, length))
    if unread:
        told.append(reason("unread", what="、".join(unread)))
    return factor * (FACTORS["vague"] if parsed.vague else 1.0), tuple(told), foreign


def _foreign_area(text: str, gazetteer: Gazetteer) -> tuple[str, Reason]:
    """Tell an area of elsewhere from a misspelt one of the city's own."""
    own = [key for key in gazetteer.full_areas if key[-1] == text[-1]]
    alike = max(own, key=lambda key: similarity(text, key), default="")
    if alike and similarity(text, alike) >= LEAST_SIMILARITY:
        return "area_similar", reason("area_similar", what=text, as_=alike)
    return "area_foreign", reason("area_foreign", what=text)


def _western(parsed: Parsed, gazetteer: Gazetteer) -> Query:
    exact: list[Hit] = []
    for piece, street in enumerate(parsed.streets):
        for name in gazetteer.names.with_core(street.core):
            factor, told = _beside(street, gazetteer.names.streets[name])
            exact.append(Hit(name, factor, (reason("name", what=gazetteer.names.shown[name]), *told), piece))
    loose = tuple((piece, street) for piece, street in enumerate(parsed.streets) if len(street.core) > 1)
    areas, unread = [], []
    for text in parsed.tail:
        ids = gazetteer.area_keys.get(text, [])
        if ids:
            areas.append(AreaTyped(text, tuple(ids)))
        elif any(character.isalpha() for character in text):
            unread.append(text)
    told = (reason("unread", what=", ".join(unread)),) if unread else ()
    return Query(parsed, parsed.door, tuple(exact), loose, tuple(areas), 1.0, told)


def _beside(typed: Street, known: Street) -> tuple[float, tuple[Reason, ...]]:
    """Compare type and quadrant; what was not typed costs little, what differs much."""
    factor = 1.0
    told: list[Reason] = []
    for part in ("type", "quadrant"):
        ours, theirs = getattr(typed, part), getattr(known, part)
        if ours and theirs and ours != theirs:
            key = f"{part}_differs"
        elif theirs and not ours:
            key = f"{part}_missing"
        else:
            continue
        factor *= FACTORS[key]
        told.append(reason(key, what=ours, as_=theirs))
    return factor, tuple(told)
