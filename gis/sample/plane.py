"""A flat plane in metres over one city, affine in longitude and latitude.

A straight line between two positions in degrees stays straight here, so lines cut on the plane end exactly
on a boundary that is given in degrees; a map projection would bend that boundary by decimetres. The price
is a scale that is off by up to 1 % at the edges of a city, which is of no matter for making one up.
"""

from dataclasses import dataclass
from math import cos, radians

import numpy as np
import shapely

from gis.units import FloatArray, GeometryArray

LATTICE_PER_DEGREE = 1_000_000_000
"""Stored division geometry lies on multiples of 1e-9 degrees."""


@dataclass(frozen=True, slots=True)
class Plane:
    """The plane around an origin.

    Parameters
    ----------
    lon, lat
        The origin, WGS84 degrees.
    """

    lon: float
    lat: float

    @property
    def metres_per_degree(self) -> FloatArray:
        """Return (2,) metres per degree of longitude and of latitude at the origin."""
        return np.array([111_320.0 * cos(radians(self.lat)), 110_740.0])

    def metres(self, lonlat: FloatArray) -> FloatArray:
        """Return (n, 2) metres east and north of the origin for (n, 2) degrees.

        Examples
        --------
        >>> Plane(113.0, 22.0).metres(np.array([[113.0, 23.0]])).tolist()
        [[0.0, 110740.0]]
        """
        return (np.asarray(lonlat, dtype=np.float64) - (self.lon, self.lat)) * self.metres_per_degree

    def degrees(self, xy: FloatArray) -> FloatArray:
        """Return (n, 2) lon, lat on the lattice of 1e-9 degrees for (n, 2) metres."""
        lonlat = np.asarray(xy, dtype=np.float64) / self.metres_per_degree + (self.lon, self.lat)
        return on_lattice(lonlat)

    def geometries_in_metres(self, geometries: GeometryArray) -> GeometryArray:
        """Return (n,) geometries in metres for (n,) geometries in degrees."""
        moved: GeometryArray = shapely.transform(geometries, self.metres)
        return moved


def on_lattice(lonlat: FloatArray) -> FloatArray:
    """Return coordinates rounded to the lattice of 1e-9 degrees (0.1 mm)."""
    rounded: FloatArray = np.round(np.asarray(lonlat) * LATTICE_PER_DEGREE) / LATTICE_PER_DEGREE
    return rounded
