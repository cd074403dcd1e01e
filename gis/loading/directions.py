"""Directions as people write them: points of the compass and lanes (``N/B``, ``South Bound``) as degrees."""

import re
import unicodedata

_POINTS = {
    0.0: ("n", "north", "北"),
    22.5: ("nne", "northnortheast"),
    45.0: ("ne", "northeast", "东北"),
    67.5: ("ene", "eastnortheast"),
    90.0: ("e", "east", "东"),
    112.5: ("ese", "eastsoutheast"),
    135.0: ("se", "southeast", "东南"),
    157.5: ("sse", "southsoutheast"),
    180.0: ("s", "south", "南"),
    202.5: ("ssw", "southsouthwest"),
    225.0: ("sw", "southwest", "西南"),
    247.5: ("wsw", "westsouthwest"),
    270.0: ("w", "west", "西"),
    292.5: ("wnw", "westnorthwest"),
    315.0: ("nw", "northwest", "西北"),
    337.5: ("nnw", "northnorthwest"),
}
_DEGREES = {word: degrees for degrees, words in _POINTS.items() for word in words}
_BETWEEN = re.compile(r"[\s/.\-]+")


def compass_degrees(text: str) -> float | None:
    """Return the degrees clockwise from north that a word means, or None when it is no point of the compass.

    Case, blanks, strokes and hyphens do not count. Traffic bound for a point of the compass (``N/B``) means
    that point.

    Examples
    --------
    >>> compass_degrees("South Bound"), compass_degrees("NE/B"), compass_degrees("西北"), compass_degrees("left")
    (180.0, 45.0, 315.0, None)
    """
    word = _BETWEEN.sub("", unicodedata.normalize("NFKC", text).casefold())
    return _DEGREES.get(re.sub(r"(bound|b)$|^正|向$", "", word))
