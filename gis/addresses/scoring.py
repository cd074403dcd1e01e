"""What each agreement and each doubt is worth. A score starts at 1 and is multiplied by these factors.

The factors are judgements, not fitted to any file: what contradicts the words typed costs half or more, what the
gazetteer merely lacks costs little, and what was not said costs nothing.
"""

from typing import Literal

Precision = Literal[
    "room", "unit", "building", "door", "block", "intersection", "interpolated", "lane", "group", "estate", "village",
    "street", "area",
]  # fmt: skip

FACTORS = {
    "second_name": 1.0,
    "second_name_differs": 0.75,
    "type_differs": 0.7,
    "type_missing": 0.95,
    "quadrant_differs": 0.5,
    "quadrant_missing": 0.9,
    "lane_missing": 0.6,
    "group_missing": 0.75,
    "number_between": 0.92,
    "number_scheme": 0.88,
    "number_beyond": 0.82,
    "number_missing": 0.6,
    "sub_missing": 0.9,
    "sub_untyped": 0.95,
    "building_missing": 0.9,
    "unit_missing": 0.95,
    "room_missing": 0.97,
    "vague": 0.95,
    "area_beside": 0.95,
    "area_foreign": 0.5,
    "area_similar": 0.7,
    "area_only": 0.5,
}
AREA_DIFFERS = (1.0, 0.5, 0.65, 0.8)
"""By depth in the tree of areas: the city itself, county, town, community and below."""
UNREAD_SHARE = 0.5
"""What it costs when nothing but the name found could be read; less by the share unread."""

CERTAIN_SCORE = 0.8
CERTAIN_GAP = 0.15
CERTAIN_WITHIN_M = 500.0
"""A candidate is certain when it scores this much, the next one somewhere else scores so much less, and its own
uncertainty is within some blocks."""
SAME_PLACE_M = 50.0
"""Candidates nearer to the best one than this, or than its uncertainty, do not rival it."""
MOST_CANDIDATES = 8

BASE_M: dict[str, float] = {
    "room": 20.0, "unit": 20.0, "building": 25.0, "door": 15.0, "block": 40.0, "intersection": 30.0, "lane": 40.0,
    "group": 80.0, "estate": 60.0, "village": 200.0, "street": 300.0,
}  # fmt: skip
"""Uncertainty of a single known point of each precision; what was rolled up adds its extent."""
VAGUE_M = 150.0


def unread_factor(unread: int, length: int) -> float:
    """Return the factor for so many unread characters of so many.

    Examples
    --------
    >>> unread_factor(0, 8), unread_factor(4, 8)
    (1.0, 0.75)
    """
    return 1.0 - UNREAD_SHARE * unread / length if length else 1.0


def area_factor(depth: int) -> float:
    """Return the factor for not lying in the area that was typed, by its depth in the tree."""
    return AREA_DIFFERS[min(depth, len(AREA_DIFFERS) - 1)]
