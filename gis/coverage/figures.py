"""How well grids and areas are covered: the same columns at every level of the tree.

Areas in square metres are the substance; shares are derived from them, so that a share of a town is the
share of its ground and not the mean of its grids' shares.
"""

from dataclasses import dataclass

import numpy as np

from gis.units import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class CoverageFigures:
    """The coverage of g places (all grids, or all areas), one row each.

    Parameters
    ----------
    cameras
        (g,) distinct cameras that belong to the place, whatever their state.
    cameras_live, cameras_dead
        (g,) those known to be live, and known to be dead; the rest is of unknown status.
    direction_unknown
        (g,) those that are not dead and whose direction is unknown.
    area_m2
        (g,) the ground.
    covered_m2
        (g,) seen for certain by a live camera, of whatever grid.
    upper_covered_m2
        (g,) the same and what cameras of unknown direction or status may see; never less than ``covered_m2``.
    open_incidents
        (g,) incidents given to the place.
    incidents_in_blind_spots
        (g,) those of them that lie where nothing is covered.
    """

    cameras: IntArray
    cameras_live: IntArray
    cameras_dead: IntArray
    direction_unknown: IntArray
    area_m2: FloatArray
    covered_m2: FloatArray
    upper_covered_m2: FloatArray
    open_incidents: IntArray
    incidents_in_blind_spots: IntArray

    def __len__(self) -> int:
        return len(self.area_m2)

    @property
    def share_covered(self) -> FloatArray:
        """(g,) between 0 and 1; NaN where a place has no ground (an area without grids)."""
        return _share(self.covered_m2, self.area_m2)

    @property
    def upper_share_covered(self) -> FloatArray:
        """(g,) between `share_covered` and 1; NaN where a place has no ground."""
        return _share(self.upper_covered_m2, self.area_m2)

    @property
    def blind_m2(self) -> FloatArray:
        """(g,) ground that nothing covers for certain."""
        return self.area_m2 - self.covered_m2

    @property
    def priority(self) -> IntArray:
        """(g,) how much a new camera is needed: the open incidents in the blind spots."""
        return self.incidents_in_blind_spots

    def worst_first(self) -> IntArray:
        """Return the (g,) positions by falling priority, then falling blind ground, then position."""
        return np.lexsort((np.arange(len(self)), -self.blind_m2, -self.priority))


def _share(part_m2: FloatArray, whole_m2: FloatArray) -> FloatArray:
    share: FloatArray = np.full(len(whole_m2), np.nan)
    np.divide(part_m2, whole_m2, out=share, where=whole_m2 > 0.0)
    return share
