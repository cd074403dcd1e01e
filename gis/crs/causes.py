"""The likely cause when nothing lies in the city: which system would bring the same numbers there.

Every projected system that PROJ knows for the city's extent is tried in both orders of the columns, and
degrees too. That takes about a second and happens only when a file is about to be refused.
"""

from typing import Final, NamedTuple

import numpy as np
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_crs_info
from pyproj.enums import PJType

from gis.crs.evidence import CityBorder
from gis.crs.systems import BD09, GCJ02, WGS84, Crs, parse_crs, to_wgs84
from gis.errors import UnknownCrs
from gis.units import FloatArray

_TRIED: Final = 100
"""Positions that are tried, evenly spread over the file."""

_FITTING_SHARE: Final = 0.9
_MOST_CAUSES: Final = 3
_USUAL_DATUMS: Final = ("WGS 84", "CGCS2000")


class Cause(NamedTuple):
    """A system under which the numbers fall into the city.

    Parameters
    ----------
    name
        Canonical name of the system.
    order
        "x, y" when the columns are right, "y, x" when they must be exchanged.
    share
        Share of the positions inside the city, 0 to 1.
    """

    name: str
    order: str
    share: float

    def __str__(self) -> str:
        exchanged = " with the columns exchanged" if self.order == "y, x" else ""
        return f"{self.name}{exchanged} ({self.share:.0%} inside)"


def likely_causes(x: FloatArray, y: FloatArray, *, city: CityBorder) -> list[Cause]:
    """Return the systems under which at least nine tenths of the numbers fall into the city.

    Parameters
    ----------
    x, y
        (n,) the numbers as they stand in the file.
    city
        Where they should be.

    Returns
    -------
    At most three, the best first; among equals WGS84 and CGCS2000 before older datums, right order before
    exchanged.
    """
    known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    tried = known[:: max(1, len(known) // _TRIED)]
    if not tried.size:
        return []
    x, y = x[tried], y[tried]
    in_degrees = max(np.abs(x).max(), np.abs(y).max()) <= 180.0
    candidates = [WGS84, GCJ02, BD09] if in_degrees else _projected_systems(city)
    causes = []
    for crs in candidates:
        for order, first, second in (("x, y", x, y), ("y, x", y, x)):
            share = float(city.contains(*to_wgs84(first, second, crs=crs)).mean())
            if share >= _FITTING_SHARE:
                causes.append(Cause(crs.name, order, share))
    return sorted(causes, key=lambda cause: (-round(cause.share, 1), cause.order))[:_MOST_CAUSES]


def _projected_systems(city: CityBorder) -> list[Crs]:
    """Return the projected systems in use about the city, those on WGS84 and CGCS2000 first."""
    found = query_crs_info(
        auth_name="EPSG",
        pj_types=PJType.PROJECTED_CRS,
        area_of_interest=AreaOfInterest(*city.box),
        contains=False,
    )
    systems = []
    for info in sorted(found, key=lambda info: (not info.name.startswith(_USUAL_DATUMS), int(info.code))):
        try:
            systems.append(parse_crs(f"EPSG:{info.code}"))
        except UnknownCrs:  # A family of grids such as EPSG:32600 names no one plane.
            continue
    return systems
