"""Names of simulated streets: such as cities have, most of them in several towns, each once within a town.

Long streets get the names that every town has (建设路, 人民路) and directions (东, 西), short ones numbered families
(江华一路) and made-up pairs of characters. None of them is the name of a real street on purpose. O(lines log lines).
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.sample.basemap import Basemap
from gis.sample.chance import stream
from gis.sample.city import City
from gis.sample.linework import LineKind, Lines
from gis.units import GeometryArray, IntArray

NAMED = (LineKind.TRUNK, LineKind.ROAD, LineKind.ARTERY, LineKind.STREET)
NAMED_CLASSES = ("trunk", "road", "street")
COMMON = (
    "建设", "人民", "解放", "中山", "胜利", "新华", "文化", "和平", "团结", "东风", "育才", "体育", "工业", "迎宾",
    "环城", "沿江", "府前", "市场", "车站", "学府", "发展", "港口", "创业", "丰收", "振兴", "幸福", "光明", "前进",
    "红旗", "友谊",
)  # fmt: skip
FIRST = "江华金龙凤福安康永兴荣昌德仁义信明光春秋海河云山林竹松梅兰桂荷莲玉银翠碧宏富泰"
SECOND = "华平宁和盛隆达通源泉溪岭岗塘田园湖湾洲汇城新民乐庆祥瑞景秀贤文武远胜"
FAMILY = "一二三四五六七八"
WORDS = {
    LineKind.TRUNK: ("大道", "公路"),
    LineKind.ROAD: ("路", "公路"),
    LineKind.ARTERY: ("大道", "路", "路"),
    LineKind.STREET: ("路", "街", "街", "巷"),
}
SHARE_COMMON, SHARE_FAMILY = 0.12, 0.30


def street_names(lines: Lines, town: IntArray, *, seed: int) -> NDArray[np.object_]:
    """Return (n,) a name for each line.

    Parameters
    ----------
    lines
        Streets of the kinds `NAMED`.
    town
        (n,) the town in which each lies; a name is given once in a town.
    """
    rng = stream(seed, "street names")
    names = np.full(len(lines.lines), None, dtype=object)
    length = shapely.length(lines.lines)
    for one in np.unique(town).tolist():
        own = np.flatnonzero(town == one)
        own = own[np.argsort(-length[own], kind="stable")]
        words = [str(rng.choice(WORDS[LineKind(kind)])) for kind in lines.kinds[own].tolist()]
        names[own] = _names_of_town(words, rng)
    return names


def _names_of_town(words: list[str], rng: np.random.Generator) -> list[str]:
    """Return a name for each word of a kind of street, all different."""
    stems = [first + second for first in FIRST for second in SECOND if first != second]
    order = rng.permutation(len(stems)).tolist()
    common = rng.permutation(len(COMMON)).tolist()
    used: set[str] = set()
    names: list[str] = []
    family, member = "", len(FAMILY)
    for word in words:
        chance = rng.random()
        if common and chance < SHARE_COMMON:
            stem = COMMON[common.pop()]
        elif chance < SHARE_COMMON + SHARE_FAMILY and word in {"路", "街", "巷"}:
            if member >= len(FAMILY) or rng.random() < 0.25:
                family, member = stems[order.pop()], 0
            stem, member = family + FAMILY[member], member + 1
        else:
            stem = stems[order.pop()] if order else f"{rng.choice(stems)}{rng.choice(list('东西南北'))}"
        name = stem + word
        while name in used:
            name = f"{rng.choice(stems)}{rng.choice(list('东西南北'))}{word}"
        used.add(name)
        names.append(name)
    return names


def named_streets(city: City, *, seed: int) -> tuple[Lines, NDArray[np.object_]]:
    """Return the streets of a city and their names; a line belongs to the town of its middle."""
    lines = city.lines.of_kinds(*NAMED)
    middle = shapely.get_coordinates(shapely.line_interpolate_point(lines.lines, 0.5, normalized=True))
    town = city.land.town.ravel()[city.land.raster.cells(middle)].astype(np.int64)
    return lines, street_names(lines, town, seed=seed)


def basemap_names(basemap: Basemap, lines: Lines, names: NDArray[np.object_]) -> list[str | None]:
    """Return the name of each feature of a basemap: that of the street it is a piece of, else None."""
    found: list[str | None] = [None] * len(basemap.shapes)
    streets = np.flatnonzero(np.isin(basemap.classes, NAMED_CLASSES))
    if len(streets) and len(lines.lines):
        nearest = shapely.STRtree(lines.lines).nearest(_middles(basemap.shapes[streets]))
        for position, line in zip(streets.tolist(), nearest.tolist(), strict=True):
            found[position] = str(names[line])
    return found


def _middles(shapes: GeometryArray) -> GeometryArray:
    middles: GeometryArray = shapely.line_interpolate_point(shapes, 0.5, normalized=True)
    return middles
