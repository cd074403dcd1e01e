"""Metres: a local metric plane, and geodesic areas and distances on the WGS84 ellipsoid.

Lengths and areas are never taken in degrees or in Web Mercator, which is 8 % off in Jiangmen and 28 % in
Washington.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import pyproj
import shapely
from numpy.typing import ArrayLike
from pyproj.enums import TransformDirection

from gis.units import FloatArray, GeometryArray

_ELLIPSOID: Final = pyproj.Geod(ellps="WGS84")

Mover = Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]


@dataclass(frozen=True, slots=True)
class LocalMetric:
    """A plane in metres that touches the ellipsoid at one place (Lambert azimuthal equal-area).

    Areas are true everywhere. A length is off by at most (d / 6371 km)² / 8, where d is the distance from the
    centre: 0.003 % at 100 km, 0.08 % at 500 km. Directions from the centre are true.

    Parameters
    ----------
    lon, lat
        The centre, WGS84 degrees; there x = y = 0, x grows eastward and y northward.
    """

    lon: float
    lat: float

    @classmethod
    def around(cls, lon: ArrayLike, lat: ArrayLike) -> "LocalMetric":
        """Return the plane about the middle of the extent of some positions.

        Parameters
        ----------
        lon, lat
            One number each or (n,) WGS84 degrees; NaN is left out.

        Raises
        ------
        ValueError
            When there is no finite position, or the middle is no place on Earth.

        Examples
        --------
        >>> plane = LocalMetric.around([112.0, 113.2], [21.6, 22.8])
        >>> round(plane.lon, 6), round(plane.lat, 6)
        (112.6, 22.2)
        """
        lons, lats = np.atleast_1d(np.asarray(lon, np.float64)), np.atleast_1d(np.asarray(lat, np.float64))
        known = np.isfinite(lons) & np.isfinite(lats)
        if not known.any():
            raise ValueError("a metric plane needs at least one finite position")
        lons, lats = lons[known], lats[known]
        middle_lon = float(lons.min() + lons.max()) / 2.0
        middle_lat = float(lats.min() + lats.max()) / 2.0
        if abs(middle_lon) > 180.0 or abs(middle_lat) > 90.0:
            raise ValueError(f"({middle_lon}, {middle_lat}) is no (lon, lat) for the centre of a metric plane")
        return cls(middle_lon, middle_lat)

    def xy(self, lon: ArrayLike, lat: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Return (n,) metres east and north of the centre for WGS84 degrees; NaN for no place on Earth."""
        x, y = _plane(self.lon, self.lat).transform(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
        return _without_infinity(x, y)

    def lonlat(self, x: ArrayLike, y: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Return (n,) WGS84 degrees for metres east and north of the centre; `xy` undone to 1e-9 degrees.

        PROJ's inverse breaks off a series and is a millimetre off; one step back and forth mends that.
        """
        x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
        inverse = _plane(self.lon, self.lat).transform(x, y, direction=TransformDirection.INVERSE)
        lon, lat = _without_infinity(*inverse)
        near_x, near_y = self.xy(lon, lat)
        metres_north, metres_east = _metres_per_degree(lat)
        return lon + (x - near_x) / metres_east, lat + (y - near_y) / metres_north

    def to_metres(self, geometries: GeometryArray) -> GeometryArray:
        """Return the geometries (or the one geometry) with metres for degrees; heights are dropped."""
        return moved_geometries(geometries, self.xy)

    def to_degrees(self, geometries: GeometryArray) -> GeometryArray:
        """Return the geometries (or the one geometry) with WGS84 degrees for metres: `to_metres` undone."""
        return moved_geometries(geometries, self.lonlat)


def moved_geometries(geometries: GeometryArray, move: Mover) -> GeometryArray:
    """Return geometries, or one geometry, with every vertex moved by a function of two columns.

    Parameters
    ----------
    geometries
        Of any type; heights are dropped; None stays None.
    move
        Takes and returns (n,) first and second coordinates; NaN for "nowhere".

    Returns
    -------
    The same shape. Nowhere is (inf, inf) in a geometry, because a ring that begins with NaN does not count as
    closed.
    """

    def move_or_infinity(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        first, second = move(x, y)
        return np.nan_to_num(first, nan=np.inf), np.nan_to_num(second, nan=np.inf)

    moved: GeometryArray = shapely.transform(shapely.force_2d(geometries), move_or_infinity, interleaved=False)
    return moved


def geodesic_area_m2(polygons: GeometryArray) -> FloatArray:
    """Return the true area of polygons on the ellipsoid.

    Parameters
    ----------
    polygons
        (n,) valid polygons or multipolygons, WGS84 lon/lat, rings of either orientation; edges are geodesics.

    Returns
    -------
    (n,) square metres; 0 for None and what has no area. Holes are taken off. About 2 µs a vertex.

    Examples
    --------
    >>> float(geodesic_area_m2(np.array([shapely.box(0.0, 0.0, 0.001, 0.001)]))[0].round())
    12309.0
    """
    polygons = np.atleast_1d(np.asarray(polygons, dtype=object))
    parts, polygon_of_part = shapely.get_parts(polygons, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    is_hole = np.diff(part_of_ring, prepend=-1) == 0
    ring_areas = _ring_areas_m2(rings)
    areas = np.zeros(len(polygons))
    np.add.at(areas, polygon_of_part[part_of_ring], np.where(is_hole, -ring_areas, ring_areas))
    return areas


def geodesic_distance_m(lon1: ArrayLike, lat1: ArrayLike, lon2: ArrayLike, lat2: ArrayLike) -> FloatArray:
    """Return the length of the geodesic between positions, by Karney's method (a nanometre).

    Parameters
    ----------
    lon1, lat1, lon2, lat2
        (n,) WGS84 degrees, or single numbers; they are broadcast against each other.

    Returns
    -------
    (n,) metres; NaN where a coordinate is not finite or a latitude is beyond a pole.
    """
    ends = np.broadcast_arrays(*(np.atleast_1d(np.asarray(v, np.float64)) for v in (lon1, lat1, lon2, lat2)))
    known = np.isfinite(ends).all(axis=0) & (np.abs(ends[1]) <= 90.0) & (np.abs(ends[3]) <= 90.0)
    metres = np.full(known.shape, np.nan)
    metres[known] = _ELLIPSOID.inv(*(end[known] for end in ends))[2]
    return metres


def _ring_areas_m2(rings: GeometryArray) -> FloatArray:
    """Return the area inside each ring, never negative."""
    positions, ring = shapely.get_coordinates(rings, return_index=True)
    ends = np.searchsorted(ring, np.arange(len(rings) + 1))
    areas = np.empty(len(rings))
    for index in range(len(rings)):
        lon, lat = positions[ends[index] : ends[index + 1]].T
        areas[index] = abs(_ELLIPSOID.polygon_area_perimeter(lon, lat)[0])
    return areas


@lru_cache(maxsize=64)
def _plane(lon: float, lat: float) -> pyproj.Transformer:
    """Return the way from WGS84 degrees to metres about a centre, lon first."""
    plane = f"+proj=laea +lon_0={lon!r} +lat_0={lat!r} +datum=WGS84 +units=m +no_defs"
    return pyproj.Transformer.from_crs("EPSG:4326", plane, always_xy=True)


def _metres_per_degree(lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the length of a degree of latitude and of longitude, by the ellipsoid's two radii of curvature."""
    latitude = np.radians(lat)
    w2 = 1.0 - _ELLIPSOID.es * np.sin(latitude) ** 2
    meridian_m = _ELLIPSOID.a * (1.0 - _ELLIPSOID.es) / (w2 * np.sqrt(w2))
    parallel_m = _ELLIPSOID.a / np.sqrt(w2) * np.maximum(np.cos(latitude), 1e-3)
    return np.radians(meridian_m), np.radians(parallel_m)


def _without_infinity(first: FloatArray, second: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the pairs with PROJ's infinities, its word for "nowhere", as NaN."""
    nowhere = ~(np.isfinite(first) & np.isfinite(second))
    return np.where(nowhere, np.nan, first), np.where(nowhere, np.nan, second)
