"""Other readings of the same numbers: where positions would lie if the declared system were not the true one.

A reading is made from WGS84 positions that were converted under the declared system, by turning them back
into the numbers of the file and converting those otherwise. The doubts compare the declared reading with
these.
"""

from enum import StrEnum
from typing import Final, NamedTuple

import numpy as np

from gis.crs.offsets import in_gcj02_box
from gis.crs.systems import BD09, GCJ02, WGS84, Crs, Family, from_wgs84, to_wgs84
from gis.units import FloatArray


class DoubtKind(StrEnum):
    """What coordinates look like: TRUTH_AS_DECLARATION, or in words."""

    SWAPPED_AXES = "swapped_axes"
    GCJ02_AS_WGS84 = "gcj02_as_wgs84"
    BD09_AS_WGS84 = "bd09_as_wgs84"
    WGS84_AS_GCJ02 = "wgs84_as_gcj02"
    BD09_AS_GCJ02 = "bd09_as_gcj02"
    WGS84_AS_BD09 = "wgs84_as_bd09"
    GCJ02_AS_BD09 = "gcj02_as_bd09"
    OUTSIDE = "outside"
    DATUM_SHIFT_UNKNOWN = "datum_shift_unknown"


class Reading(NamedTuple):
    """Positions under another supposition about where the numbers come from.

    Parameters
    ----------
    kind
        The doubt it stands for.
    supposed
        The system in words, as it should have been declared.
    lon, lat
        (n,) WGS84 degrees under that supposition; NaN where there is no such place.
    """

    kind: DoubtKind
    supposed: str
    lon: FloatArray
    lat: FloatArray


_WORD: Final = {Family.WGS84: "wgs84", Family.GCJ02: "gcj02", Family.BD09: "bd09"}


def swapped(lon: FloatArray, lat: FloatArray, *, declared: Crs) -> Reading:
    """Return the reading with the two columns exchanged.

    Parameters
    ----------
    lon, lat
        (n,) WGS84 degrees, converted under ``declared``.
    declared
        What the file was said to be in.
    """
    x, y = from_wgs84(lon, lat, crs=declared)
    other_lon, other_lat = to_wgs84(y, x, crs=declared)
    return Reading(DoubtKind.SWAPPED_AXES, f"{declared} with its two columns exchanged", other_lon, other_lat)


def lookalikes(lon: FloatArray, lat: FloatArray, *, declared: Crs) -> list[Reading]:
    """Return the readings that differ only by the offsets of Chinese web maps (100 to 1,400 m).

    Parameters
    ----------
    lon, lat
        (n,) WGS84 degrees, converted under ``declared``.
    declared
        What the file was said to be in. Projected coordinates are treated as WGS84: somebody may have
        projected degrees that were GCJ-02 or BD-09.

    Returns
    -------
    The two of WGS84, GCJ-02 and BD-09 that were not declared; none when no position lies where GCJ-02 is in
    use.
    """
    if not np.any(in_gcj02_box(lon, lat)):
        return []
    base = WGS84 if declared.family is Family.PROJ else declared
    x, y = from_wgs84(lon, lat, crs=base)
    readings = []
    for system in (WGS84, GCJ02, BD09):
        if system.family is base.family:
            continue
        other_lon, other_lat = to_wgs84(x, y, crs=system)
        supposed = f"{declared} computed from {system} degrees" if base is not declared else system.name
        kind = DoubtKind(f"{_WORD[system.family]}_as_{_WORD[base.family]}")
        readings.append(Reading(kind, supposed, other_lon, other_lat))
    return readings
