"""What an address may become while it is typed: names that begin so, then house numbers on the name that is there.

Areas in front narrow what is suggested and need not be written out. Nothing is put in the place of what was typed: a
suggestion is taken by the person or not at all (R9). It ends at the house number; dwellings are never listed, nor
are places of which nothing but a name is known, as sites are: who may see which of those is told by their own list.
Cost: O(log names + what begins so), and O(rows of the name) for numbers.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from gis.addresses.entries import NAMES
from gis.addresses.gazetteer import Gazetteer
from gis.addresses.western import read_street
from gis.addresses.writing import is_chinese, name_key, plain
from gis.division.model import Area
from gis.units import AreaId, Int32Array, Location

SuggestionKind = Literal["area", "street", "village", "estate", "crossing", "door"]

MOST_LOOKED_AT = 400
"""Names and places that are looked at; of what more begins alike, some are not suggested until more is typed."""
_NUMBER_BEHIND = re.compile(r"^(.*?\D)([0-9]+)号?$")
_NUMBER_BEFORE = re.compile(r"^([0-9]+) (.+)$")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text to go on with.

    Attributes
    ----------
    text
        Without the areas before it.
    path
        The areas in which it lies, the city first; of several rows those of the one in the middle.
    addresses
        How many addresses of the gazetteer are called so.
    """

    text: str
    kind: SuggestionKind
    path: tuple[Area, ...]
    location: Location
    addresses: int


def suggest(typed: str, gazetteer: Gazetteer, *, limit: int) -> list[Suggestion]:
    """Return what an address that is being typed may become, the likeliest first.

    Parameters
    ----------
    limit
        So many at most.

    Examples
    --------
    >>> from gis.addresses.gazetteer import frame_of
    >>> row = {"street": "建设路", "number": 12, "full_text": "建设路12号", "lon": 113.0, "lat": 22.5}
    >>> gazetteer = Gazetteer.build([frame_of([row])])
    >>> [each.text for typed in ("建", "建设路1") for each in suggest(typed, gazetteer, limit=5)]
    ['建设路', '建设路12号']
    """
    read = _western if not is_chinese(typed) else _chinese
    found: dict[tuple[str, tuple[Area, ...]], Suggestion] = {}
    for suggestion in read(typed, gazetteer):
        found.setdefault((suggestion.text, suggestion.path), suggestion)
        if len(found) == limit:
            break
    return list(found.values())


def _chinese(typed: str, gazetteer: Gazetteer) -> Iterator[Suggestion]:
    key = name_key(typed)
    for areas, rest in _readings(key, gazetteer):
        numbered = _NUMBER_BEHIND.match(rest)
        if numbered:
            for name in gazetteer.names.with_core(numbered[1]):
                yield from _doors(name, numbered[2], areas, gazetteer, form="{name}{number}号")
        if rest:
            yield from _named(_beginning(rest, gazetteer), areas, gazetteer)
    yield from _areas(key, gazetteer)


def _western(typed: str, gazetteer: Gazetteer) -> Iterator[Suggestion]:
    text = plain(typed)[0].replace(".", "")
    numbered = _NUMBER_BEFORE.match(text)
    number, rest = (numbered[1], numbered[2]) if numbered else ("", text)
    if not rest:
        return
    names = list(dict.fromkeys([*_beginning(read_street(rest)[0].key, gazetteer), *_beginning(rest, gazetteer)]))
    if number:
        for name in names:
            yield from _doors(name, number, (), gazetteer, form="{number} {name}")
    yield from _named(names, (), gazetteer)


def _beginning(text: str, gazetteer: Gazetteer) -> list[int]:
    return gazetteer.names.beginning_with(text, limit=MOST_LOOKED_AT)


def _readings(key: str, gazetteer: Gazetteer) -> Iterator[tuple[tuple[list[AreaId], ...], str]]:
    """Yield the text as it stands, then with one more area taken off its front each time, the longest first."""
    areas: tuple[list[AreaId], ...] = ()
    while True:
        yield areas, key
        sizes = [size for size in range(len(key), 1, -1) if key[:size] in gazetteer.area_keys]
        if not sizes:
            return
        areas = (*areas, gazetteer.area_keys[key[: sizes[0]]])
        key = key[sizes[0] :]


def _named(names: list[int], areas: tuple[list[AreaId], ...], gazetteer: Gazetteer) -> Iterator[Suggestion]:
    """Yield the places of names inside areas, those with most addresses first."""
    places = [place for name in names for place in gazetteer.places.of(name)][:MOST_LOOKED_AT]
    sizes = np.diff(gazetteer.places.starts)
    for place in sorted(places, key=lambda place: -int(sizes[place])):
        rows = _inside(_addressed(gazetteer.places.members(place), gazetteer), areas, gazetteer)
        if len(rows):
            name = int(gazetteer.places.name[place])
            yield _suggestion(gazetteer.names.shown[name], _kind(name, rows, gazetteer), rows, gazetteer)


def _doors(
    name: int, begins: str, areas: tuple[list[AreaId], ...], gazetteer: Gazetteer, *, form: str
) -> Iterator[Suggestion]:
    """Yield the house numbers of a name that begin with some digits, the shortest first."""
    for place in list(gazetteer.places.of(name))[:MOST_LOOKED_AT]:
        rows = _inside(gazetteer.places.members(place), areas, gazetteer)
        number = gazetteer.entries.doors["number"][rows]
        for value in np.unique(number[number >= 0]).tolist():
            if str(value).startswith(begins):
                text = form.format(name=gazetteer.names.shown[name], number=value)
                yield _suggestion(text, "door", rows[number == value], gazetteer)


def _inside(rows: Int32Array, areas: tuple[list[AreaId], ...], gazetteer: Gazetteer) -> Int32Array:
    for ids in areas:
        rows = rows[gazetteer.within(rows, ids)]
    return rows


def _addressed(rows: Int32Array, gazetteer: Gazetteer) -> Int32Array:
    """Return the rows that tell more than the name of an estate."""
    entries = gazetteer.entries
    told = np.logical_or.reduce([entries.names[column][rows] >= 0 for column in NAMES if column != "estate"])
    for column in ("number", "building", "lane", "group_no"):
        told |= entries.doors[column][rows] >= 0
    found: Int32Array = rows[told]
    return found


def _kind(name: int, rows: Int32Array, gazetteer: Gazetteer) -> SuggestionKind:
    counts = [int((gazetteer.name_ids[column][rows] == name).sum()) for column in NAMES]
    kinds: tuple[SuggestionKind, ...] = ("street", "village", "estate", "crossing")
    return kinds[int(np.argmax(counts))]


def _suggestion(text: str, kind: SuggestionKind, rows: Int32Array, gazetteer: Gazetteer) -> Suggestion:
    x_m, y_m = gazetteer.x_m[rows], gazetteer.y_m[rows]
    row = int(rows[np.hypot(x_m - x_m.mean(), y_m - y_m.mean()).argmin()])
    location = Location.of(float(gazetteer.entries.lon[row]), float(gazetteer.entries.lat[row]))
    return Suggestion(text, kind, gazetteer.path_of(row), location, len(rows))


def _areas(key: str, gazetteer: Gazetteer) -> Iterator[Suggestion]:
    """Yield the areas whose name begins so."""
    if gazetteer.areas is None or not key:
        return
    for area_id in sorted({area for text, ids in gazetteer.area_keys.items() if text.startswith(key) for area in ids}):
        extent = gazetteer.extents.get(area_id)
        if extent is not None:
            path = gazetteer.areas.path(area_id)
            yield Suggestion(path[-1].name, "area", path, Location.of(extent.lon, extent.lat), 0)
