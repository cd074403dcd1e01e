"""What a map draws of a division at one scale: grids simplified together, areas as unions of those, label places.

Invariant: at every scale all borders meet, also those of different levels: an area's border runs along the very
vertices of its grids (R11). Cost: that of `simplify_coverage`, then O(vertices left); 2,954 grids in under a second.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.division.model import Division
from gis.ellipsoid import metres_per_degree
from gis.units import AreaId, FloatArray, GeometryArray
from tiles.simplification import simplify_coverage

LEAST_ZOOM, MOST_ZOOM = 6, 15
"""Scales that differ; farther out and nearer in the last ones serve."""

_EQUATOR_PX_M = 78_271.517
"""Metres on the ground of a pixel at zoom 0 and the equator, for tiles of 512 pixels."""
_LABEL_PRECISION = 1e-4
"""Degrees, some 10 m."""


@dataclass(frozen=True, slots=True)
class Outlines:
    """The shapes of one division at one scale, WGS84.

    Parameters
    ----------
    grids
        (n,) in the order of the division.
    areas
        Of every area that has grids, by id.
    grid_labels
        (n, 2) lon, lat: the place in each grid that is farthest from its border.
    area_labels
        The same for areas.
    """

    grids: GeometryArray
    areas: dict[AreaId, shapely.Geometry]
    grid_labels: FloatArray
    area_labels: dict[AreaId, tuple[float, float]]


def scale_of(zoom: int) -> int:
    """Return the zoom whose shapes serve for another.

    Examples
    --------
    >>> scale_of(2), scale_of(9), scale_of(20)
    (6, 9, 15)
    """
    return min(max(zoom, LEAST_ZOOM), MOST_ZOOM)


def tolerance_at(zoom: int, *, lat: float) -> float:
    """Return half a pixel on the ground, metres: what nobody can see at a zoom of 512 px tiles.

    Examples
    --------
    >>> round(tolerance_at(10, lat=0.0), 2), round(tolerance_at(10, lat=60.0), 2)
    (38.22, 19.11)
    """
    return float(_EQUATOR_PX_M * np.cos(np.radians(lat)) / 2**zoom / 2)


def outlines(division: Division, *, zoom: int) -> Outlines:
    """Return grids and areas of a division as they are drawn at a zoom.

    Parameters
    ----------
    zoom
        Of 512 px tiles; see `scale_of`.
    """
    _, south, _, north = shapely.total_bounds(division.shapes)
    grids = simplify_coverage(division.shapes, tolerance_m=tolerance_at(scale_of(zoom), lat=(south + north) / 2))
    areas = _areas(division, grids)
    labels = label_places(np.array(list(areas.values()), dtype=object))
    return Outlines(
        grids=grids,
        areas=areas,
        grid_labels=label_places(grids),
        area_labels={area_id: (lon, lat) for area_id, (lon, lat) in zip(areas, labels.tolist(), strict=True)},
    )


def label_places(shapes: GeometryArray) -> FloatArray:
    """Return (n, 2) lon, lat of the place in each polygon that is farthest from its border.

    Examples
    --------
    >>> import numpy as np, shapely
    >>> label_places(np.array([shapely.box(113.0, 22.5, 113.2, 22.7)])).round(3).tolist()
    [[113.1, 22.6]]
    """
    if not len(shapes):
        return np.empty((0, 2))
    _, south, _, north = shapely.total_bounds(shapes)
    along_parallel, along_meridian = metres_per_degree(np.float64((south + north) / 2))
    squeeze = float(along_parallel / along_meridian)
    scaled = shapely.transform(shapes, lambda lonlat: lonlat * (squeeze, 1.0))
    radii = shapely.maximum_inscribed_circle(scaled, _LABEL_PRECISION)
    places: FloatArray = shapely.get_coordinates(shapely.get_point(radii, 0)) / (squeeze, 1.0)
    return places


def _areas(division: Division, grids: GeometryArray) -> dict[AreaId, shapely.Geometry]:
    """Return every area's shape as the union of its simplified grids, the city first."""
    rows: dict[AreaId, list[int]] = {}
    for position, grid in enumerate(division.grids):
        for area in division.areas.path(grid.area_id):
            rows.setdefault(area.id, []).append(position)
    return {area_id: shapely.coverage_union_all(grids[rows[area_id]]) for area_id in sorted(rows)}
