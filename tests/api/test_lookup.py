"""`/api/v1/lookup` by coordinate, over the tiny city."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from gis.crs import from_wgs84, parse_crs
from tests.tiny_city import SOUTH, STEP, WEST

LOOKUP = "/api/v1/lookup"


def ask(client: TestClient, lon: float, lat: float, **more: Any) -> dict[str, Any]:
    response = client.get(LOOKUP, params={"lon": lon, "lat": lat, "crs": "EPSG:4326", **more})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def test_a_point_inside_a_grid_names_grid_path_and_people(admin: TestClient) -> None:
    answer = ask(admin, 113.005, 22.505)
    assert answer["edition"] == 1
    assert answer["grid"]["code"] == "C1"
    assert [area["level"] for area in answer["grid"]["path"]] == ["city", "town", "community"]
    assert answer["duty"][0] == {
        "role": "lead",
        "role_name": "网格长",
        "name": "示例网格员1",
        "phone": "000-1001",
        "level": "grid",
        "stands_in_for": None,
    }
    assert [row["level"] for row in answer["duty"][1:]] == ["community", "town", "city"]
    assert (answer["nearest"], answer["on_border"], answer["ambiguous"]) == (None, False, False)
    assert answer["runner_up"]["code"] in {"C2", "C3"}
    assert answer["distance_to_border_m"] == pytest.approx(514, rel=0.01)


def test_a_point_on_a_shared_border_belongs_to_the_lowest_id_and_says_so(admin: TestClient) -> None:
    answer = ask(admin, 113.01, 22.505)
    assert answer["grid"]["code"] == "C1"
    assert answer["on_border"]
    assert answer["ambiguous"]
    assert answer["distance_to_border_m"] == 0.0
    assert answer["runner_up"]["code"] == "C2"


def test_a_point_is_ambiguous_when_its_accuracy_reaches_the_border(admin: TestClient) -> None:
    assert not ask(admin, 113.0099, 22.505, accuracy_m=5)["ambiguous"]
    assert ask(admin, 113.0099, 22.505, accuracy_m=15)["ambiguous"]


def test_outside_the_city_the_nearest_grid_and_the_city_desk_are_told(admin: TestClient) -> None:
    answer = ask(admin, 113.03, 22.505)
    assert answer["grid"] is None
    assert answer["nearest"]["grid"]["code"] == "C2"
    assert answer["nearest"]["distance_m"] == pytest.approx(1029, rel=0.01)
    assert [row["phone"] for row in answer["duty"]] == ["000-0000"]


def test_a_grid_without_a_lead_is_answered_for_by_the_next_desk_upwards(admin: TestClient) -> None:
    answer = ask(admin, 113.015, 22.515)
    assert answer["grid"]["code"] == "C4"
    assert [row["role"] for row in answer["duty"]] == ["part_time", "duty_desk", "duty_desk"]
    assert answer["duty"][1]["phone"] == "000-0001"


def test_the_public_learns_desks_without_names(public: TestClient) -> None:
    answer = ask(public, 113.005, 22.505)
    assert {row["role"] for row in answer["duty"]} == {"duty_desk"}
    assert {row["name"] for row in answer["duty"]} == {None}
    assert answer["duty"][0]["phone"] == "000-0002"


@pytest.mark.parametrize("crs", ["EPSG:4490", "GCJ-02", "BD-09", "EPSG:4526"])
def test_the_same_place_in_another_system_gives_the_same_grid(admin: TestClient, crs: str) -> None:
    x, y = from_wgs84([113.005], [22.505], crs=parse_crs(crs))
    answer = ask(admin, float(x[0]), float(y[0]), crs=crs)
    assert answer["grid"]["code"] == "C1"
    assert answer["point"]["lon"] == pytest.approx(113.005, abs=2e-8)


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"lon": 113, "lat": 22}, "EPSG:4326"),
        ({"lon": 113, "lat": 22, "crs": "EPSG:0"}, "EPSG:0"),
        ({"lon": 113, "lat": 22, "crs": "Mars"}, "GCJ-02"),
        ({"lon": "x", "lat": 22, "crs": "EPSG:4326"}, "query.lon"),
        ({"lon": "nan", "lat": 22, "crs": "EPSG:4326"}, "crs"),
        ({"lon": "inf", "lat": 22, "crs": "EPSG:4326"}, "crs"),
        ({"lon": 22.5, "lat": 113, "crs": "EPSG:4326"}, "longitude"),
        ({"lon": 113, "lat": 22, "crs": "EPSG:4326", "accuracy_m": -1}, "accuracy_m"),
        ({"lon": 113, "lat": 22, "crs": "EPSG:4326", "at": "yesterday"}, "at"),
    ],
)
def test_a_question_that_cannot_be_answered_is_422_with_the_remedy(
    admin: TestClient, parameters: dict[str, Any], says: str
) -> None:
    response = admin.get(LOOKUP, params=parameters)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert says in response.text
    assert response.json()["remedy"]


def test_a_place_far_outside_the_city_is_doubted(admin: TestClient) -> None:
    (warning,) = ask(admin, 22.505, 85.0)["warnings"]
    assert "outside the city" in warning
    assert ask(admin, 113.005, 22.505)["warnings"] == []


def test_gcj02_taken_for_wgs84_is_hinted_at_where_it_explains_the_place(admin: TestClient) -> None:
    x, y = from_wgs84([113.0195], [22.5195], crs=parse_crs("GCJ-02"))
    warnings = ask(admin, float(x[0]), float(y[0]))["warnings"]
    assert any("GCJ-02" in warning for warning in warnings)


def test_a_batch_answers_in_order_with_errors_in_place(admin: TestClient) -> None:
    points = [[113.005, 22.505], "nowhere", [113.015], [22.5, 113.0], [113.015, 22.515], [True, 2], [10**400, 2]]
    response = admin.post(LOOKUP, json={"crs": "EPSG:4326", "points": points})
    assert response.status_code == 200, response.text
    results = response.json()["results"]
    assert [set(row) == {"error"} for row in results] == [False, True, True, True, False, True, True]
    assert results[4]["grid"]["code"] == "C4"


def test_more_than_ten_thousand_points_are_refused_at_once(admin: TestClient) -> None:
    response = admin.post(LOOKUP, json={"crs": "EPSG:4326", "points": [[113, 22]] * 10_001})
    assert response.status_code == 422


def test_an_empty_batch_has_no_results(admin: TestClient) -> None:
    response = admin.post(LOOKUP, json={"crs": "EPSG:4326", "points": []})
    assert response.json() == {"edition": 1, "results": []}


@settings(max_examples=60, deadline=None)
@given(
    u=st.floats(-0.5, 2.5, allow_subnormal=False),
    v=st.floats(-0.5, 2.5, allow_subnormal=False),
)
def test_every_point_has_one_answer_and_finite_distances(admin: TestClient, u: float, v: float) -> None:
    lon, lat = WEST + u * STEP, SOUTH + v * STEP
    answer = ask(admin, lon, lat)
    assert (answer["grid"] is None) == (answer["nearest"] is not None)
    assert math.isfinite(answer["distance_to_border_m"])
    batch = admin.post(LOOKUP, json={"crs": "EPSG:4326", "points": [[lon, lat]]}).json()
    assert batch["results"][0]["grid"] == answer["grid"]


def test_a_moment_before_the_first_edition_has_no_answer(admin: TestClient) -> None:
    response = admin.get(LOOKUP, params={"lon": 113.005, "lat": 22.505, "crs": "EPSG:4326", "at": "2001-01-01T00:00"})
    assert response.status_code == 404
    assert "or later" in response.json()["remedy"]
    assert ask(admin, 113.005, 22.505, at="2100-01-01T00:00:00Z")["grid"]["code"] == "C1"
