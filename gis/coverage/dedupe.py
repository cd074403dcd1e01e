"""One camera that several networks deliver is one camera.

Two rows are the same camera when they carry the same GB/T 28181 id, or when they come from different
networks and nothing that is known tells them apart: within 2 m, of the same kind, and (unless they see all
round) looking the same way within 10 degrees or both in an unknown direction. A known and an unknown
direction are not merged: on one pole an unknown camera would else tie two that look apart. Rows of one
network are never merged by place: a network does not list a camera twice on purpose, and a pole often
carries two.

Different ids do not tell two rows apart, since every network numbers its own. Merging does not chain by
place: a row joins a row that stands for a camera, never one that only resembles a third, and a camera takes
one row of each network. Cost: a k-d tree, then O(pairs within 2 m).
"""

from collections.abc import Collection, Sequence

import numpy as np
from scipy.spatial import cKDTree

from gis.coverage.cameras import Cameras
from gis.crs import LocalMetric
from gis.units import BoolArray, IntArray

SAME_PLACE_M = 2.0
SAME_DIRECTION_DEG = 10.0


def distinct_cameras(
    cameras: Cameras,
    *,
    gb_id: Sequence[str | None],
    networks: Sequence[Collection[str]],
    metric: LocalMetric,
) -> IntArray:
    """Return, for every row, the row that stands for its camera.

    Parameters
    ----------
    cameras
        n rows.
    gb_id
        n ids of GB/T 28181; None or empty = unknown.
    networks
        n sets of networks a row came from; a row without any is taken to come from its ``source``.
    metric
        The projection of the city.

    Returns
    -------
    (n,) int64, rows. The row that stands for a camera is its own: ``result[result] == result``. Of several
    rows the one that is live, then the one of unknown status, then the one with known direction, with known
    range or pixels, and last the first, stands for the camera: a camera is live when one of its networks
    says so.

    Examples
    --------
    >>> twice = Cameras(
    ...     camera_id=np.array([1, 2]), lon=np.full(2, 113.08), lat=np.full(2, 22.58),
    ...     kind=np.full(2, "dome"), status=np.array(["dead", "live"]),
    ...     source=np.array(["police", "village"]),
    ...     azimuth_deg=np.full(2, np.nan), hfov_deg=np.full(2, np.nan), range_m=np.full(2, 50.0),
    ...     pixels_h=np.full(2, np.nan),
    ... )
    >>> metric = LocalMetric.around(113.08, 22.58)
    >>> distinct_cameras(twice, gb_id=[None, None], networks=[{"police"}, {"village"}], metric=metric)
    array([1, 1])
    """
    if not len(cameras) == len(gb_id) == len(networks):
        raise ValueError(f"{len(cameras)} cameras, {len(gb_id)} ids and {len(networks)} sets of networks")
    of = [set(held) or {feed} for held, feed in zip(networks, cameras.source.tolist(), strict=True)]
    alike = _alike(cameras, metric=metric)
    stands_for: IntArray = np.full(len(cameras), -1, dtype=np.int64)
    by_id: dict[str, int] = {}
    for row in _best_first(cameras).tolist():
        known = gb_id[row] or None
        camera = by_id.get(known, row) if known else row
        if camera == row:
            standing = (other for other in alike.get(row, ()) if stands_for[other] == other)
            camera = min((other for other in standing if of[other].isdisjoint(of[row])), default=row)
        stands_for[row] = camera
        of[camera] |= of[row]
        if known:
            by_id.setdefault(known, camera)
    return stands_for


def _best_first(cameras: Cameras) -> IntArray:
    """Return the rows in the order in which they may stand for a camera."""
    range_unknown = np.isnan(cameras.range_m) & np.isnan(cameras.pixels_h)
    trust = np.select([cameras.status == "live", cameras.status == "unknown"], [0, 1], default=2)
    return np.lexsort((np.arange(len(cameras)), range_unknown, np.isnan(cameras.azimuth_deg), trust))


def _alike(cameras: Cameras, *, metric: LocalMetric) -> dict[int, list[int]]:
    """Return for each row the rows that cannot be told from it by place, kind and direction."""
    if not len(cameras):
        return {}
    place = np.column_stack(metric.xy(cameras.lon, cameras.lat))
    one, other = cKDTree(place).query_pairs(SAME_PLACE_M, output_type="ndarray").reshape(-1, 2).T
    same = (cameras.kind[one] == cameras.kind[other]) & _same_direction(cameras, one, other)
    alike: dict[int, list[int]] = {}
    for a, b in zip(one[same].tolist(), other[same].tolist(), strict=True):
        alike.setdefault(a, []).append(b)
        alike.setdefault(b, []).append(a)
    return alike


def _same_direction(cameras: Cameras, one: IntArray, other: IntArray) -> BoolArray:
    unknown = np.isnan(cameras.azimuth_deg)
    apart_deg = np.abs((cameras.azimuth_deg[one] - cameras.azimuth_deg[other] + 180.0) % 360.0 - 180.0)
    both_unknown = unknown[one] & unknown[other]
    return cameras.turns[one] | both_unknown | (apart_deg <= SAME_DIRECTION_DEG)
