"""The 24 categories of the sample city's incidents: how common, when and where, and how long they may take.

Shares and hours are made up after what such lists look like; nothing is counted from real incidents.
"""

from typing import NamedTuple

import numpy as np

from gis.units import FloatArray


class Category(NamedTuple):
    """One category.

    Parameters
    ----------
    name
        As offices call it.
    share
        Of all incidents, relative.
    hours
        Key of `HOURS`.
    storm
        How many times as common in a week of typhoon.
    country
        How many times as common where few people live.
    days
        Time limit for handling, days.
    """

    name: str
    share: float
    hours: str
    storm: float
    country: float
    days: int


CATEGORIES = (
    Category("矛盾纠纷", 9.0, "day", 0.8, 1.0, 7),
    Category("噪音扰民", 6.5, "night", 0.3, 0.3, 1),
    Category("占道经营", 7.0, "market", 0.2, 0.3, 1),
    Category("乱停乱放", 8.5, "traffic", 0.5, 0.3, 1),
    Category("垃圾清运", 9.5, "day", 1.4, 1.1, 2),
    Category("违章搭建", 3.0, "day", 0.4, 1.1, 15),
    Category("道路破损", 5.0, "day", 2.0, 1.0, 5),
    Category("路灯故障", 4.0, "night", 2.5, 0.8, 3),
    Category("井盖缺失", 2.0, "day", 2.0, 0.4, 1),
    Category("消防隐患", 7.5, "day", 0.6, 0.7, 3),
    Category("用电隐患", 4.0, "day", 2.5, 0.9, 3),
    Category("燃气隐患", 2.0, "day", 0.7, 0.5, 1),
    Category("积水内涝", 2.0, "storm", 14.0, 1.0, 1),
    Category("树木倒伏", 1.8, "storm", 18.0, 1.5, 1),
    Category("河道污染", 2.8, "day", 1.2, 2.0, 5),
    Category("油烟扰民", 2.2, "night", 0.2, 0.1, 5),
    Category("施工安全", 2.5, "day", 1.5, 0.5, 3),
    Category("食品安全", 2.3, "market", 0.4, 0.6, 5),
    Category("电动车违规充电", 5.0, "night", 0.6, 0.4, 1),
    Category("广告牌隐患", 1.6, "day", 9.0, 0.3, 3),
    Category("森林防火", 1.5, "day", 0.0, 5.0, 1),
    Category("地质灾害隐患", 0.8, "storm", 12.0, 5.0, 7),
    Category("犬只管理", 2.5, "night", 0.3, 1.2, 3),
    Category("供水故障", 2.0, "day", 2.5, 0.8, 1),
)

HOURS: dict[str, tuple[float, ...]] = {
    "day": (1, 1, 1, 1, 1, 2, 6, 14, 34, 42, 40, 30, 14, 16, 32, 36, 32, 24, 14, 10, 8, 6, 3, 2),
    "night": (9, 6, 4, 2, 2, 2, 3, 5, 7, 7, 7, 8, 12, 12, 8, 8, 9, 14, 20, 30, 38, 40, 32, 18),
    "market": (1, 1, 1, 1, 3, 12, 30, 38, 36, 28, 22, 20, 14, 10, 12, 16, 26, 36, 34, 30, 22, 12, 5, 2),
    "traffic": (2, 1, 1, 1, 1, 3, 14, 38, 40, 24, 20, 20, 18, 16, 18, 20, 30, 42, 38, 26, 20, 14, 8, 4),
    "storm": (12, 12, 12, 13, 14, 16, 20, 26, 28, 26, 24, 22, 20, 20, 22, 22, 22, 22, 20, 18, 16, 14, 14, 12),
}
"""Weights of the 24 hours of a day, by local time."""

WEEKDAYS = np.array([1.14, 1.06, 1.04, 1.03, 1.05, 0.86, 0.82])
"""Monday first."""
MONTHS = np.array([0.92, 0.78, 0.98, 1.00, 1.05, 1.10, 1.12, 1.12, 1.06, 0.98, 0.97, 0.92])


def chance_of_category(people_per_km2: FloatArray, in_storm: FloatArray) -> FloatArray:
    """Return (n, 24) the chance of each category at a place and time; rows sum to 1.

    Parameters
    ----------
    people_per_km2
        (n,) around the place.
    in_storm
        (n,) 1 in the week of typhoon, else 0.
    """
    share = np.array([one.share for one in CATEGORIES])
    country = np.array([one.country for one in CATEGORIES])
    storm = np.array([one.storm for one in CATEGORIES])
    emptiness = np.clip(1.0 - np.asarray(people_per_km2) / 3000.0, 0.0, 1.0)[:, None]
    weight = share * country**emptiness * np.where(np.asarray(in_storm)[:, None] > 0, storm, 1.0)
    chance: FloatArray = weight / weight.sum(axis=1, keepdims=True)
    return chance
