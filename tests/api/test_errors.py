"""Every failure has one shape, and every error class of the domain a status."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

import api
import gis
import tiles
from api.app import create_app
from api.errors import STATUS, TITLES, status_of
from api.middleware import MAX_BODY_BYTES, SAFETY_HEADERS
from api.schemas.problem import Problem
from api.settings import Mode, Settings
from gis.errors import Conflict, GisError, NoEdition, NotFound, StoreUnavailable
from gis.store.address import DatabaseAddress, external
from gis.store.database import Database
from tests.api.conftest import LOOPBACK, client_of

LOOKUP = "/api/v1/lookup"
IS_JSON = {"Content-Type": "application/json"}
NOT_PART_OF_THE_PROGRAM = ("gis.store.migrations.env",)


def descendants(kind: type[GisError]) -> Iterator[type[GisError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from descendants(child)


def every_error_class() -> list[type[GisError]]:
    """Import every module of ours, so that no class of error stays unseen."""
    for package in (gis, api, tiles):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name not in NOT_PART_OF_THE_PROGRAM and ".versions" not in module.name:
                importlib.import_module(module.name)
    return [kind for kind in descendants(GisError) if kind.__module__.split(".")[0] in {"gis", "api", "tiles"}]


def check_problem(response: Any, status: int) -> dict[str, Any]:
    """Assert the one shape of every failure, and return it."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    told = Problem.model_validate(body, strict=True)
    assert set(body) <= set(Problem.model_fields)
    assert (told.status, told.title, told.type) == (status, TITLES[status], "about:blank")
    assert told.detail
    assert "Traceback" not in response.text
    assert response.headers["x-request-id"] == told.request_id
    assert {name: response.headers[name] for name in SAFETY_HEADERS} == SAFETY_HEADERS
    return body


def nearest_by_hand(kind: type) -> int:
    """The slow twin of `status_of`: one generation back at a time; our classes have one parent each."""
    while kind not in STATUS:
        (kind,) = kind.__bases__
    return STATUS[kind]


def test_every_error_class_has_the_status_of_its_nearest_ancestor() -> None:
    kinds = every_error_class()
    assert len(kinds) > 15
    for kind in kinds:
        assert status_of(kind) == nearest_by_hand(kind), kind
        assert status_of(kind) in TITLES, kind


def test_a_class_that_nobody_listed_falls_back_to_its_parent() -> None:
    class SomethingNew(NoEdition):
        pass

    class SomethingElse(Conflict):
        pass

    assert (status_of(SomethingNew), status_of(SomethingElse), status_of(GisError)) == (503, 409, 400)


@pytest.mark.parametrize(
    ("method", "path", "more", "status"),
    [
        ("GET", "/nothing/here", {}, 404),
        ("GET", "/pages/static/nothing.js", {}, 404),
        ("GET", "/pages/static/../app.py", {}, 404),
        ("GET", "/pages/static/%2e%2e/%2e%2e/app.py", {}, 404),
        ("GET", "/api/v1/grids/999", {}, 404),
        ("GET", "/api/v1/grids/999/cells", {}, 404),
        ("GET", "/api/v1/grids", {"params": {"area_id": 999}}, 404),
        ("GET", "/api/v1/areas", {"params": {"parent_id": 999}}, 404),
        ("GET", "/api/v1/areas", {"params": {"level": "shire"}}, 404),
        ("GET", "/api/v1/workers", {"params": {"role": "boss"}}, 404),
        ("GET", "/api/v1/incidents", {"params": {"grid_id": 999}}, 404),
        ("GET", "/api/v1/incidents", {"params": {"area_id": 999}}, 404),
        ("GET", "/api/v1/cameras", {"params": {"grid_id": 999}}, 404),
        ("GET", "/api/v1/coverage/cameras", {"params": {"area_id": 999}}, 404),
        ("GET", "/api/v1/coverage/cameras", {"params": {"grid_id": 999}}, 404),
        ("GET", "/api/v1/coverage/gaps", {"params": {"grid_id": 999}}, 404),
        ("GET", "/api/v1/figures", {"params": {"area_id": 999}}, 404),
        ("DELETE", LOOKUP, {}, 405),
        ("PUT", "/api/v1/city", {}, 405),
        ("POST", "/pages/static/mark.svg", {}, 405),
        ("POST", LOOKUP, {"content": b" " * (MAX_BODY_BYTES + 1)}, 413),
        ("GET", "/api/v1/grids", {"params": {"bbox": "1,2,3"}}, 422),
        ("GET", "/api/v1/grids", {"params": {"bbox": "a,b,c,d"}}, 422),
        ("GET", "/api/v1/grids", {"params": {"bbox": ""}}, 422),
        ("GET", "/api/v1/incidents", {"params": {"bbox": "113,22,112,23"}}, 422),
        ("GET", "/api/v1/incidents/cells", {"params": {"bbox": "nan,22,113,23"}}, 422),
        ("GET", "/api/v1/cameras", {"params": {"bbox": "-inf,22,113,23"}}, 422),
        ("GET", "/api/v1/coverage/gaps", {"params": {"bbox": "113,-91,114,23"}}, 422),
        ("GET", "/api/v1/coverage/views", {"params": {"bbox": "1e400,0,1,1"}}, 422),
        ("GET", "/api/v1/grids", {"params": {"limit": 0}}, 422),
        ("GET", "/api/v1/grids", {"params": {"limit": 10**30}}, 422),
        ("GET", "/api/v1/grids", {"params": {"cursor": 10**30}}, 422),
        ("GET", "/api/v1/grids", {"params": {"simplify_m": "nan"}}, 422),
        ("GET", "/api/v1/grids", {"params": {"f": "shapefile"}}, 422),
        ("GET", "/api/v1/incidents", {"params": {"grid_id": -1}}, 422),
        ("GET", "/api/v1/incidents", {"params": {"state": "lost"}}, 422),
        ("GET", "/api/v1/incidents/cells", {"params": {"resolution": 16}}, 422),
        ("GET", f"/api/v1/grids/{10**30}", {}, 422),
        ("GET", f"/api/v1/grids/{'9' * 5000}", {}, 422),
        ("GET", "/api/v1/grids/C1", {}, 422),
        ("GET", LOOKUP, {"params": {"lon": 1, "lat": 2, "crs": "EPSG:4326", "accuracy_m": "nan"}}, 422),
        ("GET", LOOKUP, {"params": {"lon": 10**400, "lat": 2, "crs": "EPSG:4326"}}, 422),
        ("GET", LOOKUP, {"params": {"lon": 1, "lat": 2, "crs": f"EPSG:{10**30}"}}, 422),
        ("GET", LOOKUP, {"params": {"lon": 1, "lat": 2, "crs": "\x00"}}, 422),
        ("GET", LOOKUP, {"params": {"lon": 1, "lat": 2, "crs": "EPSG:4326", "accuarcy_m": 60}}, 422),
        ("GET", LOOKUP, {"params": {"lon": 1, "lat": 2, "crs": ["EPSG:4326", "GCJ-02"]}}, 422),
        ("GET", "/api/v1/sites", {"params": {"kind": "\x00"}}, 422),
        ("GET", "/api/v1/key-areas", {"params": {"kind": "\x00"}}, 422),
        ("GET", "/api/v1/workers", {"params": {"q": "\x00"}}, 422),
        ("GET", "/api/v1/workers", {"params": {"role": "\x00"}}, 404),
        ("POST", LOOKUP, {"json": {"crs": "EPSG:4326", "accuarcy_m": 60, "points": [[1, 2]]}}, 422),
        ("POST", LOOKUP, {"json": {"points": [[1, 2]]}}, 422),
        ("POST", LOOKUP, {"json": {"crs": "EPSG:4326"}}, 422),
        ("POST", LOOKUP, {"json": {"crs": "EPSG:4326", "points": "all"}}, 422),
        ("POST", LOOKUP, {"json": [1]}, 422),
        ("POST", LOOKUP, {"content": b""}, 422),
        ("POST", LOOKUP, {"content": b'{"crs": "EPSG:4326", "points": [', "headers": IS_JSON}, 422),
        ("POST", LOOKUP, {"content": b'"\xff"', "headers": IS_JSON}, 400),
        ("POST", LOOKUP, {"content": b"[" * 100_000, "headers": IS_JSON}, 400),
        ("POST", LOOKUP, {"content": b"9" * 5000, "headers": IS_JSON}, 400),
        ("GET", "/?lang=xx", {}, 422),
    ],
)  # fmt: skip
def test_a_failure_is_problem_json_with_what_and_where(
    admin: TestClient, method: str, path: str, more: dict[str, Any], status: int
) -> None:
    body = check_problem(admin.request(method, path, **more), status)
    if status == 422:
        assert body["remedy"]


def test_the_way_out_of_405_is_told(admin: TestClient) -> None:
    assert set(admin.delete(LOOKUP).headers["allow"].split(", ")) <= {"GET", "POST"}


def test_every_fault_of_a_request_is_listed(admin: TestClient) -> None:
    body = check_problem(admin.get(LOOKUP, params={"lon": "x", "lat": "y", "accuracy_m": -1}), 422)
    assert {fault["where"] for fault in body["facts"]["faults"]} == {"query.lon", "query.lat", "query.accuracy_m"}


def failing_app(error: Exception) -> TestClient:
    """A client of an application with a route that fails; it never starts, so it needs no database."""
    app = create_app(Settings(mode=Mode.DEMO), Database(external("postgresql://nowhere/none")))

    def fail() -> None:
        raise error

    app.add_api_route("/fails", fail)
    return TestClient(app, base_url=LOOPBACK, raise_server_exceptions=False)


def test_a_failure_of_ours_shows_a_request_id_and_no_exception_text(caplog: pytest.LogCaptureFixture) -> None:
    response = failing_app(RuntimeError("the secret is 42")).get("/fails")
    body = check_problem(response, 500)
    assert "secret" not in response.text
    assert "RuntimeError" not in response.text
    assert any(body["request_id"] in record.getMessage() and record.exc_info for record in caplog.records)


def test_a_failing_database_names_no_place_and_no_reason_to_the_reader() -> None:
    error = StoreUnavailable("the database cannot be reached", where="db.internal", facts={"reason": "10.0.0.1"})
    response = failing_app(error).get("/fails")
    check_problem(response, 503)
    assert "internal" not in response.text
    assert "10.0.0.1" not in response.text


def test_what_the_domain_says_reaches_the_reader_whole() -> None:
    error = NotFound("there is no such thing", where="thing 7", remedy="ask for thing 6", facts={"thing": 7})
    body = check_problem(failing_app(error).get("/fails"), 404)
    assert (body["detail"], body["where"], body["remedy"], body["facts"]) == (
        error.what,
        error.where,
        error.remedy,
        error.facts,
    )


@pytest.fixture
def empty(database_address: DatabaseAddress) -> Iterator[TestClient]:
    """A service over a database that nobody has loaded yet."""
    yield from client_of(database_address, Mode.DEMO)


def test_before_any_load_the_remedy_is_told(empty: TestClient) -> None:
    place = {"lon": 113.005, "lat": 22.505, "crs": "EPSG:4326"}
    for path in (
        "lookup",
        "areas",
        "grids",
        "grids/1",
        "coverage/cameras",
        "coverage/gaps",
        "coverage/views",
        "figures",
    ):
        body = check_problem(empty.get(f"/api/v1/{path}", params=place), 503)
        assert body["remedy"].startswith("load one with: gezhi load grids"), path
    check_problem(empty.post(LOOKUP, json={"crs": "EPSG:4326", "points": [[113, 22]]}), 503)
    assert "gezhi" in check_problem(empty.get("/api/v1/city"), 404)["remedy"]
    for path in ("incidents", "cameras", "editions", "incidents/cells"):
        assert empty.get(f"/api/v1/{path}").json()["numberMatched"] == 0
    health = empty.get("/health")
    assert (health.status_code, health.json()["ok"], health.json()["database"]) == (503, False, True)
