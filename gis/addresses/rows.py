"""From the text of an address to a row of the gazetteer: which of its names is street, village, estate or crossing.

Names of areas in front are taken off: where a row lies follows from its point. What is left is told apart by its
last word, which official addresses always write out.
"""

import re
from collections.abc import Container

from gis.addresses.areas import FOREIGN, PROVINCE
from gis.addresses.components import Parsed
from gis.addresses.parsing import parse
from gis.addresses.writing import name_key

_STREET = re.compile(
    "^(.+?(?:大道|大街|公路|胡同|路|街|道|巷|弄|横)(?:[东西南北中]|[一二三四五六七八九十0-9]+段)?)"
    "(?![一二三四五六七八九十0-9]*[路街道巷])"
)
_VILLAGE = re.compile("^(.{1,8}?(?:自然村|村|庄|屯|寨|围|坊|里))(?!路|街|道|巷|大)")
LONGEST_AREA = 12


def row_of(text: str, *, areas: Container[str] = frozenset()) -> dict[str, object] | None:
    """Return the parts of an address as columns of the gazetteer; None when it names nothing.

    Parameters
    ----------
    areas
        Keys of the names of the city's areas.

    Examples
    --------
    >>> row = row_of("江门市蓬江区环市街道建设路12号金溪花园3栋2单元501")
    >>> row["street"], row["number"], row["estate"], row["building"], row["unit"], row["room"]
    ('建设路', 12, '金溪花园', '3', '2', '501')
    >>> row_of("1300 - 1399 BLOCK OF V STREET NW")["last"]
    1399
    """
    parsed = parse(text)
    names = _western(parsed) if parsed.style == "western" else _chinese(parsed, areas)
    if not names:
        return None
    door = parsed.door
    return {
        **dict.fromkeys(("street", "village", "estate", "crossing")),
        **names,
        "lane": door.lane,
        "group_no": door.group,
        "number": door.number,
        "last": door.last,
        "sub": door.sub,
        "building": door.building,
        "unit": door.unit,
        "room": door.room,
    }


def _western(parsed: Parsed) -> dict[str, str]:
    return {slot: street.key for slot, street in zip(("street", "crossing"), parsed.streets, strict=False)}


def _chinese(parsed: Parsed, areas: Container[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    if not parsed.names:
        return found
    runs = [without_areas(parsed.names[0], areas), *parsed.names[1:]]
    if parsed.crossing and len(runs) > 1:
        return {"street": runs[0], "crossing": runs[1]}
    for run in runs:
        rest = run
        for slot, pattern in (("village", _VILLAGE), ("street", _STREET)):
            named = pattern.match(rest)
            if named and slot not in found and "estate" not in found:
                found[slot] = named[1]
                rest = rest[named.end() :]
        if rest:
            found.setdefault("estate", rest)
    return found


def without_areas(run: str, areas: Container[str] = frozenset()) -> str:
    """Return a run without the areas in front of it, unless nothing else would be left.

    Examples
    --------
    >>> without_areas("广东省江门市蓬江区环市街道建设路"), without_areas("环市街道")
    ('建设路', '环市街道')
    """
    rest = run
    while True:
        shorter = PROVINCE.sub("", rest, count=1)
        if shorter == rest:
            known = [size for size in range(2, LONGEST_AREA) if name_key(rest[:size]) in areas]
            foreign = FOREIGN.match(rest)
            shorter = rest[max(known) :] if known else rest[foreign.end() :] if foreign else rest
        if not shorter or shorter == rest:
            return rest
        rest = shorter
