"""GCJ-02 and BD-09: against gcoord's cities, against plain Python, and there and back again."""

import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.crs import BD09, GCJ02, WGS84, Crs, from_wgs84, geodesic_distance_m, to_wgs84
from gis.crs.offsets import (
    GCJ02_BOX,
    bd09_from_gcj02,
    gcj02_from_bd09,
    gcj02_from_wgs84,
    in_gcj02_box,
    wgs84_from_gcj02,
)
from gis.units import FloatArray

Pair = tuple[FloatArray, FloatArray]

IN_CHINA = st.tuples(st.floats(73.4, 135.1), st.floats(3.8, 53.6))
ANYWHERE = st.tuples(st.floats(-180.0, 180.0), st.floats(-90.0, 90.0))
AT_THE_EDGE = st.tuples(
    st.one_of(st.floats(71.9, 72.6), st.floats(137.2, 137.9), st.floats(72.0, 138.0)),
    st.one_of(st.floats(0.7, 1.5), st.floats(55.2, 55.9), st.floats(0.8, 55.9)),
)


def one(pair: tuple[float, float]) -> Pair:
    return np.array([pair[0]]), np.array([pair[1]])


def plain_gcj02(lon: float, lat: float) -> tuple[float, float]:
    """The published formula, point by point."""
    x, y = lon - 105.0, lat - 35.0
    both = (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + both
    north += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + both
    east += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    a, ee = 6378245.0, 0.00669342162296594323
    magic = 1 - ee * math.sin(math.radians(lat)) ** 2
    d_lat = north * 180.0 / ((a * (1 - ee)) / (magic * math.sqrt(magic)) * math.pi)
    d_lon = east * 180.0 / (a / math.sqrt(magic) * math.cos(math.radians(lat)) * math.pi)
    return lon + d_lon, lat + d_lat


def plain_bd09(lon: float, lat: float) -> tuple[float, float]:
    """Baidu's formula, point by point."""
    z = math.sqrt(lon * lon + lat * lat) + 0.00002 * math.sin(lat * math.pi * 3000.0 / 180.0)
    theta = math.atan2(lat, lon) + 0.000003 * math.cos(lon * math.pi * 3000.0 / 180.0)
    return z * math.cos(theta) + 0.0065, z * math.sin(theta) + 0.006


@pytest.fixture(scope="module")
def cities(shared_data: Path) -> dict[Crs, Pair]:
    rows = json.loads((shared_data / "cn" / "gcj02_bd09_vectors_gcoord.json").read_text(encoding="utf-8"))
    names = {WGS84: "WGS84", GCJ02: "GCJ02", BD09: "BD09"}
    tables = {crs: np.array([row["coords"][name] for row in rows]) for crs, name in names.items()}
    return {crs: (table[:, 0], table[:, 1]) for crs, table in tables.items()}


@pytest.mark.parametrize("source", [WGS84, GCJ02, BD09], ids=str)
@pytest.mark.parametrize("target", [WGS84, GCJ02, BD09], ids=str)
def test_332_cities_agree_with_gcoord_to_a_metre(cities: dict[Crs, Pair], source: Crs, target: Crs) -> None:
    lon, lat = from_wgs84(*to_wgs84(*cities[source], crs=source), crs=target)
    assert len(lon) == 332
    assert geodesic_distance_m(lon, lat, *cities[target]).max() < 1.0


@given(IN_CHINA)
def test_in_china_the_array_form_is_the_published_formula(place: tuple[float, float]) -> None:
    lon, lat = gcj02_from_wgs84(*one(place))
    assert (lon[0], lat[0]) == pytest.approx(plain_gcj02(*place), abs=1e-12)


@given(IN_CHINA)
def test_baidus_offset_is_the_published_formula(place: tuple[float, float]) -> None:
    lon, lat = bd09_from_gcj02(*one(place))
    assert (lon[0], lat[0]) == pytest.approx(plain_bd09(*place), abs=1e-12)


@pytest.mark.parametrize(
    ("there", "back"),
    [(gcj02_from_wgs84, wgs84_from_gcj02), (bd09_from_gcj02, gcj02_from_bd09)],
    ids=["GCJ-02", "BD-09"],
)
@given(place=st.one_of(IN_CHINA, AT_THE_EDGE, st.tuples(st.floats(104.9999999, 105.0000001), st.floats(20.0, 40.0))))
def test_there_and_back_again_is_the_same_place_to_1e_9_degrees(
    there: Callable[[FloatArray, FloatArray], Pair],
    back: Callable[[FloatArray, FloatArray], Pair],
    place: tuple[float, float],
) -> None:
    for first, second in ((there, back), (back, there)):
        lon, lat = second(*first(*one(place)))
        assert (lon[0], lat[0]) == pytest.approx(place, abs=1e-9)


@given(ANYWHERE)
def test_outside_its_box_gcj02_is_the_identity_both_ways(place: tuple[float, float]) -> None:
    inside = GCJ02_BOX.west < place[0] < GCJ02_BOX.east and GCJ02_BOX.south < place[1] < GCJ02_BOX.north
    lon, lat = one(place)
    assert bool(in_gcj02_box(lon, lat)[0]) is inside
    if not inside:
        for convert in (gcj02_from_wgs84, wgs84_from_gcj02):
            moved_lon, moved_lat = convert(lon, lat)
            assert (moved_lon[0], moved_lat[0]) == place


@given(AT_THE_EDGE, st.floats(-1e-6, 1e-6), st.floats(-1e-6, 1e-6))
def test_no_neighbours_are_torn_apart_at_the_edge_of_the_box(
    place: tuple[float, float], east: float, north: float
) -> None:
    lon, lat = gcj02_from_wgs84(np.array([place[0], place[0] + east]), np.array([place[1], place[1] + north]))
    assert abs(np.diff(lon)[0]) < 2e-6
    assert abs(np.diff(lat)[0]) < 2e-6


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_metres_called_bd09_by_mistake_can_be_turned_back_into_what_was_typed(x: float, y: float) -> None:
    if abs(x) > 200.0 or abs(y) > 100.0:
        lon, lat = to_wgs84([x], [y], crs=BD09)
        back_x, back_y = from_wgs84(lon, lat, crs=BD09)
        assert (back_x[0], back_y[0]) == pytest.approx((x, y), rel=1e-12, abs=1e-9)


@pytest.mark.parametrize(
    "convert", [gcj02_from_wgs84, wgs84_from_gcj02, bd09_from_gcj02, gcj02_from_bd09], ids=lambda f: f.__name__
)
def test_what_is_not_finite_becomes_nan_in_both_columns_and_spoils_nothing_else(
    convert: Callable[[FloatArray, FloatArray], Pair],
) -> None:
    lon, lat = convert(np.array([np.nan, 113.0, np.inf, 113.0]), np.array([22.5, -np.inf, 22.5, 22.5]))
    alone = convert(np.array([113.0]), np.array([22.5]))
    assert np.isnan(lon[:3]).all()
    assert np.isnan(lat[:3]).all()
    assert (lon[3], lat[3]) == (alone[0][0], alone[1][0])


def test_a_long_array_is_inverted_as_its_points_are_one_by_one() -> None:
    rng = np.random.default_rng(5)
    lon, lat = rng.uniform(70.0, 140.0, 20_000), rng.uniform(0.0, 57.0, 20_000)
    together = wgs84_from_gcj02(lon, lat)
    for index in (0, 8_191, 8_192, 19_999):
        alone = wgs84_from_gcj02(lon[index : index + 1], lat[index : index + 1])
        assert (together[0][index], together[1][index]) == pytest.approx((alone[0][0], alone[1][0]), abs=1e-11)


def test_the_inputs_are_left_as_they_were() -> None:
    lon, lat = np.array([113.0, np.inf]), np.array([22.5, 1.0])
    to_wgs84(lon, lat, crs=BD09)
    assert lon.tolist() == [113.0, np.inf]
    assert lat.tolist() == [22.5, 1.0]
