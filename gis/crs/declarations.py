"""What a file says of its own coordinate system, and whether that agrees with what the user says (R8).

Files name systems in many ways: EPSG numbers, well-known text of several dialects, PROJJSON, and text of one's own
making. Two names are the same system when they put the file's places within a metre of each other, so the test is made
with the places: CGCS2000 and WGS84 agree, a zone with and without its number in front of the easting does not.
"""

from dataclasses import dataclass

import numpy as np
import pyproj
from pyproj.enums import WktVersion
from pyproj.exceptions import CRSError, ProjError

from gis.crs.metric import geodesic_distance_m
from gis.crs.systems import Crs, Family, parse_crs, to_wgs84
from gis.errors import UnknownCrs
from gis.units import FloatArray

SAME_WITHIN_M = 1.0
_CONFIDENCE = 70


@dataclass(frozen=True, slots=True)
class FileCrs:
    """The system that a file names.

    Attributes
    ----------
    name
        As a user would say it.
    crs
        The same as one of ours; None when it has no number, or is not known at all.
    definition
        What PROJ can convert from; None when it is not known.
    """

    name: str
    crs: Crs | None
    definition: str | None

    def agrees(self, declared: Crs, x: FloatArray, y: FloatArray) -> bool:
        """Tell whether this system and a declared one put the same numbers in the same places.

        Parameters
        ----------
        x, y
            (n,) coordinates from the file; those that are not finite do not count. Without any, only names count.
        """
        if self.crs is not None and self.crs.family is declared.family and self.crs.name == declared.name:
            return True
        lon, lat = to_wgs84(x, y, crs=declared)
        own_lon, own_lat = self._places(x, y)
        known = np.isfinite(lon) & np.isfinite(own_lon) & (np.abs(lat) <= 90) & (np.abs(own_lat) <= 90)
        if not known.any():
            return not len(x) and self.crs is not None and self.crs.family is declared.family
        apart_m = geodesic_distance_m(lon[known], lat[known], own_lon[known], own_lat[known])
        return bool(np.max(apart_m) <= SAME_WITHIN_M)

    def _places(self, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        if self.crs is not None:
            return to_wgs84(x, y, crs=self.crs)
        if self.definition is None:
            return np.full(len(x), np.nan), np.full(len(x), np.nan)
        try:
            moved = pyproj.Transformer.from_crs(self.definition, "EPSG:4326", always_xy=True).transform(x, y)
        except ProjError:
            return np.full(len(x), np.nan), np.full(len(x), np.nan)
        return np.asarray(moved[0], dtype=np.float64), np.asarray(moved[1], dtype=np.float64)


def crs_of_file(text: str) -> FileCrs:
    """Read the name of a system as a file gives it.

    Parameters
    ----------
    text
        A name that `parse_crs` reads, well-known text, or PROJJSON.

    Examples
    --------
    >>> crs_of_file("EPSG:4490").name, crs_of_file("GCJ-02").crs.name, crs_of_file("nobody's").definition is None
    ('EPSG:4490', 'GCJ-02', True)
    """
    try:
        known = parse_crs(text)
        return FileCrs(known.name, known, known.name)
    except UnknownCrs:
        pass
    try:
        found = pyproj.CRS.from_user_input(text)
    except CRSError:
        return FileCrs(text.strip()[:80], None, None)
    code = _code(found)
    if code is None:
        return FileCrs(found.name, None, found.to_wkt(WktVersion.WKT2_2019))
    named = parse_crs(code)
    return FileCrs(f"{named.name} ({found.name})", named, named.name)


def projjson(crs: Crs) -> str | None:
    """Return a system's definition as PROJJSON, as GeoParquet wants it; None for those that PROJ does not know."""
    if crs.family in {Family.GCJ02, Family.BD09}:
        return None
    definition: str = pyproj.CRS.from_user_input(crs.name).to_json()
    return definition


def _code(found: pyproj.CRS) -> str | None:
    """Return EPSG:n when PROJ is sure enough which number a definition has, and it is one of ours."""
    authority = found.to_authority(min_confidence=_CONFIDENCE)
    if authority is None:
        return None
    code = "CRS84" if authority == ("OGC", "CRS84") else ":".join(authority)
    try:
        return parse_crs(code).name
    except UnknownCrs:
        return None
