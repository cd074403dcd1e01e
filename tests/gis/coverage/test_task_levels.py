import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.coverage.task_levels import DETECT, IEC_62676_4_2014, pixels_per_metre, range_for_level
from tests.gis.coverage.coverage_city import UNHURRIED


@pytest.mark.parametrize(
    ("level", "range_m"), [("detect", 38.4), ("observe", 15.36), ("recognise", 7.68), ("identify", 3.84)]
)
def test_full_hd_over_90_degrees_serves_each_task_up_to_its_distance(level: str, range_m: float) -> None:
    found = range_for_level(np.array([1920.0]), hfov_deg=np.array([90.0]), level=IEC_62676_4_2014[level])
    assert found[0] == pytest.approx(range_m)


@UNHURRIED
@given(
    pixels=st.floats(100.0, 10_000.0),
    hfov_deg=st.floats(1.0, 179.0),
    level=st.sampled_from(list(IEC_62676_4_2014.values())),
)
def test_at_its_range_a_camera_has_just_the_pixels_the_task_needs(pixels, hfov_deg, level) -> None:
    distance_m = range_for_level(np.array([pixels]), hfov_deg=np.array([hfov_deg]), level=level)
    there = pixels_per_metre(np.array([pixels]), hfov_deg=np.array([hfov_deg]), distance_m=distance_m)
    assert there[0] == pytest.approx(level.pixels_per_metre)


def test_of_the_area_seen_for_detection_4_percent_is_seen_for_recognition() -> None:
    pixels, hfov_deg = np.array([1920.0]), np.array([90.0])
    far = range_for_level(pixels, hfov_deg=hfov_deg, level=DETECT)
    near = range_for_level(pixels, hfov_deg=hfov_deg, level=IEC_62676_4_2014["recognise"])
    assert (near / far)[0] ** 2 == pytest.approx(0.04)


@pytest.mark.parametrize(("pixels", "hfov_deg"), [(1920.0, 180.0), (1920.0, 360.0), (np.nan, 90.0), (1920.0, np.nan)])
def test_where_the_formula_does_not_hold_the_range_stays_unknown(pixels: float, hfov_deg: float) -> None:
    found = range_for_level(np.array([pixels]), hfov_deg=np.array([hfov_deg]), level=DETECT)
    assert np.isnan(found[0])
