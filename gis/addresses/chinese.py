"""Read a Chinese address: names, and the numbers with their units (号, 栋, 单元, 室, 巷, 组 …).

One pass from left to right over the plain writing. What stands between numbers is kept as names, whole: telling
areas from streets is the gazetteer's work. O(length).
"""

import re

from gis.addresses.components import MAX_NUMBER, Door, Parsed
from gis.addresses.reasons import Reason, reason
from gis.addresses.writing import plain, with_arabic

_UNITS = {
    "number": "号",
    "building": "号楼|栋|幢|座|#楼|#",
    "unit": "单元|门洞",
    "floor": "层|楼",
    "room": "室|房|号房",
    "lane": "弄|巷|横巷",
    "group": "组|村民小组|小组|队|生产队",
}
_SLOT = {unit: slot for slot, units in _UNITS.items() for unit in units.split("|")}
_NOT_A_NUMBER = "(?![路街线桥道渠闸站])"
_UNIT = "|".join(sorted(map(re.escape, _SLOT), key=len, reverse=True))
_BEFORE_UNIT = f"(?:(?:{_UNIT}){_NOT_A_NUMBER}|[之-][0-9一二三四五六七八九十])"
_TOKEN = re.compile(
    rf"第?(?P<value>[0-9]+[A-Z]?(?![0-9])|[A-Z][0-9]*)(?:[-之](?P<sub>[0-9]+|[A-Z]))?"
    rf"(?P<unit>{_UNIT}){_NOT_A_NUMBER}(?:[-之](?P<after>[0-9]+|[A-Z])(?![0-9]*(?:{_UNIT})))?"
)
_CHAIN = re.compile(r"(?<![0-9A-Z])([0-9]+|[A-Z][0-9]?)[- ]([0-9]+)(?:[- ]([0-9]+[A-Z]?))?$")
_BARE = re.compile(r"(?<![0-9])([0-9]+)([A-Z]?)$")
_LANED = re.compile("[村路街道里庄屯寨围坊区园组队]$")
"""Places that have numbered lanes; behind other words the number is part of a name, as in 桂汇三巷."""
_LETTER = re.compile("[A-Z]")
_AFTER_ZHI = re.compile("(?<=[之])([一二三四五六七八九十]+)")
_ASIDE = re.compile(r"\(([^()]*)\)?")
_VAGUE = re.compile("(?:的)?(附近|对面|旁边|隔壁|斜对面|门口|一带|周边|旁)$")
_CROSSING = re.compile("(?:的)?(交叉路口|交叉口|交汇处|交界处|路口)$")
_BETWEEN_STREETS = re.compile("[与和跟&/]")


def parse_chinese(typed: str) -> Parsed:
    """Read a Chinese address.

    Examples
    --------
    >>> parsed = parse_chinese("江門市蓬江區建设路一百二十三号之二")
    >>> parsed.names, parsed.door.number, parsed.door.sub
    (('江门市蓬江区建设路',), 123, '2')
    >>> parse_chinese("金溪花园3栋2单元501").door.given()
    {'building': '3', 'unit': '2', 'room': '501'}
    """
    text, reasons = plain(typed)
    text, told = _without_asides(text)
    reasons += told
    arabic = _arabic(text)
    if arabic != text:
        reasons += (reason("numerals", what=arabic),)
    arabic, vague, crossing = _without_vague(arabic)
    if vague:
        reasons += (reason("vague", what=vague),)
    names, slots, unread = _read(arabic)
    if crossing:
        names = [part for name in names for part in _BETWEEN_STREETS.split(name) if part]
    return Parsed(
        typed=typed,
        style="chinese",
        names=tuple(names),
        door=_door(slots),
        vague=vague,
        unread=tuple(unread),
        crossing=crossing,
        reasons=reasons,
    )


def _arabic(text: str) -> str:
    """Return a text whose numerals before a unit, and after 之, are Arabic."""
    found = with_arabic(text, before=_BEFORE_UNIT)
    return _AFTER_ZHI.sub(lambda match: with_arabic(match[0] + "号", before="号")[:-1], found)


def _without_asides(text: str) -> tuple[str, tuple[Reason, ...]]:
    told = tuple(reason("aside", what=aside) for aside in _ASIDE.findall(text) if aside)
    return _ASIDE.sub("", text).replace(")", ""), told


def _without_vague(text: str) -> tuple[str, str, bool]:
    vague = _VAGUE.search(text)
    if vague:
        text = text[: vague.start()]
    crossing = _CROSSING.search(text)
    if crossing:
        text = text[: crossing.start()] + (
            "路" if crossing[1] == "路口" and text[: crossing.start()][-1:] != "路" else ""
        )
    return text, vague[1] if vague else "", crossing is not None


def _read(text: str) -> tuple[list[str], dict[str, str], list[str]]:
    """Return names, slots and what could not be placed, in one pass."""
    names: list[str] = []
    slots: dict[str, str] = {}
    unread: list[str] = []
    at = 0
    for token in _TOKEN.finditer(text):
        slot = _SLOT[token["unit"]]
        before = text[at : token.start()]
        if slot == "lane" and before and not _LANED.search(before):
            continue
        _name(before, names, slots, unread, last=False)
        at = token.end()
        if slot == "number" and ("number" in slots or not token["value"][0].isdigit()):
            slot = "building"
        _put(slots, unread, slot, token["value"])
        for sub in (token["sub"], token["after"]):
            if sub:
                _put(slots, unread, "sub" if slot == "number" else _INNER.get(slot, "room"), sub)
    _name(text[at:], names, slots, unread, last=True)
    return names, slots, unread


_INNER = {"building": "unit", "unit": "room", "lane": "number", "group": "number"}


def _put(slots: dict[str, str], unread: list[str], slot: str, value: str) -> None:
    if slot in slots:
        unread.append(value)
    else:
        slots[slot] = value


def _name(run: str, names: list[str], slots: dict[str, str], unread: list[str], *, last: bool) -> None:
    """Keep a run between numbers as a name; at the end it may be or carry numbers without units."""
    if last:
        chain = _CHAIN.search(run)
        if chain:
            run = run[: chain.start()]
            _place_chain([part for part in chain.groups() if part], slots, unread)
        elif bare := _BARE.search(run):
            run = run[: bare.start()]
            _place_bare(bare[1], bare[2], slots, unread)
        elif "number" in slots and _LETTER.fullmatch(run):
            _put(slots, unread, "sub", run)
            return
    run = run.strip(" -")
    if run:
        names.append(run)


def _place_chain(parts: list[str], slots: dict[str, str], unread: list[str]) -> None:
    """12-3 is a number and its sub-number; 3-2-501, or 3-501 behind a number, building, unit, room."""
    if len(parts) == 2 and "number" not in slots and "building" not in slots and len(parts[1]) < 3:
        targets = ["number", "sub"]
    else:
        open_slots = [slot for slot in ("building", "unit", "room") if slot not in slots]
        targets = open_slots[-len(parts) :] if len(parts) == 3 or "building" in slots else ["building", "room"]
    for slot, part in zip(targets, parts, strict=False):
        _put(slots, unread, slot, part)
    unread.extend(parts[len(targets) :])


def _place_bare(digits: str, letter: str, slots: dict[str, str], unread: list[str]) -> None:
    """Take a number without a unit for the room behind a number or building, else for the house number."""
    if any(slot in slots for slot in ("number", "building", "unit", "floor")):
        _put(slots, unread, "room", digits + letter)
    else:
        _put(slots, unread, "number", digits + letter)


def _door(slots: dict[str, str]) -> Door:
    values = {slot: value.lstrip("0") or "0" for slot, value in slots.items()}
    number = values.pop("number", None)
    digits = re.match(r"\d+", number or "")
    if number is None or digits is None or int(digits[0]) > MAX_NUMBER:
        return Door(**values)  # type: ignore[arg-type]
    if number[digits.end() :]:
        values.setdefault("sub", number[digits.end() :])
    return Door(number=int(digits[0]), **values)  # type: ignore[arg-type]
