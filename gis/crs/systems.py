"""Coordinate systems: what a file or a request declares, and the way to WGS84 and back (R8).

The order of input is always lon, lat (x, y), also where an authority says otherwise: EPSG:4490 and
``urn:ogc:def:crs:EPSG::4326`` put latitude first on paper, EPSG:4526 northing; nobody's files do.

CGCS2000 (EPSG:4490) is taken as numerically equal to WGS84, as PROJ does. Everything else with an EPSG code
goes through PROJ, without its network. For some old datums (Xian 1980) no transformation is published and
PROJ can only reuse the degrees: `datum_shift_is_published` tells.

A `Crs` is cheap; the transformers behind it are cached and safe to share between threads.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

import numpy as np
import pyproj
from numpy.typing import ArrayLike
from pyproj.enums import TransformDirection
from pyproj.exceptions import CRSError, ProjError
from pyproj.network import set_network_enabled  # type: ignore[attr-defined]

from gis.crs.metric import moved_geometries
from gis.crs.offsets import bd09_from_gcj02, gcj02_from_bd09, gcj02_from_wgs84, wgs84_from_gcj02
from gis.errors import InvalidInput, MissingCrs, UnknownCrs
from gis.units import FloatArray, GeometryArray, Location

ACCEPTED: Final = (
    "accepted are EPSG:4326 (WGS84, CRS84), EPSG:4490 (CGCS2000), GCJ-02, BD-09, or EPSG:n for any other "
    "system; coordinates always as lon, lat (x, y)"
)


class Family(StrEnum):
    """How a system is brought to WGS84."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"
    PROJ = "proj"


@dataclass(frozen=True, slots=True)
class Crs:
    """A coordinate system by its canonical name; made by `parse_crs`.

    Parameters
    ----------
    name
        "EPSG:4326", "EPSG:4490", "GCJ-02", "BD-09" or "EPSG:n".
    family
        Which way leads to WGS84; EPSG:4326 and EPSG:4490 are both `Family.WGS84`.
    """

    name: str
    family: Family

    def __str__(self) -> str:
        return self.name


WGS84: Final = Crs("EPSG:4326", Family.WGS84)
CGCS2000: Final = Crs("EPSG:4490", Family.WGS84)
GCJ02: Final = Crs("GCJ-02", Family.GCJ02)
BD09: Final = Crs("BD-09", Family.BD09)

_BY_NAME: Final = {
    "WGS84": WGS84,
    "CRS84": WGS84,
    "OGC:CRS84": WGS84,
    "CRS:84": WGS84,
    "CGCS2000": CGCS2000,
    "国家2000": CGCS2000,
    "2000国家大地坐标系": CGCS2000,
    "GCJ02": GCJ02,
    "火星坐标系": GCJ02,
    "BD09": BD09,
    "BD09LL": BD09,
    "百度坐标系": BD09,
}
_CGCS2000_EPSG: Final = 4490
_BY_EPSG: Final = {4326: WGS84, _CGCS2000_EPSG: CGCS2000}

_EPSG: Final = re.compile(
    r"""\[? (?: URN:(?:X-)?OGC:DEF:CRS:EPSG:[\d.]*:
          | HTTPS?://WWW\.OPENGIS\.NET/DEF/CRS/EPSG/[\d.]+/
          | HTTPS?://WWW\.OPENGIS\.NET/GML/SRS/EPSG\.XML\#
          | EPSG: )
        (?P<code> [0-9]{1,7} ) \]?""",
    re.VERBOSE,
)
_CRS84: Final = re.compile(
    r"URN:(?:X-)?OGC:DEF:CRS:OGC:[\d.]*:CRS84|HTTPS?://WWW\.OPENGIS\.NET/DEF/CRS/OGC/[\d.]+/CRS84"
)


_RETURNS_WITHIN: Final = 1.0
"""In the system's own unit, metres as a rule; what wraps around the Earth is off by far more, also in degrees."""


def parse_crs(text: str | None) -> Crs:
    """Read the name of a coordinate system, whatever its case, spaces, hyphens and full-width signs.

    Parameters
    ----------
    text
        Such as "EPSG:4326", "wgs 84", "CRS84", "gcj02", "BD-09", "CGCS2000", "epsg:4526", an OGC URN or URL.

    Raises
    ------
    MissingCrs
        For None and blank text: a system is declared, never guessed.
    UnknownCrs
        When the name is none of ours, or the EPSG code is unknown to PROJ or not of places on the Earth's
        surface (heights, geocentric, engineering).

    Examples
    --------
    >>> parse_crs("gcj02").name, parse_crs("urn:ogc:def:crs:OGC:1.3:CRS84").name, parse_crs("epsg: 4526").name
    ('GCJ-02', 'EPSG:4326', 'EPSG:4526')
    """
    if text is None or not text.strip():
        raise MissingCrs("no coordinate system is declared", remedy=ACCEPTED)
    compact = re.sub(r"[\s_]", "", unicodedata.normalize("NFKC", text)).upper()
    named = _BY_NAME.get(compact) or _BY_NAME.get(compact.replace("-", ""))
    if named is not None:
        return named
    if _CRS84.fullmatch(compact):
        return WGS84
    numbered = _EPSG.fullmatch(compact)
    if numbered is None:
        raise UnknownCrs(f"the coordinate system {text.strip()[:80]!r} is not known", remedy=ACCEPTED)
    code = int(numbered["code"])
    if code in _BY_EPSG:
        return _BY_EPSG[code]
    return _surveyed(code)


def to_wgs84(x: ArrayLike, y: ArrayLike, *, crs: Crs) -> tuple[FloatArray, FloatArray]:
    """Bring positions of a declared system to WGS84.

    Parameters
    ----------
    x, y
        (n,) longitudes and latitudes in degrees, or eastings and northings in the system's unit.
    crs
        What they are in.

    Returns
    -------
    (n,) float64 lon and lat in degrees, new arrays. Both are NaN where an input is not finite or the system
    does not reach: PROJ wraps an easting once around the Earth, and such a place does not come back as it went.
    Degrees out of range are not judged here but by `gis.crs.doubts_of_points`.

    Examples
    --------
    >>> lon, lat = to_wgs84([38_405_000.0], [2_498_000.0], crs=parse_crs("EPSG:4526"))
    >>> lon.round(3).tolist(), lat.round(3).tolist()
    ([113.076], [22.577])
    """
    first, second = _pairs(x, y)
    match crs.family:
        case Family.WGS84:
            return first, second
        case Family.GCJ02:
            return wgs84_from_gcj02(first, second)
        case Family.BD09:
            return wgs84_from_gcj02(*gcj02_from_bd09(first, second))
        case Family.PROJ:
            return _surveyed_to_wgs84(first, second, crs=crs)


def from_wgs84(lon: ArrayLike, lat: ArrayLike, *, crs: Crs) -> tuple[FloatArray, FloatArray]:
    """Bring WGS84 positions to a system; the inverse of `to_wgs84`.

    Parameters
    ----------
    lon, lat
        (n,) WGS84 degrees.
    crs
        What is wanted.

    Returns
    -------
    (n,) float64 x and y, lon and lat first; NaN where an input is not finite or the system does not reach.
    """
    first, second = _pairs(lon, lat)
    match crs.family:
        case Family.WGS84:
            return first, second
        case Family.GCJ02:
            return gcj02_from_wgs84(first, second)
        case Family.BD09:
            return bd09_from_gcj02(*gcj02_from_wgs84(first, second))
        case Family.PROJ:
            transform = _transformer(crs.name).transform
            return _pairs(*transform(first, second, direction=TransformDirection.INVERSE))


def geometries_to_wgs84(geometries: GeometryArray, *, crs: Crs) -> GeometryArray:
    """Bring geometries of a declared system to WGS84, vertex by vertex.

    Parameters
    ----------
    geometries
        (n,) shapely geometries of any type; heights are dropped; None stays None.
    crs
        What they are in.

    Returns
    -------
    (n,) geometries in WGS84 lon/lat. A vertex that is not finite or that the system does not reach is (inf,
    inf).
    """
    return moved_geometries(geometries, lambda x, y: to_wgs84(x, y, crs=crs))


def geometries_from_wgs84(geometries: GeometryArray, *, crs: Crs) -> GeometryArray:
    """Bring WGS84 geometries to a system, vertex by vertex; the inverse of `geometries_to_wgs84`.

    Parameters
    ----------
    geometries
        (n,) shapely geometries of any type, WGS84 lon/lat; heights are dropped; None stays None.
    crs
        What is wanted.

    Returns
    -------
    (n,) geometries, x (lon) first; the same ones where the system has the same numbers as WGS84.
    """
    if crs.family is Family.WGS84:
        return geometries
    return moved_geometries(geometries, lambda lon, lat: from_wgs84(lon, lat, crs=crs))


def location_to_wgs84(x: float, y: float, *, crs: Crs) -> Location:
    """Bring one position to WGS84 and make sure that it is one.

    Raises
    ------
    InvalidInput
        When a number is not finite, out of range, or beyond the system's reach; it says so when the axes look
        swapped.
    """
    lon, lat = to_wgs84([x], [y], crs=crs)
    try:
        return Location.of(float(lon[0]), float(lat[0]))
    except ValueError as error:
        looks_swapped = abs(x) <= 90.0 < abs(y) <= 180.0
        hint = "the axes look swapped: give longitude first" if looks_swapped else f"give lon, lat (x, y) in {crs}"
        raise InvalidInput(
            f"({x:g}, {y:g}) is not a position in {crs}",
            remedy=hint,
            facts={"x": repr(x), "y": repr(y), "crs": crs.name},
        ) from error


@lru_cache(maxsize=256)
def datum_shift_is_published(crs: Crs) -> bool:
    """Tell whether the way from a system's datum to WGS84 is known.

    Returns
    -------
    False for old datums such as Xian 1980, for which PROJ can only reuse the degrees: positions may then be
    off by a hundred metres or more. True for CGCS2000 and everything else.
    """
    if crs.family is not Family.PROJ:
        return True
    source = pyproj.CRS.from_user_input(crs.name)
    datum = source.geodetic_crs
    if datum is not None and datum.to_epsg() == _CGCS2000_EPSG:
        return True
    try:
        pyproj.Transformer.from_crs(source, "EPSG:4326", always_xy=True, allow_ballpark=False)
    except ProjError:
        return False
    return True


@lru_cache(maxsize=256)
def _surveyed(code: int) -> Crs:
    """Return the system of an EPSG code, checked against PROJ's database."""
    name = f"EPSG:{code}"
    try:
        found = pyproj.CRS.from_epsg(code)
    except CRSError as error:
        raise UnknownCrs(f"{name} is not in PROJ's database", remedy=ACCEPTED) from error
    if not (found.is_geographic or found.is_projected):
        raise UnknownCrs(
            f"{name} ({found.name}) has no longitude and latitude and no easting and northing",
            remedy=ACCEPTED,
        )
    try:
        _transformer(name)
    except ProjError as error:
        raise UnknownCrs(f"{name} ({found.name}) cannot be brought to WGS84", remedy=ACCEPTED) from error
    return Crs(name, Family.PROJ)


@lru_cache(maxsize=256)
def _transformer(name: str) -> pyproj.Transformer:
    """Return PROJ's way from a system to WGS84, x first; grids are never fetched from the network."""
    set_network_enabled(active=False)
    return pyproj.Transformer.from_crs(name, "EPSG:4326", always_xy=True)


def _surveyed_to_wgs84(x: FloatArray, y: FloatArray, *, crs: Crs) -> tuple[FloatArray, FloatArray]:
    """Return lon and lat by PROJ, NaN where the way back leads elsewhere."""
    lon, lat = _pairs(*_transformer(crs.name).transform(x, y))
    back_x, back_y = from_wgs84(lon, lat, crs=crs)
    reached = np.hypot(back_x - x, back_y - y) < _RETURNS_WITHIN
    return np.where(reached, lon, np.nan), np.where(reached, lat, np.nan)


def _pairs(x: ArrayLike, y: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return float64 copies in which a pair with anything not finite is NaN twice."""
    first, second = np.array(x, dtype=np.float64, ndmin=1), np.array(y, dtype=np.float64, ndmin=1)
    if first.shape != second.shape or first.ndim != 1:
        raise ValueError(f"x and y must be two columns of one length, not {first.shape} and {second.shape}")
    broken = ~(np.isfinite(first) & np.isfinite(second))
    first[broken] = np.nan
    second[broken] = np.nan
    return first, second
