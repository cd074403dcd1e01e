"""Points get grids and people: in bulk as one by one, and as a slow brute force does it."""

import math
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.assignment import (
    BORDER_LIMIT_M,
    CAMERA_REACH_M,
    camera_grids,
    charges,
    derived_columns,
    ground_grids,
    is_ambiguous,
    place,
    place_columns,
)
from gis.crs import LocalMetric, geodesic_area_m2
from gis.division.model import Area, AreaTree, Division, Edition, Grid
from gis.duty.ladder import Roster
from gis.duty.people import Member, Role
from gis.units import AreaId, EditionId, FloatArray, GeometryArray, GridId
from tests.strategies import CELL_DEG, DrawnDivision, divisions

NOW = datetime(2026, 11, 1, 8, tzinfo=UTC)
AREAS = AreaTree([Area(AreaId(1), None, "city", "c", "city")])
ROLES = {"lead": Role("lead", "网格长", "Lead", 10, leads=True)}
ON_IT_M = 1e-3
"""A twin in a metric plane tells on which side of a border a point lies only beyond this."""


def division_of(polygons: GeometryArray) -> Division:
    """Make a division whose grid ids are not its positions."""
    grids = [Grid(GridId(10 * i + 7), f"g{i}", f"grid {i}", AreaId(1)) for i in range(len(polygons))]
    return Division.of(Edition(EditionId(3), NOW), AREAS, grids=grids, shapes=polygons)


def points_of(drawn: DrawnDivision, n: int) -> tuple[FloatArray, FloatArray]:
    """Return the hard points that are places near the division."""
    lon, lat = drawn.points(n)
    west, south, east, north = shapely.total_bounds(drawn.polygons)
    near = (np.abs(lon - (west + east) / 2) < 1) & (np.abs(lat - (south + north) / 2) < 1)
    return lon[near], lat[near]


def distances_by_hand_m(polygons: GeometryArray, lon: FloatArray, lat: FloatArray) -> FloatArray:
    """(n, g) metres from every point to every polygon, in a metric plane about the division.

    Edges are straight in degrees, so they are cut into short pieces before they are bent into the plane.
    """
    west, south, east, north = shapely.total_bounds(polygons)
    plane = LocalMetric.around([west, east], [south, north])
    points = plane.to_metres(shapely.points(lon, lat))
    ground = plane.to_metres(shapely.segmentize(polygons, CELL_DEG / 50))
    found: FloatArray = shapely.distance(points[:, None], ground[None, :])
    return found


@settings(max_examples=40)
@given(divisions())
def test_placing_agrees_with_the_index_and_with_brute_force(drawn: DrawnDivision) -> None:
    division = division_of(drawn.polygons)
    lon, lat = points_of(drawn, 12)
    found = place(division.index, lon, lat, limit_m=math.inf)
    assert found.position.tolist() == division.index.locate(lon, lat).tolist()
    away_m = distances_by_hand_m(drawn.polygons, lon, lat)
    for i, position in enumerate(found.position.tolist()):
        if position >= 0:
            assert away_m[i, position] < ON_IT_M
            assert (found.nearest[i], math.isnan(found.nearest_distance_m[i])) == (-1, True)
        else:
            assert away_m[i, found.nearest[i]] <= away_m[i].min() * 1.02 + ON_IT_M
            assert found.nearest_distance_m[i] == pytest.approx(away_m[i].min(), rel=0.02, abs=ON_IT_M)
            assert found.runner_up[i] == -1
    assert np.isfinite(found.distance_to_border_m).all()


@settings(max_examples=40)
@given(divisions())
def test_a_limit_leaves_out_far_borders_and_nothing_else(drawn: DrawnDivision) -> None:
    division = division_of(drawn.polygons)
    lon, lat = points_of(drawn, 8)
    all_of_it, limited = place(division.index, lon, lat, limit_m=math.inf), place(division.index, lon, lat)
    np.testing.assert_array_equal(limited.position, all_of_it.position)
    np.testing.assert_array_equal(limited.nearest, all_of_it.nearest)
    np.testing.assert_allclose(limited.nearest_distance_m, all_of_it.nearest_distance_m, rtol=0.01)
    far = limited.inside & (all_of_it.distance_to_border_m > BORDER_LIMIT_M * 1.01)
    near = limited.inside & (all_of_it.distance_to_border_m < BORDER_LIMIT_M * 0.99)
    assert np.isinf(limited.distance_to_border_m[far]).all()
    assert (limited.runner_up[far] == -1).all()
    np.testing.assert_array_equal(limited.runner_up[near], all_of_it.runner_up[near])
    np.testing.assert_array_equal(limited.on_border, all_of_it.on_border)


@settings(max_examples=40)
@given(divisions(), st.sampled_from([0.5, CAMERA_REACH_M, 300.0]))
def test_grids_within_a_distance_agree_with_brute_force(drawn: DrawnDivision, distance_m: float) -> None:
    division = division_of(drawn.polygons)
    lon, lat = points_of(drawn, 6)
    point, position, metres = division.index.within(lon, lat, distance_m=distance_m)
    assert list(zip(point, position, strict=True)) == sorted(set(zip(point, position, strict=True)))
    away_m = distances_by_hand_m(drawn.polygons, lon, lat)
    np.testing.assert_allclose(metres, away_m[point, position], rtol=0.01, atol=ON_IT_M)
    told = np.zeros(away_m.shape, dtype=np.bool_)
    told[point, position] = True
    assert told[away_m < distance_m * 0.99 - ON_IT_M].all()
    assert not told[away_m > distance_m * 1.01 + ON_IT_M].any()


@settings(max_examples=25)
@given(divisions())
def test_a_camera_belongs_to_its_own_grid_and_to_those_in_reach(drawn: DrawnDivision) -> None:
    division = division_of(drawn.polygons)
    lon, lat = points_of(drawn, 6)
    pairs = camera_grids(division, lon=lon, lat=lat)
    assert not pairs.duplicated(["row", "grid_id"]).any()
    assert (pairs["distance_m"] <= CAMERA_REACH_M).all()
    own = place_columns(division, lon=lon, lat=lat)["grid_id"]
    owned = {(row, int(grid)) for row, grid in own.dropna().items()}
    assert owned <= set(zip(pairs["row"], pairs["grid_id"], strict=True))


@settings(max_examples=25)
@given(divisions(), st.integers(0, 2**32 - 1))
def test_columns_do_not_depend_on_what_else_is_asked(drawn: DrawnDivision, seed: int) -> None:
    division, people = division_of(drawn.polygons), roster_of(drawn.polygons)
    lon, lat = points_of(drawn, 4)
    order = np.random.default_rng(seed).permutation(len(lon))
    together = derived_columns(division, people, lon=lon, lat=lat, at=NOW)
    shuffled = derived_columns(division, people, lon=lon[order], lat=lat[order], at=NOW)
    pd.testing.assert_frame_equal(together.iloc[order].reset_index(drop=True), shuffled)


def roster_of(polygons: GeometryArray) -> Roster:
    """Every second grid has a lead."""
    members = {
        GridId(10 * i + 7): (Member(i + 1, 100 + i, "lead", f"lead {i}", None, NOW, None),)
        for i in range(0, len(polygons), 2)
    }
    return Roster(AREAS, ROLES, members, {})


@settings(max_examples=25)
@given(divisions())
def test_nothing_is_left_without_an_answer(drawn: DrawnDivision) -> None:
    division, people = division_of(drawn.polygons), roster_of(drawn.polygons)
    lon, lat = points_of(drawn, 6)
    rows = derived_columns(division, people, lon=lon, lat=lat, at=NOW)
    assert (rows["grid_id"].isna() != rows["nearest_grid_id"].isna()).all()
    assert (rows["nearest_grid_id"].isna() == rows["nearest_distance_m"].isna()).all()
    assert rows["charge_level"].notna().all()
    assert (rows["edition_id"] == 3).all()
    led = set(people.members)
    for grid, worker, level in zip(rows["grid_id"], rows["charge_worker_id"], rows["charge_level"], strict=True):
        assert (not pd.isna(worker)) == (not pd.isna(grid) and grid in led)
        assert level == ("city" if pd.isna(worker) else "lead")
    near = rows["distance_to_border_m"].notna()
    assert (rows["distance_to_border_m"][near] <= BORDER_LIMIT_M).all()
    assert (rows["grid_id"][near].notna()).all()
    assert (rows["on_border"] == (rows["distance_to_border_m"] == 0).to_numpy()).all()
    assert (rows["runner_up_grid_id"].isna() | (rows["runner_up_grid_id"] != rows["grid_id"])).all()


@settings(max_examples=25)
@given(divisions())
def test_a_shared_border_belongs_to_the_lowest_id(drawn: DrawnDivision) -> None:
    division = division_of(drawn.polygons)
    vertices = shapely.get_coordinates(drawn.polygons)
    rows = place_columns(division, lon=vertices[:, 0].copy(), lat=vertices[:, 1].copy())
    for (x, y), grid_id in zip(vertices, rows["grid_id"], strict=True):
        touching = np.flatnonzero(shapely.intersects_xy(drawn.polygons, x, y))
        assert grid_id == division.grids[touching[0]].id


def test_charges_end_with_the_answer_for_places_outside() -> None:
    polygons = np.array([shapely.box(113, 22, 113.1, 22.1), shapely.box(113.1, 22, 113.2, 22.1)])
    who = charges(division_of(polygons), roster_of(polygons), at=NOW)
    assert [charge.level for charge in who] == ["lead", "city", "city"]
    assert who[-1].alarm


def test_no_points_give_no_rows_with_the_same_columns() -> None:
    polygons = np.array([shapely.box(113, 22, 113.1, 22.1)])
    division, people, none = division_of(polygons), roster_of(polygons), np.empty(0)
    empty = derived_columns(division, people, lon=none, lat=none, at=NOW)
    one = derived_columns(division, people, lon=np.array([113.05]), lat=np.array([22.05]), at=NOW)
    assert len(empty) == 0
    assert list(empty.columns) == list(one.columns)
    assert len(camera_grids(division, lon=none, lat=none)) == 0


@pytest.mark.parametrize(("accuracy_m", "ambiguous"), [(0.0, False), (10.2, False), (10.4, True), (1e6, True)])
def test_a_point_is_ambiguous_when_its_uncertainty_reaches_the_border(accuracy_m: float, ambiguous: bool) -> None:
    polygons = np.array([shapely.box(113, 22, 113.1, 22.1), shapely.box(113.1, 22, 113.2, 22.1)])
    found = place(division_of(polygons).index, np.array([113.1001]), np.array([22.05]))
    assert found.distance_to_border_m[0] == pytest.approx(10.32, rel=0.001)
    assert found.ambiguous(accuracy_m).tolist() == [ambiguous]
    assert found.ambiguous(np.array([accuracy_m])).tolist() == [ambiguous]
    assert is_ambiguous(accuracy_m, border_m=float(found.distance_to_border_m[0])) is ambiguous


@given(st.floats(0, 300), st.floats(0, 0.004))
def test_a_row_tells_the_same_ambiguity_as_the_point_it_was_made_of(accuracy_m: float, east_deg: float) -> None:
    squares = np.array([shapely.box(113, 22, 114, 23), shapely.box(114, 22, 115, 23)])
    division, lon, lat = division_of(squares), np.array([114.0 + east_deg]), np.array([22.5])
    row = derived_columns(division, roster_of(squares), lon=lon, lat=lat, accuracy_m=accuracy_m, at=NOW).iloc[0]
    border_m = None if pd.isna(row.distance_to_border_m) else float(row.distance_to_border_m)
    whole = place(division.index, lon, lat, limit_m=math.inf)
    assert is_ambiguous(accuracy_m, border_m=border_m) == bool(whole.ambiguous(accuracy_m)[0])


def test_a_border_within_a_rows_own_accuracy_is_kept_however_far_it_is() -> None:
    squares = np.array([shapely.box(113, 22, 114, 23), shapely.box(114, 22, 115, 23)])
    lon, lat = np.array([113.999, 113.999, 113.9999]), np.full(3, 22.5)
    rows = derived_columns(
        division_of(squares),
        roster_of(squares),
        lon=lon,
        lat=lat,
        accuracy_m=np.array([0.0, 200.0, 0.0]),
        at=NOW,
    )
    assert rows["distance_to_border_m"].notna().tolist() == [False, True, True]
    assert rows["runner_up_grid_id"].notna().tolist() == [False, True, True]
    assert rows["distance_to_border_m"][1] == pytest.approx(102.9, abs=0.1)


@settings(max_examples=40, deadline=None)
@given(divisions(), st.integers(0, 2**32 - 1))
def test_the_shares_of_ground_are_those_of_each_polygon_cut_by_each_grid(drawn: DrawnDivision, seed: int) -> None:
    division = division_of(drawn.polygons)
    rng = np.random.default_rng(seed)
    west, south, east, north = shapely.total_bounds(drawn.polygons)
    centres = rng.uniform((west, south), (east, north), (6, 2))
    grounds = shapely.buffer(shapely.points(centres), rng.uniform(0.1, 2.0, 6) * CELL_DEG)
    found = ground_grids(division, grounds)
    assert found.equals(found.sort_values(["row", "grid_id"], ignore_index=True))
    told = {(row, grid_id): share for row, grid_id, share in found.itertuples(index=False)}
    for row, ground in enumerate(grounds):
        for position, grid in enumerate(division.shapes):
            common = shapely.make_valid(shapely.intersection(ground, grid))
            flat = [part for part in shapely.get_parts([common]) if part.geom_type == "Polygon"]
            share = float(geodesic_area_m2(np.array(flat, dtype=object)).sum() / geodesic_area_m2([ground])[0])
            assert told.get((row, division.grid_ids[position]), 0.0) == pytest.approx(share, abs=2e-6)
    inside = shapely.contains(shapely.union_all(drawn.polygons), grounds)
    sums = found.groupby("row")["share"].sum().reindex(range(6), fill_value=0.0).to_numpy()
    assert sums[inside] == pytest.approx(1.0, abs=1e-4)
    assert (sums <= 1.0 + 1e-4).all()


def test_ground_that_only_touches_a_grid_is_not_in_it() -> None:
    squares = shapely.box(np.array([0.0, 0.01]), 0.0, np.array([0.01, 0.02]), 0.01)
    found = ground_grids(division_of(squares), np.array([shapely.box(0.002, 0.002, 0.01, 0.008)]))
    assert found["grid_id"].tolist() == [7]
    assert found["share"].tolist() == pytest.approx([1.0])
