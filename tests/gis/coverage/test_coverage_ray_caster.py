"""An independent ray caster, without projection and without polygons, agrees with the coverage (R15)."""

import math
import time
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.coverage import (
    DEFAULT_RANGES,
    Cameras,
    Deployment,
    Incidents,
    coverage_by_area,
    coverage_by_grid,
    distinct_cameras,
    fields_of_view,
)
from gis.crs import LocalMetric
from tests.gis.coverage.coverage_city import LAT, LON, SIDE, STEP_DEG, UNHURRIED, cameras_of, covered_by

_A_M, _E2 = 6_378_137.0, 6.694_379_990_14e-3
ACROSS = 90
"""Places asked along each side of a grid: one every 2.3 m."""


def cast(camera: dict[str, Any], lon: Any, lat: Any) -> Any:
    """Whether a camera sees each place, by the length and the bearing of the ray to it on the ellipsoid."""
    s2 = math.sin(math.radians(camera["lat"])) ** 2
    north_m = np.radians(lat - camera["lat"]) * _A_M * (1.0 - _E2) / (1.0 - _E2 * s2) ** 1.5
    east_m = np.radians(lon - camera["lon"]) * _A_M / math.sqrt(1.0 - _E2 * s2) * np.cos(np.radians(lat))
    within = np.hypot(east_m, north_m) <= camera["range_m"]
    if camera["kind"] == "dome":
        return within
    bearing_deg = np.degrees(np.arctan2(east_m, north_m))
    off_axis_deg = np.abs((bearing_deg - camera["azimuth_deg"] + 180.0) % 360.0 - 180.0)
    return within & (off_axis_deg <= camera["hfov_deg"] / 2.0)


def cast_shares(cameras: list[dict[str, Any]]) -> Any:
    """Return the share of the places of each grid that a live camera sees."""
    across = ACROSS * SIDE
    step = (np.arange(across) + 0.5) / ACROSS - SIDE / 2.0
    lon, lat = np.meshgrid(LON + step * STEP_DEG, LAT + step * STEP_DEG)
    seen = np.zeros(lon.shape, dtype=bool)
    for camera in cameras:
        if camera["status"] == "live":
            seen |= cast(camera, lon, lat)
    return seen.reshape(SIDE, ACROSS, SIDE, ACROSS).mean(axis=(1, 3)).ravel()


directed_rows = st.lists(
    st.fixed_dictionaries(
        {
            "lon": st.floats(LON - 1.5 * STEP_DEG, LON + 1.5 * STEP_DEG),
            "lat": st.floats(LAT - 1.5 * STEP_DEG, LAT + 1.5 * STEP_DEG),
            "kind": st.sampled_from(["fixed", "fixed", "dome"]),
            "status": st.sampled_from(["live", "live", "live", "dead"]),
            "azimuth_deg": st.floats(0.0, 360.0),
            "hfov_deg": st.floats(5.0, 355.0),
            "range_m": st.floats(5.0, 250.0),
        }
    ),
    min_size=1,
    max_size=12,
)


@UNHURRIED
@given(rows=directed_rows)
def test_a_ray_caster_agrees_with_every_grids_share_within_2_percent(rows: list[dict[str, Any]]) -> None:
    shares = covered_by(cameras_of(*rows)).figures.share_covered
    assert np.abs(shares - cast_shares(rows)).max() < 0.02
    assert shares.mean() == pytest.approx(cast_shares(rows).mean(), rel=0.02, abs=1e-3)


def voronoi_city(n: int, *, rng: np.random.Generator) -> Any:
    """Return a partition of a disc 60 km wide into n cells of some 200 vertices, denser in the middle."""
    lon0, lat0 = LON, LAT
    radius = 0.3 * np.sqrt(rng.random(n)) ** 2
    angle = rng.uniform(0.0, 2.0 * np.pi, n)
    seeds = shapely.multipoints(np.column_stack([lon0 + radius * np.cos(angle), lat0 + radius * np.sin(angle)]))
    disc = shapely.Point(lon0, lat0).buffer(0.31)
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds))
    cells = shapely.intersection(cells, disc)
    return np.asarray([shapely.segmentize(cell, cell.length / 200.0) for cell in cells], dtype=object)


def many_cameras(n: int, *, rng: np.random.Generator) -> Cameras:
    """Return cameras of all kinds and states crowded like the cells."""
    radius, angle = 0.3 * np.sqrt(rng.random(n)) ** 2, rng.uniform(0.0, 2.0 * np.pi, n)

    def sometimes(values: Any) -> Any:
        return np.where(rng.random(n) < 0.3, np.nan, values)

    return Cameras(
        camera_id=np.arange(n),
        lon=LON + radius * np.cos(angle),
        lat=LAT + radius * np.sin(angle),
        kind=rng.choice(["fixed", "ptz", "dome", "unknown"], n),
        status=rng.choice(["live", "live", "dead", "unknown"], n),
        source=rng.choice(["police", "village"], n),
        azimuth_deg=sometimes(rng.uniform(0.0, 360.0, n)),
        hfov_deg=sometimes(rng.uniform(30.0, 120.0, n)),
        range_m=sometimes(rng.uniform(20.0, 300.0, n)),
        pixels_h=sometimes(rng.choice([1280.0, 1920.0, 2560.0], n)),
    )


@pytest.mark.slow
def test_a_whole_city_of_2954_grids_and_5285_cameras_takes_under_5_cpu_seconds() -> None:
    rng = np.random.default_rng(7)
    city, cameras = voronoi_city(2954, rng=rng), many_cameras(5285, rng=rng)
    place = shapely.points(cameras.lon, cameras.lat)
    grid, camera = shapely.STRtree(place).query(city, predicate="intersects")
    at = rng.integers(0, len(city), 7000)
    where = shapely.get_coordinates(shapely.point_on_surface(city[at]))
    incidents = Incidents(where[:, 0], where[:, 1], at)

    start = time.process_time()
    metric = LocalMetric.around(LON, LAT)
    views = fields_of_view(cameras, metric=metric, assumed=DEFAULT_RANGES)
    stands_for = distinct_cameras(cameras, gb_id=[None] * len(cameras), networks=[()] * len(cameras), metric=metric)
    deployment = Deployment(cameras, views, stands_for, camera=camera, grid=grid)
    by_grid = coverage_by_grid(deployment, city, incidents=incidents, metric=metric)
    leaf = np.arange(len(city)) % 1339 + 1
    tree = np.r_[-1, np.zeros(1339, dtype=np.int64)]
    by_area = coverage_by_area(by_grid.figures, deployment, area_of_grid=leaf, parent=tree)
    taken_s = time.process_time() - start

    assert shapely.is_valid(by_grid.blind_spots).all()
    assert by_area.covered_m2[0] == pytest.approx(by_grid.figures.covered_m2.sum())
    assert by_area.cameras[0] == len(np.unique(camera[deployment.distinct[camera]]))
    assert taken_s < 5.0
