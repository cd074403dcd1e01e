"""Sites with their gates, and key areas, over the tiny city whose figures are known by hand."""

import json
from typing import Any

import pytest
import shapely
from starlette.testclient import TestClient

from gis.crs import geodesic_area_m2
from tests.api.test_lists import area_id, get, grid_id, items, names


def site(client: TestClient, ref: str) -> dict[str, Any]:
    (found,) = (row for row in items(client, "sites") if row["source_ref"] == ref)
    answer: dict[str, Any] = get(client, f"sites/{found['id']}")
    return answer


def key_area(client: TestClient, ref: str) -> dict[str, Any]:
    (found,) = (row for row in items(client, "key-areas") if row["source_ref"] == ref)
    answer: dict[str, Any] = get(client, f"key-areas/{found['id']}")
    return answer


def test_sites_are_found_by_kind_grid_area_and_place(admin: TestClient) -> None:
    second = area_id(admin, "乙社区")
    assert names(items(admin, "sites"), "source_ref") == ["1", "2", "3", "4"]
    assert names(items(admin, "sites"), "kind") == ["school", "neighbourhood", "加油站", "hospital"]
    assert names(items(admin, "sites"), "kind_name") == ["学校", "围合区", "加油站", "医院"]
    assert names(items(admin, "sites", kind="hospital"), "source_ref") == ["4"]
    assert names(items(admin, "sites", kind="加油站"), "source_ref") == ["3"]
    assert names(items(admin, "sites", grid_id=grid_id(admin, "C1")), "source_ref") == ["1", "4"]
    assert names(items(admin, "sites", area_id=second), "source_ref") == ["2"]
    assert names(items(admin, "sites", area_id=second, kind="school"), "source_ref") == []
    # The box touches the neighbourhood's ground and not its point.
    assert names(items(admin, "sites", bbox="113.0091,22.5141,113.0095,22.5145"), "source_ref") == ["2"]


def test_a_fenced_site_is_drawn_with_its_ground_and_others_as_points(admin: TestClient) -> None:
    shapes = {
        feature["properties"]["source_ref"]: shapely.from_geojson(json.dumps(feature["geometry"]))
        for feature in get(admin, "sites", f="geojson")["features"]
    }
    assert shapes["1"].equals(shapely.Point(113.005, 22.505))
    assert shapes["2"].equals(shapely.box(113.009, 22.514, 113.012, 22.517))
    assert [row["fenced"] for row in items(admin, "sites")] == [False, True, False, False]


def test_a_neighbourhood_tells_its_gates_grid_and_people(admin: TestClient) -> None:
    found = site(admin, "2")
    assert found["gates"] == 2
    assert [(gate["name"], gate["state"]) for gate in found["gate_rows"]] == [
        ("示例东门", "open"),
        ("示例西门", "closed"),
    ]
    assert [gate["grid_id"] for gate in found["gate_rows"]] == [grid_id(admin, "C4"), grid_id(admin, "C3")]
    assert found["grid"]["code"] == "C4"
    assert found["duty"] == get(admin, f"grids/{grid_id(admin, 'C4')}")["duty"]


def test_gates_are_listed_by_place_with_the_site_they_open(admin: TestClient) -> None:
    ours = site(admin, "2")
    listed = items(admin, "gates")
    assert [{name: row[name] for name in ours["gate_rows"][0]} for row in listed] == ours["gate_rows"]
    assert {(row["site_id"], row["site_name"]) for row in listed} == {(ours["id"], ours["name"])}
    first = get(admin, "gates", limit=1)
    assert (first["numberMatched"], first["numberReturned"]) == (2, 1)
    lon, lat = listed[1]["lon"], listed[1]["lat"]
    around = f"{lon - 1e-5},{lat - 1e-5},{lon + 1e-5},{lat + 1e-5}"
    (feature,) = get(admin, "gates", f="geojson", bbox=around)["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [lon, lat]}
    assert feature["properties"] == listed[1]


def test_cameras_in_the_ground_or_within_50_m_are_told_with_their_distance(admin: TestClient) -> None:
    near = site(admin, "1")["cameras_near"]
    assert [(camera["source_ref"], camera["distance_m"]) for camera in near] == [("k1", 0.0)]
    # 0.0005 degrees of longitude at 22.505 north are 51.5 m.
    assert site(admin, "4")["cameras_near"] == []
    assert site(admin, "2")["cameras_near"] == []


def test_a_site_outside_every_grid_has_the_citys_desk(admin: TestClient) -> None:
    found = site(admin, "3")
    assert found["grid"] is None
    assert found["grid_id"] is None
    assert found["nearest_grid_id"] == grid_id(admin, "C2")
    assert [entry["level"] for entry in found["duty"]] == ["city"]


def test_the_public_sees_schools_and_hospitals_without_what_guards_them(public: TestClient) -> None:
    assert names(items(public, "sites"), "source_ref") == ["1", "4"]
    assert items(public, "sites", kind="neighbourhood") == []
    assert items(public, "sites", kind="加油站") == []
    found = site(public, "1")
    assert found["gates"] is found["gate_rows"] is found["cameras_near"] is None
    assert all(entry["name"] is None for entry in found["duty"])


def test_a_site_that_is_hidden_is_as_one_that_is_not_there(admin: TestClient, public: TestClient) -> None:
    hidden = site(admin, "2")["id"]
    answers = [public.get(f"/api/v1/sites/{site_id}") for site_id in (hidden, 999)]
    assert [answer.status_code for answer in answers] == [404, 404]
    first, second = (answer.json() for answer in answers)
    assert first["title"] == second["title"]
    assert admin.get("/api/v1/sites/999").status_code == admin.get("/api/v1/key-areas/999").status_code == 404


def test_a_key_area_has_the_grids_its_ground_lies_in_by_share(admin: TestClient) -> None:
    found = key_area(admin, "k1")
    assert [grid["code"] for grid in found["grids"]] == ["C1", "C2"]
    assert [grid["share"] for grid in found["grids"]] == pytest.approx([0.5, 0.5], abs=1e-6)
    assert found["grid_ids"] == [grid["id"] for grid in found["grids"]]
    ground = shapely.from_geojson(json.dumps(found["geometry"]))
    assert found["area_m2"] == pytest.approx(float(geodesic_area_m2([ground])[0]))
    assert ground.contains(shapely.Point(found["lon"], found["lat"]))


def test_a_key_area_at_the_edge_of_the_city_lies_there_with_a_part(admin: TestClient) -> None:
    (share,) = key_area(admin, "k4")["grids"]
    assert share["share"] == pytest.approx(0.5, abs=1e-6)


def test_a_key_area_tells_the_open_incidents_inside(admin: TestClient) -> None:
    found = key_area(admin, "k1")
    assert found["open_incidents"] == 2
    assert [row["category"] for row in found["incidents"]] == ["噪声扰民", "市容环境"]
    # The incident in this one is closed.
    assert key_area(admin, "k3")["open_incidents"] == 0
    assert key_area(admin, "k3")["incidents"] == []


def test_key_areas_are_found_by_kind_grid_area_and_place(admin: TestClient) -> None:
    assert names(items(admin, "key-areas"), "kind")[0] == "urban_fringe"
    assert names(items(admin, "key-areas", kind="old_estate"), "source_ref") == ["k3"]
    assert names(items(admin, "key-areas", grid_id=grid_id(admin, "C2")), "source_ref") == ["k1", "k4"]
    assert names(items(admin, "key-areas", area_id=area_id(admin, "乙社区")), "source_ref") == ["k3"]
    assert names(items(admin, "key-areas", bbox="113.0,22.5,113.0045,22.5045"), "source_ref") == ["k2"]
