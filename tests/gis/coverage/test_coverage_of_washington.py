"""The cameras that Washington DC publishes: no angle, no range, no status, and some in two lists."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest
import shapely

from gis.coverage import (
    WASHINGTON_DC_RANGES,
    Cameras,
    Deployment,
    Incidents,
    coverage_by_area,
    coverage_by_grid,
    distinct_cameras,
    fields_of_view,
)
from gis.crs import LocalMetric

SHARED = Path(os.environ.get("GEZHI_SHARED_DATA", Path(__file__).parents[4] / "shared" / "data"))
LISTS = ("cctv", "enforcement", "speed", "redlight", "traffic")

pytestmark = pytest.mark.skipif(not (SHARED / "dc").is_dir(), reason=f"{SHARED} has no data of Washington DC")


def washington(*, status: str) -> Cameras:
    """Return all five lists, with nothing known beyond place and list."""
    place, source = [], []
    for name in LISTS:
        with (SHARED / "dc" / f"cameras_{name}.csv").open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                place.append((float(row["lon"]), float(row["lat"])))
                source.append(f"dc-{name}")
    n, (lon, lat) = len(place), np.array(place).T
    unknown = np.full(n, np.nan)
    return Cameras(
        camera_id=np.arange(n),
        lon=lon,
        lat=lat,
        kind=np.full(n, "fixed"),
        status=np.full(n, status),
        source=np.array(source),
        azimuth_deg=unknown,
        hfov_deg=unknown,
        range_m=unknown,
        pixels_h=unknown,
    )


def same_cameras(cameras: Cameras, *, metric: LocalMetric) -> np.ndarray:
    none = [None] * len(cameras)
    return distinct_cameras(cameras, gb_id=none, networks=[()] * len(cameras), metric=metric)


def test_each_red_light_camera_of_the_enforcement_list_is_found_in_the_list_of_red_light_cameras() -> None:
    cameras = washington(status="unknown")
    stands_for = same_cameras(cameras, metric=LocalMetric.around(cameras.lon, cameras.lat))
    enforcement = stands_for[cameras.source == "dc-enforcement"]
    in_both = np.isin(stands_for[cameras.source == "dc-redlight"], enforcement)
    with (SHARED / "dc" / "cameras_enforcement.csv").open(encoding="utf-8-sig", newline="") as lines:
        red_light = sum(row["ENFORCEMENT"] == "Red Light" for row in csv.DictReader(lines))
    assert in_both.sum() == red_light == 46


@pytest.mark.parametrize("status", ["unknown", "live"])
def test_nothing_is_covered_where_no_direction_is_known_and_the_upper_bound_says_what_may_be(
    status: str,
) -> None:
    cameras = washington(status=status)
    metric = LocalMetric.around(cameras.lon, cameras.lat)
    areas = shapely.from_geojson((SHARED / "dc" / "psa.geojson").read_text(encoding="utf-8"))
    grids = shapely.get_parts(areas)
    views = fields_of_view(cameras, metric=metric, assumed=WASHINGTON_DC_RANGES)
    assert views.assumed.all()
    places = shapely.points(cameras.lon, cameras.lat)
    camera, grid = shapely.STRtree(grids).query(places, predicate="intersects")
    deployment = Deployment(cameras, views, same_cameras(cameras, metric=metric), camera=camera, grid=grid)
    by_grid = coverage_by_grid(deployment, grids, incidents=Incidents.none(), metric=metric).figures
    city = coverage_by_area(
        by_grid, deployment, area_of_grid=np.zeros(len(grids), dtype=np.int64), parent=np.array([-1])
    )
    assert city.share_covered[0] == 0.0
    assert 0.0 < city.upper_share_covered[0] < 0.1
    assert city.area_m2[0] == pytest.approx(177.5e6, rel=5e-3)
