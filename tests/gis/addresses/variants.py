"""Addresses as people type them: one kind of variant a function, each from a row of the sample."""

from collections.abc import Callable

import numpy as np
import pandas as pd

NUMERALS = "零一二三四五六七八九"


def spoken(number: int) -> str:
    """Return a number below 100 as people say it, above digit by digit."""
    if number < 10:
        return NUMERALS[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return ("" if tens == 1 else NUMERALS[tens]) + "十" + (NUMERALS[ones] if ones else "")
    return "".join(NUMERALS[int(digit)] for digit in str(number))


def area_words(text: str, row: pd.Series) -> tuple[str, str]:
    """Return the areas in front, and the rest."""
    start = text.index(row.village or row.street)
    return text[:start], text[start:]


def as_written(row: pd.Series, _rng: np.random.Generator) -> str:
    return str(row.full_text)


def without_city(row: pd.Series, _rng: np.random.Generator) -> str:
    return str(row.full_text).removeprefix("江门市")


def with_province(row: pd.Series, _rng: np.random.Generator) -> str:
    return "广东省" + str(row.full_text)


def only_town(row: pd.Series, _rng: np.random.Generator) -> str:
    areas, rest = area_words(str(row.full_text), row)
    return areas[6:] + rest


def abbreviated(row: pd.Series, _rng: np.random.Generator) -> str:
    areas, rest = area_words(str(row.full_text), row)
    town = areas[6:].removesuffix("街道").removesuffix("镇")
    return areas[:2] + areas[3:5] + (town if len(town) > 1 else areas[6:]) + rest


def wide(row: pd.Series, _rng: np.random.Generator) -> str:
    return str(row.full_text).translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})


def numerals(row: pd.Series, _rng: np.random.Generator) -> str:
    text = str(row.full_text)
    return text.replace(f"{row.number}号", f"{spoken(int(row.number))}号", 1)


def other_units(row: pd.Series, rng: np.random.Generator) -> str:
    return str(row.full_text).replace("栋", str(rng.choice(["幢", "座", "号楼"])))


def spaced(row: pd.Series, _rng: np.random.Generator) -> str:
    areas, rest = area_words(str(row.full_text), row)
    return f"{areas[:3]} {areas[3:]} {rest}".replace("号", " 号 ")


def without_room_unit(row: pd.Series, _rng: np.random.Generator) -> str:
    return str(row.full_text) + ("室" if row.room else "")


def dashed(row: pd.Series, _rng: np.random.Generator) -> str:
    text = str(row.full_text)
    if row.estate:
        return text.replace(f"{row.building}栋{row.unit}单元{row.room}", f"{row.building}-{row.unit}-{row.room}")
    return text.replace("号之", "-") + ("号" if row["sub"] else "")


def typo(row: pd.Series, rng: np.random.Generator) -> str:
    """Replace one character of the name."""
    name = str(row.village or row.street)
    at = int(rng.integers(0, len(name) - 1))
    wrong = name[:at] + str(rng.choice(list("错误别字口木水火"))) + name[at + 1 :]
    return str(row.full_text).replace(name, wrong, 1)


PLAIN: tuple[Callable[[pd.Series, np.random.Generator], str], ...] = (
    as_written, without_city, with_province, only_town, abbreviated, wide, numerals, other_units, spaced,
    without_room_unit, dashed,
)  # fmt: skip
