"""What may be declared, and the way to WGS84 and back."""

from contextlib import suppress

import numpy as np
import pyproj
import pyproj.network
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.crs import (
    CGCS2000,
    GCJ02,
    WGS84,
    Crs,
    datum_shift_is_published,
    from_wgs84,
    geometries_to_wgs84,
    location_to_wgs84,
    parse_crs,
    to_wgs84,
)
from gis.errors import InvalidInput, MissingCrs, UnknownCrs

NEAR_JIANGMEN = st.tuples(st.floats(112.6, 113.4), st.floats(21.5, 23.0))
LON_LAT_FROM_CGCS2000 = pyproj.Transformer.from_crs("EPSG:4490", "EPSG:4326", always_xy=True)
NAMES = ["EPSG:4326", "EPSG:4490", "GCJ-02", "BD-09", "EPSG:4526", "EPSG:4547", "EPSG:2383", "EPSG:32649", "EPSG:3857"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("EPSG:4326", "EPSG:4326"),
        (" epsg : 4326 ", "EPSG:4326"),
        ("EPSG：４３２６", "EPSG:4326"),
        ("[EPSG:4326]", "EPSG:4326"),
        ("WGS84", "EPSG:4326"),
        ("wgs 84", "EPSG:4326"),
        ("WGS-84", "EPSG:4326"),
        ("CRS84", "EPSG:4326"),
        ("OGC:CRS84", "EPSG:4326"),
        ("CRS:84", "EPSG:4326"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"),
        ("urn:ogc:def:crs:OGC::CRS84", "EPSG:4326"),
        ("http://www.opengis.net/def/crs/OGC/1.3/CRS84", "EPSG:4326"),
        ("urn:ogc:def:crs:EPSG::4326", "EPSG:4326"),
        ("urn:ogc:def:crs:EPSG:6.9:4490", "EPSG:4490"),
        ("https://www.opengis.net/def/crs/EPSG/0/4490", "EPSG:4490"),
        ("http://www.opengis.net/gml/srs/epsg.xml#4526", "EPSG:4526"),
        ("cgcs2000", "EPSG:4490"),
        ("CGCS 2000", "EPSG:4490"),
        ("gcj02", "GCJ-02"),
        ("GCJ_02", "GCJ-02"),
        ("gcj-02", "GCJ-02"),
        ("bd-09", "BD-09"),
        ("BD 09", "BD-09"),
        ("bd09ll", "BD-09"),
        ("EPSG:02380", "EPSG:2380"),
    ],
)
def test_a_declaration_is_read_whatever_its_spelling(text: str, name: str) -> None:
    assert parse_crs(text).name == name


@pytest.mark.parametrize("text", [None, "", "  \t"])
def test_a_missing_declaration_is_refused_with_what_is_accepted(text: str | None) -> None:
    with pytest.raises(MissingCrs, match=r"EPSG:4326.*GCJ-02.*lon, lat"):
        parse_crs(text)


@pytest.mark.parametrize(
    "text",
    [
        "banana",
        "4326",
        "EPSG:",
        "EPSG:abc",
        "EPSG:4326;drop",
        "EPSG:-1",
        "EPSG:999999",
        "EPSG:5773",
        "EPSG:4978",
        "EPSG:32600",
        "EPSG:" + "9" * 100,
        "BD09MC",
        "x" * 5_000,
    ],
)
def test_an_unknown_declaration_is_refused_with_what_is_accepted(text: str) -> None:
    with pytest.raises(UnknownCrs, match="accepted are") as caught:
        parse_crs(text)
    assert len(str(caught.value)) < 500


@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(MissingCrs, UnknownCrs):
        assert parse_crs(parse_crs(text).name) == parse_crs(text)


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None)  # The first example sets up the projection.
@given(place=NEAR_JIANGMEN)
def test_from_wgs84_and_back_is_the_same_place_to_1e_9_degrees(name: str, place: tuple[float, float]) -> None:
    crs = parse_crs(name)
    lon, lat = to_wgs84(*from_wgs84([place[0]], [place[1]], crs=crs), crs=crs)
    assert (lon[0], lat[0]) == pytest.approx(place, abs=1e-9)


@given(NEAR_JIANGMEN)
def test_cgcs2000_takes_longitude_first_and_equals_what_pyproj_says(place: tuple[float, float]) -> None:
    lon, lat = to_wgs84([place[0]], [place[1]], crs=CGCS2000)
    assert (lon[0], lat[0]) == place == LON_LAT_FROM_CGCS2000.transform(*place)


@pytest.mark.parametrize("code", [4526, 4547, 2383, 32649, 3857, 4214])
def test_epsg_systems_agree_with_pyproj_in_the_order_of_the_authority(code: int) -> None:
    crs = parse_crs(f"EPSG:{code}")
    x, y = from_wgs84([113.08], [22.58], crs=crs)
    by_authority = pyproj.Transformer.from_crs("EPSG:4326", code).transform(22.58, 113.08)
    assert sorted([x[0], y[0]]) == pytest.approx(sorted(by_authority), abs=1e-6)
    lon, lat = to_wgs84(x, y, crs=crs)
    assert (lon[0], lat[0]) == pytest.approx((113.08, 22.58), abs=5e-9)


def test_the_easting_comes_first_where_the_authority_puts_the_northing_first() -> None:
    x, y = from_wgs84([114.0], [22.58], crs=parse_crs("EPSG:4526"))
    assert x[0] == pytest.approx(38_500_000.0, abs=0.001)
    assert 2_400_000.0 < y[0] < 2_600_000.0


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_finite_becomes_nan_in_both_columns(name: str) -> None:
    crs = parse_crs(name)
    x, y = from_wgs84([113.0], [22.5], crs=crs)
    lon, lat = to_wgs84([np.nan, x[0], np.inf, x[0]], [y[0], np.nan, y[0], y[0]], crs=crs)
    assert np.isnan(lon).tolist() == np.isnan(lat).tolist() == [True, True, True, False]


def test_what_a_projection_does_not_reach_becomes_nan() -> None:
    lon, lat = to_wgs84([113.0], [22.5], crs=parse_crs("EPSG:4526"))
    assert np.isnan([lon[0], lat[0]]).all()


@pytest.mark.parametrize("turns", [-2, -1, 1, 2])
def test_what_lies_a_turn_around_the_earth_away_is_not_reached(turns: int) -> None:
    around_m = 2.0 * np.pi * 6_378_137.0
    here = np.array([12_580_000.0])
    lon, lat = to_wgs84(here + turns * around_m, np.array([2_580_000.0]), crs=parse_crs("EPSG:3857"))
    assert np.isnan([lon, lat]).all()
    assert np.isfinite(to_wgs84(here, np.array([2_580_000.0]), crs=parse_crs("EPSG:3857"))).all()


def test_a_number_too_large_for_any_place_is_not_reached() -> None:
    assert np.isnan(to_wgs84(np.array([1e308]), np.array([1e308]), crs=parse_crs("EPSG:3857"))).all()


@pytest.mark.parametrize("name", NAMES)
def test_no_positions_give_no_positions(name: str) -> None:
    lon, lat = to_wgs84([], [], crs=parse_crs(name))
    assert lon.shape == lat.shape == (0,)
    assert lon.dtype == lat.dtype == np.float64


def test_columns_of_two_lengths_are_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match="one length"):
        to_wgs84([1.0], [1.0, 2.0], crs=WGS84)


def test_the_result_is_the_callers_to_change() -> None:
    given_lon = np.array([113.0])
    lon, _ = to_wgs84(given_lon, np.array([22.0]), crs=WGS84)
    lon[0] = 0.0
    assert given_lon[0] == 113.0


def test_geometries_move_vertex_by_vertex_with_holes_parts_and_blanks() -> None:
    holed = shapely.Polygon(
        [(113, 22), (113.1, 22), (113.1, 22.1), (113, 22)], [[(113.05, 22.01), (113.07, 22.01), (113.07, 22.02)]]
    )
    shapes = np.array([holed, None, shapely.Point(113, 22, 5.0), shapely.MultiPolygon([holed]), shapely.Polygon()])
    moved = geometries_to_wgs84(shapes, crs=GCJ02)
    assert moved[1] is None
    assert moved[4].is_empty
    assert not moved[2].has_z
    lon, lat = to_wgs84(*shapely.get_coordinates(holed).T, crs=GCJ02)
    assert shapely.get_coordinates(moved[0]).tolist() == np.column_stack([lon, lat]).tolist()
    assert moved[3].geoms[0].equals(moved[0])


def test_a_polygon_out_of_reach_keeps_its_ring_closed_and_is_not_finite() -> None:
    moved = geometries_to_wgs84(np.array([shapely.box(113.0, 22.0, 113.1, 22.1)]), crs=parse_crs("EPSG:4526"))
    assert np.isposinf(shapely.get_coordinates(moved)).all()


def test_one_location_is_brought_to_wgs84() -> None:
    here = location_to_wgs84(113.0, 22.5, crs=CGCS2000)
    assert (here.lon, here.lat) == (113.0, 22.5)


@pytest.mark.parametrize(
    ("x", "y", "hint"),
    [(22.58, 113.08, "swapped"), (float("nan"), 22.0, "lon, lat"), (38_400_000.0, 2_500_000.0, "lon, lat")],
)
def test_what_is_no_location_is_refused_with_a_hint(x: float, y: float, hint: str) -> None:
    with pytest.raises(InvalidInput, match=hint):
        location_to_wgs84(x, y, crs=WGS84)


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("EPSG:2380", False),
        ("EPSG:4610", False),
        ("EPSG:4526", True),
        ("EPSG:4490", True),
        ("EPSG:4214", True),
        ("EPSG:27700", True),
        ("EPSG:3857", True),
        ("GCJ-02", True),
    ],
)
def test_a_datum_without_a_published_way_to_wgs84_is_known_as_such(name: str, published: bool) -> None:
    assert datum_shift_is_published(parse_crs(name)) is published


def test_the_network_of_proj_stays_off() -> None:
    pyproj.network.set_network_enabled(active=True)
    try:
        parse_crs("EPSG:2193")
        assert not pyproj.network.is_network_enabled()
    finally:
        pyproj.network.set_network_enabled(active=False)


def test_a_system_is_its_name() -> None:
    assert str(GCJ02) == "GCJ-02"
    assert parse_crs("wgs84") == Crs(WGS84.name, WGS84.family)
    assert len({parse_crs("EPSG:4526"), parse_crs("urn:ogc:def:crs:EPSG::4526")}) == 1
