"""How far an edge lies from a point, in metres over the ground.

Edge and point lie in a plane whose scale is that of the latitude halfway between the point and the closest place of
the edge; below 250 km and 80 degrees of latitude that is right to 0.3 %, below 60 km to 0.02 %. The scales stand in a
table by latitude, for two reasons: between its entries only sums and products are needed, which every path rounds
alike (sines may differ by a last place between libraries), and they are cheap.

`distances_m` (numpy) and `distance_m` (machine code) are the same operations in the same order.
"""

import math

import numpy as np

from gis.ellipsoid import metres_per_degree
from gis.index.compiled import compiled
from gis.units import FloatArray

_STEPS_PER_DEG = 20
_PARALLEL_M, _MERIDIAN_M = metres_per_degree(np.arange(-90 * _STEPS_PER_DEG, 90 * _STEPS_PER_DEG + 2) / _STEPS_PER_DEG)
"""Metres per degree; between the entries a straight line is right to 1e-7."""
_TINY = float(np.finfo(np.float64).tiny)


def scales(lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the metres per degree along the parallel and the meridian at latitudes of -90 to 90."""
    place = (lat + 90.0) * _STEPS_PER_DEG
    step = place.astype(np.int64)
    share = place - step
    return (
        _PARALLEL_M[step] + share * (_PARALLEL_M[step + 1] - _PARALLEL_M[step]),
        _MERIDIAN_M[step] + share * (_MERIDIAN_M[step + 1] - _MERIDIAN_M[step]),
    )


def distances_m(x: FloatArray, y: FloatArray, ends: FloatArray) -> FloatArray:
    """Return the distance of each point to its edge; never quite 0, since doubles cannot tell that.

    Parameters
    ----------
    x, y
        (n,) places on earth, degrees.
    ends
        (n, 4) an edge for each.
    """
    along_parallel, along_meridian = scales(y)
    _, north = _closest_offsets(x, y, ends, along_parallel, along_meridian)
    along_parallel, along_meridian = scales(y + north / 2)
    east, north = _closest_offsets(x, y, ends, along_parallel, along_meridian)
    east, north = east * along_parallel, north * along_meridian
    metres: FloatArray = np.maximum(np.sqrt(east * east + north * north), _TINY)
    return metres


def _closest_offsets(
    x: FloatArray, y: FloatArray, ends: FloatArray, along_parallel: FloatArray, along_meridian: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the offset in degrees from each point to the closest place of its edge, by the scales given."""
    ax, ay, bx, by = ends.T
    start_x, start_y = (ax - x) * along_parallel, (ay - y) * along_meridian
    run_x, run_y = (bx - ax) * along_parallel, (by - ay) * along_meridian
    share = -(start_x * run_x + start_y * run_y) / np.maximum(run_x * run_x + run_y * run_y, _TINY)
    share = np.minimum(np.maximum(share, 0.0), 1.0)
    return (ax - x) + share * (bx - ax), (ay - y) + share * (by - ay)


@compiled
def scale(lat):  # type: ignore[no-untyped-def]
    """Return what `scales` returns, for one latitude."""
    place = (lat + 90.0) * _STEPS_PER_DEG
    step = int(place)
    share = place - step
    return (
        _PARALLEL_M[step] + share * (_PARALLEL_M[step + 1] - _PARALLEL_M[step]),
        _MERIDIAN_M[step] + share * (_MERIDIAN_M[step + 1] - _MERIDIAN_M[step]),
    )


@compiled
def closest_offset(x, y, ax, ay, bx, by, along_parallel, along_meridian):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """Return the offset in degrees from a point to the closest place of an edge, by the scales given."""
    start_x, start_y = (ax - x) * along_parallel, (ay - y) * along_meridian
    run_x, run_y = (bx - ax) * along_parallel, (by - ay) * along_meridian
    share = -(start_x * run_x + start_y * run_y) / max(run_x * run_x + run_y * run_y, _TINY)
    share = min(max(share, 0.0), 1.0)
    return (ax - x) + share * (bx - ax), (ay - y) + share * (by - ay)


@compiled
def distance_m(x, y, ax, ay, bx, by, north):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """Return what `distances_m` returns; ``north`` is the offset by the scales of the point's own latitude."""
    along_parallel, along_meridian = scale(y + north / 2)
    east, north = closest_offset(x, y, ax, ay, bx, by, along_parallel, along_meridian)
    east, north = east * along_parallel, north * along_meridian
    return max(math.sqrt(east * east + north * north), _TINY)
