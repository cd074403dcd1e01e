"""Addresses from a file: the whole text, its parts, or both; (source, source_ref) identifies one.

Parts that the file tells are taken as they stand; without any, the text is read (`gis.addresses.rows`). A row that
names neither street nor village nor estate is turned away.
"""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.addresses.components import MAX_NUMBER
from gis.addresses.rows import row_of
from gis.addresses.writing import name_key, plain
from gis.crs import Crs
from gis.loading.aliases import ADDRESSES
from gis.loading.batch import Batch, Kind
from gis.loading.checked import POSITION, CheckedRows, Columns
from gis.loading.columns import ColumnPlan
from gis.loading.points import point_batch
from gis.loading.raw import RawLayer, TextArray, object_array, unknown
from gis.units import FloatArray

NAMES = ("street", "village", "estate")
TEXTS = ("crossing", "lane", "group_no", "sub", "building", "unit", "room")
COLUMNS = Columns(
    known=("source", "source_ref", "full_text", *NAMES, *TEXTS, "number", "last", "simulated", *POSITION),
    needed=("source", "source_ref"),
    aliases=ADDRESSES,
)
_NUMBER = re.compile(r"(\d+)(?:[-之]?(\d+|[A-Z]))?号?$")
_FINEST = ("room", "unit", "building")


def addresses_from(raw: RawLayer, *, plan: ColumnPlan, crs: Crs, areas: frozenset[str]) -> Batch:
    """Return the good addresses of a file.

    Parameters
    ----------
    raw
        The file.
    plan
        The user's word on columns.
    crs
        The declared system of its positions.
    areas
        Keys of the names of the city's areas, which stand before a street in a full text.

    Returns
    -------
    Columns of `COLUMNS` but the position's, with ``key`` and ``precision``.

    Raises
    ------
    MissingColumn, InvalidInput, DoubtfulCrs
        When the file as a whole cannot be understood.
    """
    rows = CheckedRows(raw, plan=plan, columns=COLUMNS)
    source, reference = (rows.text(name, needed=True) for name in ("source", "source_ref"))
    full = rows.text("full_text", lines="joined")
    told = any(rows.has(name) for name in NAMES)
    parts = _parts_told(rows) if told else _parts_read(rows, full, areas)
    values: dict[str, NDArray[Any]] = {"source": source, "source_ref": reference, **parts}
    values["full_text"] = full if rows.has("full_text") else _written(parts)
    values["key"] = object_array([None if text is None else _key(text) for text in values["full_text"].tolist()])
    values["precision"] = _precision(parts)
    values["simulated"] = rows.known_flag("simulated")
    empty = np.flatnonzero(unknown(values["full_text"]) & ~rows.faulty)
    rows.reject(empty, "full_text", "the address is empty")
    nameless = np.all([unknown(parts[name]) for name in NAMES], axis=0) & ~rows.faulty
    rows.reject(np.flatnonzero(nameless), "full_text", "it names no street, village or estate")
    return point_batch(rows, kind=Kind.ADDRESSES, values=values, key=("source", "source_ref"), crs=crs)


def _key(text: str) -> str:
    return name_key(text).replace(" ", "")


def _parts_told(rows: CheckedRows) -> dict[str, NDArray[Any]]:
    """Return the parts as the file has them; a number may carry its sub-number and 号."""
    parts: dict[str, NDArray[Any]] = {name: rows.text(name) for name in (*NAMES, *TEXTS)}
    number, sub = _numbers(rows, "number")
    parts["number"] = number
    parts["last"] = np.where(np.isnan(number), np.nan, _numbers(rows, "last")[0])
    backwards = np.flatnonzero(parts["last"] < number)
    rows.reject(backwards, "last", "the block of numbers ends before it begins")
    parts["sub"] = object_array([own or found for own, found in zip(parts["sub"].tolist(), sub, strict=True)])
    return parts


def _numbers(rows: CheckedRows, column: str) -> tuple[FloatArray, list[str | None]]:
    texts = rows.text(column).tolist()
    found = [None if text is None else _NUMBER.match(plain(text)[0]) for text in texts]
    wrong = [
        position
        for position, (text, match) in enumerate(zip(texts, found, strict=True))
        if text is not None and (match is None or int(match[1]) > MAX_NUMBER)
    ]
    rows.reject(wrong, column, "this is no house number, such as 12, 12号 or 12-3")
    numbers = np.array([np.nan if match is None else float(match[1]) for match in found], dtype=np.float64)
    return numbers, [None if match is None else match[2] for match in found]


def _parts_read(rows: CheckedRows, full: TextArray, areas: frozenset[str]) -> dict[str, NDArray[Any]]:
    """Return the parts as they are read from the whole text."""
    rows.say("parts of addresses: read from the whole text")
    read = [None if text is None else row_of(text, areas=areas) for text in full.tolist()]
    blank: dict[str, object] = {}
    parts: dict[str, NDArray[Any]] = {
        name: object_array([(row or blank).get(name) for row in read]) for name in (*NAMES, *TEXTS)
    }
    for name in ("number", "last"):
        values = [(row or blank).get(name) for row in read]
        parts[name] = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return parts


def _written(parts: Mapping[str, NDArray[Any]]) -> TextArray:
    """Return the text of addresses of which only parts are told."""
    columns = [
        parts[name].tolist() for name in ("village", "street", "number", "sub", "estate", "building", "unit", "room")
    ]
    return object_array([_address(*row) or None for row in zip(*columns, strict=True)])


def _address(
    village: str | None,
    street: str | None,
    number: float,
    sub: str | None,
    *inside: str | None,
) -> str:
    estate, building, unit, room = inside
    if (street or village or "").isascii() and street:
        return " ".join(part for part in ("" if np.isnan(number) else f"{number:.0f}", street) if part)
    door = "" if np.isnan(number) else f"{number:.0f}号" + (f"之{sub}" if sub else "")
    units = ((building, "栋"), (unit, "单元"), (room, "室"))
    named = "".join(name for name in (village, street) if name)
    return named + door + (estate or "") + "".join(f"{value}{word}" for value, word in units if value)


def _precision(parts: Mapping[str, NDArray[Any]]) -> TextArray:
    """Return what each row's point stands for: its finest part."""
    count = len(parts["number"])
    found = object_array(["estate"] * count)
    found[~unknown(parts["village"])] = "village"
    found[~unknown(parts["street"])] = "street"
    found[~np.isnan(parts["number"])] = "door"
    found[~np.isnan(parts["last"])] = "block"
    found[~unknown(parts["crossing"])] = "intersection"
    for name in reversed(_FINEST):
        found[~unknown(parts[name])] = name
    return found
