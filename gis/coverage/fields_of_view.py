"""What each camera sees on open ground: a sector, or a full circle.

- A **dome** sees all round and a **PTZ** can be turned all round: a circle. Covered by a PTZ therefore means
  "can be looked at on demand", not "is in the picture now".
- A **fixed** camera, or one of **unknown** kind, sees a sector about its azimuth, or a circle when its own
  angle is declared as 360 degrees.
- A camera whose direction is unknown and matters gets the circle within which its sector must lie, with
  ``certain`` False: an upper bound that is never counted as covered.

**Range.** What is stated and what the pixels give at the task level both limit it; the table of assumptions
stands in when neither is known. Stated and assumed ranges are for detection: finer tasks shorten them in
proportion to px/m, coarser ones do not stretch them. What pixels give ends at `FARTHEST_FROM_PIXELS_M`: beyond it
air and light decide, which pixels do not tell. Walls and heights are not considered here.

Arcs are drawn by chords of at most `CHORD_DEG`, inside the true arc: an area is too small by a share of
(chord in radians)^2 / 6 = 0.02 %, never too large. Cost: O(vertices), 5,000 cameras in some 0.03 s.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.coverage.assumptions import DEFAULT_RANGES, RangeTable
from gis.coverage.cameras import Cameras
from gis.coverage.task_levels import DETECT, TaskLevel, range_for_level
from gis.crs import LocalMetric
from gis.units import BoolArray, FloatArray, GeometryArray

CHORD_DEG = 2.0

FARTHEST_FROM_PIXELS_M = 1000.0
"""An assumption; a range that is stated may be longer."""

_NORTHWARD_DEG = 1e-5
"""About a metre: the step by which the direction of north in the projection is found."""


@dataclass(frozen=True, slots=True)
class Views:
    """What n cameras see, in the order of the cameras.

    Parameters
    ----------
    polygons
        (n,) valid polygons in metres of the projection they were made with, counterclockwise.
    certain
        (n,) False where the direction is unknown: the polygon is an upper bound.
    range_m
        (n,) the radius that was used.
    hfov_deg
        (n,) the angle of the lens that was used.
    assumed
        (n,) whether angle or range comes from the table of assumptions and shaped the polygon.
    """

    polygons: GeometryArray
    certain: BoolArray
    range_m: FloatArray
    hfov_deg: FloatArray
    assumed: BoolArray

    def __len__(self) -> int:
        return len(self.polygons)


def fields_of_view(
    cameras: Cameras,
    *,
    metric: LocalMetric,
    assumed: RangeTable = DEFAULT_RANGES,
    level: TaskLevel = DETECT,
) -> Views:
    """Return the field of view of every camera, whatever its status.

    Parameters
    ----------
    cameras
        n cameras; n may be 0.
    metric
        The projection of the city; ``metric.to_degrees(views.polygons)`` gives WGS84.
    assumed
        Angles and ranges for what is unknown; show it beside every figure made from the views.
    level
        The task that a covered place must allow.

    Returns
    -------
    `Views` of the same length and order. Azimuths count from true north; the projection's own north is
    corrected. A camera that the projection cannot hold (at a pole, at the other end of the Earth) sees nothing.

    Examples
    --------
    >>> nan = float("nan")
    >>> cameras = Cameras(
    ...     camera_id=np.array([1, 2]), lon=np.full(2, 113.08), lat=np.full(2, 22.58),
    ...     kind=np.array(["dome", "fixed"]), status=np.full(2, "live"), source=np.full(2, "police"),
    ...     azimuth_deg=np.full(2, nan), hfov_deg=np.array([nan, 60.0]), range_m=np.full(2, 50.0),
    ...     pixels_h=np.full(2, nan),
    ... )
    >>> fields_of_view(cameras, metric=LocalMetric.around(113.08, 22.58)).certain
    array([ True, False])
    """
    assumed_hfov_deg, assumed_range_m = assumed.rows_of(cameras.kind, cameras.source)
    hfov_deg = np.where(np.isnan(cameras.hfov_deg), assumed_hfov_deg, np.minimum(cameras.hfov_deg, 360.0))

    finer = min(1.0, DETECT.pixels_per_metre / level.pixels_per_metre)
    from_pixels_m = np.minimum(
        range_for_level(cameras.pixels_h, hfov_deg=hfov_deg, level=level), FARTHEST_FROM_PIXELS_M
    )
    known_range_m = np.fmin(cameras.range_m * finer, from_pixels_m)
    range_unknown = np.isnan(known_range_m)
    range_m = np.where(range_unknown, assumed_range_m * finer, known_range_m)

    all_round = cameras.turns | (cameras.hfov_deg >= 360.0)
    certain = all_round | ~np.isnan(cameras.azimuth_deg)
    sweep_deg = np.where(all_round | ~certain, 360.0, hfov_deg)
    angle_mattered = ~all_round | (from_pixels_m == range_m)
    return Views(
        polygons=_sectors(cameras, sweep_deg, range_m=range_m, metric=metric),
        certain=certain,
        range_m=range_m,
        hfov_deg=hfov_deg,
        assumed=range_unknown | (np.isnan(cameras.hfov_deg) & angle_mattered),
    )


def _sectors(cameras: Cameras, sweep_deg: FloatArray, *, range_m: FloatArray, metric: LocalMetric) -> GeometryArray:
    """Build all sectors at once: apex and arc, or only the arc for a full circle; empty beyond the projection."""
    x, y = metric.xy(cameras.lon, cameras.lat)
    north = _north(cameras, x, y, metric=metric)
    placed = np.isfinite(x) & np.isfinite(y) & np.isfinite(north)
    circle = sweep_deg >= 360.0
    chords = np.ceil(sweep_deg / CHORD_DEG).astype(np.int64)
    vertices = np.where(circle, chords, chords + 2)
    camera = np.repeat(np.arange(len(cameras)), vertices)
    step = np.arange(camera.size) - np.repeat(np.cumsum(vertices) - vertices, vertices)
    apex = ~circle[camera] & (step == 0)
    step -= ~circle[camera]

    towards_deg = np.where(np.isnan(cameras.azimuth_deg), 0.0, cameras.azimuth_deg) % 360.0
    right_deg = towards_deg + sweep_deg / 2.0
    turned_deg = right_deg[camera] - step * (sweep_deg / chords)[camera]
    turned = np.radians(turned_deg) + north[camera]
    reach_m = np.where(apex, 0.0, range_m[camera])
    xy = np.column_stack([x[camera] + reach_m * np.sin(turned), y[camera] + reach_m * np.cos(turned)])
    polygons: GeometryArray = np.full(len(cameras), shapely.Polygon(), dtype=object)
    drawn = placed[camera]
    if placed.any():
        position = np.cumsum(placed) - 1
        polygons[placed] = shapely.polygons(shapely.linearrings(xy[drawn], indices=position[camera[drawn]]))
    return polygons


def _north(cameras: Cameras, x: FloatArray, y: FloatArray, *, metric: LocalMetric) -> FloatArray:
    """Return where true north points in the projection, in radians clockwise from its y axis."""
    x_north, y_north = metric.xy(cameras.lon, cameras.lat + _NORTHWARD_DEG)
    return np.asarray(np.arctan2(x_north - x, y_north - y), dtype=np.float64)
