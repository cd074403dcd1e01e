"""The city's own basemap: what lies beneath the grids, as few classes as a reader tells apart.

A feature is a line or an area of one class. Lines tell their width on the ground where it is known; every feature
tells from which zoom on it is worth drawing, by default that of its class.
"""

from enum import StrEnum


class MapClass(StrEnum):
    """What a feature of the basemap is."""

    MOTORWAY = "motorway"
    TRUNK = "trunk"
    ROAD = "road"
    STREET = "street"
    LANE = "lane"
    RAILWAY = "railway"
    RIVER = "river"
    STREAM = "stream"
    WATER = "water"
    SEA = "sea"
    GREEN = "green"
    BUILT_UP = "built_up"


WORDS: dict[str, MapClass] = {
    **{kind.value: kind for kind in MapClass},
    "高速公路": MapClass.MOTORWAY,
    "干线公路": MapClass.TRUNK,
    "主干道": MapClass.TRUNK,
    "公路": MapClass.ROAD,
    "道路": MapClass.ROAD,
    "街道": MapClass.STREET,
    "巷道": MapClass.LANE,
    "铁路": MapClass.RAILWAY,
    "河流": MapClass.RIVER,
    "溪流": MapClass.STREAM,
    "水域": MapClass.WATER,
    "海域": MapClass.SEA,
    "绿地": MapClass.GREEN,
    "建成区": MapClass.BUILT_UP,
}
"""Each accepted spelling and the class it means."""

MIN_ZOOM: dict[MapClass, float] = {
    MapClass.MOTORWAY: 7.0,
    MapClass.TRUNK: 8.5,
    MapClass.ROAD: 10.5,
    MapClass.STREET: 12.5,
    MapClass.LANE: 14.0,
    MapClass.RAILWAY: 8.5,
    MapClass.RIVER: 8.0,
    MapClass.STREAM: 11.5,
    MapClass.WATER: 8.0,
    MapClass.SEA: 0.0,
    MapClass.GREEN: 9.0,
    MapClass.BUILT_UP: 8.0,
}
"""From which zoom on a class is drawn when a feature does not say; zooms are those of 512 px tiles."""
