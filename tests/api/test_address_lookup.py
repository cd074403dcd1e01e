"""`/api/v1/lookup?address=` and `gezhi load addresses`, over the tiny city."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from api.app import create_app
from api.cli.main import app
from api.settings import Mode, Settings
from gis.loading import Kind
from gis.store.address import DatabaseAddress
from gis.store.cluster import PrivateCluster
from gis.store.database import Database
from tests.api.conftest import LOOPBACK
from tests.tiny_city import load_text, load_tiny_city

ADDRESSES = """source,source_ref,full_text,lon,lat
s,1,小城示例镇甲社区建设路1号,113.0020,22.5050
s,2,小城示例镇甲社区建设路2号,113.0021,22.5052
s,3,小城示例镇甲社区建设路9号,113.0030,22.5050
s,4,小城示例镇甲社区建设路12号金溪花园3栋2单元501,113.0050,22.5051
s,5,小城示例镇甲社区建设路12号金溪花园4栋,113.0052,22.5053
s,6,小城示例镇乙社区中山路1号,113.0050,22.5150
s,7,小城示例镇甲社区中山路1号,113.0180,22.5030
s,8,100 Example Street NW,113.0150,22.5170
s,9,100 Example Street NE,113.0190,22.5170
s,10,!!!,113.005,22.505
"""


@pytest.fixture(scope="module")
def addressed(
    cluster: PrivateCluster, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DatabaseAddress]:
    """The tiny city with a few addresses."""
    address = cluster.create_database("addressed", template=template_database)
    database = Database(address)
    load_tiny_city(database, tmp_path_factory.mktemp("addressed"))
    report = load_text(database, Kind.ADDRESSES, tmp_path_factory.mktemp("more"), name="addresses.csv", text=ADDRESSES)
    assert (report.written.new, report.rejected) == (9, 1)
    assert report.rejects[0].reason == "it names no street, village or estate"
    database.close()
    yield address
    cluster.drop_database("addressed")


def serve(address: DatabaseAddress, mode: Mode) -> Iterator[TestClient]:
    database = Database(address)
    with TestClient(create_app(Settings(mode=mode), database), base_url=LOOPBACK) as client:
        yield client
    database.close()


@pytest.fixture(scope="module")
def clerk(addressed: DatabaseAddress) -> Iterator[TestClient]:
    yield from serve(addressed, Mode.DEMO)


@pytest.fixture(scope="module")
def citizen(addressed: DatabaseAddress) -> Iterator[TestClient]:
    yield from serve(addressed, Mode.SERVE)


def ask(client: TestClient, address: str, **more: Any) -> dict[str, Any]:
    response = client.get("/api/v1/lookup", params={"address": address, **more})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def test_an_address_names_place_grid_and_people(clerk: TestClient) -> None:
    answer = ask(clerk, "建設路 十二号金溪花园三幢二单元501")
    assert (answer["edition"], answer["query"], answer["certain"]) == (1, "建設路 十二号金溪花园三幢二单元501", True)
    best = answer["candidates"][0]
    assert best["address"] == "小城示例镇甲社区建设路12号金溪花园3栋2单元501"
    assert (best["precision"], best["score"], best["grid"]["code"]) == ("room", 1.0, "C1")
    assert best["point"] == {"lon": 113.005, "lat": 22.5051}
    assert best["duty"][0]["name"] == "示例网格员1"
    assert {"traditional", "spaces", "numerals", "number", "building", "room"} <= {
        row["key"] for row in best["reasons"]
    }


def test_the_public_learns_desks_only(citizen: TestClient) -> None:
    for candidate in ask(citizen, "建设路12号")["candidates"]:
        assert {row["name"] for row in candidate["duty"]} == {None}
        assert "lead" not in {row["role"] for row in candidate["duty"]}


def test_two_streets_of_one_name_are_asked_apart(clerk: TestClient) -> None:
    answer = ask(clerk, "中山路1号")
    assert not answer["certain"]
    assert [row["grid"]["code"] for row in answer["candidates"][:2]] == ["C3", "C2"]
    assert answer["question"] == "在哪里:乙社区还是甲社区?"
    named = ask(clerk, "甲社区中山路1号")
    assert (named["certain"], named["candidates"][0]["grid"]["code"]) == (True, "C2")


def test_a_quadrant_that_is_missing_is_asked_for(clerk: TestClient) -> None:
    answer = ask(clerk, "100 example st")
    assert (answer["certain"], answer["question"]) == (False, "Which quadrant, NE or NW?")
    assert ask(clerk, "100 Example St. N.W.")["certain"]


def test_while_places_are_asked_apart_the_areas_that_hold_all_of_them_are_certain(clerk: TestClient) -> None:
    quadrants = ask(clerk, "100 example st")
    assert [row["code"] for row in quadrants["certain_of"]] == ["T0", "T1", "B", "C4"]
    assert quadrants["certain_of"][-1]["level"] == "grid"
    streets = ask(clerk, "中山路1号")
    assert [row["code"] for row in streets["certain_of"]] == ["T0", "T1"]
    assert ask(clerk, "不存在的地方")["certain_of"] == []


def test_a_number_between_known_ones_is_told_as_placed(clerk: TestClient) -> None:
    best = ask(clerk, "建设路5号")["candidates"][0]
    assert best["precision"] == "interpolated"
    assert "number_between" in {row["key"] for row in best["reasons"]}
    assert 113.002 < best["point"]["lon"] < 113.003
    assert best["uncertainty_m"] >= 20


def test_an_area_is_a_candidate_with_its_extent(clerk: TestClient) -> None:
    answer = ask(clerk, "示例镇")
    best = answer["candidates"][0]
    assert (answer["certain"], best["precision"], best["address"]) == (False, "area", "小城示例镇")
    assert best["grid"] is None
    assert {row["role"] for row in best["duty"]} == {"duty_desk"}
    assert best["duty"][0]["level"] == "town"
    assert best["uncertainty_m"] == pytest.approx(1510, rel=0.02)


def test_an_address_and_a_coordinate_are_two_questions(clerk: TestClient) -> None:
    response = clerk.get(
        "/api/v1/lookup", params={"address": "建设路1号", "lon": 113.0, "lat": 22.5, "crs": "EPSG:4326"}
    )
    assert response.status_code == 422
    assert "two questions" in response.json()["detail"]
    assert clerk.get("/api/v1/lookup", params={"crs": "EPSG:4326", "lon": 113.0}).status_code == 422
    assert clerk.get("/api/v1/lookup").status_code == 422


@pytest.mark.parametrize(
    "text",
    [
        "!!!",
        "12",
        "😀",
        "'; DROP TABLE address; --",
        "<script>alert(1)</script>",
        "号号号",
        "之",
        "(",
        "%00\\",
        "A & B",
    ],
)
def test_what_names_no_place_has_a_clear_answer(clerk: TestClient, text: str) -> None:
    answer = ask(clerk, text)
    assert (answer["query"], answer["certain"]) == (text, False)
    assert answer["question"]


@pytest.mark.parametrize("text", ["", "   ", "A" * 10_000])
def test_what_is_empty_or_endless_is_refused(clerk: TestClient, text: str) -> None:
    response = clerk.get("/api/v1/lookup", params={"address": text})
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert "address" in response.text


def suggestions(client: TestClient, prefix: str, **more: Any) -> list[dict[str, Any]]:
    response = client.get("/api/v1/addresses", params={"prefix": prefix, **more})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    assert answer["prefix"] == prefix
    rows: list[dict[str, Any]] = answer["suggestions"]
    return rows


def test_while_an_address_is_typed_names_then_numbers_are_suggested(citizen: TestClient) -> None:
    assert [row["text"] for row in suggestions(citizen, "建")] == ["建设路"]
    assert [row["text"] for row in suggestions(citizen, "建设路1")] == ["建设路1号", "建设路12号"]
    both = suggestions(citizen, "中山")
    assert {(row["text"], row["path"][-1]["code"]) for row in both} == {("中山路", "A"), ("中山路", "B")}
    assert [row["path"][-1]["code"] for row in suggestions(citizen, "乙社区中")] == ["B"]
    assert [row["kind"] for row in suggestions(citizen, "示例")] == ["area"]


def test_dwellings_are_never_suggested(citizen: TestClient) -> None:
    for prefix in ("金", "金溪花园", "金溪花园3栋", "建设路12号金溪花园3栋2单元"):
        assert not any("501" in row["text"] or "单元" in row["text"] for row in suggestions(citizen, prefix))


def test_sites_are_not_told_by_suggestions(clerk: TestClient) -> None:
    for site in clerk.get("/api/v1/sites").json()["items"]:
        assert site["name"] not in {row["text"] for row in suggestions(clerk, site["name"])}


def test_what_is_suggested_is_found(clerk: TestClient) -> None:
    for prefix in ("建", "建设路1", "中山路", "示"):
        for row in suggestions(clerk, prefix):
            path = [area["name"] for area in row["path"] if area["name"] != row["text"]]
            candidates = ask(clerk, "".join(path) + row["text"])["candidates"]
            assert row["text"] in candidates[0]["address"]
    for row in suggestions(clerk, "100 ex"):
        assert ask(clerk, row["text"])["candidates"][0]["address"].upper().endswith(row["text"])


@pytest.mark.parametrize("params", [{}, {"prefix": ""}, {"prefix": "A" * 301}, {"prefix": "a", "limit": 21}])
def test_a_prefix_that_is_none_is_refused(clerk: TestClient, params: dict[str, Any]) -> None:
    assert clerk.get("/api/v1/addresses", params=params).status_code == 422


def where(addressed: DatabaseAddress, address: str) -> Result:
    return CliRunner(env={"GEZHI_DATABASE_URL": addressed.owner_url, "COLUMNS": "200"}).invoke(app, ["where", address])


def test_the_command_tells_place_grid_people_and_reasons(addressed: DatabaseAddress) -> None:
    told = where(addressed, "建設路十二号金溪花园三幢二单元501")
    assert told.exit_code == 0, told.output
    for text in (
        "确定 certain",
        "小城示例镇甲社区建设路12号金溪花园3栋2单元501",
        "room",
        "C1",
        "示例网格员1",
        "繁体字按简体读取",
    ):
        assert text in told.output


def test_the_command_asks_while_none_stands_clear_and_tells_what_is_certain(addressed: DatabaseAddress) -> None:
    told = where(addressed, "中山路1号")
    assert told.exit_code == 0, told.output
    assert "未能确定 not certain" in told.output
    assert "可以确定在 certainly in: 小城 示例镇" in told.output
    assert "在哪里:乙社区还是甲社区?" in told.output


@pytest.mark.parametrize(
    ("address", "told"), [("不存在的地方", "是哪条路"), ("", "1 to 300"), ("路" * 301, "1 to 300")]
)
def test_the_command_fails_where_it_finds_nothing(addressed: DatabaseAddress, address: str, told: str) -> None:
    refused = where(addressed, address)
    assert refused.exit_code == 1
    assert told in refused.output


def test_the_command_says_when_there_is_no_database(tmp_path: Path) -> None:
    env = {"GEZHI_DATABASE_URL": f"postgresql:///none?host={tmp_path}"}
    refused = CliRunner(env=env).invoke(app, ["where", "建设路1号"])
    assert refused.exit_code == 1
    assert "Traceback" not in refused.output
