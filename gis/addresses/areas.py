"""How areas are called: by their full names, without the word for their kind, without that for a committee."""

import re
from collections.abc import Iterable

from gis.addresses.writing import is_chinese, name_key
from gis.division.model import Area
from gis.units import AreaId

_COMMITTEE = re.compile("(村民委员会|居民委员会|村民委会|村委会|居委会|委员会)$")
_KIND = re.compile(
    "(特别行政区|自治区|自治州|自治县|自治旗|街道办事处|街道|经济开发区|社区|省|市|区|县|旗|镇|乡|村|地区|盟)$"
)
_PROVINCES = (
    "北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 "
    "重庆 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆 台湾 香港 澳门"
)
PROVINCE = re.compile(
    f"^(?:中国|中华人民共和国)?(?:{'|'.join(_PROVINCES.split())})(?:省|市|自治区|.{{1,3}}自治区|特别行政区)?"
)
FOREIGN = re.compile("^(.{2,6}?(?:自治州|自治县|地区|市|县|旗|(?<![小园社业发新校片商库])区|镇|乡|街道))(?!场)")
"""What looks like an area by its last word; told apart from the city's own by the gazetteer."""
LEAST_CHARACTERS = 2


def spellings(name: str) -> tuple[str, ...]:
    """Return the keys under which an area is known, the full name first.

    Examples
    --------
    >>> spellings("蓬江区"), spellings("五福社区居委会"), spellings("下莘村村委会")
    (('蓬江区', '蓬江'), ('5福社区居委会', '5福社区', '5福'), ('下莘村村委会', '下莘村', '下莘'))
    >>> spellings("中安村民委员会")
    ('中安村民委员会', '中安村', '中安')
    """
    key = name_key(name)
    found = [key]
    if is_chinese(key):
        bare = _COMMITTEE.sub("", key)
        if bare != key and not _KIND.search(bare):
            found.append(bare + ("村" if "村" in key[len(bare) :] else "社区"))
        else:
            found.append(bare)
        found.append(_KIND.sub("", bare))
    return tuple(text for text in dict.fromkeys(found) if len(text) >= LEAST_CHARACTERS)


def spelled_areas(areas: Iterable[Area]) -> dict[str, list[AreaId]]:
    """Return the areas by every key under which they are known."""
    found: dict[str, list[AreaId]] = {}
    for area in areas:
        for key in spellings(area.name):
            found.setdefault(key, []).append(area.id)
    return found
