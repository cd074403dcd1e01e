"""Doubts: what is wrong by a few hundred metres is caught where it can be, and what is true is never refused."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.crs import (
    BD09,
    CGCS2000,
    GCJ02,
    WGS84,
    Crs,
    Doubt,
    DoubtKind,
    doubts_of_layer,
    doubts_of_location,
    doubts_of_points,
    from_wgs84,
    geometries_to_wgs84,
    parse_crs,
    to_wgs84,
)
from gis.crs.evidence import PLACE_M, CityBorder, Votes, votes_by_place
from gis.units import FloatArray, GeometryArray, Location

ZONE_38 = parse_crs("EPSG:4526")
WASHINGTON = shapely.Point(-77.02, 38.9).buffer(0.09)
LOOKALIKES = [
    (GCJ02, WGS84, DoubtKind.GCJ02_AS_WGS84),
    (GCJ02, CGCS2000, DoubtKind.GCJ02_AS_WGS84),
    (BD09, WGS84, DoubtKind.BD09_AS_WGS84),
    (WGS84, GCJ02, DoubtKind.WGS84_AS_GCJ02),
    (BD09, GCJ02, DoubtKind.BD09_AS_GCJ02),
    (WGS84, BD09, DoubtKind.WGS84_AS_BD09),
    (GCJ02, BD09, DoubtKind.GCJ02_AS_BD09),
]

Pair = tuple[FloatArray, FloatArray]


def read(path: Path, **wanted: str) -> GeometryArray:
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    chosen = [f["geometry"] for f in features if wanted.items() <= f["properties"].items()]
    return np.array([shapely.from_geojson(json.dumps(geometry)) for geometry in chosen], dtype=object)


@pytest.fixture(scope="module")
def official(shared_data: Path) -> Path:
    return shared_data / "cn" / "cn4_boundaries_tianditu_wgs84.geojson"


@pytest.fixture(scope="module")
def jiangmen(official: Path) -> Any:
    return read(official, level="city", name="江门市")[0]


@pytest.fixture(scope="module")
def counties(official: Path) -> GeometryArray:
    return read(official, level="district", city_adcode="440700")


@pytest.fixture(scope="module")
def dirty(shared_data: Path) -> GeometryArray:
    """Another drawing of Jiangmen's counties, in GCJ-02, most of them invalid."""
    return read(shared_data / "cn" / "jiangmen_counties_echarts_gcj02_RAW_DIRTY.geojson")


def scattered(polygon: Any, n: int, *, seed: int) -> Pair:
    """Return n positions spread evenly over a polygon."""
    rng = np.random.default_rng(seed)
    west, south, east, north = shapely.bounds(polygon)
    shapely.prepare(polygon)
    found = np.empty((0, 2))
    while len(found) < n:
        drawn = rng.uniform((west, south), (east, north), (2 * n, 2))
        found = np.vstack([found, drawn[shapely.contains_xy(polygon, drawn[:, 0], drawn[:, 1])]])
    return found[:n, 0].copy(), found[:n, 1].copy()


def as_loaded(truth: Pair, *, actual: Crs, declared: Crs) -> Pair:
    """Return what becomes of true positions whose file is in one system and declared as another."""
    return to_wgs84(*from_wgs84(*truth, crs=actual), crs=declared)


def in_system(polygons: GeometryArray, crs: Crs) -> GeometryArray:
    return shapely.transform(polygons, lambda x, y: from_wgs84(x, y, crs=crs), interleaved=False)


def exchanged(polygons: GeometryArray) -> GeometryArray:
    return shapely.transform(polygons, lambda x, y: (y, x), interleaved=False)


def kinds(doubts: list[Doubt]) -> list[DoubtKind]:
    for doubt in doubts:
        json.dumps(doubt.evidence, allow_nan=False)
    return [doubt.kind for doubt in doubts]


# Points -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("crs", [WGS84, CGCS2000, GCJ02, BD09, ZONE_38], ids=str)
def test_points_under_a_true_declaration_are_never_doubted(jiangmen: Any, crs: Crs, seed: int) -> None:
    n = (1, 30, 1_000, 20_000)[seed]
    lon, lat = as_loaded(scattered(jiangmen, n, seed=seed), actual=crs, declared=crs)
    assert doubts_of_points(lon, lat, declared=crs, boundary=jiangmen) == []


@pytest.mark.parametrize("n", [1_000, 20_000])
@pytest.mark.parametrize(("actual", "declared", "kind"), LOOKALIKES, ids=str)
def test_points_of_a_lookalike_are_doubted_and_named(
    jiangmen: Any, actual: Crs, declared: Crs, kind: DoubtKind, n: int
) -> None:
    lon, lat = as_loaded(scattered(jiangmen, n, seed=n), actual=actual, declared=declared)
    doubts = doubts_of_points(lon, lat, declared=declared, boundary=jiangmen)
    assert kinds(doubts) == [kind]
    assert f"declare {doubts[0].evidence['supposed']}" in doubts[0].message
    assert doubts[0].evidence["share_inside_otherwise"] > doubts[0].evidence["share_inside"]


def test_points_projected_from_gcj02_degrees_are_doubted(jiangmen: Any) -> None:
    gcj02 = from_wgs84(*scattered(jiangmen, 3_000, seed=1), crs=GCJ02)
    lon, lat = to_wgs84(*from_wgs84(*gcj02, crs=ZONE_38), crs=ZONE_38)
    doubts = doubts_of_points(lon, lat, declared=ZONE_38, boundary=jiangmen)
    assert kinds(doubts) == [DoubtKind.GCJ02_AS_WGS84]
    assert "EPSG:4526 computed from GCJ-02 degrees" in doubts[0].message


@pytest.mark.slow
def test_against_the_border_of_another_source_wrong_points_are_caught_and_true_ones_pass(
    jiangmen: Any, dirty: GeometryArray
) -> None:
    other = shapely.union_all(shapely.make_valid(geometries_to_wgs84(dirty, crs=GCJ02)))
    caught = 0
    for seed in range(10):
        truth = scattered(other, 6_000, seed=seed)
        for crs in (WGS84, GCJ02):
            assert doubts_of_points(*as_loaded(truth, actual=crs, declared=crs), declared=crs, boundary=jiangmen) == []
        wrong = as_loaded(truth, actual=GCJ02, declared=WGS84)
        caught += kinds(doubts_of_points(*wrong, declared=WGS84, boundary=jiangmen)) == [DoubtKind.GCJ02_AS_WGS84]
    assert caught >= 8


def test_points_that_keep_clear_of_the_border_are_undecidable_and_pass(jiangmen: Any) -> None:
    inner = shapely.buffer(jiangmen, -0.03)
    lon, lat = as_loaded(scattered(inner, 5_000, seed=3), actual=GCJ02, declared=WGS84)
    assert doubts_of_points(lon, lat, declared=WGS84, boundary=jiangmen) == []


def test_points_that_go_on_beyond_the_border_are_no_evidence(jiangmen: Any) -> None:
    lon, lat = scattered(shapely.box(*shapely.bounds(jiangmen)), 20_000, seed=4)
    assert doubts_of_points(lon, lat, declared=WGS84, boundary=jiangmen) == []


def test_one_busy_place_across_the_border_is_one_observation_however_many_points(jiangmen: Any) -> None:
    lon, lat = scattered(jiangmen, 500, seed=5)
    beside = np.column_stack(scattered(shapely.difference(shapely.buffer(jiangmen, 0.002), jiangmen), 500, seed=6))
    moved = np.column_stack(to_wgs84(*beside.T, crs=GCJ02))
    place = beside[shapely.contains_xy(jiangmen, *moved.T)][0]
    crowd = np.random.default_rng(6).normal(place, 0.0002, (400, 2))
    everywhere = np.concatenate([lon, crowd[:, 0]]), np.concatenate([lat, crowd[:, 1]])
    assert doubts_of_points(*everywhere, declared=WGS84, boundary=jiangmen) == []


@pytest.mark.parametrize("n", [1, 2, 500])
def test_swapped_points_are_doubted_in_china(jiangmen: Any, n: int) -> None:
    lon, lat = scattered(jiangmen, n, seed=7)
    for crs in (WGS84, GCJ02, BD09):
        swapped_lon, swapped_lat = to_wgs84(*reversed(from_wgs84(lon, lat, crs=crs)), crs=crs)
        doubts = doubts_of_points(swapped_lon, swapped_lat, declared=crs, boundary=jiangmen)
        assert kinds(doubts) == [DoubtKind.SWAPPED_AXES]
        assert doubts[0].evidence["inside_when_swapped"] == n


def test_swapped_points_of_washington_are_legal_places_in_antarctica_and_doubted() -> None:
    lon, lat = scattered(WASHINGTON, 200, seed=8)
    doubts = doubts_of_points(lat, lon, declared=WGS84, boundary=WASHINGTON)
    assert kinds(doubts) == [DoubtKind.SWAPPED_AXES]
    assert "longitude (x) first" in doubts[0].message


def test_a_few_swapped_rows_among_many_are_doubted_and_counted() -> None:
    lon, lat = scattered(WASHINGTON, 1_000, seed=9)
    lon[:20], lat[:20] = lat[:20].copy(), lon[:20].copy()
    doubts = doubts_of_points(lon, lat, declared=WGS84, boundary=WASHINGTON)
    assert "20 of 1000 points" in doubts[0].message


@pytest.mark.parametrize("crs", [WGS84, GCJ02], ids=str)
def test_outside_china_no_lookalike_is_ever_doubted(crs: Crs) -> None:
    lon, lat = scattered(shapely.buffer(WASHINGTON, 0.01), 20_000, seed=10)
    assert doubts_of_points(lon, lat, declared=crs, boundary=WASHINGTON) == []


def test_points_of_another_city_are_told_with_the_distance(jiangmen: Any, official: Path) -> None:
    nanchang = read(official, level="city", name="南昌市")[0]
    doubts = doubts_of_points(*scattered(nanchang, 50, seed=11), declared=WGS84, boundary=jiangmen)
    assert kinds(doubts) == [DoubtKind.OUTSIDE]
    assert doubts[0].evidence["distance_m"] == pytest.approx(660_000, rel=0.05)
    assert "km away" in doubts[0].message


@pytest.mark.slow
def test_metres_declared_as_degrees_are_told_with_the_system_that_fits(jiangmen: Any) -> None:
    x, y = from_wgs84(*scattered(jiangmen, 50, seed=12), crs=ZONE_38)
    for first, second, order in ((x, y, "x, y"), (y, x, "y, x")):
        doubts = doubts_of_points(first, second, declared=WGS84, boundary=jiangmen)
        assert kinds(doubts) == [DoubtKind.OUTSIDE]
        assert {"crs": "EPSG:4526", "order": order, "share_inside": 1.0} in doubts[0].evidence["likely"]
        assert "EPSG:4526" in doubts[0].message


def test_a_handful_just_across_the_border_passes_and_a_crowd_does_not(jiangmen: Any) -> None:
    ring = shapely.difference(shapely.buffer(jiangmen, 0.015), shapely.buffer(jiangmen, 0.014))
    lon, lat = scattered(ring, 40, seed=13)
    assert doubts_of_points(lon[:5], lat[:5], declared=WGS84, boundary=jiangmen) == []
    assert kinds(doubts_of_points(lon, lat, declared=WGS84, boundary=jiangmen)) == [DoubtKind.OUTSIDE]


def test_rows_without_a_position_are_left_out_and_a_file_of_them_is_doubted(jiangmen: Any) -> None:
    lon, lat = scattered(jiangmen, 10, seed=14)
    lon[3], lat[4] = np.nan, np.inf
    assert doubts_of_points(lon, lat, declared=WGS84, boundary=jiangmen) == []
    nothing = doubts_of_points(np.full(3, np.nan), np.zeros(3), declared=ZONE_38, boundary=jiangmen)
    assert kinds(nothing) == [DoubtKind.OUTSIDE]
    assert doubts_of_points(np.empty(0), np.empty(0), declared=WGS84, boundary=jiangmen) == []


# Layers -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("crs", [WGS84, CGCS2000, GCJ02, BD09, ZONE_38], ids=str)
def test_a_layer_under_a_true_declaration_is_not_doubted(jiangmen: Any, counties: GeometryArray, crs: Crs) -> None:
    loaded = geometries_to_wgs84(in_system(counties, crs), crs=crs)
    assert doubts_of_layer(loaded, declared=crs, boundary=jiangmen) == []


@pytest.mark.parametrize(("actual", "declared", "kind"), LOOKALIKES, ids=str)
def test_a_layer_of_a_lookalike_is_doubted_and_named(
    jiangmen: Any, counties: GeometryArray, actual: Crs, declared: Crs, kind: DoubtKind
) -> None:
    loaded = geometries_to_wgs84(in_system(counties, actual), crs=declared)
    doubts = doubts_of_layer(loaded, declared=declared, boundary=jiangmen)
    assert kinds(doubts) == [kind]
    assert doubts[0].evidence["median_distance_otherwise_m"] < 5.0 < doubts[0].evidence["median_distance_m"]


def test_the_dirty_layer_in_gcj02_is_doubted_as_wgs84_and_passes_as_gcj02(jiangmen: Any, dirty: GeometryArray) -> None:
    assert not shapely.is_valid(dirty).all()
    as_wgs84 = doubts_of_layer(dirty, declared=WGS84, boundary=jiangmen)
    assert kinds(as_wgs84) == [DoubtKind.GCJ02_AS_WGS84]
    assert "looks like GCJ-02, not EPSG:4326" in as_wgs84[0].message
    assert doubts_of_layer(geometries_to_wgs84(dirty, crs=GCJ02), declared=GCJ02, boundary=jiangmen) == []


@pytest.mark.slow
def test_every_county_alone_passes_and_most_are_caught_when_wrong(
    jiangmen: Any, counties: GeometryArray, dirty: GeometryArray
) -> None:
    caught = 0
    for layer in (*counties[:, None], *geometries_to_wgs84(dirty, crs=GCJ02)[:, None]):
        assert doubts_of_layer(layer, declared=WGS84, boundary=jiangmen) == []
        caught += kinds(doubts_of_layer(in_system(layer, GCJ02), declared=WGS84, boundary=jiangmen)) == [
            DoubtKind.GCJ02_AS_WGS84
        ]
    assert caught >= 10


def test_an_older_drawing_of_a_city_passes(shared_data: Path, official: Path) -> None:
    panjin = read(official, level="city", name="盘锦市")[0]
    older = read(shared_data / "cn" / "panjin_districts_tianditu_OLDER_VINTAGE_wgs84.geojson")
    assert doubts_of_layer(older, declared=WGS84, boundary=panjin) == []


def test_a_swapped_layer_is_doubted_in_china_and_in_washington(jiangmen: Any, counties: GeometryArray) -> None:
    quarters = shapely.intersection(WASHINGTON, [shapely.box(-78, 38, -77.02, 40), shapely.box(-77.02, 38, -76, 40)])
    for layer, boundary in ((counties, jiangmen), (quarters, WASHINGTON)):
        doubts = doubts_of_layer(exchanged(layer), declared=WGS84, boundary=boundary)
        assert kinds(doubts) == [DoubtKind.SWAPPED_AXES]


def test_a_layer_in_washington_is_never_a_lookalike() -> None:
    moved = shapely.transform(WASHINGTON, lambda x, y: (x + 0.004, y - 0.003), interleaved=False)
    for crs in (WGS84, GCJ02):
        assert doubts_of_layer(np.array([moved]), declared=crs, boundary=WASHINGTON) == []


def test_a_layer_of_metres_or_of_another_zone_is_told_with_the_system_that_fits(
    jiangmen: Any, counties: GeometryArray
) -> None:
    metres = in_system(counties, ZONE_38)
    for declared in (WGS84, parse_crs("EPSG:4525")):
        loaded = geometries_to_wgs84(metres, crs=declared)
        doubts = doubts_of_layer(loaded, declared=declared, boundary=jiangmen)
        assert kinds(doubts) == [DoubtKind.OUTSIDE]
        assert "EPSG:4526 (100% inside)" in doubts[0].message


def test_degrees_declared_as_metres_are_doubted(jiangmen: Any, counties: GeometryArray) -> None:
    loaded = geometries_to_wgs84(counties, crs=ZONE_38)
    doubts = doubts_of_layer(loaded, declared=ZONE_38, boundary=jiangmen)
    assert kinds(doubts) == [DoubtKind.OUTSIDE]
    assert "degrees declared as metres" in doubts[0].message


def test_blank_broken_and_stray_polygons_do_not_spoil_the_comparison(jiangmen: Any, counties: GeometryArray) -> None:
    nowhere = geometries_to_wgs84(counties[:1], crs=ZONE_38)[0]
    bowtie = shapely.Polygon([(112.5, 22.2), (112.6, 22.3), (112.6, 22.2), (112.5, 22.3)])
    stray = shapely.box(300.0, 500.0, 301.0, 501.0)
    extra = np.array([None, shapely.Polygon(), nowhere, bowtie, stray], dtype=object)
    assert doubts_of_layer(np.concatenate([counties, extra]), declared=WGS84, boundary=jiangmen) == []
    wrong = np.concatenate([in_system(counties, GCJ02), extra])
    assert kinds(doubts_of_layer(wrong, declared=WGS84, boundary=jiangmen)) == [DoubtKind.GCJ02_AS_WGS84]
    assert doubts_of_layer(extra[:0], declared=WGS84, boundary=jiangmen) == []


# Single positions ---------------------------------------------------------------------------------------------------


def test_a_position_inside_the_city_gives_no_warning(jiangmen: Any) -> None:
    here = Location.of(113.08, 22.58)
    for crs in (WGS84, GCJ02, BD09):
        assert doubts_of_location(here, declared=crs, boundary=jiangmen) == []


def test_a_position_outside_that_a_lookalike_brings_inside_gives_a_warning(jiangmen: Any) -> None:
    lon, lat = scattered(jiangmen, 5_000, seed=20)
    shifted = np.column_stack(as_loaded((lon, lat), actual=GCJ02, declared=WGS84))
    outside = shifted[~shapely.contains_xy(jiangmen, shifted[:, 0], shifted[:, 1])]
    assert len(outside) > 10
    for position in outside:
        doubts = doubts_of_location(Location.of(*position), declared=WGS84, boundary=jiangmen)
        assert DoubtKind.GCJ02_AS_WGS84 in kinds(doubts)
        assert "m outside the city" in doubts[0].message


def test_a_swapped_or_far_position_gives_a_warning_and_a_near_one_none() -> None:
    swapped = doubts_of_location(Location.of(38.9, -77.0), declared=WGS84, boundary=WASHINGTON)
    assert kinds(swapped) == [DoubtKind.SWAPPED_AXES]
    far = doubts_of_location(Location.of(2.35, 48.86), declared=WGS84, boundary=WASHINGTON)
    assert kinds(far) == [DoubtKind.OUTSIDE]
    assert far[0].evidence["distance_m"] == pytest.approx(6_160_000, rel=0.01)
    assert doubts_of_location(Location.of(-77.2, 38.9), declared=WGS84, boundary=WASHINGTON) == []


def test_a_position_by_a_datum_without_a_published_shift_gives_a_warning(jiangmen: Any) -> None:
    doubts = doubts_of_location(Location.of(113.08, 22.58), declared=parse_crs("EPSG:2383"), boundary=jiangmen)
    assert kinds(doubts) == [DoubtKind.DATUM_SHIFT_UNKNOWN]


# Evidence -----------------------------------------------------------------------------------------------------------


def slow_votes(x: FloatArray, y: FloatArray, preference: FloatArray) -> Votes:
    sums: dict[tuple[int, int], float] = {}
    for east, north, wish in zip(x.tolist(), y.tolist(), preference.tolist(), strict=True):
        place = (math.floor(east / PLACE_M), math.floor(north / PLACE_M))
        sums[place] = sums.get(place, 0.0) + (wish > 0.0) - (wish < 0.0)
    return Votes(sum(total > 0.0 for total in sums.values()), sum(total < 0.0 for total in sums.values()))


@given(st.integers(0, 2**32 - 1), st.integers(0, 300))
def test_votes_are_those_of_a_plain_loop(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(-9_000.0, 9_000.0, (2, n))
    preference = rng.choice([-300.0, -1.0, 0.0, 2.0, 500.0], n)
    assert votes_by_place(x, y, preference=preference) == slow_votes(x, y, preference)


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_chance_is_the_tail_of_fair_coins(against: int, in_favour: int) -> None:
    n = against + in_favour
    exact = sum(math.comb(n, k) for k in range(against, n + 1)) / 2**n
    assert Votes(against, in_favour).chance == pytest.approx(exact)


def test_the_distance_to_the_border_is_that_of_every_segment_tried(jiangmen: Any) -> None:
    border = CityBorder(jiangmen)
    lon, lat = scattered(shapely.box(*shapely.bounds(jiangmen)), 300, seed=21)
    x, y = border.plane.xy(lon, lat)
    plain = shapely.distance(shapely.points(x, y), border.border_m)
    assert border.distance_to_border_m(lon, lat) == pytest.approx(plain, abs=1e-6)


def test_a_city_without_a_boundary_is_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match="boundary"):
        doubts_of_points(np.array([113.0]), np.array([22.0]), declared=WGS84, boundary=shapely.Polygon())
