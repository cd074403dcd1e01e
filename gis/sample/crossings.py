"""Crossings of streets, and the directions of the streets that leave them.

Where lines of streets meet or cross, places within a few metres of each other are one crossing. Cost: one join of the
streets with themselves.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from gis.units import FloatArray, GeometryArray, IntArray

TOGETHER_M = 14.0
LOOK_M = 25.0
"""How far along a street its direction is taken."""
SHORTEST_ARM_M = 12.0
SAME_ARM_DEG = 25.0


@dataclass(frozen=True, slots=True)
class Crossings:
    """Crossings with three streets or more.

    Parameters
    ----------
    places
        (n, 2) metres.
    arm_of
        (m,) the crossing of every arm, ascending.
    azimuths
        (m,) degrees clockwise from north, away from the crossing, ascending inside a crossing.
    """

    places: FloatArray
    arm_of: IntArray
    azimuths: FloatArray

    def __len__(self) -> int:
        """Return the number of crossings."""
        return len(self.places)


def crossings_of(streets: GeometryArray) -> Crossings:
    """Return the crossings of (n,) lines, metres."""
    one, other = shapely.STRtree(streets).query(streets, predicate="intersects")
    one, other = one[one < other], other[one < other]
    parts, pair = shapely.get_parts(shapely.intersection(streets[one], streets[other]), return_index=True)
    met = shapely.get_type_id(parts) == shapely.GeometryType.POINT
    at = shapely.get_coordinates(parts[met])
    label = _together(at)
    number = np.bincount(label)
    centre = np.column_stack([np.bincount(label, at[:, axis]) / number for axis in range(2)])
    lines = np.concatenate([one[pair[met]], other[pair[met]]])
    crossing, azimuth = _arms(streets[lines], np.vstack([at, at]), np.concatenate([label, label]))
    crossing, azimuth = _different(crossing, azimuth)
    enough = np.bincount(crossing, minlength=len(centre)) >= 3
    kept = enough[crossing]
    return Crossings(centre[enough], (np.cumsum(enough) - 1)[crossing[kept]], azimuth[kept])


def azimuth_deg(run: FloatArray) -> FloatArray:
    """Return the directions of (n, 2) vectors, degrees clockwise from north.

    Examples
    --------
    >>> azimuth_deg(np.array([[1.0, 0.0], [0.0, -2.0]])).tolist()
    [90.0, 180.0]
    """
    degrees: FloatArray = np.degrees(np.arctan2(run[:, 0], run[:, 1])) % 360.0
    return degrees


def _together(at: FloatArray) -> IntArray:
    """Return (n,) labels from 0: places that are within reach of each other, also by others between, have one."""
    near = cKDTree(at).query_pairs(TOGETHER_M, output_type="ndarray")
    graph = sparse.coo_matrix((np.ones(len(near)), (near[:, 0], near[:, 1])), shape=(len(at), len(at)))
    labels: IntArray = connected_components(graph, directed=False)[1].astype(np.int64)
    return labels


def _arms(lines: GeometryArray, at: FloatArray, label: IntArray) -> tuple[IntArray, FloatArray]:
    """Return the crossing and direction of both ways along every line, where it goes on."""
    begin, length = shapely.line_locate_point(lines, shapely.points(at)), shapely.length(lines)
    crossings, azimuths = [], []
    for way in (-1.0, 1.0):
        room = np.where(way > 0, length - begin, begin)
        goes_on = room >= SHORTEST_ARM_M
        end = begin + way * np.minimum(room, LOOK_M)
        ahead = shapely.get_coordinates(shapely.line_interpolate_point(lines[goes_on], end[goes_on]))
        crossings.append(label[goes_on])
        azimuths.append(azimuth_deg(ahead - at[goes_on]))
    return np.concatenate(crossings), np.concatenate(azimuths)


def _different(crossing: IntArray, azimuth: FloatArray) -> tuple[IntArray, FloatArray]:
    """Return arms by crossing and direction, without those that look the same way as the one before."""
    order = np.lexsort((azimuth, crossing))
    crossing, azimuth = crossing[order], azimuth[order]
    begins = np.r_[True, crossing[1:] != crossing[:-1]]
    first = np.maximum.accumulate(np.where(begins, np.arange(len(crossing)), 0))
    same = ~begins & (np.diff(azimuth, prepend=0.0) < SAME_ARM_DEG)
    # North lies between the last and the first.
    same |= ~begins & (azimuth[first] + 360.0 - azimuth < SAME_ARM_DEG)
    return crossing[~same], azimuth[~same]
