"""Every way in has a declared need, and `gis.policy` alone decides who passes (R13)."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient

from api.routes.pages import PAGES
from api.security import Guarded, Permission
from gis.policy import Need, Role, Viewer
from tests.tiny_city import CAMERAS, GATES, INCIDENTS, KEY_AREAS, SITES, WORKERS

PLACE = {"lon": 113.005, "lat": 22.505, "crs": "EPSG:4326"}
REQUESTS: dict[tuple[str, str], dict[str, Any]] = {
    ("GET", "/api/v1/lookup"): {"params": PLACE},
    ("GET", "/api/v1/addresses"): {"params": {"prefix": "建"}},
    ("POST", "/api/v1/lookup"): {"json": {"crs": "EPSG:4326", "points": [[113.005, 22.505], [113.03, 22.51]]}},
}
"""What a route needs to answer at all, beside its path."""

PATHS = {
    "/api/v1/grids/{grid_id}": "/api/v1/grids/1",
    "/api/v1/grids/{grid_id}/cells": "/api/v1/grids/1/cells",
    "/api/v1/basemap/{z}/{x}/{y}.mvt": "/api/v1/basemap/8/208/111.mvt",
    "/api/v1/grids/{grid_id}/duty": "/api/v1/grids/1/duty",
    "/api/v1/sites/{site_id}": "/api/v1/sites/1",
    "/api/v1/key-areas/{key_area_id}": "/api/v1/key-areas/1",
    "/api/v1/export/{layer}": "/api/v1/export/grids",
    "/pages/static": "/pages/static/mark.svg",
    "/pages/parts": "/pages/parts/PARTS.json",
}
"""How a path with a parameter, or with files below it, is asked for."""

Walked = tuple[str, str, frozenset[Need]]


def calls_of(dependant: Any) -> Iterator[Any]:
    """Yield everything that FastAPI calls before a route."""
    for dependency in dependant.dependencies:
        yield dependency.call
        yield from calls_of(dependency)


def walk(app: FastAPI) -> list[Walked]:
    """Return method, path and declared needs of every way into an application."""
    found: list[Walked] = []
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        needs: frozenset[Need] = frozenset()
        if isinstance(route, APIRoute):
            needs = frozenset(call.need for call in calls_of(context.dependant) if isinstance(call, Permission))
        elif isinstance(route, Mount) and isinstance(route.app, Guarded):
            needs = frozenset({route.app.need})
        found.extend((method, str(context.path), needs) for method in sorted(context.methods or {"GET"}))
    return found


def undeclared(app: FastAPI) -> list[str]:
    """Return the ways in that do not declare exactly one need."""
    return [f"{method} {path}" for method, path, needs in walk(app) if len(needs) != 1]


def ask(client: TestClient, walked: Walked, headers: dict[str, str] | None = None) -> Any:
    method, path, _ = walked
    return client.request(method, PATHS.get(path, path), headers=headers, **REQUESTS.get((method, path), {}))


def app_of(client: TestClient) -> FastAPI:
    assert isinstance(client.app, FastAPI)
    return client.app


def test_every_way_in_declares_one_need(admin: TestClient) -> None:
    assert undeclared(app_of(admin)) == []
    paths = {path for _, path, _ in walk(app_of(admin))}
    assert {"/", "/docs", "/openapi.json", "/health", "/pages/static", "/pages/parts", "/api/v1/lookup"} <= paths
    assert len(paths) > 18


def test_a_way_in_without_a_need_is_found() -> None:
    careless = FastAPI(docs_url=None, redoc_url=None)
    careless.get("/leak")(lambda: {})
    careless.mount("/files", StaticFiles(directory=PAGES / "static"))
    careless.mount("/guarded", Guarded(StaticFiles(directory=PAGES / "static"), Need.DIVISION))
    assert undeclared(careless) == ["GET /openapi.json", "HEAD /openapi.json", "GET /leak", "GET /files"]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.PUBLIC])
def test_every_way_in_is_open_or_403_exactly_as_the_policy_says(
    admin: TestClient, public: TestClient, role: Role
) -> None:
    client = admin if role is Role.ADMIN else public
    for walked in walk(app_of(client)):
        (need,) = walked[2]
        answer = ask(client, walked)
        assert answer.status_code == (200 if Viewer(role).may(need) else 403), walked
        if answer.status_code == 403:
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["facts"] == {"role": role.value, "needs": need.value}


@pytest.mark.parametrize(
    "credential",
    [
        {"Authorization": "Bearer made-up"},
        {"Authorization": "Basic YTpi"},
        {"Authorization": ""},
        {"X-API-Key": "made-up"},
    ],
)
def test_a_credential_that_is_presented_is_401_everywhere_also_in_the_demo(
    admin: TestClient, public: TestClient, credential: dict[str, str]
) -> None:
    for client in (admin, public):
        for walked in walk(app_of(client)):
            answer = ask(client, walked, credential)
            assert answer.status_code == 401, walked
            assert answer.headers["www-authenticate"] == "Bearer"
            assert "made-up" not in answer.text


@pytest.mark.parametrize(
    ("headers", "role"),
    [
        ({"Host": "127.0.0.1:8000"}, "admin"),
        ({"Host": "127.9.9.9"}, "admin"),
        ({"Host": "LocalHost:1"}, "admin"),
        ({"Host": "[::1]:8000"}, "admin"),
        ({"Host": "gezhi.example"}, "public"),
        ({"Host": "localhost.example"}, "public"),
        ({"Host": "127.0.0.1.example:80"}, "public"),
        ({"Host": "192.168.1.5:8000"}, "public"),
        ({"Host": "[2001:db8::1]"}, "public"),
        ({"Host": "0.0.0.0:8000"}, "public"),
        ({"Host": ""}, "public"),
        ({"Host": "localhost", "X-Forwarded-For": "203.0.113.7"}, "public"),
        ({"Host": "127.0.0.1", "Forwarded": "for=203.0.113.7"}, "public"),
        ({"Host": "127.0.0.1", "Via": "1.1 proxy.example"}, "public"),
    ],
)
def test_the_demo_takes_only_this_machine_for_the_administrator(
    admin: TestClient, headers: dict[str, str], role: str
) -> None:
    viewer = admin.get("/api/v1/city", headers=headers).json()["viewer"]
    assert viewer == {"role": role, "demo": role == "admin"}


def test_a_host_that_names_this_machine_makes_nobody_more_than_the_public_outside_the_demo(public: TestClient) -> None:
    answer = public.get("/api/v1/city", headers={"Host": "localhost"}).json()
    assert answer["viewer"] == {"role": "public", "demo": False}


COUNTS = {
    "incidents",
    "open_incidents",
    "cameras",
    "cameras_live",
    "cameras_dead",
    "workers",
    "sites",
    "direction_unknown",
    "covered_m2",
    "share_covered",
    "coverage",
    "categories",
    "count",
    "members",
    "gates",
    "gate_rows",
    "cameras_near",
    "incidents_inside",
}
"""Members that are null or empty for the public, wherever they stand."""

PERSONS = {row.split(",")[1] for row in WORKERS.splitlines()[1:]} | {
    row.split(",")[2] for row in WORKERS.splitlines()[1:]
}
THINGS = {row.split(",")[2] for row in CAMERAS.splitlines()[1:]} | {
    row.split(",")[3] for row in INCIDENTS.splitlines()[1:]
}
HOMES = {row.split(",")[3] for row in (SITES.splitlines()[2], SITES.splitlines()[3])}
GROUNDS = {row.split(",")[3] for row in GATES.splitlines()[1:] + KEY_AREAS.splitlines()[1:]}
SECRETS = PERSONS | THINGS | HOMES | GROUNDS


def leaks(answer: Any) -> Iterator[str]:
    """Yield everything in an answer that the public must not know."""
    if isinstance(answer, dict):
        for name, value in answer.items():
            if name in COUNTS and not isinstance(value, dict) and value not in (None, []):
                yield f"{name}: {value}"
            yield from leaks(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from leaks(value)
    elif isinstance(answer, str):
        yield from (f"{word} in {answer}" for word in SECRETS if word in answer)


def answers(client: TestClient) -> Iterator[Any]:
    """Yield every JSON answer there is for a reader, the GeoJSON forms too."""
    for walked in walk(app_of(client)):
        path = walked[1]
        if path.startswith(("/api/", "/health")) and not path.endswith(".mvt"):
            yield ask(client, walked).json()
        if path in {"/api/v1/areas", "/api/v1/grids", "/api/v1/sites", "/api/v1/key-areas"}:
            yield client.get(path, params={"f": "geojson", "q": "C1"}).json()
    for grid_id in (2, 3, 4):
        yield client.get(f"/api/v1/grids/{grid_id}").json()
        yield client.get(f"/api/v1/sites/{grid_id}").json()


def test_the_public_gets_no_counts_no_camera_no_incident_and_no_persons_name(public: TestClient) -> None:
    assert [leak for answer in answers(public) for leak in leaks(answer)] == []


def by_name(client: TestClient, word: str) -> Iterator[Any]:
    """Yield what an address that is such a word finds, and what it may become, without the word as it was asked."""
    yield client.get("/api/v1/lookup", params={"address": word}).json()["candidates"]
    yield client.get("/api/v1/addresses", params={"prefix": word[:2]}).json()["suggestions"]


def test_asking_for_them_by_name_gives_the_public_nothing_either(public: TestClient, admin: TestClient) -> None:
    found = {word: [leak for answer in by_name(public, word) for leak in leaks(answer)] for word in sorted(SECRETS)}
    assert {word: told for word, told in found.items() if told} == {}
    for home in HOMES:
        assert any(leak.startswith(home) for answer in by_name(admin, home) for leak in leaks(answer)), home


def test_what_the_public_must_not_know_is_there_for_the_administrator(admin: TestClient) -> None:
    found = "\n".join(leak for answer in answers(admin) for leak in leaks(answer))
    missing = [word for word in SECRETS if word not in found and word != "示例网格员4" and word != "000-1004"]
    assert missing == []
    assert "open_incidents: 1" in found
    assert "share_covered: 0.0" in found
