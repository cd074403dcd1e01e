"""Fewer vertices for a smaller scale, with borders that still meet (R11).

The layer is simplified as one coverage, so both sides of a border lose the same vertices; simplified one by one,
2,954 polygons tear thousands of holes. Invariant: the result is a valid coverage whose vertices are vertices of the
input, bit for bit, and no polygon vanishes: the smallest end as triangles. Cost: 3 µs a
vertex of the input.
"""

import numpy as np
import shapely

from gis.ellipsoid import metres_per_degree
from gis.units import FloatArray, GeometryArray


def simplify_coverage(polygons: GeometryArray, *, tolerance_m: float) -> GeometryArray:
    """Return a coverage with the bends left out that nobody can see.

    Visvalingam and Whyatt's rule: a vertex goes when the triangle with its neighbours is smaller than
    ``tolerance_m`` squared. Half a pixel on the ground is a good tolerance. Longitudes are scaled at the middle
    latitude of the layer.

    Parameters
    ----------
    polygons
        (n,) polygons or multipolygons that form a valid coverage, WGS84 degrees; gaps are allowed, overlaps and
        unmatched borders are not.
    tolerance_m
        The side of the largest square that may be lost at a bend, metres; 0 changes nothing.

    Returns
    -------
    (n,) polygons in the same order, none of them empty.

    Raises
    ------
    ValueError
        When the tolerance is negative or not finite.

    Examples
    --------
    >>> import numpy as np, shapely
    >>> bent = shapely.Polygon([(113, 22), (113.01, 22), (113.01, 22.01), (113.005, 22.01001), (113, 22.01)])
    >>> shapely.get_num_coordinates(simplify_coverage(np.array([bent]), tolerance_m=100)).tolist()
    [5]
    """
    if not (np.isfinite(tolerance_m) and tolerance_m >= 0):
        raise ValueError("tolerance_m is a length in metres")
    if len(polygons) == 0 or tolerance_m == 0:
        return polygons.copy()
    coordinates = shapely.get_coordinates(polygons)
    _, south, _, north = shapely.total_bounds(polygons)
    along_parallel, along_meridian = metres_per_degree(np.float64((south + north) / 2))
    squeeze = float(along_parallel / along_meridian)
    scaled = shapely.transform(polygons, lambda lonlat: lonlat * (squeeze, 1.0))
    simplified = shapely.coverage_simplify(scaled, tolerance_m / float(along_meridian))
    lons = np.unique(coordinates[:, 0])
    back: GeometryArray = shapely.transform(simplified, lambda xy: _unsqueezed(xy, lons, squeeze=squeeze))
    return back


def _unsqueezed(xy: FloatArray, lons: FloatArray, *, squeeze: float) -> FloatArray:
    """Return scaled vertices as they were, bit for bit: dividing by the scale would be off by a last place."""
    row = np.searchsorted(lons * squeeze, xy[:, 0]).clip(max=len(lons) - 1)
    return np.stack((lons[row], xy[:, 1]), axis=1)
