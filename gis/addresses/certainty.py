"""Which areas an address lies in for certain, even where the place itself is known only roughly.

Every candidate that may be meant is a circle of its own uncertainty. An area is certain when all these circles lie in
it, as far as they lie in the city at all: an address of the city is not outside it. O(candidates).
"""

import numpy as np

from gis.addresses.candidates import Candidate, Matches
from gis.division.model import Area, Division, Grid
from gis.ellipsoid import metres_per_degree
from gis.units import FloatArray

RINGS = (0.5, 1.0)
POINTS_A_RING = 16
_ANGLES = np.linspace(0.0, 2.0 * np.pi, POINTS_A_RING, endpoint=False)
_CIRCLE: FloatArray = np.vstack(
    [[(0.0, 0.0)], *(ring * np.column_stack([np.cos(_ANGLES), np.sin(_ANGLES)]) for ring in RINGS)]
)
"""Places that stand for a circle: its middle, and points on two rings, in radii."""


def certain_areas(found: Matches, division: Division) -> tuple[tuple[Area, ...], Grid | None]:
    """Return the areas, the city first, and the grid in which an address lies for certain.

    Returns
    -------
    Empty and None when nothing is certain; without the grid when only areas above it are.
    """
    circles = [_circle(candidate) for candidate in found.plausible]
    if not circles:
        return (), None
    lon, lat = np.vstack(circles).T
    positions = division.index.locate(lon, lat)
    middles = positions[:: len(_CIRCLE)]
    grids = [grid for grid in map(division.grid_at, np.unique(positions).tolist()) if grid is not None]
    if (middles < 0).any() or not grids:
        return (), None
    paths = [division.areas.path(grid.area_id) for grid in grids]
    common = []
    for level in zip(*paths, strict=False):
        if len({area.id for area in level}) > 1:
            break
        common.append(level[0])
    return tuple(common), grids[0] if len(grids) == 1 else None


def _circle(candidate: Candidate) -> FloatArray:
    """Return (n, 2) lon and lat of the places that stand for a candidate's circle."""
    east_m, north_m = metres_per_degree(np.float64(candidate.lat))
    radius = candidate.uncertainty_m / np.array([float(east_m), float(north_m)])
    points: FloatArray = np.array([candidate.lon, candidate.lat]) + _CIRCLE * radius
    return points
