"""The shared vocabulary: places, boxes, identifiers and arrays.

Positions are (lon, lat) in WGS84 degrees and boxes are (west, south, east, north), everywhere. A plain
number wears its unit in its name (``area_m2``, ``distance_m``). The NewTypes exist so that mypy refuses a
latitude where a longitude belongs, and an edition where a grid belongs.
"""

from typing import Any, NamedTuple, NewType

import numpy as np
from numpy.typing import NDArray

Lon = NewType("Lon", float)
Lat = NewType("Lat", float)

AreaId = NewType("AreaId", int)
GridId = NewType("GridId", int)
EditionId = NewType("EditionId", int)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
BoolArray = NDArray[np.bool_]
CellArray = NDArray[np.uint64]
GeometryArray = NDArray[Any]
"""Shapely geometries in an object array."""


class Location(NamedTuple):
    """A position, WGS84 degrees."""

    lon: Lon
    lat: Lat

    @classmethod
    def of(cls, lon: float, lat: float) -> "Location":
        """Name two plain numbers as longitude and latitude, or refuse them.

        Raises
        ------
        ValueError
            When a number is not finite or out of range; swapped Chinese coordinates (lat > 90) end here.

        Examples
        --------
        >>> Location.of(113.08, 22.58)
        Location(lon=113.08, lat=22.58)
        """
        if not (-180.0 <= lon <= 180.0 and -90.0 <= lat <= 90.0):
            raise ValueError(f"({lon}, {lat}) is not (lon, lat) in degrees")
        return cls(Lon(lon), Lat(lat))


class Box(NamedTuple):
    """An extent in WGS84 degrees; crossing the antimeridian is not supported."""

    west: float
    south: float
    east: float
    north: float
