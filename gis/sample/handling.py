"""How each category of the sample city's incidents is handled: by whom, how fast, and with how much trouble.

Limits count working days of an office, or days around the clock where it cannot wait. Made up, like the categories.
"""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.sample.categories import CATEGORIES
from gis.sample.naming import MARK
from gis.sample.register import Register


class Handling(NamedTuple):
    """What happens to one category.

    Parameters
    ----------
    unit
        The office that handles it, without the area's name.
    level
        Whose office it is.
    clock
        "office" when only working hours count.
    days
        Time limit.
    on_the_spot
        Share that the worker who finds it settles there and then (自办自结).
    trouble
        How much more often than others it is late, returned or stuck.
    """

    unit: str
    level: Literal["town", "county"]
    clock: Literal["office", "always"]
    days: int
    on_the_spot: float
    trouble: float


HANDLING: dict[str, Handling] = {
    "矛盾纠纷": Handling("司法所", "town", "office", 7, 0.62, 1.3),
    "噪音扰民": Handling("综合行政执法办公室", "town", "office", 2, 0.70, 0.9),
    "占道经营": Handling("综合行政执法办公室", "town", "office", 1, 0.78, 0.6),
    "乱停乱放": Handling("综合行政执法办公室", "town", "office", 1, 0.74, 0.6),
    "垃圾清运": Handling("环卫站", "town", "office", 2, 0.66, 0.6),
    "违章搭建": Handling("城市管理和综合执法局", "county", "office", 15, 0.12, 3.0),
    "道路破损": Handling("公路事务中心", "county", "office", 5, 0.10, 1.8),
    "路灯故障": Handling("市政设施管理所", "county", "office", 3, 0.08, 1.0),
    "井盖缺失": Handling("市政设施管理所", "county", "always", 1, 0.25, 0.8),
    "消防隐患": Handling("应急管理办公室", "town", "office", 3, 0.68, 0.9),
    "用电隐患": Handling("供电局", "county", "office", 3, 0.52, 0.9),
    "燃气隐患": Handling("住房和城乡建设局", "county", "always", 1, 0.40, 0.8),
    "积水内涝": Handling("水务局", "county", "always", 1, 0.22, 1.2),
    "树木倒伏": Handling("园林绿化管理所", "county", "always", 1, 0.30, 0.8),
    "河道污染": Handling("生态环境分局", "county", "office", 5, 0.30, 1.9),
    "油烟扰民": Handling("城市管理和综合执法局", "county", "office", 5, 0.32, 1.6),
    "施工安全": Handling("住房和城乡建设局", "county", "office", 3, 0.42, 1.0),
    "食品安全": Handling("市场监督管理局", "county", "office", 5, 0.38, 0.9),
    "电动车违规充电": Handling("应急管理办公室", "town", "office", 1, 0.82, 0.5),
    "广告牌隐患": Handling("城市管理和综合执法局", "county", "office", 3, 0.35, 1.0),
    "森林防火": Handling("林业工作站", "town", "always", 1, 0.80, 0.4),
    "地质灾害隐患": Handling("自然资源局", "county", "office", 7, 0.15, 2.2),
    "犬只管理": Handling("综合行政执法办公室", "town", "office", 3, 0.60, 0.9),
    "供水故障": Handling("供水公司", "county", "always", 1, 0.10, 0.7),
}


def in_order() -> list[Handling]:
    """Return the handling of every category, in the order of `CATEGORIES`."""
    return [HANDLING[category.name] for category in CATEGORIES]


def unit_names(register: Register) -> NDArray[np.object_]:
    """Return (communities, 24) the name of the office that handles a category there, marked as an example."""
    towns, counties = np.array(register.town_names, dtype=object), np.array(register.county_names, dtype=object)
    town = register.community_town
    names = np.empty((len(town), len(CATEGORIES)), dtype=object)
    for column, handling in enumerate(in_order()):
        area = towns[town] if handling.level == "town" else counties[register.town_county[town]]
        names[:, column] = area + (handling.unit + MARK)
    return names
