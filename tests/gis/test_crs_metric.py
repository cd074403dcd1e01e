"""Metres: the local plane, geodesic areas and distances."""

import math
from itertools import pairwise

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.crs import LocalMetric, geodesic_area_m2, geodesic_distance_m

CENTRES = st.tuples(st.floats(-179.0, 179.0), st.floats(-75.0, 75.0))
WITHIN_50_KM = st.tuples(st.floats(-50_000.0, 50_000.0), st.floats(-50_000.0, 50_000.0))

HOLED = shapely.Polygon(
    shapely.box(113.0, 22.0, 113.1, 22.1).exterior.coords, [shapely.box(113.02, 22.02, 113.05, 22.06).exterior.coords]
)


def haversine_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """A sphere is right to half a percent."""
    a, b = math.radians(lat1), math.radians(lat2)
    h = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(h))


@settings(max_examples=25, deadline=None)  # Each centre is a projection to set up.
@given(CENTRES, WITHIN_50_KM)
def test_metres_and_back_is_the_same_place(centre: tuple[float, float], offset: tuple[float, float]) -> None:
    plane = LocalMetric.around(*centre)
    lon, lat = plane.lonlat([offset[0]], [offset[1]])
    x, y = plane.xy(lon, lat)
    assert (x[0], y[0]) == pytest.approx(offset, abs=1e-5)


@settings(max_examples=25, deadline=None)  # Each centre is a projection to set up.
@given(CENTRES, WITHIN_50_KM)
def test_a_length_from_the_centre_is_the_geodesic_one(centre: tuple[float, float], offset: tuple[float, float]) -> None:
    plane = LocalMetric.around(*centre)
    lon, lat = plane.lonlat([offset[0]], [offset[1]])
    metres = geodesic_distance_m(*centre, lon, lat)[0]
    assert math.hypot(*offset) == pytest.approx(metres, rel=2e-5, abs=1e-3)


@settings(max_examples=25, deadline=None)  # Each centre is a projection to set up.
@given(CENTRES, WITHIN_50_KM, st.floats(100.0, 5_000.0))
def test_an_area_in_the_plane_is_the_geodesic_area(
    centre: tuple[float, float], offset: tuple[float, float], size: float
) -> None:
    plane = LocalMetric.around(*centre)
    square = shapely.box(offset[0], offset[1], offset[0] + size, offset[1] + size)
    on_earth = plane.to_degrees(np.array([square]))
    west, _, east, _ = shapely.bounds(on_earth[0])
    if east - west < 180.0:
        assert geodesic_area_m2(on_earth)[0] == pytest.approx(size**2, rel=1e-6)


def test_the_plane_lies_about_the_middle_of_what_is_known() -> None:
    plane = LocalMetric.around([112.0, np.nan, 113.0], [22.0, 80.0, 23.0])
    assert (plane.lon, plane.lat) == (112.5, 22.5)
    x, y = plane.xy([112.5, 112.6, 112.5], [22.5, 22.5, 22.6])
    assert (x[0], y[0]) == pytest.approx((0.0, 0.0), abs=1e-6)
    assert x[1] > 10_000.0
    assert y[2] > 11_000.0


@pytest.mark.parametrize(("lon", "lat"), [([], []), ([np.nan], [1.0]), ([38_400_000.0], [2_500_000.0])])
def test_a_plane_about_nowhere_is_the_callers_mistake(lon: list[float], lat: list[float]) -> None:
    with pytest.raises(ValueError, match="metric plane"):
        LocalMetric.around(lon, lat)


def test_nowhere_is_nan_in_columns() -> None:
    x, y = LocalMetric(113.0, 22.0).xy([113.0, np.nan, 22.5], [np.nan, 22.0, 113.0])
    assert np.isnan(x).all()
    assert np.isnan(y).all()


def test_geometries_go_to_metres_and_back_and_none_stays_none() -> None:
    plane = LocalMetric(113.05, 22.05)
    there = plane.to_metres(np.array([HOLED, None]))
    back = plane.to_degrees(there)
    assert there[1] is None
    assert shapely.hausdorff_distance(back[0], HOLED) < 1e-9
    assert plane.to_metres(HOLED).equals(there[0])


def test_an_area_leaves_holes_out_adds_parts_and_ignores_the_orientation() -> None:
    island = shapely.box(113.2, 22.0, 113.21, 22.01)
    both = shapely.MultiPolygon([HOLED, island])
    shapes = np.array([HOLED, HOLED.reverse(), island, both, None, shapely.Polygon(), shapely.Point(1, 2)])
    areas = geodesic_area_m2(shapes)
    assert areas[0] == pytest.approx(areas[1])
    assert areas[3] == pytest.approx(areas[0] + areas[2])
    assert areas[4:].tolist() == [0.0, 0.0, 0.0]
    theirs, _ = pyproj.Geod(ellps="WGS84").geometry_area_perimeter(shapely.orient_polygons(HOLED))
    assert areas[0] == pytest.approx(theirs)


def test_no_polygons_have_no_areas() -> None:
    assert geodesic_area_m2(np.array([], dtype=object)).shape == (0,)


def test_parts_of_an_area_add_up_to_the_whole() -> None:
    edges = np.linspace(112.0, 113.0, 11)
    strips = np.array([shapely.box(a, 22.0, b, 22.5) for a, b in pairwise(edges)])
    whole = shapely.union_all(strips)
    assert geodesic_area_m2(strips).sum() == pytest.approx(geodesic_area_m2(np.array([whole]))[0])


@given(CENTRES, CENTRES)
def test_a_distance_is_about_that_on_a_sphere(a: tuple[float, float], b: tuple[float, float]) -> None:
    assert geodesic_distance_m(*a, *b)[0] == pytest.approx(haversine_m(*a, *b), rel=0.006, abs=1e-6)


def test_distances_are_broadcast_and_nan_where_an_end_is_nowhere() -> None:
    metres = geodesic_distance_m(113.0, 22.0, [113.0, np.nan, 113.0, np.inf], [22.0, 22.0, 95.0, 22.0])
    assert metres[0] == 0.0
    assert np.isnan(metres[1:]).all()
