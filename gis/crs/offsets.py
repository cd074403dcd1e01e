"""The offsets of Chinese web maps: GCJ-02 on WGS84, and BD-09 on GCJ-02.

Both are smooth shifts of some hundred metres, published only as formulae for the way out; the way back is the
fixed point ``p = q - shift(p)``, whose every step shrinks the error at least twentyfold.

**Where GCJ-02 ends.** By custom it applies in the box 72.004 to 137.8347 E, 0.8293 to 55.8271 N and is the
identity outside. Taken literally that tears the plane: along the edge some places in GCJ-02 have two origins
and others none, and no inverse can be right. So the shift fades out linearly over the last half degree
*inside* the box. All of China (73.4 to 135.1 E, 3.8 to 53.6 N) lies further in and follows the published
formula exactly; outside the box the identity holds; in between the map is continuous and one to one, so
forward and inverse agree everywhere. Baidu's offset is applied everywhere on Earth and fades out beyond the
legal range of degrees, so that metres or swapped axes that were called BD-09 by mistake can still be turned
back into what was typed.

NaN and infinity come out as NaN. The published formulae have been in the public domain since 2010
(EvilTransform); the tests compare with the 332 cities of the library gcoord.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from gis.units import BoolArray, Box, FloatArray

GCJ02_BOX: Final = Box(west=72.004, south=0.8293, east=137.8347, north=55.8271)
"""Outside this box, in WGS84 degrees, GCJ-02 is the identity."""

_FADE_DEGREES: Final = 0.5

# The ellipsoid of Krassovsky 1940, as the published formula has it.
_SEMI_MAJOR_M: Final = 6_378_245.0
_ECCENTRICITY_SQUARED: Final = 0.00669342162296594323

# The waves of the published formula, radians per degree east of 105 E and north of 35 N, and their amplitudes.
_X_WAVES: Final = np.pi * np.array([6.0, 2.0, 1.0, 1.0 / 3.0, 1.0 / 12.0, 1.0 / 30.0])
_Y_WAVES: Final = np.pi * np.array([1.0, 1.0 / 3.0, 1.0 / 12.0, 1.0 / 30.0])
_EAST_BY_X_M: Final = np.array([20.0, 20.0, 20.0, 40.0, 150.0, 300.0]) * 2.0 / 3.0
_NORTH_BY_X_M: Final = np.array([20.0, 20.0, 0.0, 0.0, 0.0, 0.0]) * 2.0 / 3.0
_NORTH_BY_Y_M: Final = np.array([20.0, 40.0, 160.0, 320.0]) * 2.0 / 3.0

_BAIDU_FREQUENCY: Final = np.pi * 3000.0 / 180.0
_BAIDU_LON_DEGREES: Final = 0.0065
_BAIDU_LAT_DEGREES: Final = 0.006

# A last step below 1e-10 degrees leaves about 1e-11 also beside 105 E, where the formula has square roots.
_INVERSE_LAST_STEP_DEGREES: Final = 1e-10
_INVERSE_STEPS: Final = 40
_CHUNK: Final = 8_192
"""Points inverted at a time, so that the dozen arrays in work stay in the processor's cache."""


def gcj02_from_wgs84(lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Shift WGS84 positions as Chinese phones and maps (Amap, Tencent) do.

    Parameters
    ----------
    lon, lat
        (n,) float64, WGS84 degrees, any order.

    Returns
    -------
    (n,) longitudes and latitudes in GCJ-02 degrees; the same numbers outside `GCJ02_BOX`.

    Examples
    --------
    >>> lon, lat = gcj02_from_wgs84(np.array([114.0164322, -77.0]), np.array([33.0133556, 38.9]))
    >>> lon.round(6).tolist(), lat.round(6).tolist()
    ([114.022301, -77.0], [33.011528, 38.9])
    """
    lon, lat = _finite_pairs(lon, lat)
    shift_lon, shift_lat = _gcj02_shift(lon, lat)
    return lon + shift_lon, lat + shift_lat


def wgs84_from_gcj02(lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Undo `gcj02_from_wgs84` to better than 1e-9 degrees (0.1 mm).

    Parameters
    ----------
    lon, lat
        (n,) float64, GCJ-02 degrees, any order.

    Returns
    -------
    (n,) longitudes and latitudes in WGS84 degrees.
    """
    return _origin(lon, lat, shift=_gcj02_shift)


def bd09_from_gcj02(lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Add Baidu's offset to GCJ-02 positions.

    Parameters
    ----------
    lon, lat
        (n,) float64, GCJ-02 degrees, any order.

    Returns
    -------
    (n,) longitudes and latitudes in BD-09 degrees (Baidu's "bd09ll", not its Mercator metres).
    """
    lon, lat = _finite_pairs(lon, lat)
    shift_lon, shift_lat = _baidu_shift(lon, lat)
    return lon + shift_lon, lat + shift_lat


def gcj02_from_bd09(lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Undo `bd09_from_gcj02` to better than 1e-9 degrees, save within 5 m of (0, 0) in the Gulf of Guinea.

    Parameters
    ----------
    lon, lat
        (n,) float64, BD-09 degrees, any order.

    Returns
    -------
    (n,) longitudes and latitudes in GCJ-02 degrees.
    """
    return _origin(lon, lat, shift=_baidu_shift)


def in_gcj02_box(lon: FloatArray, lat: FloatArray) -> BoolArray:
    """Tell which WGS84 positions lie where GCJ-02 differs from WGS84 (NaN does not).

    Parameters
    ----------
    lon, lat
        (n,) float64, WGS84 degrees.

    Returns
    -------
    (n,) booleans.
    """
    return _fade(lon, lat) > 0.0


def _origin(
    lon: FloatArray,
    lat: FloatArray,
    *,
    shift: Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray]],
) -> tuple[FloatArray, FloatArray]:
    """Return the positions that ``shift`` moves to (lon, lat)."""
    target_lon, target_lat = _finite_pairs(lon, lat)
    origin_lon, origin_lat = target_lon.copy(), target_lat.copy()
    for start in range(0, target_lon.size, _CHUNK):
        chunk = slice(start, start + _CHUNK)
        for _ in range(_INVERSE_STEPS):
            shift_lon, shift_lat = shift(origin_lon[chunk], origin_lat[chunk])
            next_lon, next_lat = target_lon[chunk] - shift_lon, target_lat[chunk] - shift_lat
            moved = np.maximum(np.abs(next_lon - origin_lon[chunk]), np.abs(next_lat - origin_lat[chunk]))
            origin_lon[chunk], origin_lat[chunk] = next_lon, next_lat
            if not np.any(moved > _INVERSE_LAST_STEP_DEGREES):
                break
    return origin_lon, origin_lat


def _gcj02_shift(lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return what GCJ-02 adds to WGS84 positions, in degrees; 0 outside the box."""
    fade = _fade(lon, lat)
    shifted = fade > 0.0
    if shifted.all():
        return _gcj02_shift_in_box(lon, lat, fade=fade)
    shift_lon, shift_lat = np.zeros_like(lon), np.zeros_like(lat)
    if shifted.any():
        shift_lon[shifted], shift_lat[shifted] = _gcj02_shift_in_box(lon[shifted], lat[shifted], fade=fade[shifted])
    return shift_lon, shift_lat


def _gcj02_shift_in_box(lon: FloatArray, lat: FloatArray, *, fade: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the published formula's shift in degrees, times ``fade``."""
    x, y = lon - 105.0, lat - 35.0
    root, product = np.sqrt(np.abs(x)), 0.1 * x * y
    along, across = np.sin(np.multiply.outer(_X_WAVES, x)), np.sin(np.multiply.outer(_Y_WAVES, y))
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + product + 0.1 * root + _EAST_BY_X_M @ along
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + product + 0.2 * root
    north_m += _NORTH_BY_X_M @ along + _NORTH_BY_Y_M @ across

    latitude = np.radians(lat)
    w2 = 1.0 - _ECCENTRICITY_SQUARED * np.sin(latitude) ** 2
    meridian_m = _SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_SQUARED) / (w2 * np.sqrt(w2))
    parallel_m = _SEMI_MAJOR_M / np.sqrt(w2) * np.cos(latitude)
    return fade * np.degrees(east_m / parallel_m), fade * np.degrees(north_m / meridian_m)


def _fade(lon: FloatArray, lat: FloatArray) -> FloatArray:
    """Return the share of the GCJ-02 shift that applies: 1 in China, 0 outside the box and for NaN."""
    inside_lon = np.minimum(lon - GCJ02_BOX.west, GCJ02_BOX.east - lon)
    inside_lat = np.minimum(lat - GCJ02_BOX.south, GCJ02_BOX.north - lat)
    share = np.minimum(inside_lon, inside_lat) / _FADE_DEGREES
    return np.fmax(np.minimum(share, 1.0), 0.0)


def _baidu_shift(lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return what BD-09 adds to GCJ-02 positions, in degrees; 0 far beyond the legal range."""
    fade = np.clip((200.0 - np.abs(lon)) / 20.0, 0.0, 1.0) * np.clip((100.0 - np.abs(lat)) / 10.0, 0.0, 1.0)
    shift_lon, shift_lat = np.zeros_like(lon), np.zeros_like(lat)
    shifted = fade > 0.0
    x, y = lon[shifted], lat[shifted]
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BAIDU_FREQUENCY)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BAIDU_FREQUENCY)
    shift_lon[shifted] = fade[shifted] * (radius * np.cos(angle) + _BAIDU_LON_DEGREES - x)
    shift_lat[shifted] = fade[shifted] * (radius * np.sin(angle) + _BAIDU_LAT_DEGREES - y)
    return shift_lon, shift_lat


def _finite_pairs(lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return float64 copies in which a pair with anything not finite is NaN twice."""
    lon, lat = np.array(lon, dtype=np.float64), np.array(lat, dtype=np.float64)
    broken = ~(np.isfinite(lon) & np.isfinite(lat))
    lon[broken] = np.nan
    lat[broken] = np.nan
    return lon, lat
