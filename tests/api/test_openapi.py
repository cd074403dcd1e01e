"""The API's description: complete, generated, and true of what the service answers."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.core.failures import FailureGroup
from starlette.testclient import TestClient

from api.app import create_app
from api.examples import shortened
from api.reference import FILES, PLACE, openapi_text
from api.settings import Mode, Settings
from gis.store.address import DatabaseAddress
from gis.store.database import Database

DESCRIBED: dict[str, Any] = json.loads(openapi_text())
OPERATIONS = [(method, path) for path, methods in DESCRIBED["paths"].items() for method in methods]
EXAMPLES = 15
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def operation(method: str, path: str) -> dict[str, Any]:
    described: dict[str, Any] = DESCRIBED["paths"][path][method]
    return described


@pytest.mark.parametrize("name", FILES)
def test_the_generated_reference_is_up_to_date(name: str) -> None:
    assert (PLACE / name).read_text(encoding="utf-8") == FILES[name](), "run: make docs"


def test_the_document_that_is_served_is_the_one_in_the_reference(admin: TestClient) -> None:
    assert admin.get("/openapi.json").json() == DESCRIBED


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_says_what_it_is_and_how_it_fails(method: str, path: str) -> None:
    described = operation(method, path)
    assert described["summary"]
    assert described["description"]
    for parameter in described.get("parameters", []):
        assert parameter.get("description"), parameter["name"]
    for status in ("4XX", "5XX"):
        (kind,) = described["responses"][status]["content"]
        assert kind == "application/problem+json"
    answer = described["responses"]["200"]["content"]
    assert all(form["schema"] for form in answer.values()), "an answer without a shape"


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_json_answer_has_an_example_of_its_own_shape(method: str, path: str) -> None:
    form = operation(method, path)["responses"]["200"]["content"].get("application/json")
    if form is None or (method, path) in {("get", "/api/v1/lookup"), ("get", "/api/v1/figures/incidents")}:
        shown = [shape.get("example") for shape in shapes_of(form["schema"])] if form else [True]
        assert all(shown)
        return
    schema = {**form["schema"], "components": DESCRIBED["components"]}
    faults = [str(fault) for fault in jsonschema_rs.Draft202012Validator(schema).iter_errors(form["example"])]
    assert faults == []


def shapes_of(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the named shapes that a schema is one of."""
    named = [part["$ref"].rpartition("/")[2] for part in schema.get("anyOf", [schema])]
    return [DESCRIBED["components"]["schemas"][name] for name in named]


def test_an_example_is_cut_short_and_its_rings_stay_closed() -> None:
    ring = [[float(i % 9), float(i)] for i in range(9)] + [[0.0, 0.0]]
    short = shortened({"items": [1.5, 2.5], "shape": {"coordinates": [ring]}, "rows": [{"n": n} for n in range(9)]})
    assert short["items"] == [1.5, 2.5]
    assert short["shape"]["coordinates"] == [[*ring[:3], ring[-1]]]
    assert short["rows"] == [{"n": 0}, {"n": 1}]


def test_lookups_have_examples_that_can_be_tried(admin: TestClient) -> None:
    shapes = DESCRIBED["components"]["schemas"]
    assert shapes["LookupAnswer"]["example"]["grid"]["path"]
    example = {
        parameter["name"]: parameter["schema"]["examples"][0]
        for parameter in operation("get", "/api/v1/lookup")["parameters"]
        if "examples" in parameter["schema"]
    }
    assert set(example) == {"lon", "lat", "crs", "address"}
    by_address = {"address": example.pop("address")}
    assert admin.get("/api/v1/lookup", params=example).status_code == 200
    assert admin.get("/api/v1/lookup", params=by_address).status_code == 200
    assert admin.post("/api/v1/lookup", json=shapes["BatchRequest"]["example"]).status_code == 200


def test_every_shape_that_is_referred_to_is_there() -> None:
    text = json.dumps(DESCRIBED)
    for part in text.split('"$ref": "')[1:]:
        place, _, name = part.partition('"')[0].rpartition("/")
        assert place == "#/components/schemas"
        assert name in DESCRIBED["components"]["schemas"]


@pytest.fixture(scope="module")
def served(tiny_address: DatabaseAddress) -> Iterator[str]:
    """The address of the service over the tiny city, as uvicorn serves it on loopback."""
    database = Database(tiny_address)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        app = create_app(Settings(mode=Mode.DEMO), database)
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the service did not start"
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()
    database.close()


def try_out(served: str, described: dict[str, Any], method: str, path: str) -> None:
    """Ask with what the description allows and with what it forbids, and hold the answers against it."""
    schema = schemathesis.openapi.from_dict(described)
    schema.config.update(base_url=served)
    asked = schema[path][method]
    takes = described["paths"][path][method]
    modes = list(GenerationMode) if {"parameters", "requestBody"} & set(takes) else [GenerationMode.POSITIVE]

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(case=st.one_of([asked.as_strategy(mode) for mode in modes]))
    def conforms(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS)

    conforms()


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_what_the_service_answers_conforms_to_its_description(served: str, method: str, path: str) -> None:
    try_out(served, DESCRIBED, method, path)


@pytest.mark.parametrize("lie", ["status", "form", "shape"])
def test_a_description_that_is_not_true_is_found_out(served: str, lie: str) -> None:
    described = json.loads(openapi_text())
    responses = described["paths"]["/health"]["get"]["responses"]
    if lie == "status":
        responses["201"] = responses.pop("200")
    elif lie == "form":
        responses["200"]["content"]["text/html"] = responses["200"]["content"].pop("application/json")
    else:
        described["components"]["schemas"]["Health"]["properties"]["version"]["type"] = "integer"
    with pytest.raises(FailureGroup):
        try_out(served, described, "get", "/health")
