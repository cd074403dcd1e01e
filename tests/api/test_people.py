"""The roster and the ladder through the API: all of it for whom may know people, desks alone for the public."""

from datetime import datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

LONG_AGO = "2000-01-01T00:00:00"


def grid_id(client: TestClient, code: str) -> int:
    found: int = client.get("/api/v1/grids", params={"q": code}).json()["items"][0]["id"]
    return found


def duty(client: TestClient, code: str, **params: str) -> dict[str, Any]:
    answer = client.get(f"/api/v1/grids/{grid_id(client, code)}/duty", params=params)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_the_roster_is_told_by_page_with_the_places_people_hold(admin: TestClient) -> None:
    first = admin.get("/api/v1/workers", params={"limit": 3}).json()
    assert (first["numberMatched"], first["numberReturned"]) == (4, 3)
    rest = admin.get(first["next"]).json()
    assert rest["next"] is None
    people = {row["worker_ref"]: row for row in [*first["items"], *rest["items"]]}
    assert sorted(people) == ["W1", "W2", "W3", "W4"]
    places = [(place["grid"]["code"], place["role"], place["role_name"]) for place in people["W3"]["places"]]
    assert places == [("C3", "lead", "网格长"), ("C4", "part_time", "兼职网格员")]
    assert people["W4"]["places"] == []
    assert people["W1"]["leave"] is None


@pytest.mark.parametrize(
    ("params", "refs"),
    [
        ({"q": "网格员2"}, ["W2"]),
        ({"q": "W3"}, ["W3"]),
        ({"q": "000-1001"}, ["W1"]),
        ({"q": "100%"}, []),
        ({"role": "part_time"}, ["W3"]),
        ({"role": "lead", "at": LONG_AGO}, []),
    ],
)
def test_people_are_found_by_name_number_phone_and_role(
    admin: TestClient, params: dict[str, str], refs: list[str]
) -> None:
    rows = admin.get("/api/v1/workers", params=params).json()["items"]
    assert [row["worker_ref"] for row in rows] == refs


def test_people_of_a_grid_and_of_an_area_are_found(admin: TestClient) -> None:
    found = admin.get("/api/v1/workers", params={"grid_id": grid_id(admin, "C4")}).json()["items"]
    assert [row["worker_ref"] for row in found] == ["W3"]
    areas = {row["code"]: row["id"] for row in admin.get("/api/v1/areas").json()["items"]}
    found = admin.get("/api/v1/workers", params={"area_id": areas["A"]}).json()["items"]
    assert [row["worker_ref"] for row in found] == ["W1", "W2"]


def test_the_public_learns_nobody_from_the_roster(public: TestClient) -> None:
    assert public.get("/api/v1/workers").status_code == 403


def test_the_ladder_tells_of_every_rung_why_it_answers(admin: TestClient) -> None:
    led = duty(admin, "C1")
    assert (led["in_charge"]["name"], led["alarm"]) == ("示例网格员1", False)
    assert [rung["why"] for rung in led["rungs"]] == ["on_duty", "desk", "desk", "desk"]
    without = duty(admin, "C4")
    assert (without["in_charge"]["name"], without["alarm"]) == ("示例镇综治中心", True)
    assert [(rung["why"], rung["answers"]) for rung in without["rungs"]] == [
        ("no_lead", False),
        ("no_desk", False),
        ("desk", True),
        ("desk", True),
    ]


def test_the_ladder_is_told_for_any_moment_by_the_citys_clock(admin: TestClient) -> None:
    before = duty(admin, "C1", at=LONG_AGO)
    assert before["alarm"] is True
    assert datetime.fromisoformat(before["at"]) == datetime.fromisoformat(f"{LONG_AGO}+08:00")
    assert duty(admin, "C1", at="2150-01-01T00:00:00Z")["in_charge"]["name"] == "示例网格员1"
    far = admin.get(f"/api/v1/grids/{grid_id(admin, 'C1')}/duty", params={"at": "0001-01-01T00:00:00+08:00"})
    assert far.status_code == 422


def test_the_public_sees_desks_without_names_and_never_that_nobody_is_there(public: TestClient) -> None:
    for code in ("C1", "C4"):
        told = duty(public, code)
        assert told["alarm"] is None
        assert {rung["level"] for rung in told["rungs"]} == {"community", "town", "city"}
        assert {rung["name"] for rung in told["rungs"]} == {None}
        assert told["in_charge"]["phone"]


def test_a_grid_that_is_not_there_has_no_ladder(admin: TestClient) -> None:
    assert admin.get("/api/v1/grids/999999/duty").status_code == 404
