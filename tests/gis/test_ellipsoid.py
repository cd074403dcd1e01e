import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.crs import geodesic_distance_m
from gis.ellipsoid import geocentric, great_circle_m, metres_per_degree

LATITUDES = st.floats(-80, 80)
LONGITUDES = st.floats(-170, 170)


@given(LONGITUDES, LATITUDES)
def test_a_hundredth_of_a_degree_is_as_long_as_the_geodesic(lon, lat):
    east, north = metres_per_degree(np.float64(lat))
    assert 0.01 * east == pytest.approx(geodesic_distance_m(lon - 0.005, lat, lon + 0.005, lat), rel=1e-6)
    assert 0.01 * north == pytest.approx(geodesic_distance_m(lon, lat - 0.005, lon, lat + 0.005), rel=1e-6)


@given(LONGITUDES, LATITUDES, LONGITUDES, LATITUDES)
def test_the_great_circle_is_the_geodesic_within_0_6_percent(lon_1, lat_1, lon_2, lat_2):
    distance_m = great_circle_m(*map(np.float64, (lon_1, lat_1, lon_2, lat_2)))
    assert distance_m == pytest.approx(geodesic_distance_m(lon_1, lat_1, lon_2, lat_2).item(), rel=6e-3, abs=1e-6)


@given(LONGITUDES, LATITUDES, st.floats(-0.2, 0.2), st.floats(-0.2, 0.2))
def test_the_chord_is_the_geodesic_between_near_places(lon, lat, east, north):
    here, there = geocentric(np.array([lon, lon + east]), np.array([lat, lat + north]))
    expected_m = geodesic_distance_m(lon, lat, lon + east, lat + north).item()
    assert np.linalg.norm(here - there) == pytest.approx(expected_m, rel=2e-5, abs=1e-6)
