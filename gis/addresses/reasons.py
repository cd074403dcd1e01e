"""Why a candidate has its score: machine keys with a sentence in both languages.

Every reading of what was typed (width, numerals, an abbreviation left out or spelled out) is a reason as well, so
that a person can see what was understood and object.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: a key for machines, a sentence for people."""

    key: str
    zh: str
    en: str


_TEXTS: dict[str, tuple[str, str]] = {
    "width": ("全角字符按半角读取", "full-width characters were read as half-width ones"),
    "traditional": ("繁体字按简体读取", "traditional characters were read as simplified ones"),
    "spaces": ("空格与标点未计入", "spaces and punctuation were left out"),
    "numerals": ("汉字数字读作 {what}", "Chinese numerals were read as {what}"),
    "aside": ("括号内的说明未计入:{what}", "the remark in brackets was left out: {what}"),
    "vague": ("“{what}”只表示大致方位", "'{what}' tells only a rough place"),
    "spelled": ("“{what}”读作“{as_}”", "'{what}' was read as '{as_}'"),
    "name": ("名称一致:{what}", "the name agrees: {what}"),
    "name_similar": ("名称相近:“{what}”与“{as_}”", "the name is similar: '{what}' and '{as_}'"),
    "second_name": ("另一名称也一致:{what}", "the second name agrees too: {what}"),
    "second_name_differs": ("另一名称不在此处:{what}", "the second name is not found there: {what}"),
    "type_differs": ("道路类别不同:{what} 与 {as_}", "the type of street differs: {what} and {as_}"),
    "type_missing": ("未写道路类别,按 {as_} 读取", "the type of street was not given, read as {as_}"),
    "quadrant_differs": ("方位不同:{what} 与 {as_}", "the quadrant differs: {what} and {as_}"),
    "quadrant_missing": ("未写方位,此处为 {as_}", "the quadrant was not given; here it is {as_}"),
    "area": ("所在区域一致:{what}", "the area agrees: {what}"),
    "area_beside": ("同一条路的一部分在 {what}", "another part of the same place lies in {what}"),
    "area_differs": ("不在所写区域:{what}", "it does not lie in the area given: {what}"),
    "area_foreign": ("所写区域不属于本市:{what}", "the area given is not in this city: {what}"),
    "area_similar": ("所写区域“{what}”可能是 {as_}", "the area given, '{what}', may be {as_}"),
    "area_only": ("只找到所在区域", "only the area was found"),
    "lane": ("巷弄一致:{what}", "the lane agrees: {what}"),
    "lane_missing": ("无此巷弄:{what}", "no such lane is known: {what}"),
    "group": ("村民小组一致:{what}", "the village group agrees: {what}"),
    "group_missing": ("无此村民小组:{what}", "no such village group is known: {what}"),
    "number": ("门牌号一致:{what}", "the house number agrees: {what}"),
    "block": ("号段内:{what}", "within the block: {what}"),
    "number_between": ("门牌号 {what} 由相邻门牌推算", "house number {what} was placed between its neighbours"),
    "number_beyond": ("门牌号 {what} 在已知号段之外,按最近门牌推算", "house number {what} lies beyond the known ones"),
    "number_scheme": (
        "门牌号 {what} 按周边道路的编号规律推算",
        "house number {what} was placed as the streets around are numbered",
    ),
    "sub_untyped": ("{what} 号下只登记有“之几”的门牌", "house number {what} is known only with sub-numbers"),
    "number_missing": ("门牌号不详:{what}", "the house number is not known: {what}"),
    "no_number": ("未写门牌号", "no house number was given"),
    "sub": ("附号一致:{what}", "the sub-number agrees: {what}"),
    "sub_missing": ("无此附号:{what}", "no such sub-number is known: {what}"),
    "building": ("楼栋一致:{what}", "the building agrees: {what}"),
    "building_missing": ("无此楼栋:{what}", "no such building is known: {what}"),
    "unit": ("单元一致:{what}", "the unit agrees: {what}"),
    "unit_missing": ("无此单元:{what}", "no such unit is known: {what}"),
    "room": ("房号一致:{what}", "the room agrees: {what}"),
    "room_missing": ("无此房号:{what}", "no such room is known: {what}"),
    "intersection": ("两路交叉处:{what}", "where the two streets meet: {what}"),
    "border_near": (
        "误差范围内有网格边界,另一侧为 {what}",
        "a grid's border lies within the uncertainty; beyond it is {what}",
    ),
    "text": ("与登记文字的差别:{what}", "differs from the registered text: {what}"),
    "unread": ("未能读取:{what}", "could not be read: {what}"),
}


def reason(key: str, **facts: object) -> Reason:
    """Return a reason with its facts filled in.

    Examples
    --------
    >>> reason("number", what=12).en
    'the house number agrees: 12'
    """
    zh, en = _TEXTS[key]
    return Reason(key, zh.format(**facts), en.format(**facts))


def keys() -> tuple[str, ...]:
    """Return all keys, for documentation."""
    return tuple(_TEXTS)
