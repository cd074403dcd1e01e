"""Which cameras count, which of them see, and where they belong.

Only live and distinct cameras with a known direction cover ground (R15). What remains is told apart, never
added in: a dead camera is counted and sees nothing; a camera of unknown status, or whose direction is
unknown, only raises the upper bound. A list of cameras that gives no status at all therefore covers nothing
until whoever loads it declares it live (``--set status=live``): the claim is theirs, and stands in the
data.
"""

from dataclasses import dataclass

import numpy as np

from gis.coverage.cameras import Cameras
from gis.coverage.fields_of_view import Views
from gis.units import BoolArray, IntArray


@dataclass(frozen=True, slots=True)
class Deployment:
    """n rows of cameras, what they see, and the grids they belong to.

    Parameters
    ----------
    cameras
        n rows, duplicates included.
    views
        Their fields of view, same order.
    stands_for
        (n,) from `distinct_cameras`: the row that stands for each row's camera. ``np.arange(n)`` when all
        are distinct.
    camera, grid
        (p,) pairs: the row ``camera[i]`` belongs to the grid at position ``grid[i]``. A camera belongs to
        every grid within 5 m, so it may stand in several pairs; outside the city it stands in none.

    Raises
    ------
    ValueError
        When lengths differ, a pair names a row that is not there, or ``stands_for`` is not settled.
    """

    cameras: Cameras
    views: Views
    stands_for: IntArray
    camera: IntArray
    grid: IntArray

    def __post_init__(self) -> None:
        """Refuse parts that do not belong together."""
        n = len(self.cameras)
        if len(self.views) != n or self.stands_for.shape != (n,):
            raise ValueError(f"{n} cameras, {len(self.views)} views, {self.stands_for.shape} representatives")
        if self.camera.shape != self.grid.shape or self.camera.ndim != 1:
            raise ValueError(f"pairs of {self.camera.shape} cameras and {self.grid.shape} grids")
        if self.camera.size and not (self.camera.min() >= 0 and self.camera.max() < n and self.grid.min() >= 0):
            raise ValueError("a pair names a camera or grid that is not there")
        if n and not np.array_equal(self.stands_for[self.stands_for], self.stands_for):
            raise ValueError("a row stands for a camera but not for itself")

    @property
    def distinct(self) -> BoolArray:
        """(n,) the rows that stand for a camera: the cameras to count."""
        return np.equal(self.stands_for, np.arange(len(self.cameras)))

    @property
    def covers(self) -> BoolArray:
        """(n,) the rows whose views are covered ground."""
        live: BoolArray = self.cameras.status == "live"
        return self.distinct & self.views.certain & live

    @property
    def may_cover(self) -> BoolArray:
        """(n,) the rows whose views only raise the upper bound: status or direction is unknown."""
        dead: BoolArray = self.cameras.status == "dead"
        return self.distinct & ~self.covers & ~dead
