import math
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.coverage import DEFAULT_RANGES, IEC_62676_4_2014, fields_of_view
from gis.crs import LocalMetric
from tests.gis.coverage.coverage_city import (
    LAT,
    LON,
    METRIC,
    UNHURRIED,
    UNKNOWN,
    any_cameras,
    camera_rows,
    cameras_of,
)


def view_of(**row: Any) -> Any:
    return fields_of_view(cameras_of(row), metric=METRIC)


def sees(view: Any, azimuth_deg: float, distance_m: float) -> bool:
    """Whether a view holds the point at a bearing and distance from the middle of the city."""
    x, y = METRIC.xy(np.array([LON]), np.array([LAT]))
    turn = math.radians(azimuth_deg)
    point = shapely.Point(x[0] + distance_m * math.sin(turn), y[0] + distance_m * math.cos(turn))
    return bool(view.polygons[0].covers(point))


@UNHURRIED
@given(
    azimuth_deg=st.floats(-720.0, 720.0),
    hfov_deg=st.floats(0.5, 359.99),
    range_m=st.floats(0.5, 2000.0),
)
def test_a_sectors_area_is_right_to_a_thousandth_and_never_too_large(azimuth_deg, hfov_deg, range_m) -> None:
    view = view_of(azimuth_deg=azimuth_deg, hfov_deg=hfov_deg, range_m=range_m)
    true_m2 = math.radians(hfov_deg) / 2.0 * range_m**2
    assert 0.999 * true_m2 < shapely.area(view.polygons[0]) <= true_m2 * (1.0 + 1e-9)


@pytest.mark.parametrize("kind", ["dome", "ptz"])
def test_a_dome_or_ptz_sees_a_circle_whatever_its_azimuth(kind: str) -> None:
    for azimuth_deg in (UNKNOWN, 90.0):
        view = view_of(kind=kind, azimuth_deg=azimuth_deg, hfov_deg=60.0, range_m=100.0)
        assert view.certain.tolist() == [True]
        assert shapely.area(view.polygons[0]) == pytest.approx(math.pi * 100.0**2, rel=1e-3)


@UNHURRIED
@given(rows=any_cameras())
def test_every_view_is_a_valid_counterclockwise_polygon_within_its_range(rows: list[dict[str, Any]]) -> None:
    cameras = cameras_of(*rows)
    views = fields_of_view(cameras, metric=METRIC)
    assert len(views) == len(cameras)
    assert shapely.is_valid(views.polygons).all()
    assert shapely.is_ccw(shapely.get_exterior_ring(views.polygons)).all()
    places = shapely.points(*METRIC.xy(cameras.lon, cameras.lat))
    reach_m = shapely.hausdorff_distance(places, views.polygons)
    assert reach_m == pytest.approx(views.range_m, rel=1e-6)
    assert (shapely.distance(places, views.polygons) < 1e-6).all()


@UNHURRIED
@given(row=camera_rows(), turn_deg=st.floats(-360.0, 360.0))
def test_turning_a_camera_changes_no_area_and_no_certainty(row: dict[str, Any], turn_deg: float) -> None:
    before = view_of(**row)
    after = view_of(**{**row, "azimuth_deg": row["azimuth_deg"] + turn_deg})
    assert shapely.area(after.polygons[0]) == pytest.approx(shapely.area(before.polygons[0]), rel=1e-6)
    assert after.certain.tolist() == before.certain.tolist()


def test_a_sector_across_north_sees_both_sides_of_it_and_nothing_behind() -> None:
    view = view_of(azimuth_deg=355.0, hfov_deg=30.0, range_m=100.0)
    assert [sees(view, bearing, 99.0) for bearing in (341.0, 355.0, 0.0, 9.0)] == [True] * 4
    assert [sees(view, bearing, 99.0) for bearing in (339.0, 11.0, 175.0)] == [False] * 3
    assert not sees(view, 355.0, 101.0)


def test_a_sector_wider_than_a_half_circle_leaves_out_only_what_lies_behind() -> None:
    view = view_of(azimuth_deg=90.0, hfov_deg=300.0, range_m=100.0)
    assert [sees(view, bearing, 50.0) for bearing in (90.0, 239.0, 301.0)] == [True] * 3
    assert not sees(view, 270.0, 1.0)


@pytest.mark.parametrize("hfov_deg", [360.0, 400.0])
def test_a_lens_that_sees_all_round_needs_no_direction(hfov_deg: float) -> None:
    view = view_of(hfov_deg=hfov_deg, range_m=100.0)
    assert view.certain.tolist() == [True]
    assert shapely.area(view.polygons[0]) == pytest.approx(math.pi * 100.0**2, rel=1e-3)


@pytest.mark.parametrize("kind", ["fixed", "unknown"])
def test_an_unknown_direction_is_an_upper_bound_around_every_possible_sector(kind: str) -> None:
    upper = view_of(kind=kind, hfov_deg=60.0, range_m=100.0)
    assert upper.certain.tolist() == [False]
    for azimuth_deg in range(0, 360, 7):
        one = view_of(kind=kind, azimuth_deg=float(azimuth_deg), hfov_deg=60.0, range_m=100.0)
        assert one.certain.tolist() == [True]
        outside = shapely.area(shapely.difference(one.polygons[0], upper.polygons[0]))
        assert outside < 1e-3 * shapely.area(one.polygons[0])


def test_a_known_range_and_the_pixels_both_limit_what_is_seen() -> None:
    far = view_of(azimuth_deg=0.0, hfov_deg=90.0, range_m=200.0, pixels_h=1920.0)
    near = view_of(azimuth_deg=0.0, hfov_deg=90.0, range_m=20.0, pixels_h=1920.0)
    alone = view_of(azimuth_deg=0.0, hfov_deg=90.0, pixels_h=1920.0)
    assert far.range_m[0] == pytest.approx(38.4)
    assert near.range_m[0] == pytest.approx(20.0)
    assert alone.range_m[0] == pytest.approx(38.4)
    assert not np.concatenate([far.assumed, near.assumed, alone.assumed]).any()


def test_what_is_unknown_comes_from_the_table_and_is_marked() -> None:
    row = DEFAULT_RANGES.by_kind["fixed"]
    view = view_of(azimuth_deg=0.0)
    assert (view.range_m[0], view.hfov_deg[0], view.assumed[0]) == (row.range_m, row.hfov_deg, True)


def test_an_assumed_angle_that_shapes_nothing_is_not_marked() -> None:
    assert not view_of(kind="dome", range_m=50.0).assumed[0]
    assert view_of(kind="dome", pixels_h=1920.0).assumed[0]
    assert view_of(azimuth_deg=0.0, range_m=50.0).assumed[0]


@pytest.mark.parametrize(
    ("lon", "lat"), [(LON, 90.0), (LON, -90.0), (LON, 89.999999), (LON - 180.0, -LAT), (LON - 180.0, LAT)]
)
def test_a_camera_at_the_other_end_of_the_earth_takes_nothing_from_the_others(lon: float, lat: float) -> None:
    near = {"kind": "dome", "range_m": 50.0}
    views = fields_of_view(cameras_of(near, near | {"lon": lon, "lat": lat}, near), metric=METRIC)
    assert shapely.is_valid(views.polygons).all()
    assert shapely.area(views.polygons[[0, 2]]) == pytest.approx([7850.0] * 2, rel=0.01)
    assert not views.polygons[0].intersects(views.polygons[1])


def test_pixels_alone_reach_no_farther_than_a_kilometre() -> None:
    view = view_of(azimuth_deg=0.0, hfov_deg=1.0, pixels_h=1920.0)
    assert view.range_m.tolist() == [1000.0]
    assert view_of(azimuth_deg=0.0, hfov_deg=1.0, range_m=1500.0).range_m.tolist() == [1500.0]


def test_a_finer_task_shortens_every_range_and_a_coarser_one_stretches_only_what_pixels_give() -> None:
    cameras = cameras_of(
        {"azimuth_deg": 0.0, "hfov_deg": 90.0, "range_m": 100.0},
        {"azimuth_deg": 0.0, "hfov_deg": 90.0},
        {"azimuth_deg": 0.0, "hfov_deg": 90.0, "pixels_h": 1920.0},
    )
    fine = fields_of_view(cameras, metric=METRIC, level=IEC_62676_4_2014["recognise"])
    coarse = fields_of_view(cameras, metric=METRIC, level=IEC_62676_4_2014["monitor"])
    assert fine.range_m == pytest.approx([20.0, 7.6, 7.68])
    assert coarse.range_m == pytest.approx([100.0, 38.0, 76.8])


def test_azimuths_count_from_true_north_far_from_the_middle_of_the_projection() -> None:
    metric = LocalMetric.around(LON, 60.0)
    row = {"lon": LON + 1.5, "lat": 60.0, "azimuth_deg": 0.0, "hfov_deg": 1.0, "range_m": 1000.0}
    views = fields_of_view(cameras_of(row), metric=metric)
    tip = shapely.get_coordinates(metric.to_degrees(views.polygons)).mean(axis=0)
    assert tip[0] == pytest.approx(LON + 1.5, abs=1e-5)
    assert tip[1] > 60.0


@pytest.mark.parametrize(
    "wrong",
    [
        {"range_m": 0.0},
        {"range_m": float("inf")},
        {"hfov_deg": -1.0},
        {"pixels_h": 0.0},
        {"azimuth_deg": float("inf")},
        {"lat": 113.08},
        {"lon": UNKNOWN},
        {"kind": "bullet"},
        {"status": ""},
    ],
)
def test_a_value_that_cannot_be_is_refused_with_its_row(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(wrong))}.*row 1 is not"):
        cameras_of({}, wrong)


def test_columns_of_different_length_are_refused() -> None:
    one = cameras_of({})
    columns = {name: getattr(one, name) for name in one.__slots__}
    with pytest.raises(ValueError, match=r"status has shape \(2,\)"):
        type(one)(**{**columns, "status": np.array(["live", "live"])})
