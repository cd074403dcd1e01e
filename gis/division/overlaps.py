"""Which polygons of a layer cover the same ground, and where.

Two polygons overlap when their *interiors* meet: DE-9IM, decided by GEOS from the orientation of the given
vertices, with no tolerance and no area threshold. Touching along borders or in points is no overlap.

Cost: one relation for each pair of polygons whose boxes meet (0.5 s at 2,954 grids of 103 vertices).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from gis.division.slivers import areas_m2, greatest_width_m
from gis.units import GeometryArray, IntArray


@dataclass(frozen=True, slots=True)
class Overlap:
    """The ground that two polygons share.

    ``first`` < ``second`` are positions; ``place`` is (lon, lat) inside the largest piece; ``area_m2`` is the sum
    of all pieces and ``width_m`` the diameter of the largest circle that fits into any. Both are 0 where the
    common ground is too small for doubles to describe.
    """

    first: int
    second: int
    place: tuple[float, float]
    area_m2: float
    width_m: float

    def as_fact(self) -> dict[str, Any]:
        """Return the overlap as JSON-serialisable data."""
        return {
            "positions": [self.first, self.second],
            "place": list(self.place),
            "area_m2": self.area_m2,
            "width_m": self.width_m,
        }


def overlaps(polygons: GeometryArray) -> list[Overlap]:
    """Return every overlapping pair of a layer, by position.

    Parameters
    ----------
    polygons
        (n,) valid polygons or multipolygons, WGS84; None and empty ones are passed over.

    Examples
    --------
    >>> import numpy as np, shapely
    >>> layer = np.array([shapely.box(0, 0, 2, 1), shapely.box(1, 0, 3, 1), shapely.box(3, 0, 4, 1)])
    >>> [(found.first, found.second) for found in overlaps(layer)]
    [(0, 1)]
    """
    first, second = overlapping_pairs(polygons)
    return [
        _measured(int(i), int(j), shapely.intersection(polygons[i], polygons[j]), polygons[j])
        for i, j in zip(first, second, strict=True)
    ]


def overlapping_pairs(polygons: GeometryArray) -> tuple[IntArray, IntArray]:
    """Return the positions of all overlapping pairs, the lower first, in ascending order."""
    first, second = shapely.STRtree(polygons).query(polygons)
    once = first < second
    first, second = first[once], second[once]
    overlapping = shapely.relate_pattern(polygons[first], polygons[second], "T********")
    first, second = first[overlapping], second[overlapping]
    order = np.lexsort((second, first))
    return first[order], second[order]


def polygonal_parts(geometry: Any) -> GeometryArray:
    """Return the polygons with an area in a geometry of any kind, largest first."""
    parts = shapely.get_parts(shapely.get_parts(np.array([geometry], dtype=object)))
    parts = parts[(shapely.get_dimensions(parts) == 2) & (shapely.area(parts) > 0)]
    ordered: GeometryArray = parts[np.argsort(-shapely.area(parts), kind="stable")]
    return ordered


def _measured(first: int, second: int, common: Any, second_polygon: Any) -> Overlap:
    parts = polygonal_parts(common)
    where = parts[0] if len(parts) else common
    if shapely.is_empty(where):
        where = second_polygon
    point = shapely.point_on_surface(where)
    return Overlap(
        first=first,
        second=second,
        place=(float(point.x), float(point.y)),
        area_m2=float(areas_m2(parts).sum()),
        width_m=greatest_width_m(parts),
    )
