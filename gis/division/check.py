"""Is the division in force whole? Its holes and overlaps, found once and asked by area.

The load refuses overlaps, so an edition should never have one; this looks again at what is stored rather than
trusting that.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.division.gaps import GapArray, holes
from gis.division.model import Division
from gis.division.overlaps import Overlap, overlaps
from gis.units import AreaId, GeometryArray


@dataclass(frozen=True, slots=True)
class DivisionCheck:
    """What is wrong with a division as a whole: ground that no grid covers, or that two do."""

    division: Division
    holes: GapArray
    overlaps: tuple[Overlap, ...]

    @classmethod
    def of(cls, division: Division) -> "DivisionCheck":
        """Look for holes that grids enclose, and for overlaps."""
        return cls(division, holes(division.shapes, None), tuple(overlaps(division.shapes)))

    def holes_within(self, area_id: AreaId) -> tuple[int, float]:
        """Return how many holes touch the grids of an area, and their ground in square metres."""
        touching = np.zeros(len(self.holes), dtype=np.bool_)
        if len(self.holes):
            tree = shapely.STRtree(self.holes.polygons)
            touching[tree.query(self._shapes_within(area_id), predicate="intersects")[1]] = True
        return int(touching.sum()), float(self.holes.area_m2[touching].sum())

    def overlaps_within(self, area_id: AreaId) -> int:
        """Return how many overlaps involve a grid of an area."""
        within = self.division.areas.within(area_id)
        return sum(
            self.division.grids[found.first].area_id in within or self.division.grids[found.second].area_id in within
            for found in self.overlaps
        )

    def _shapes_within(self, area_id: AreaId) -> GeometryArray:
        within = self.division.areas.within(area_id)
        return self.division.shapes[[grid.area_id in within for grid in self.division.grids]]
