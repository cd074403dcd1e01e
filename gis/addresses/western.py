"""Read a western address: number, street, type and quadrant; crossings "A & B"; blocks "1300 block of X".

Abbreviations of types and directions are those of the US Postal Service (Publication 28), the common ones.
O(words).
"""

import re

from gis.addresses.components import MAX_NUMBER, Door, Parsed, Street
from gis.addresses.reasons import Reason, reason
from gis.addresses.writing import plain

TYPES = {
    "STREET": "ST STR STRT", "AVENUE": "AVE AV AVEN AVN", "ROAD": "RD", "PLACE": "PL", "DRIVE": "DR DRV",
    "COURT": "CT CRT", "TERRACE": "TER TERR", "LANE": "LN", "CIRCLE": "CIR CIRC", "PARKWAY": "PKWY PKY PKWAY",
    "BOULEVARD": "BLVD BOUL", "WAY": "WY", "ALLEY": "ALY ALLY", "SQUARE": "SQ SQR", "CRESCENT": "CRES",
    "HIGHWAY": "HWY", "FREEWAY": "FWY", "EXPRESSWAY": "EXPY", "BRIDGE": "BRG", "PLAZA": "PLZ", "WALK": "",
    "MEWS": "", "GREEN": "GRN", "GARDENS": "GDNS", "TRAIL": "TRL", "LOOP": "", "ROW": "", "KEYS": "", "MALL": "",
    "PIKE": "", "RUN": "", "HEIGHTS": "HTS", "HILL": "HL", "VIEW": "VW",
}  # fmt: skip
_TYPE = {short: full for full, shorts in TYPES.items() for short in (full, *shorts.split())}
_QUADRANT = {"NORTHWEST": "NW", "NORTHEAST": "NE", "SOUTHWEST": "SW", "SOUTHEAST": "SE"} | {
    name: name for name in ("NW", "NE", "SW", "SE")
}
_DIRECTION = {"N": "NORTH", "S": "SOUTH", "E": "EAST", "W": "WEST"}
_WORDS = {"MT": "MOUNT", "FT": "FORT", "SAINT": "ST"}
_ONES = "FIRST SECOND THIRD FOURTH FIFTH SIXTH SEVENTH EIGHTH NINTH TENTH ELEVENTH TWELFTH THIRTEENTH FOURTEENTH "
_ONES += "FIFTEENTH SIXTEENTH SEVENTEENTH EIGHTEENTH NINETEENTH TWENTIETH"
_ORDINAL = {word: number for number, word in enumerate(_ONES.split(), start=1)}
_DOTTED = re.compile(r"\b([NS])\.? ?([EW])\.?(?= |$)")
_BLOCK = re.compile(r"^(\d+)(?: ?(?:-|TO) ?(\d+))? (?:BLK|BLOCK)(?: OF)? ")
_NUMBER = re.compile(r"^(\d+)(?:-(\d+|[A-Z])|([A-Z])| (1/2))?(?: (?=\D|\d+(?:ST|ND|RD|TH)\b)|$)")
_ROOM = re.compile(r"(?:^| )(?:APT|APARTMENT|UNIT|SUITE|STE|ROOM|RM|#) ?#? ?([A-Z0-9-]+)\b")
_CROSSING = re.compile(r" ?[&@/] ?| AND | AT ")
_PREFIX = re.compile(r"^(?:THE )?(?:CORNER|INTERSECTION) OF ")
_PAST_STREET = re.compile(r"[,;\n]")


def parse_western(typed: str) -> Parsed:
    """Read a western address.

    Examples
    --------
    >>> parsed = parse_western("1300 block of 14th St., N.W.")
    >>> parsed.streets[0].key, parsed.door.number, parsed.door.last
    ('14TH STREET NW', 1300, 1399)
    >>> [street.key for street in parse_western("7th St NW & H St NW").streets]
    ['7TH STREET NW', 'H STREET NW']
    """
    head, *rest = _PAST_STREET.split(typed)
    quadrant_behind = [part for part in rest if _DOTTED.sub(r"\1\2", plain(part)[0]) in _QUADRANT]
    head = " ".join([head, *quadrant_behind])
    tail = tuple(plain(part)[0] for part in rest if part not in quadrant_behind and plain(part)[0])
    text, reasons = plain(head)
    text = _DOTTED.sub(r"\1\2", text).replace(".", "")
    room = _ROOM.search(text)
    if room:
        text = text.replace(room[0], "", 1).strip()
    text = _PREFIX.sub("", text)
    door, text = _numbers(text, room[1] if room else None)
    streets, told = _streets(text)
    return Parsed(
        typed=typed,
        style="western",
        door=door,
        streets=streets,
        tail=tail,
        crossing=len(streets) > 1,
        reasons=reasons + told,
    )


def _numbers(text: str, room: str | None) -> tuple[Door, str]:
    block = _BLOCK.match(text)
    if block and int(block[1]) <= MAX_NUMBER:
        first = int(block[1])
        last = int(block[2]) if block[2] else first // 100 * 100 + 99
        return Door(number=first, last=last if first <= last <= MAX_NUMBER else None, room=room), text[block.end() :]
    number = _NUMBER.match(text)
    if number and number.end() < len(text) and int(number[1]) <= MAX_NUMBER:
        sub = number[2] or number[3] or number[4]
        return Door(number=int(number[1]), sub=sub, room=room), text[number.end() :]
    return Door(room=room), text


def _streets(text: str) -> tuple[tuple[Street, ...], tuple[Reason, ...]]:
    """Return the street, or the two that cross; a quadrant told once holds for both."""
    parts = [part for part in _CROSSING.split(text) if part.strip()][:2]
    found: list[Street] = []
    told: tuple[Reason, ...] = ()
    for part in parts:
        street, reasons = read_street(part)
        found.append(street)
        told += reasons
    quadrants = {street.quadrant for street in found} - {""}
    if len(found) == 2 and len(quadrants) == 1:
        found = [Street(street.core, street.type, quadrants.copy().pop()) for street in found]
    return tuple(street for street in found if street.core), told


def read_street(text: str) -> tuple[Street, tuple[Reason, ...]]:
    """Read the name of a street.

    Examples
    --------
    >>> read_street("FOURTEENTH ST NW")[0]
    Street(core='14TH', type='STREET', quadrant='NW')
    >>> read_street("E CAPITOL ST SE")[0]
    Street(core='EAST CAPITOL', type='STREET', quadrant='SE')
    """
    words = text.split()
    quadrant = ""
    if len(words) > 1 and words[-1] in _QUADRANT:
        quadrant = _QUADRANT[words.pop()]
    elif len(words) > 1 and words[0] in _QUADRANT:
        quadrant = _QUADRANT[words.pop(0)]
    kind = ""
    if len(words) > 1 and words[-1] in _TYPE:
        kind = _TYPE[words.pop()]
    core = " ".join(_ordinals([_word(word, first=at == 0, alone=len(words) == 1) for at, word in enumerate(words)]))
    read = Street(core, kind, quadrant)
    written = " ".join(text.split())
    return read, (() if read.key == written else (reason("spelled", what=written, as_=read.key),))


def _word(word: str, *, first: bool, alone: bool) -> str:
    if first and not alone and word in _DIRECTION:
        return _DIRECTION[word]
    return _WORDS.get(word, word)


def _ordinals(words: list[str]) -> list[str]:
    """Return words in which FOURTEENTH is 14TH, and a bare number of a street is one as well."""
    return [_th(_ORDINAL[word]) if word in _ORDINAL else word for word in words]


def _th(number: int) -> str:
    ending = "TH" if 10 <= number % 100 <= 20 else {1: "ST", 2: "ND", 3: "RD"}.get(number % 10, "TH")
    return f"{number}{ending}"
