"""Coordinate systems: WGS84 inside; CGCS2000, GCJ-02, BD-09 and any EPSG code at the door (R8).

This package is the only importer of pyproj. `systems` reads declarations and converts, `offsets` has the
formulae of the Chinese web maps, `metric` measures in metres, and `doubts` holds what was declared against
the city's border (with `readings`, `evidence` and `causes`).
"""

from gis.crs.declarations import FileCrs, crs_of_file, projjson
from gis.crs.doubts import Doubt, doubts_of_layer, doubts_of_location, doubts_of_points
from gis.crs.metric import LocalMetric, geodesic_area_m2, geodesic_distance_m
from gis.crs.readings import DoubtKind
from gis.crs.systems import (
    BD09,
    CGCS2000,
    GCJ02,
    WGS84,
    Crs,
    datum_shift_is_published,
    from_wgs84,
    geometries_from_wgs84,
    geometries_to_wgs84,
    location_to_wgs84,
    parse_crs,
    to_wgs84,
)

__all__ = [
    "BD09",
    "CGCS2000",
    "GCJ02",
    "WGS84",
    "Crs",
    "Doubt",
    "DoubtKind",
    "FileCrs",
    "LocalMetric",
    "crs_of_file",
    "datum_shift_is_published",
    "doubts_of_layer",
    "doubts_of_location",
    "doubts_of_points",
    "from_wgs84",
    "geodesic_area_m2",
    "geodesic_distance_m",
    "geometries_from_wgs84",
    "geometries_to_wgs84",
    "location_to_wgs84",
    "parse_crs",
    "projjson",
    "to_wgs84",
]
