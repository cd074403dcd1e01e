"""The slow obvious twins of the index: rational arithmetic over every edge, and borders walked step by step."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import shapely

from gis.crs import geodesic_distance_m


def rings_as_fractions(polygon):
    rings = shapely.get_rings(shapely.get_parts(polygon))
    return [[(Fraction(x), Fraction(y)) for x, y in ring.coords] for ring in rings]


def touches(rings, x, y):
    """Return whether a point lies exactly on a ring."""
    for ring in rings:
        for (ax, ay), (bx, by) in pairwise(ring):
            within = min(ax, bx) <= x <= max(ax, bx) and min(ay, by) <= y <= max(ay, by)
            if within and (bx - ax) * (y - ay) == (by - ay) * (x - ax):
                return True
    return False


def covers(rings, x, y):
    """Return whether a polygon covers a point, borders included: crossings of the ray to the east."""
    if touches(rings, x, y):
        return True
    inside = False
    for ring in rings:
        for (ax, ay), (bx, by) in pairwise(ring):
            if (ay > y) != (by > y) and ax + (y - ay) * (bx - ax) / (by - ay) > x:
                inside = not inside
    return inside


def owners(polygons, lon, lat):
    shapes = [rings_as_fractions(polygon) for polygon in polygons]
    found = []
    for x, y in zip(lon.tolist(), lat.tolist(), strict=True):
        if not (np.isfinite(x) and np.isfinite(y)):
            found.append(-1)
            continue
        px, py = Fraction(x), Fraction(y)
        found.append(next((i for i, rings in enumerate(shapes) if covers(rings, px, py)), -1))
    return found


def touching(polygons, x, y):
    """Return the positions of all polygons on whose rings a point lies."""
    px, py = Fraction(x), Fraction(y)
    return [i for i, polygon in enumerate(polygons) if touches(rings_as_fractions(polygon), px, py)]


def border_distances_m(polygons, lon, lat, *, step_deg):
    """Return (points, polygons) geodesic distances to each polygon's rings, walked in steps."""
    distances = np.empty((len(lon), len(polygons)))
    for position, polygon in enumerate(polygons):
        walked = shapely.get_coordinates(shapely.segmentize(shapely.boundary(polygon), step_deg))
        for point, (x, y) in enumerate(zip(lon, lat, strict=True)):
            steps = geodesic_distance_m(np.full(len(walked), x), np.full(len(walked), y), *walked.T)
            distances[point, position] = steps.min()
    return distances
