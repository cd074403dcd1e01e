"""How far the border of a city is evidence: inside or outside, distances, and a sign test by places.

Points and vertices come in clusters, and official borders are generalised: a hundred incidents beside one
badly drawn kilometre of border are one observation, not a hundred. So each square of 2 km votes once for the
reading that fits better there, and only votes are counted. If the declared reading is true, a vote against it
needs an error of the border as large as the offset and on the right side of it; at worst every second vote
goes against it, so the sign test against one half is on the safe side.
"""

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
import shapely
from scipy.special import bdtrc

from gis.crs.metric import LocalMetric, geodesic_distance_m
from gis.units import BoolArray, FloatArray

PLACE_M: Final = 2_000.0
"""Side of the squares that vote once."""


class Votes(NamedTuple):
    """Places that speak against the declared reading, and for it."""

    against: int
    in_favour: int

    @property
    def chance(self) -> float:
        """The probability of so many votes against a true declaration, at worst (one-sided sign test)."""
        if self.against == 0:
            return 1.0
        return float(bdtrc(self.against - 1, self.against + self.in_favour, 0.5))


def votes_by_place(x: FloatArray, y: FloatArray, *, preference: FloatArray) -> Votes:
    """Let every square of `PLACE_M` vote once.

    Parameters
    ----------
    x, y
        (n,) metres in a local metric plane.
    preference
        (n,) positive where the other reading fits better, negative where the declared one does, 0 for no
        opinion.
    """
    speaks = (preference != 0.0) & np.isfinite(x) & np.isfinite(y)
    column = np.floor(x[speaks] / PLACE_M).astype(np.int64)
    row = np.floor(y[speaks] / PLACE_M).astype(np.int64)
    _, place = np.unique(column * 1_000_003 + row, return_inverse=True)
    sums = np.bincount(place, weights=np.sign(preference[speaks]))
    return Votes(against=int(np.sum(sums > 0.0)), in_favour=int(np.sum(sums < 0.0)))


@dataclass(frozen=True)
class CityBorder:
    """The stored boundary of the city, ready for many questions.

    Parameters
    ----------
    polygon
        Valid, not empty (multi)polygon, WGS84 lon/lat. It is prepared in place.
    """

    polygon: Any
    box: tuple[float, float, float, float] = field(init=False)

    def __post_init__(self) -> None:
        if self.polygon is None or shapely.is_empty(self.polygon):
            raise ValueError("a city without a boundary gives no evidence")
        shapely.prepare(self.polygon)
        object.__setattr__(self, "box", tuple(float(edge) for edge in shapely.bounds(self.polygon)))

    @cached_property
    def plane(self) -> LocalMetric:
        """The metric plane about the city."""
        west, south, east, north = self.box
        return LocalMetric.around([west, east], [south, north])

    @cached_property
    def border_m(self) -> Any:
        """The border as lines in the metric plane."""
        return shapely.boundary(self.plane.to_metres(self.polygon))

    @cached_property
    def _segments(self) -> shapely.STRtree:
        rings = shapely.get_parts(self.border_m)
        corners, ring = shapely.get_coordinates(rings, return_index=True)
        pairs = np.stack([corners[:-1], corners[1:]], axis=1)[ring[:-1] == ring[1:]]
        return shapely.STRtree(shapely.linestrings(pairs))

    @cached_property
    def _hull(self) -> FloatArray:
        """(k, 2) corners of the convex hull, lon and lat: from afar the city is no more than that."""
        corners: FloatArray = shapely.get_coordinates(shapely.convex_hull(self.polygon))
        return corners

    def contains(self, lon: FloatArray, lat: FloatArray) -> BoolArray:
        """Tell which WGS84 positions lie in the city; NaN does not."""
        west, south, east, north = self.box
        inside: BoolArray = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        inside[inside] = shapely.intersects_xy(self.polygon, lon[inside], lat[inside])
        return inside

    def is_far_from(self, lon: FloatArray, lat: FloatArray) -> BoolArray:
        """Tell which positions lie further outside than the city is large: no border decides about them."""
        west, south, east, north = self.box
        reach = float(np.hypot(east - west, north - south))
        near = (lon >= west - reach) & (lon <= east + reach) & (lat >= south - reach) & (lat <= north + reach)
        return ~near & np.isfinite(lon) & np.isfinite(lat)

    def distance_to_border_m(self, lon: FloatArray, lat: FloatArray) -> FloatArray:
        """Return metres from the border line, inside or outside; infinity for what is no place on Earth."""
        x, y = self.plane.xy(lon, lat)
        known = np.isfinite(x) & np.isfinite(y)
        metres = np.full(len(x), np.inf)
        if known.any():
            points = shapely.points(x[known], y[known])
            _, nearest = self._segments.query_nearest(points, return_distance=True, all_matches=False)
            metres[known] = nearest
        return metres

    def nearest_distance_m(self, lon: FloatArray, lat: FloatArray) -> float | None:
        """Return metres from the city to the nearest of some positions outside; None if none is on Earth."""
        legal = (np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0)
        if not legal.any():
            return None
        near = legal & ~self.is_far_from(lon, lat)
        if near.any():
            return float(self.distance_to_border_m(lon[near], lat[near]).min())
        far_lon, far_lat = lon[legal], lat[legal]
        closest = int(np.argmin(geodesic_distance_m(far_lon, far_lat, *self._hull[0])))
        hull_lon, hull_lat = self._hull.T
        return float(geodesic_distance_m(far_lon[closest], far_lat[closest], hull_lon, hull_lat).min())


class _Identity:
    """A geometry compared as an object: shapely compares, and hashes, every vertex."""

    __slots__ = ("geometry",)

    def __init__(self, geometry: Any) -> None:
        self.geometry = geometry

    def __hash__(self) -> int:
        return id(self.geometry)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and other.geometry is self.geometry


def border_of(boundary: Any) -> CityBorder:
    """Return the border of a polygon; the last few are kept, so that a service prepares an edition's but once.

    Parameters
    ----------
    boundary
        Valid, not empty (multi)polygon, WGS84 lon/lat.
    """
    return _border_of(_Identity(boundary))


@lru_cache(maxsize=4)
def _border_of(boundary: _Identity) -> CityBorder:
    return CityBorder(boundary.geometry)
