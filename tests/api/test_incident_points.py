"""Incidents on a map: points of a box that holds few, else counts; cells count every incident inside once."""

import h3
import pytest
from starlette.testclient import TestClient

from api.routes import incidents as route

POINTS = "/api/v1/incidents/points"


def test_the_points_of_a_box_are_those_of_the_list(admin: TestClient) -> None:
    asked = {"bbox": "113.0,22.5,113.02,22.52", "state": "all"}
    points = admin.get(POINTS, params=asked).json()
    listed = admin.get("/api/v1/incidents", params=asked).json()
    assert points["numberMatched"] == listed["numberMatched"] > 0
    assert [feature["id"] for feature in points["features"]] == [row["id"] for row in listed["items"]]
    assert "title" in points["features"][0]["properties"]
    assert "reporter_ref" not in points["features"][0]["properties"]


def test_a_box_with_too_many_points_is_refused_and_told_what_to_ask_instead(
    admin: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(route, "MOST_POINTS", 1)
    answer = admin.get(POINTS, params={"state": "all"})
    assert answer.status_code == 422
    problem = answer.json()
    assert "more than 1 incidents" in problem["detail"]
    assert "/incidents/cells" in problem["remedy"]
    assert problem["facts"] == {"most": 1}


def test_the_public_gets_no_points(public: TestClient) -> None:
    assert public.get(POINTS).status_code == 403


@pytest.mark.parametrize("resolution", [5, 8, 10])
def test_cells_count_every_incident_inside_once(admin: TestClient, resolution: int) -> None:
    asked = {"resolution": resolution, "state": "all"}
    whole = admin.get("/api/v1/incidents/cells", params=asked).json()["items"]
    boxed = admin.get("/api/v1/incidents/cells", params={**asked, "bbox": "112,22,114,23"}).json()["items"]
    assert whole == boxed
    slow: dict[str, int] = {}
    for row in admin.get("/api/v1/incidents", params={"limit": 1000}).json()["items"]:
        if row["grid_id"] is not None:
            cell = h3.cell_to_parent(h3.latlng_to_cell(row["lat"], row["lon"], 12), resolution)
            slow[cell] = slow.get(cell, 0) + 1
    assert {row["cell"]: row["count"] for row in whole} == slow
