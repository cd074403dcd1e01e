from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.coverage import Cameras, distinct_cameras
from gis.units import IntArray
from tests.gis.coverage.coverage_city import LAT, LON, METRIC, UNHURRIED, UNKNOWN, cameras_of

METRE_DEG = 1.0 / 110_760.0
"""A metre northward at this latitude."""


def distinct(rows: list[dict[str, Any]]) -> list[int]:
    ids = [row.get("gb_id") for row in rows]
    networks = [row.get("networks", ()) for row in rows]
    return distinct_cameras(bare(rows), gb_id=ids, networks=networks, metric=METRIC).tolist()


def bare(rows: list[dict[str, Any]]) -> Cameras:
    return cameras_of(*[{k: v for k, v in row.items() if k not in ("gb_id", "networks")} for row in rows])


def slow_twin(rows: list[dict[str, Any]]) -> list[int]:
    """Compare every row with every camera found so far, most trusted rows first."""

    def distrust(row: int) -> tuple[int, bool, bool, int]:
        it = {"status": "live", "azimuth_deg": UNKNOWN, "range_m": UNKNOWN, "pixels_h": UNKNOWN, **rows[row]}
        no_range = np.isnan(it["range_m"]) and np.isnan(it["pixels_h"])
        return ("live", "unknown", "dead").index(it["status"]), np.isnan(it["azimuth_deg"]), no_range, row

    def metres_apart(a: dict[str, Any], b: dict[str, Any]) -> float:
        north = (a.get("lat", LAT) - b.get("lat", LAT)) / METRE_DEG
        east = (a.get("lon", LON) - b.get("lon", LON)) / METRE_DEG * np.cos(np.radians(LAT))
        return float(np.hypot(north, east))

    def alike(a: dict[str, Any], b: dict[str, Any]) -> bool:
        one, other = a.get("azimuth_deg", UNKNOWN), b.get("azimuth_deg", UNKNOWN)
        turns = a.get("kind", "fixed") in ("ptz", "dome")
        if np.isnan(one) or np.isnan(other):
            same_way = bool(np.isnan(one) and np.isnan(other))
        else:
            same_way = min((one - other) % 360, (other - one) % 360) <= 10.0
        same_kind = a.get("kind", "fixed") == b.get("kind", "fixed")
        return metres_apart(a, b) <= 2.0 and same_kind and (turns or same_way)

    networks = [set(row.get("networks", ())) or {row.get("source", "police")} for row in rows]
    held = [set(of) for of in networks]
    found: dict[int, int] = {}
    for row in sorted(range(len(rows)), key=distrust):
        known = rows[row].get("gb_id")
        same_id = [r for r in found if known and rows[r].get("gb_id") == known]
        near = [c for c in sorted(set(found.values())) if not (held[c] & networks[row]) and alike(rows[c], rows[row])]
        camera = found[same_id[0]] if same_id else (near[0] if near else row)
        found[row] = camera
        held[camera] |= networks[row]
    return [found[row] for row in range(len(rows))]


crowded_rows = st.lists(
    st.fixed_dictionaries(
        {
            "lat": st.integers(0, 5).map(lambda metres: LAT + 1.5 * metres * METRE_DEG),
            "kind": st.sampled_from(["fixed", "dome"]),
            "status": st.sampled_from(["live", "dead", "unknown"]),
            "source": st.sampled_from(["police", "village", "traffic"]),
            "azimuth_deg": st.sampled_from([UNKNOWN, 0.0, 7.0, 14.0, 355.0, 180.0]),
            "range_m": st.sampled_from([UNKNOWN, 50.0]),
        },
        optional={
            "gb_id": st.sampled_from(["", "44070300001310000001", "44070300001310000002"]),
            "networks": st.sets(st.sampled_from(["police", "village", "traffic"]), max_size=2),
        },
    ),
    max_size=9,
)


@UNHURRIED
@given(rows=crowded_rows)
def test_the_same_cameras_are_found_by_comparing_every_pair(rows: list[dict[str, Any]]) -> None:
    assert distinct(rows) == slow_twin(rows)


@UNHURRIED
@given(rows=crowded_rows)
def test_a_row_that_stands_for_a_camera_stands_for_itself(rows: list[dict[str, Any]]) -> None:
    stands_for: IntArray = np.array(distinct(rows), dtype=np.int64)
    assert (stands_for[stands_for] == stands_for).all()


@UNHURRIED
@given(rows=crowded_rows)
def test_rows_with_one_id_are_one_camera(rows: list[dict[str, Any]]) -> None:
    found: dict[str, set[int]] = {}
    for row, camera in zip(rows, distinct(rows), strict=True):
        if row.get("gb_id"):
            found.setdefault(row["gb_id"], set()).add(camera)
    assert all(len(cameras) == 1 for cameras in found.values())


def test_a_camera_that_two_networks_deliver_is_live_when_one_says_so() -> None:
    rows = [
        {"source": "police", "status": "dead", "azimuth_deg": 3.0},
        {"source": "village", "lat": LAT + METRE_DEG, "azimuth_deg": 355.0},
    ]
    assert distinct(rows) == [1, 1]


@pytest.mark.parametrize(
    "difference",
    [
        {"source": "police"},
        {"kind": "unknown"},
        {"azimuth_deg": 12.0},
        {"azimuth_deg": UNKNOWN},
        {"lat": LAT + 2.1 * METRE_DEG},
        {"networks": ("police", "village")},
    ],
)
def test_cameras_that_differ_in_what_is_known_stay_two(difference: dict[str, Any]) -> None:
    rows = [
        {"source": "police", "azimuth_deg": 0.0},
        {"source": "village", "azimuth_deg": 0.0, **difference},
    ]
    assert distinct(rows) == [0, 1]


def test_one_camera_takes_only_one_row_of_each_network() -> None:
    rows = [{"source": "police"}, {"source": "village"}, {"source": "village"}]
    assert distinct(rows) == [0, 0, 2]


def test_an_unknown_direction_does_not_tie_two_cameras_that_look_apart() -> None:
    rows = [
        {"source": "police", "azimuth_deg": 0.0},
        {"source": "village", "azimuth_deg": 180.0},
        {"source": "traffic"},
    ]
    assert distinct(rows) == [0, 1, 2]


def test_no_rows_are_no_cameras() -> None:
    assert distinct([]) == []


def test_columns_of_different_length_are_refused_before_any_comparison() -> None:
    with pytest.raises(ValueError, match="1 cameras, 0 ids and 1 sets"):
        distinct_cameras(cameras_of({}), gb_id=[], networks=[()], metric=METRIC)
