from dataclasses import fields
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.coverage import (
    CoverageFigures,
    Deployment,
    Incidents,
    coverage_by_area,
    coverage_by_grid,
    fields_of_view,
    weighed,
)
from gis.crs import geodesic_area_m2
from tests.gis.coverage.coverage_city import (
    LAT,
    LON,
    METRIC,
    STEP_DEG,
    UNHURRIED,
    any_cameras,
    camera_rows,
    cameras_of,
    covered_by,
    deployment_of,
    grids,
)

MIDDLE = 4
CENTIMETRE_DEG = 1e-7
AREA_OF_GRID = np.array([1, 1, 1, 2, 2, 2, 3, 3, 3])
PARENT = np.array([-1, 0, 0, 2])
"""A city (0) over two districts (1 and 2); a community (3) hangs below the second."""


def rotated(rows: list[dict[str, Any]], turn_deg: float) -> list[dict[str, Any]]:
    """Turn the places and the directions of cameras clockwise about the middle of the projection."""
    turn = np.radians(turn_deg)
    out = []
    for row in rows:
        x, y = METRIC.xy(np.array([row["lon"]]), np.array([row["lat"]]))
        lon, lat = METRIC.lonlat(x * np.cos(turn) + y * np.sin(turn), -x * np.sin(turn) + y * np.cos(turn))
        out.append({**row, "lon": lon[0], "lat": lat[0], "azimuth_deg": row["azimuth_deg"] + turn_deg})
    return out


@UNHURRIED
@given(rows=any_cameras())
def test_shares_lie_between_0_and_1_and_the_upper_share_is_no_less(rows: list[dict[str, Any]]) -> None:
    figures = covered_by(cameras_of(*rows)).figures
    assert (figures.share_covered >= 0.0).all()
    assert (figures.upper_share_covered >= figures.share_covered).all()
    assert (figures.upper_share_covered <= 1.0).all()


@UNHURRIED
@given(rows=any_cameras(), one_more=camera_rows())
def test_adding_a_camera_never_lowers_a_share(rows: list[dict[str, Any]], one_more: dict[str, Any]) -> None:
    before = covered_by(cameras_of(*rows)).figures
    after = covered_by(cameras_of(*rows, one_more)).figures
    assert (after.covered_m2 >= before.covered_m2 - 1e-6).all()
    assert (after.upper_covered_m2 >= before.upper_covered_m2 - 1e-6).all()


@UNHURRIED
@given(rows=any_cameras())
def test_blind_and_covered_ground_add_up_to_the_grid(rows: list[dict[str, Any]]) -> None:
    city = grids()
    coverage = covered_by(cameras_of(*rows))
    figures = coverage.figures
    assert figures.area_m2 == pytest.approx(geodesic_area_m2(city), rel=5e-3)
    assert shapely.is_valid(coverage.blind_spots).all()
    blind_m2 = shapely.area(METRIC.to_metres(coverage.blind_spots))
    assert blind_m2 + figures.covered_m2 == pytest.approx(figures.area_m2, rel=1e-6)
    roomier = shapely.buffer(city, CENTIMETRE_DEG, join_style="mitre")
    assert shapely.is_empty(shapely.difference(coverage.blind_spots, roomier)).all()


@UNHURRIED
@given(rows=any_cameras())
def test_no_blind_spot_lies_in_a_view_that_counts(rows: list[dict[str, Any]]) -> None:
    deployment = deployment_of(cameras_of(*rows))
    coverage = coverage_by_grid(deployment, grids(), incidents=Incidents.none(), metric=METRIC)
    seen = shapely.union_all(deployment.views.polygons[deployment.covers])
    blind = shapely.buffer(METRIC.to_metres(coverage.blind_spots), -0.01)
    assert not shapely.intersects(blind, seen).any()


@UNHURRIED
@given(rows=any_cameras())
def test_the_covered_ground_of_the_grids_is_the_union_of_the_views_cut_by_the_city(
    rows: list[dict[str, Any]],
) -> None:
    deployment = deployment_of(cameras_of(*rows))
    coverage = coverage_by_grid(deployment, grids(), incidents=Incidents.none(), metric=METRIC)
    city = shapely.union_all(METRIC.to_metres(grids()))
    seen = shapely.union_all(deployment.views.polygons[deployment.covers])
    assert coverage.figures.covered_m2.sum() == pytest.approx(shapely.area(shapely.intersection(city, seen)), abs=1e-2)


@UNHURRIED
@given(rows=any_cameras(most=5), turn_deg=st.floats(0.0, 360.0))
def test_turning_the_whole_city_changes_no_share(rows: list[dict[str, Any]], turn_deg: float) -> None:
    upright = covered_by(cameras_of(*rows)).figures
    ground = METRIC.to_metres(grids())
    turned_grids = METRIC.to_degrees(
        shapely.transform(ground, lambda xy: xy @ _clockwise(turn_deg)),
    )
    cameras = cameras_of(*rotated(rows, turn_deg))
    none = np.empty(0, dtype=np.int64)
    views = fields_of_view(cameras, metric=METRIC)
    deployment = Deployment(cameras, views, np.arange(len(cameras)), camera=none, grid=none)
    turned = coverage_by_grid(deployment, turned_grids, incidents=Incidents.none(), metric=METRIC).figures
    assert turned.share_covered == pytest.approx(upright.share_covered, abs=1e-3)
    assert turned.upper_share_covered == pytest.approx(upright.upper_share_covered, abs=1e-3)


def _clockwise(turn_deg: float) -> Any:
    turn = np.radians(turn_deg)
    return np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])


@UNHURRIED
@given(rows=any_cameras())
def test_an_area_is_the_sum_of_its_grids_up_to_the_city(rows: list[dict[str, Any]]) -> None:
    deployment = deployment_of(cameras_of(*rows))
    by_grid = coverage_by_grid(deployment, grids(), incidents=Incidents.none(), metric=METRIC).figures
    by_area = coverage_by_area(by_grid, deployment, area_of_grid=AREA_OF_GRID, parent=PARENT)
    below = {0: range(9), 1: range(3), 2: range(3, 9), 3: range(6, 9)}
    for area, members in below.items():
        grid = list(members)
        for name in ("area_m2", "covered_m2", "upper_covered_m2"):
            assert getattr(by_area, name)[area] == pytest.approx(getattr(by_grid, name)[grid].sum())
        belongs = np.unique(deployment.camera[np.isin(deployment.grid, grid)])
        assert by_area.cameras[area] == len(belongs)
        status = deployment.cameras.status[belongs]
        assert by_area.cameras_live[area] == (status == "live").sum()
        assert by_area.cameras_dead[area] == (status == "dead").sum()


def test_the_share_of_an_area_is_not_the_mean_of_the_shares_of_its_grids() -> None:
    figures = CoverageFigures(
        *[np.zeros(2, dtype=np.int64)] * 4,
        area_m2=np.array([1.0, 99.0]),
        covered_m2=np.array([1.0, 0.0]),
        upper_covered_m2=np.array([1.0, 0.0]),
        open_incidents=np.array([3, 4]),
        incidents_in_blind_spots=np.array([0, 4]),
    )
    nothing = deployment_of(cameras_of())
    city = coverage_by_area(figures, nothing, area_of_grid=np.array([0, 0]), parent=np.array([-1]))
    assert city.share_covered.tolist() == [0.01]
    assert (city.open_incidents[0], city.priority[0]) == (7, 4)


def test_a_camera_on_a_border_sees_into_both_grids_and_is_one_camera_of_the_city() -> None:
    border = LON + STEP_DEG / 2.0
    deployment = deployment_of(cameras_of({"kind": "dome", "lon": border, "range_m": 50.0}))
    by_grid = coverage_by_grid(deployment, grids(), incidents=Incidents.none(), metric=METRIC).figures
    assert by_grid.covered_m2[[MIDDLE, MIDDLE + 1]] == pytest.approx([np.pi * 50.0**2 / 2.0] * 2, rel=1e-3)
    assert by_grid.cameras[[MIDDLE, MIDDLE + 1]].tolist() == [1, 1]
    by_area = coverage_by_area(by_grid, deployment, area_of_grid=AREA_OF_GRID, parent=PARENT)
    assert by_area.cameras.tolist() == [1, 0, 1, 0]


def test_a_view_reaches_into_grids_its_camera_does_not_belong_to() -> None:
    figures = covered_by(cameras_of({"kind": "dome", "range_m": 160.0})).figures
    assert figures.cameras.sum() == 1
    assert (figures.covered_m2 > 0.0).sum() == 9


def test_a_dead_camera_is_counted_and_sees_nothing() -> None:
    figures = covered_by(cameras_of({"kind": "dome", "range_m": 50.0, "status": "dead"})).figures
    assert figures.cameras[MIDDLE] == figures.cameras_dead[MIDDLE] == 1
    assert figures.cameras_live[MIDDLE] == figures.direction_unknown[MIDDLE] == 0
    assert figures.upper_share_covered[MIDDLE] == 0.0


@pytest.mark.parametrize(
    "row",
    [{"kind": "dome", "status": "unknown"}, {"kind": "fixed"}, {"kind": "unknown", "status": "unknown"}],
)
def test_unknown_status_or_direction_only_raises_the_upper_bound(row: dict[str, Any]) -> None:
    coverage = covered_by(cameras_of({**row, "range_m": 50.0}))
    figures = coverage.figures
    assert figures.covered_m2[MIDDLE] == 0.0
    assert figures.upper_covered_m2[MIDDLE] == pytest.approx(np.pi * 50.0**2, rel=1e-3)
    assert figures.direction_unknown[MIDDLE] == (row["kind"] != "dome")
    assert shapely.equals_exact(coverage.blind_spots[MIDDLE], grids()[MIDDLE])


def test_a_row_for_a_camera_already_there_counts_nowhere() -> None:
    rows = [{"kind": "dome", "range_m": 30.0}, {"kind": "dome", "range_m": 90.0, "source": "village"}]
    deployment = deployment_of(cameras_of(*rows), stands_for=np.array([0, 0]))
    figures = coverage_by_grid(deployment, grids(), incidents=Incidents.none(), metric=METRIC).figures
    assert figures.cameras.sum() == 1
    assert figures.covered_m2.sum() == pytest.approx(np.pi * 30.0**2, rel=1e-3)


def test_a_grid_covered_whole_has_no_blind_spot() -> None:
    coverage = covered_by(cameras_of({"kind": "dome", "range_m": 160.0}))
    assert coverage.blind_spots[MIDDLE].is_empty
    assert coverage.figures.share_covered[MIDDLE] == 1.0
    assert coverage.figures.blind_m2[MIDDLE] == 0.0


def test_the_worst_grid_has_most_open_incidents_where_nobody_sees() -> None:
    east, south_west = LON + STEP_DEG, (LON - STEP_DEG, LAT - STEP_DEG)
    incidents = Incidents(
        lon=np.array([LON, LON, LON, east, south_west[0], south_west[0], 0.0]),
        lat=np.array([LAT, LAT, LAT, LAT, south_west[1], south_west[1], 0.0]),
        grid=np.array([MIDDLE, MIDDLE, MIDDLE, MIDDLE + 1, 0, 0, -1]),
    )
    figures = covered_by(cameras_of({"kind": "dome", "range_m": 50.0}), incidents=incidents).figures
    assert figures.open_incidents.tolist() == [2, 0, 0, 0, 3, 1, 0, 0, 0]
    assert figures.priority.tolist() == [2, 0, 0, 0, 0, 1, 0, 0, 0]
    assert figures.worst_first().tolist()[:2] == [0, MIDDLE + 1]
    assert figures.worst_first().tolist()[-1] == MIDDLE


@UNHURRIED
@given(rows=any_cameras(), seed=st.integers(0, 2**32 - 1), n=st.integers(0, 40))
def test_weighing_what_is_seen_is_the_same_as_computing_it_with_the_incidents(
    rows: list[dict[str, Any]], seed: int, n: int
) -> None:
    rng = np.random.default_rng(seed)
    incidents = Incidents(
        lon=rng.uniform(LON - 2 * STEP_DEG, LON + 2 * STEP_DEG, n),
        lat=rng.uniform(LAT - 2 * STEP_DEG, LAT + 2 * STEP_DEG, n),
        grid=rng.integers(-1, 9, n),
    )
    deployment = deployment_of(cameras_of(*rows))
    at_once = coverage_by_grid(deployment, grids(), incidents=incidents, metric=METRIC)
    before = coverage_by_grid(deployment, grids(), incidents=Incidents.none(), metric=METRIC)
    later = weighed(before, deployment, incidents=incidents, metric=METRIC)
    assert later.blind_spots is before.blind_spots
    for column in fields(CoverageFigures):
        assert np.array_equal(
            getattr(later.figures, column.name), getattr(at_once.figures, column.name), equal_nan=True
        )
    assert later.figures.open_incidents.sum() == (incidents.grid >= 0).sum()


def test_without_incidents_the_largest_blind_ground_comes_first() -> None:
    figures = covered_by(cameras_of({"kind": "dome", "range_m": 50.0})).figures
    blind_m2 = figures.blind_m2[figures.worst_first()]
    assert (np.diff(blind_m2) <= 0.0).all()


def test_a_city_without_cameras_is_blind_and_without_grids_has_no_share() -> None:
    nothing = deployment_of(cameras_of())
    coverage = coverage_by_grid(nothing, grids(), incidents=Incidents.none(), metric=METRIC)
    assert shapely.equals_exact(coverage.blind_spots, grids()).all()
    assert (coverage.figures.upper_share_covered == 0.0).all()

    empty = coverage_by_grid(nothing, grids()[:0], incidents=Incidents.none(), metric=METRIC)
    assert len(empty.figures) == len(empty.blind_spots) == 0
    city = coverage_by_area(empty.figures, nothing, area_of_grid=np.empty(0, dtype=np.int64), parent=np.array([-1]))
    assert np.isnan(city.share_covered).all()


def test_a_position_that_is_not_there_is_refused() -> None:
    deployment = deployment_of(cameras_of({"kind": "dome"}))
    with pytest.raises(ValueError, match="not among the 3"):
        coverage_by_grid(deployment, grids()[:3], incidents=Incidents.none(), metric=METRIC)
    elsewhere = Incidents(lon=np.array([LON]), lat=np.array([LAT]), grid=np.array([9]))
    with pytest.raises(ValueError, match="not among the 9"):
        covered_by(cameras_of(), incidents=elsewhere)
    figures = covered_by(cameras_of()).figures
    with pytest.raises(ValueError, match="an area that is not there"):
        coverage_by_area(figures, deployment, area_of_grid=AREA_OF_GRID + 1, parent=PARENT)
    with pytest.raises(ValueError, match="a parent that is not there"):
        coverage_by_area(figures, deployment, area_of_grid=AREA_OF_GRID, parent=PARENT + 9)
    with pytest.raises(ValueError, match="its own ancestor"):
        coverage_by_area(figures, deployment, area_of_grid=AREA_OF_GRID, parent=np.array([2, 0, 0, 2]))


@pytest.mark.parametrize(
    ("part", "wrong", "says"),
    [
        ("stands_for", np.array([0]), "2 cameras, 2 views"),
        ("stands_for", np.array([1, 0]), "not for itself"),
        ("camera", np.array([2]), "not there"),
        ("camera", np.array([0, 1]), "pairs of"),
    ],
)
def test_a_deployment_of_parts_that_do_not_fit_is_refused(part: str, wrong: Any, says: str) -> None:
    cameras = cameras_of({}, {})
    parts: dict[str, Any] = {
        "cameras": cameras,
        "views": fields_of_view(cameras, metric=METRIC),
        "stands_for": np.arange(2),
        "camera": np.array([0]),
        "grid": np.array([0]),
    }
    with pytest.raises(ValueError, match=says):
        Deployment(**{**parts, part: wrong})
