"""A small city of square grids, and cameras in it, for the tests of coverage."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from hypothesis import settings
from hypothesis import strategies as st

from gis.coverage import (
    KINDS,
    STATUSES,
    Cameras,
    Deployment,
    GridCoverage,
    Incidents,
    coverage_by_grid,
    fields_of_view,
)
from gis.crs import LocalMetric
from gis.units import GeometryArray, IntArray

LON, LAT = 113.08, 22.58
STEP_DEG = 0.002
SIDE = 3

METRIC = LocalMetric.around(LON, LAT)
UNKNOWN = float("nan")

UNHURRIED = settings(deadline=None, max_examples=40)
"""For properties that take tens of milliseconds an example, more on a busy machine."""

_BLANK: dict[str, Any] = {
    "lon": LON,
    "lat": LAT,
    "kind": "fixed",
    "status": "live",
    "source": "police",
    "azimuth_deg": UNKNOWN,
    "hfov_deg": UNKNOWN,
    "range_m": UNKNOWN,
    "pixels_h": UNKNOWN,
}


def cameras_of(*rows: dict[str, Any]) -> Cameras:
    """Return cameras; what a row leaves out is unknown, and it stands in the middle of the city."""
    full = [{**_BLANK, **row} for row in rows]
    text = ("kind", "status", "source")
    columns = {
        name: np.array([row[name] for row in full], dtype=object if name in text else np.float64) for name in _BLANK
    }
    return Cameras(camera_id=np.arange(1, len(rows) + 1, dtype=np.int64), **columns)


def grids() -> GeometryArray:
    """Return 3 x 3 squares of some 200 m around the middle, row by row from the south-west."""
    edges = (np.arange(SIDE + 1) - SIDE / 2.0) * STEP_DEG
    west, south = np.meshgrid(LON + edges[:-1], LAT + edges[:-1])
    west, south = west.ravel(), south.ravel()
    return np.asarray(shapely.box(west, south, west + STEP_DEG, south + STEP_DEG))


def deployment_of(cameras: Cameras, *, stands_for: IntArray | None = None) -> Deployment:
    """Return the cameras with their views; each belongs to every grid within 5 m."""
    ground = METRIC.to_metres(grids())
    x, y = METRIC.xy(cameras.lon, cameras.lat)
    near = shapely.distance(shapely.points(x, y)[:, None], ground[None, :]) <= 5.0
    camera, grid = np.nonzero(near)
    return Deployment(
        cameras=cameras,
        views=fields_of_view(cameras, metric=METRIC),
        stands_for=np.arange(len(cameras)) if stands_for is None else stands_for,
        camera=camera,
        grid=grid,
    )


def covered_by(cameras: Cameras, *, incidents: Incidents | None = None) -> GridCoverage:
    """Return the coverage of the small city by distinct cameras."""
    seen = Incidents.none() if incidents is None else incidents
    return coverage_by_grid(deployment_of(cameras), grids(), incidents=seen, metric=METRIC)


def maybe(number: st.SearchStrategy[float]) -> st.SearchStrategy[float]:
    """Return a number or unknown."""
    return st.just(UNKNOWN) | number


def camera_rows(*, status: Sequence[str] = STATUSES) -> st.SearchStrategy[dict[str, Any]]:
    """Return any camera in the small city or just outside it."""
    off_deg = st.floats(-2.0 * STEP_DEG, 2.0 * STEP_DEG)
    return st.fixed_dictionaries(
        {
            "lon": off_deg.map(lambda off: LON + off),
            "lat": off_deg.map(lambda off: LAT + off),
            "kind": st.sampled_from(KINDS),
            "status": st.sampled_from(status),
            "azimuth_deg": maybe(st.floats(0.0, 360.0, exclude_max=True)),
            "hfov_deg": maybe(st.floats(1.0, 360.0)),
            "range_m": maybe(st.floats(1.0, 300.0)),
            "pixels_h": maybe(st.integers(300, 8000).map(float)),
        }
    )


def any_cameras(*, most: int = 8) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Return rows for `cameras_of`, perhaps none."""
    return st.lists(camera_rows(), max_size=most)
