"""Numbers with their unit, and degrees in minutes and seconds, as tables of offices have them.

A column says by the end of its name what it is in: ``_m`` metres, ``_deg`` degrees; counts have no unit. A unit stands
behind a number (12 ft), in brackets behind the column's name (安装高度(米)), or in a mapping. One that does not belong
to the column is a fault, never ignored.
"""

import re
import unicodedata

_LENGTHS = {
    "m": 1.0, "米": 1.0, "metre": 1.0, "metres": 1.0, "meter": 1.0, "meters": 1.0, "公尺": 1.0,
    "km": 1000.0, "千米": 1000.0, "公里": 1000.0, "cm": 0.01, "厘米": 0.01, "公分": 0.01, "mm": 0.001, "毫米": 0.001,
    "ft": 0.3048, "feet": 0.3048, "foot": 0.3048, "英尺": 0.3048, "mi": 1609.344, "mile": 1609.344, "miles": 1609.344,
    "英里": 1609.344,
}  # fmt: skip
_ANGLES = {
    "deg": 1.0,
    "degree": 1.0,
    "degrees": 1.0,
    "度": 1.0,
    "°": 1.0,
    "rad": 57.29577951308232,
    "弧度": 57.29577951308232,
}
_SHARES = {"%": 0.01, "percent": 0.01, "百分比": 0.01, "‰": 0.001}
_COUNTS = {
    "人": 1.0, "户": 1.0, "个": 1.0, "次": 1.0, "像素": 1.0, "px": 1.0, "万": 10_000.0, "万人": 10_000.0,
    "万户": 10_000.0, "千": 1000.0, "千人": 1000.0,
}  # fmt: skip
_WITH_UNIT = re.compile(r"(?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))\s*(?P<unit>[^\s0-9.+-][^\s0-9]*)")
_SEXAGESIMAL = re.compile(
    r"""(?P<before>[NSEWnsew东西南北][经纬]?)?\s*(?P<sign>-)?(?P<deg>[0-9]{1,3})\s*[°度d:]
        \s*(?:(?P<min>[0-9]{1,2}(?:\.[0-9]+)?)\s*['’分m:]
        \s*(?:(?P<sec>[0-9]{1,2}(?:\.[0-9]+)?)\s*(?:"|''|”|秒|s)?)?)?\s*(?P<after>[NSEWnsew])?""",
    re.VERBOSE,
)
_MARKS = str.maketrans({"′": "'", "″": '"'})
_NEGATIVE = frozenset("SsWw南西")


def units_of(column: str) -> dict[str, float]:
    """Return the units a column may be told in, each with its factor; the column's own has 1.

    Examples
    --------
    >>> units_of("height_m")["ft"], "ft" in units_of("azimuth_deg")
    (0.3048, False)
    """
    if column.endswith("_m"):
        return _LENGTHS
    if column.endswith("_deg") or column in {"lon", "lat"}:
        return _ANGLES
    return _SHARES | _COUNTS


def factor_of(unit: str, *, column: str) -> float | None:
    """Return what a number in a unit is to be multiplied with; None when the unit is not one of the column's."""
    return units_of(column).get(unicodedata.normalize("NFKC", unit).strip().casefold())


def measured(text: str, *, column: str) -> float | None:
    """Return the number of a text with a unit in the column's own unit; None when it is none.

    Examples
    --------
    >>> measured("３.５米", column="height_m"), measured("12 ft", column="height_m"), measured("9 ft", column="x_deg")
    (3.5, 3.6576, None)
    >>> measured("113°04′48″", column="lon"), measured("77°W", column="lon")
    (113.08, -77.0)
    """
    plain = unicodedata.normalize("NFKC", text).translate(_MARKS).strip()
    if column in {"lon", "lat"}:
        return _sexagesimal(plain)
    found = _WITH_UNIT.fullmatch(plain)
    factor = None if found is None else factor_of(found["unit"], column=column)
    return None if found is None or factor is None else round(float(found["number"]) * factor, 9)


def _sexagesimal(text: str) -> float | None:
    found = _SEXAGESIMAL.fullmatch(text)
    if found is None:
        return None
    minutes, seconds = float(found["min"] or 0), float(found["sec"] or 0)
    if minutes >= 60 or seconds >= 60:
        return None
    degrees = int(found["deg"]) + minutes / 60 + seconds / 3600
    side = (found["before"] or found["after"] or " ")[0]
    return round(-degrees if found["sign"] or side in _NEGATIVE else degrees, 12)
