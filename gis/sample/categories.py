"""The 24 categories of the sample city's incidents: how common, when and where, and from whom they come.

Shares, hours and seasons are made up after what such lists look like; nothing is counted from real incidents. What
makes a category more or less common multiplies, so logarithms add: one matrix product weighs every category at
every place.
"""

from typing import NamedTuple

import numpy as np

from gis.units import FloatArray, IntArray


class Category(NamedTuple):
    """One category.

    Parameters
    ----------
    name
        As offices call it.
    share
        Of all incidents, relative.
    hours, season
        Keys of `HOURS` and `SEASONS`.
    storm
        How many times as common at the height of a typhoon.
    country
        How many times as common where few people live.
    low, steep
        How many times as common on the lowest ground, and on slopes.
    asked, referred
        How readily residents ask for it, and the police pass it on, relative.
    """

    name: str
    share: float
    hours: str
    season: str
    storm: float
    country: float
    low: float
    steep: float
    asked: float
    referred: float


CATEGORIES = (
    Category("矛盾纠纷", 9.0, "day", "festive", 0.6, 1.0, 1.0, 1.0, 1.6, 9.0),
    Category("噪音扰民", 6.5, "night", "warm", 0.1, 0.3, 1.0, 1.0, 3.4, 6.0),
    Category("占道经营", 7.0, "market", "even", 0.1, 0.3, 1.0, 0.7, 1.1, 0.6),
    Category("乱停乱放", 8.5, "traffic", "even", 0.3, 0.3, 1.0, 0.8, 2.0, 3.0),
    Category("垃圾清运", 9.5, "day", "warm", 1.4, 1.1, 1.1, 1.0, 0.8, 0.0),
    Category("违章搭建", 3.0, "day", "even", 0.2, 1.1, 1.0, 1.2, 1.7, 0.1),
    Category("道路破损", 5.0, "day", "wet", 2.0, 1.0, 1.3, 1.4, 0.9, 0.1),
    Category("路灯故障", 4.0, "night", "dark", 2.5, 0.8, 1.1, 1.0, 0.7, 0.0),
    Category("井盖缺失", 2.0, "day", "wet", 2.0, 0.4, 1.6, 0.8, 0.5, 0.2),
    Category("消防隐患", 7.5, "day", "dry", 0.3, 0.7, 1.0, 1.0, 0.3, 0.0),
    Category("用电隐患", 4.0, "day", "warm", 2.5, 0.9, 1.2, 1.0, 0.4, 0.1),
    Category("燃气隐患", 2.0, "day", "dark", 0.5, 0.5, 1.0, 1.0, 0.4, 0.2),
    Category("积水内涝", 2.0, "storm", "wet", 14.0, 1.0, 6.0, 0.2, 1.2, 0.2),
    Category("树木倒伏", 1.8, "storm", "wet", 18.0, 1.5, 0.8, 1.8, 0.6, 0.2),
    Category("河道污染", 2.8, "day", "warm", 0.8, 2.0, 2.5, 0.6, 0.8, 0.0),
    Category("油烟扰民", 2.2, "night", "warm", 0.1, 0.1, 1.0, 1.0, 2.6, 0.1),
    Category("施工安全", 2.5, "day", "even", 1.5, 0.5, 1.0, 1.1, 0.5, 0.1),
    Category("食品安全", 2.3, "market", "festive", 0.3, 0.6, 1.0, 1.0, 0.8, 0.1),
    Category("电动车违规充电", 5.0, "night", "warm", 0.4, 0.4, 1.0, 1.0, 0.5, 0.2),
    Category("广告牌隐患", 1.6, "day", "wet", 9.0, 0.3, 1.0, 1.0, 0.2, 0.0),
    Category("森林防火", 0.9, "day", "dry", 0.02, 5.0, 0.5, 3.0, 0.1, 0.1),
    Category("地质灾害隐患", 0.4, "storm", "wet", 12.0, 5.0, 0.6, 5.0, 0.2, 0.0),
    Category("犬只管理", 2.5, "night", "even", 0.2, 1.2, 1.0, 1.0, 1.4, 4.0),
    Category("供水故障", 2.0, "day", "warm", 2.5, 0.8, 1.0, 1.3, 1.6, 0.0),
)

HOURS: dict[str, tuple[float, ...]] = {
    "day": (1, 1, 1, 1, 1, 2, 6, 14, 34, 42, 40, 30, 14, 16, 32, 36, 32, 24, 14, 10, 8, 6, 3, 2),
    "night": (9, 6, 4, 2, 2, 2, 3, 5, 7, 7, 7, 8, 12, 12, 8, 8, 9, 14, 20, 30, 38, 40, 32, 18),
    "market": (1, 1, 1, 1, 3, 12, 30, 38, 36, 28, 22, 20, 14, 10, 12, 16, 26, 36, 34, 30, 22, 12, 5, 2),
    "traffic": (2, 1, 1, 1, 1, 3, 14, 38, 40, 24, 20, 20, 18, 16, 18, 20, 30, 42, 38, 26, 20, 14, 8, 4),
    "storm": (12, 12, 12, 13, 14, 16, 20, 26, 28, 26, 24, 22, 20, 20, 22, 22, 22, 22, 20, 18, 16, 14, 14, 12),
}
"""Weights of the 24 hours of a day, by local time."""

SEASONS: dict[str, tuple[float, ...]] = {
    "even": (1.0,) * 12,
    "warm": (0.7, 0.7, 0.8, 0.95, 1.15, 1.3, 1.4, 1.4, 1.25, 1.0, 0.8, 0.7),
    "wet": (0.5, 0.6, 0.9, 1.3, 1.7, 1.9, 1.5, 1.5, 1.2, 0.6, 0.4, 0.4),
    "dry": (1.4, 1.2, 1.1, 1.0, 0.7, 0.6, 0.7, 0.7, 0.9, 1.2, 1.4, 1.5),
    "dark": (1.3, 1.2, 1.0, 0.9, 0.85, 0.8, 0.8, 0.85, 0.95, 1.05, 1.2, 1.3),
    "festive": (1.3, 1.2, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 1.05, 1.0, 1.0, 1.15),
}
"""Weights of the twelve months."""


def category_weights(
    *, emptiness: FloatArray, lowness: FloatArray, steepness: FloatArray, storm: FloatArray, month: IntArray
) -> FloatArray:
    """Return (n, 24) how much of each category happens at a place and time, relative.

    Parameters
    ----------
    emptiness, lowness, steepness
        (n,) 0 to 1, of the place.
    storm
        (n,) 0 on an ordinary day, 1 at the height of a typhoon.
    month
        (n,) 0 for January.
    """
    factors = np.log([[one.country, one.low, one.steep, one.storm] for one in CATEGORIES])
    base = np.log([[one.share * weight for one in CATEGORIES for weight in SEASONS[one.season]]])
    strength = np.column_stack([emptiness, lowness, steepness, storm])
    weights: FloatArray = np.exp(strength @ factors.T + base.reshape(len(CATEGORIES), 12).T[month])
    return weights


def drawn(weights: FloatArray, chance: FloatArray) -> IntArray:
    """Return (n,) the column drawn from each row of weights by (n,) chances from 0 to 1."""
    heaped = np.cumsum(weights, axis=1)
    column: IntArray = (heaped < (chance * heaped[:, -1])[:, None]).sum(axis=1)
    return column.clip(0, weights.shape[1] - 1)
