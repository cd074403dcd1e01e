"""Narrow the rows of one place by what was typed, part by part, and say what agreed and what is missing.

Each part keeps the rows that have it. Where none has it, the level above stands, with that much less score; a house
number that no row has is placed between its neighbours. O(rows of the place).
"""

from dataclasses import dataclass, field

import numpy as np

from gis.addresses.entries import NAMES
from gis.addresses.gazetteer import Gazetteer
from gis.addresses.interpolation import Interpolated, interpolate
from gis.addresses.query import Hit, Query
from gis.addresses.reasons import Reason, reason
from gis.addresses.scoring import FACTORS, Precision
from gis.units import BoolArray, Int32Array

_OUTER: tuple[tuple[str, str, Precision], ...] = (("lane", "lane", "lane"), ("group", "group_no", "group"))
_SLOTS: tuple[tuple[str, str, Precision], ...] = (
    ("sub", "sub", "door"),
    ("building", "building", "building"),
    ("unit", "unit", "unit"),
    ("room", "room", "room"),
)
"""Part of the door, column, and precision reached; in the order in which they narrow."""


@dataclass(slots=True)
class Narrowed:
    """The rows of a place that agree, while they are narrowed.

    Attributes
    ----------
    rows
        What agrees so far.
    factor, reasons
        Of this place alone.
    precision
        Reached so far.
    placed
        A point between or beyond known numbers, when no row has the number.
    """

    rows: Int32Array
    precision: Precision
    factor: float = 1.0
    reasons: list[Reason] = field(default_factory=list)
    placed: Interpolated | None = None
    open: bool = True

    def keep(self, which: BoolArray, key: str, what: object, precision: Precision) -> bool:
        """Keep the rows that agree, if there are any; say so."""
        if not which.any():
            return False
        self.rows = self.rows[which]
        self.precision = precision
        self.reasons.append(reason(key, what=what))
        return True

    def miss(self, key: str, what: object) -> None:
        """Say that a part is not known, and what that costs."""
        self.factor *= FACTORS[key]
        self.reasons.append(reason(key, what=what))


def narrow(gazetteer: Gazetteer, place: int, query: Query, others: list[Hit]) -> Narrowed:
    """Return what agrees in one place.

    Parameters
    ----------
    others
        Names that answer other pieces of the text, by piece.
    """
    rows = gazetteer.places.members(place)
    name = int(gazetteer.places.name[place])
    found = Narrowed(rows, _kind(gazetteer, rows, name))
    _by_second_names(gazetteer, found, others)
    for slot, column, precision in _OUTER:
        value = getattr(query.door, slot)
        if value is not None and not found.keep(_has(gazetteer, found.rows, column, value), slot, value, precision):
            found.miss(f"{slot}_missing", value)
    _by_number(gazetteer, found, query)
    for slot, column, precision in _SLOTS:
        value = getattr(query.door, slot)
        if value is None:
            continue
        if found.open and found.keep(_has(gazetteer, found.rows, column, value), slot, value, precision):
            continue
        found.miss(f"{slot}_missing", value)
        found.open = False
    return found


def _kind(gazetteer: Gazetteer, rows: Int32Array, name: int) -> Precision:
    """Return what a place is, by the column in which most of its rows name it."""
    counts = [int((gazetteer.name_ids[column][rows] == name).sum()) for column in NAMES]
    kind: Precision = ("street", "village", "estate", "street")[int(np.argmax(counts))]
    return kind


def _has(gazetteer: Gazetteer, rows: Int32Array, column: str, value: str) -> BoolArray:
    code = gazetteer.entries.vocabularies[column].code(value)
    which: BoolArray = gazetteer.entries.doors[column][rows] == code
    return which


def _by_second_names(gazetteer: Gazetteer, found: Narrowed, others: list[Hit]) -> None:
    """Keep the rows that have the other names of the text as well, piece by piece."""
    for piece in sorted({hit.piece for hit in others}):
        names = [hit.name for hit in others if hit.piece == piece]
        which = np.zeros(len(found.rows), dtype=np.bool_)
        crossing = False
        for column in NAMES:
            own = np.isin(gazetteer.name_ids[column][found.rows], names)
            crossing |= column == "crossing" and bool(own.any())
            which |= own
        shown = gazetteer.names.shown[names[0]]
        if not found.keep(which, "second_name", shown, "intersection" if crossing else found.precision):
            found.miss("second_name_differs", shown)


def _by_number(gazetteer: Gazetteer, found: Narrowed, query: Query) -> None:
    """Keep the rows of a house number or block, or place the number on the street."""
    wanted, last = query.door.number, query.door.last
    if wanted is None:
        if found.precision == "street" and query.door.building is None:
            found.reasons.append(reason("no_number"))
        return
    number = gazetteer.entries.doors["number"][found.rows]
    end = np.maximum(number, gazetteer.entries.doors["last"][found.rows])
    told = f"{wanted}-{last}" if last is not None else wanted
    if last is not None:
        if found.keep((number >= wanted) & (end <= last), "block", told, "block"):
            return
        wanted = (wanted + last) // 2
    elif found.keep((number == wanted) & (end == number), "number", told, "door"):
        _plain_door(gazetteer, found, query)
        return
    if found.keep((number >= 0) & (number <= wanted) & (end >= wanted), "block", told, "block"):
        return
    if found.precision == "estate" and query.door.building is None:
        which = _has(gazetteer, found.rows, "building", str(wanted))
        if found.keep(which, "building", told, "building"):
            return
    _place_number(gazetteer, found, wanted, told)


def _plain_door(gazetteer: Gazetteer, found: Narrowed, query: Query) -> None:
    """Take the row without a sub-number where none was typed; where all have one, say so."""
    if query.door.sub is not None:
        return
    subs = gazetteer.entries.doors["sub"][found.rows]
    plain = subs < 0
    if plain.any():
        found.rows = found.rows[plain]
    else:
        found.miss("sub_untyped", query.door.number)


def _place_number(gazetteer: Gazetteer, found: Narrowed, wanted: int, told: object) -> None:
    number = gazetteer.entries.doors["number"][found.rows]
    rows = found.rows[number >= 0]
    found.placed = interpolate(
        wanted,
        number=gazetteer.entries.middle_numbers(rows),
        x_m=gazetteer.x_m[rows],
        y_m=gazetteer.y_m[rows],
        numbering=gazetteer.numbering,
        scheme=gazetteer.scheme,
    )
    found.open = False
    if found.placed is None:
        found.miss("number_missing", told)
    else:
        found.precision = "interpolated"
        found.miss(f"number_{found.placed.how}", told)
