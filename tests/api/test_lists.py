"""Lists, pages and filters over the tiny city, whose figures are known by hand; GeoJSON is read back by GDAL."""

import io
import math
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely
from starlette.testclient import TestClient

from gis.crs import geodesic_area_m2
from tests.tiny_city import SOUTH, STEP, WEST

PAGED = ("areas", "grids", "incidents", "cameras", "sites", "key-areas", "coverage/gaps", "coverage/views")
GEOJSON = (*PAGED, "incidents/cells")
IDS = {"coverage/gaps": "grid_id", "coverage/views": "camera_id", "incidents/cells": "cell"}


def get(client: TestClient, path: str, **parameters: Any) -> Any:
    response = client.get(path if path.startswith("/") else f"/api/v1/{path}", params=parameters or None)
    assert response.status_code == 200, response.text
    return response.json()


def rows_of(answer: Any) -> list[dict[str, Any]]:
    """Return the rows of a page in either form."""
    rows: list[dict[str, Any]] = (
        answer["items"] if "items" in answer else [feature["properties"] for feature in answer["features"]]
    )
    return rows


def items(client: TestClient, path: str, **parameters: Any) -> list[dict[str, Any]]:
    """Return the rows of a list that fits on one page."""
    answer = get(client, path, **parameters)
    assert answer["next"] is None
    assert answer["numberMatched"] == answer["numberReturned"] == len(rows_of(answer))
    return rows_of(answer)


def names(rows: list[dict[str, Any]], key: str = "code") -> list[str]:
    return [row[key] for row in rows]


def area_id(client: TestClient, name: str) -> int:
    (found,) = (row["id"] for row in items(client, "areas") if row["name"] == name)
    return int(found)


def grid_id(client: TestClient, code: str) -> int:
    (found,) = (row["id"] for row in items(client, "grids", q=code))
    return int(found)


@pytest.mark.parametrize("f", ["json", "geojson"])
@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("path", PAGED)
def test_following_next_visits_every_row_once_in_order(admin: TestClient, path: str, limit: int, f: str) -> None:
    key = IDS.get(path, "id")
    whole = [row[key] for row in items(admin, path, f=f)]
    assert len(set(whole)) == len(whole) == 4
    seen: list[Any] = []
    following: str | None = f"/api/v1/{path}?limit={limit}&f={f}"
    while following is not None:
        page = get(admin, following)
        assert page["numberMatched"] == 4
        assert page["numberReturned"] == len(rows_of(page)) == min(limit, 4 - len(seen))
        seen += [row[key] for row in rows_of(page)]
        following = page["next"]
    assert seen == whole


def test_a_page_keeps_the_filters_of_the_first(admin: TestClient) -> None:
    page = get(admin, "grids", area_id=area_id(admin, "甲社区"), q="网格", limit=1, f="geojson")
    assert page["numberMatched"] == 2
    (last,) = get(admin, page["next"])["features"]
    assert last["properties"]["code"] == "C2"


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("C1", ["C1"]),
        ("c", ["C1", "C2", "C3", "C4"]),
        ("第3", ["C3"]),
        ("网格", ["C1", "C2", "C3", "C4"]),
        ("1", ["C1"]),
        ("  ", ["C1", "C2", "C3", "C4"]),
        ("%", []),
        ("_", []),
        ("' OR 1=1 --", []),
        ("\x00", []),
    ],
)
def test_search_finds_parts_of_names_and_starts_of_codes(admin: TestClient, q: str, found: list[str]) -> None:
    assert names(items(admin, "grids", q=q)) == found


@pytest.mark.parametrize(
    ("path", "within", "outside"),
    [
        ("grids", "113.001,22.501,113.009,22.509", "113.1,22.5,113.2,22.6"),
        ("incidents", "113.004,22.504,113.006,22.506", "113.001,22.501,113.002,22.502"),
        ("cameras", "113.004,22.504,113.006,22.506", "113.001,22.501,113.002,22.502"),
        ("coverage/gaps", "113.001,22.501,113.002,22.502", "113.1,22.5,113.2,22.6"),
        ("coverage/views", "113.004,22.504,113.006,22.506", "113.001,22.501,113.002,22.502"),
        ("incidents/cells", "113.004,22.504,113.006,22.506", "113.001,22.501,113.002,22.502"),
    ],
)
def test_a_box_restricts_a_list(admin: TestClient, path: str, within: str, outside: str) -> None:
    assert get(admin, path, bbox=within)["numberMatched"] == 1
    assert items(admin, path, bbox=outside) == []


def test_lists_can_be_restricted_to_areas_grids_and_states(admin: TestClient) -> None:
    first, second = (area_id(admin, name) for name in ("甲社区", "乙社区"))
    city, town = (area_id(admin, name) for name in ("小城", "示例镇"))
    assert names(items(admin, "areas", level="community")) == ["A", "B"]
    assert names(items(admin, "areas", parent_id=city)) == ["T1"]
    assert names(items(admin, "grids", area_id=second)) == ["C3", "C4"]
    assert names(items(admin, "grids", area_id=town)) == ["C1", "C2", "C3", "C4"]
    assert names(items(admin, "incidents"), "source_ref") == ["4", "3", "2", "1"]
    assert names(items(admin, "incidents", area_id=city), "source_ref") == ["4", "3", "2", "1"]
    assert names(items(admin, "incidents", area_id=town), "source_ref") == ["3", "2", "1"]
    assert names(items(admin, "incidents", state="open"), "source_ref") == ["4", "2", "1"]
    assert names(items(admin, "incidents", state="closed"), "source_ref") == ["3"]
    assert names(items(admin, "incidents", state="open", area_id=second)) == []
    assert names(items(admin, "incidents", grid_id=grid_id(admin, "C2")), "source_ref") == ["2"]
    assert names(items(admin, "incidents", grid_id=grid_id(admin, "C2"), area_id=second)) == []
    assert names(items(admin, "coverage/gaps", area_id=first)) == ["C2", "C1"]
    assert names(items(admin, "coverage/gaps", grid_id=grid_id(admin, "C4"))) == ["C4"]
    assert names(get(admin, "coverage/cameras", grid_id=grid_id(admin, "C4"), area_id=first)["items"]) == []


def test_a_camera_on_a_border_belongs_to_both_grids(admin: TestClient) -> None:
    one, two = grid_id(admin, "C1"), grid_id(admin, "C2")
    cameras = {row["source_ref"]: row for row in items(admin, "cameras")}
    assert cameras["k2"]["grid_ids"] == [one, two]
    assert cameras["k2"]["grid_id"] == one
    assert names(items(admin, "cameras", grid_id=one), "source_ref") == ["k1", "k2"]
    assert names(items(admin, "cameras", grid_id=two), "source_ref") == ["k2"]
    assert names(items(admin, "cameras", area_id=area_id(admin, "甲社区")), "source_ref") == ["k1", "k2"]
    assert {ref: row["direction_known"] for ref, row in cameras.items()} == {
        "k1": True,
        "k2": True,
        "k3": False,
        "k4": True,
    }


def test_an_incident_tells_grid_person_border_and_doubt(admin: TestClient) -> None:
    rows = {row["source_ref"]: row for row in items(admin, "incidents")}
    assert rows["1"]["charge_name"] == "示例网格员1"
    assert (rows["2"]["ambiguous"], rows["2"]["runner_up_grid_id"]) == (True, grid_id(admin, "C1"))
    assert rows["2"]["distance_to_border_m"] == pytest.approx(10.29, rel=0.01)
    assert (rows["3"]["open"], rows["3"]["charge_level"], rows["3"]["charge_name"]) == (False, "town", None)
    outside = rows["4"]
    assert (outside["grid_id"], outside["nearest_grid_id"]) == (None, grid_id(admin, "C2"))
    assert outside["nearest_distance_m"] == pytest.approx(1028.9, rel=0.01)
    assert (outside["charge_level"], outside["ambiguous"]) == ("city", False)


@pytest.mark.parametrize("f", ["json", "geojson"])
@pytest.mark.parametrize("resolution", [5, 7, 8, 9, 10])
def test_cells_add_up_to_the_incidents_in_grids(admin: TestClient, resolution: int, f: str) -> None:
    for state, expected in (("all", 3), ("open", 2), ("closed", 1)):
        rows = items(admin, "incidents/cells", resolution=resolution, state=state, f=f)
        counts = [row["count"] for row in rows]
        assert sum(counts) == expected
        assert counts == sorted(counts, reverse=True)
        assert len({row["cell"] for row in rows}) == len(rows)


def read_back(client: TestClient, path: str, **parameters: Any) -> geopandas.GeoDataFrame:
    response = client.get(f"/api/v1/{path}", params={"f": "geojson", **parameters})
    assert response.headers["content-type"] == "application/geo+json"
    return geopandas.read_file(io.BytesIO(response.content))


@pytest.mark.parametrize("path", GEOJSON)
def test_geojson_is_read_back_by_gdal_with_the_same_rows(admin: TestClient, path: str) -> None:
    frame = read_back(admin, path)
    answer = get(admin, path, f="geojson")
    assert str(frame.crs) == "EPSG:4326"
    assert len(frame) == answer["numberMatched"]
    assert frame.is_valid.all()
    assert not frame.is_empty.any()
    key = IDS.get(path, "id")
    assert [feature["id"] for feature in answer["features"]] == [row[key] for row in rows_of(answer)]
    if path != "coverage/views":
        assert rows_of(answer) == items(admin, path)


def test_grids_come_back_as_they_were_loaded_and_areas_as_their_unions(admin: TestClient) -> None:
    grids = read_back(admin, "grids")
    expected = [
        shapely.box(WEST + column * STEP, SOUTH + row * STEP, WEST + (column + 1) * STEP, SOUTH + (row + 1) * STEP)
        for row in (0, 1)
        for column in (0, 1)
    ]
    assert shapely.equals_exact(
        shapely.normalize(grids.union_all()), shapely.normalize(shapely.union_all(expected)), 1e-7
    )
    for shape, box in zip(grids.geometry, expected, strict=True):
        assert shape.symmetric_difference(box).area < 1e-12
    np.testing.assert_allclose(geodesic_area_m2(grids.geometry.to_numpy()), grids["area_m2"], rtol=1e-9)
    areas = read_back(admin, "areas", simplify_m=10).set_index("code")
    assert areas.geometry["T0"].symmetric_difference(grids.union_all()).area < 1e-12
    assert areas.geometry["A"].symmetric_difference(grids.geometry[:2].union_all()).area < 1e-12
    assert areas["area_m2"]["A"] + areas["area_m2"]["B"] == pytest.approx(areas["area_m2"]["T0"], rel=1e-9)


def test_cells_have_their_true_area(admin: TestClient) -> None:
    cells = read_back(admin, "incidents/cells", resolution=9)
    area_km2 = geodesic_area_m2(cells.geometry.to_numpy()) / 1e6
    np.testing.assert_allclose(cells["count"] / cells["per_km2"], area_km2, rtol=1e-3)


def test_coverage_of_the_tiny_city_is_known_by_hand(admin: TestClient) -> None:
    answer = get(admin, "coverage/cameras")
    rows = {row["code"]: row for row in answer["items"]}
    circle, sector, unknown = math.pi * 50**2, math.pi * 40**2 / 6, math.pi * 40**2
    assert rows["C1"]["covered_m2"] == pytest.approx(circle, rel=1e-3)
    assert rows["C2"]["covered_m2"] == pytest.approx(sector, rel=1e-3)
    assert (rows["C3"]["covered_m2"], rows["C3"]["upper_covered_m2"]) == (0, 0)
    assert (rows["C4"]["covered_m2"], rows["C4"]["upper_covered_m2"]) == (0, pytest.approx(unknown, rel=1e-3))
    told = ("cameras", "cameras_live", "cameras_dead", "direction_unknown", "open_incidents")
    assert {code: tuple(row[name] for name in told) for code, row in rows.items()} == {
        "C1": (2, 2, 0, 0, 1),
        "C2": (1, 1, 0, 0, 1),
        "C3": (1, 0, 1, 0, 0),
        "C4": (1, 1, 0, 1, 0),
    }
    total = answer["total"]
    assert (total["level"], total["cameras"], total["cameras_live"]) == ("city", 4, 3)
    assert total["covered_m2"] == pytest.approx(circle + sector, rel=1e-3)
    assert total["share_covered"] == pytest.approx((circle + sector) / total["area_m2"], rel=1e-3)
    below = get(admin, "coverage/cameras", area_id=area_id(admin, "示例镇"))
    assert names(below["areas"]) == ["A", "B"]
    assert below["total"]["area_m2"] == pytest.approx(sum(row["area_m2"] for row in below["areas"]))
    assert below["areas"][0]["cameras"] == 2


def test_blind_spots_come_the_worst_first_and_are_the_ground_that_is_left(admin: TestClient) -> None:
    gaps = read_back(admin, "coverage/gaps")
    order = list(zip(-gaps["incidents"], -gaps["area_m2"], strict=True))
    assert order == sorted(order)
    assert set(gaps["code"][:2]) == {"C3", "C4"}
    assert list(gaps["code"][2:]) == ["C2", "C1"]
    np.testing.assert_allclose(geodesic_area_m2(gaps.geometry.to_numpy()), gaps["area_m2"], rtol=1e-4)
    assert not gaps.set_index("code").geometry["C1"].contains(shapely.Point(113.005, 22.505))


def test_fields_of_view_tell_what_is_certain(admin: TestClient) -> None:
    views = read_back(admin, "coverage/views").set_index("camera_id")
    assert list(views["certain"]) == [True, True, False, False]
    assert list(views["direction_known"]) == [True, True, False, True]
    assert list(views["range_m"]) == [50, 40, 40, 50]
    np.testing.assert_allclose(geodesic_area_m2(views.geometry.to_numpy())[0], math.pi * 2500, rtol=1e-3)


def test_one_grid_tells_path_shape_people_incidents_and_coverage(admin: TestClient) -> None:
    row = next(row for row in items(admin, "grids") if row["code"] == "C2")
    grid = get(admin, f"grids/{row['id']}")
    assert {name: grid[name] for name in row} == row
    assert names(grid["path"]) == ["T0", "T1", "A"]
    assert shapely.from_geojson(shapely.to_geojson(shapely.geometry.shape(grid["geometry"]))).area == pytest.approx(
        1e-4
    )
    assert grid["bbox"] == [113.01, 22.5, 113.02, 22.51]
    assert names(grid["duty"], "role") == ["lead", "duty_desk", "duty_desk", "duty_desk"]
    assert names(grid["members"], "name") == ["示例网格员2"]
    assert grid["categories"] == [{"category": "噪声扰民", "open": 1, "total": 1}]
    assert (grid["households"], grid["population"]) == (200, 600)
    assert grid["coverage"]["covered_m2"] == pytest.approx(math.pi * 1600 / 6, rel=1e-3)
    assert (grid["incidents"], grid["open_incidents"], grid["cameras"]) == (1, 1, 1)


@pytest.mark.parametrize("resolution", [5, 9, 10, 11])
def test_the_cover_of_a_grid_holds_the_cells_inside_and_on_its_border(admin: TestClient, resolution: int) -> None:
    covers = [get(admin, f"grids/{grid}/cells", resolution=resolution) for grid in (1, 2, 3, 4)]
    full = [cell for cover in covers for cell in cover["full"]]
    assert len(full) == len(set(full))
    assert not set(full) & {cell for cover in covers for cell in cover["border"]}
    assert all(cover["border"] for cover in covers)


def figures(client: TestClient, **parameters: Any) -> dict[str, tuple[Any, Any]]:
    """Return every value of the five figures with its denominator."""
    answer = get(client, "figures", **parameters)
    assert names(answer["figures"], "key") == ["net", "people", "on_grid", "matters", "known"]
    return {
        value["key"]: (value["value"], value["denominator"])
        for figure in answer["figures"]
        for value in figure["values"]
    }


def test_the_five_figures_of_the_tiny_city_are_known_by_hand(admin: TestClient) -> None:
    told = figures(admin)
    assert told["grids"] == (4, None)
    assert (told["holes"], told["overlaps"]) == ((0, None), (0, None))
    assert (told["grids_without_lead"], told["grids_never_led"]) == ((1, 4), (1, 4))
    assert (told["workers"], told["workers_without_grid"]) == ((4, None), (1, 4))
    assert told["silent_grids"] == (None, 4)
    assert (told["incidents"], told["open_incidents"], told["incidents_outside"]) == ((4, None), (3, 4), (1, 4))
    assert told["open_without_person"] == (1, 3)
    assert told["open_overdue"][1] == 1
    assert told["cameras_outside"] == (0, 4)
    assert told["grids_with_basic_data"] == (4, 4)
    assert told["found_by_grid"] == (2, 3)
    assert told["missing_official_m2"] == (None, None)
    met = {figure["key"]: figure["ok"] for figure in get(admin, "figures")["figures"]}
    assert met == {"net": True, "people": False, "on_grid": False, "matters": False, "known": True}


def test_an_area_is_as_large_in_every_answer(admin: TestClient) -> None:
    town = area_id(admin, "示例镇")
    listed = next(item for item in items(admin, "areas") if item["id"] == town)["area_m2"]
    covered = get(admin, "coverage/cameras", area_id=town)["total"]["area_m2"]
    assert figures(admin, area_id=town)["area_m2"][0] == listed
    assert covered == pytest.approx(listed, rel=1e-12)


def test_the_figures_of_areas_add_up_to_the_towns(admin: TestClient) -> None:
    town, first, second = (figures(admin, area_id=area_id(admin, name)) for name in ("示例镇", "甲社区", "乙社区"))
    for key in ("grids", "area_m2", "grids_without_lead", "incidents", "open_incidents", "grids_with_basic_data"):
        assert first[key][0] + second[key][0] == pytest.approx(town[key][0]), key
    assert (first["grids_without_lead"][0], second["grids_without_lead"][0]) == (0, 1)
    assert (first["workers"][0], second["workers"][0]) == (2, 1)
    assert town["incidents_outside"] == (0, 3)


def test_city_and_editions_tell_what_a_map_must_show(admin: TestClient, public: TestClient) -> None:
    city = get(admin, "city")
    assert (city["name"], city["name_en"], city["code"], city["time_zone"]) == ("小城", "Tiny", "T0", "Asia/Shanghai")
    assert city["bbox"] == [113.0, 22.5, 113.02, 22.52]
    assert city["sources"] == [{"text": "测试数据 test data", "url": None}]
    assert (city["approval_no"], city["simulated"]) == ("GS(2024)0650号", True)
    assert city["counts"] == {
        "areas": 4,
        "grids": 4,
        "workers": 4,
        "cameras": 4,
        "incidents": 4,
        "open_incidents": 3,
        "sites": 4,
        "gates": 2,
        "key_areas": 4,
        "addresses": 0,
    }
    counts = get(public, "city")["counts"]
    assert {name for name, count in counts.items() if count is not None} == {"areas", "grids"}
    (edition,) = items(admin, "editions")
    assert (edition["id"], edition["in_force"]) == (1, True)
    assert city["edition"] == {"id": 1, "effective_at": edition["effective_at"]}


def test_health_tells_that_all_is_well(public: TestClient) -> None:
    health = get(public, "/health")
    assert (health["ok"], health["database"], health["edition"]) == (True, True, 1)
