"""Example answers of the API, as the sample city gives them; they stand in the OpenAPI document.

    python -m api.examples http://127.0.0.1:8000

asks a running demo anew and writes ``examples.json``. Long lists and lines are cut short, so that they can be read.
A test holds every example to the schema of its route, and finds routes that have none.
"""

import json
import sys
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

FILE = Path(__file__).with_name("examples.json")
LONGEST_LIST, LONGEST_LINE = 2, 4

PLACE = "/api/v1/lookup?lon=113.08&lat=22.58&crs=EPSG:4326"
AFTER_THE_GRID = {
    "/api/v1/grids/{grid_id}": "",
    "/api/v1/grids/{grid_id}/cells": "/cells?resolution=8",
    "/api/v1/grids/{grid_id}/duty": "/duty",
}
ASKED = {
    "/api/v1/areas": "level=county",
    "/api/v1/grids": "limit=1",
    "/api/v1/workers": "limit=1",
    "/api/v1/sites": "kind=school&limit=1",
    "/api/v1/gates": "limit=1",
    "/api/v1/key-areas": "limit=1",
    "/api/v1/incidents": "limit=1",
    "/api/v1/incidents/cells": "resolution=7",
    "/api/v1/cameras": "limit=1",
    "/api/v1/coverage/cameras": "",
    "/api/v1/coverage/gaps": "limit=1",
    "/api/v1/figures": "",
    "/api/v1/city": "",
    "/api/v1/editions": "",
    "/api/v1/addresses": urlencode({"prefix": "建设"}),
    "/health": "",
}
DETAILS = {"/api/v1/sites/{site_id}": "/api/v1/sites", "/api/v1/key-areas/{key_area_id}": "/api/v1/key-areas"}


def add_examples(document: dict[str, Any]) -> None:
    """Put the examples into the 200 of their routes."""
    for key, example in json.loads(FILE.read_text(encoding="utf-8")).items():
        method, _, path = key.partition(" ")
        document["paths"][path][method.lower()]["responses"]["200"]["content"]["application/json"]["example"] = example


def shortened(value: Any) -> Any:
    """Return an answer with only the beginning of its lists; rings stay closed."""
    if isinstance(value, dict):
        return {name: shortened(member) for name, member in value.items()}
    if not isinstance(value, list):
        return value
    if value and isinstance(value[0], list) and value[0] and isinstance(value[0][0], int | float):
        closed = [value[-1]] if value[0] == value[-1] and len(value) > LONGEST_LINE else []
        return value[: LONGEST_LINE - len(closed)] + closed
    if value and isinstance(value[0], int | float):
        return value[:LONGEST_LINE]
    return [shortened(member) for member in value[:LONGEST_LIST]]


def _ask(base: str, path: str, body: Any = None) -> Any:
    request = urllib.request.Request(base + path, data=None if body is None else json.dumps(body).encode())  # noqa: S310
    if body is not None:
        request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return json.load(answer)


def collected(base: str) -> dict[str, Any]:
    """Return the shortened answers of a running demo by method and path.

    Parameters
    ----------
    base
        Its address, without a slash at the end.
    """
    grid = _ask(base, PLACE)["grid"]["id"]
    batch = {"crs": "EPSG:4326", "points": [[113.08, 22.58], [113.08, "22.58"]]}
    found = {"POST /api/v1/lookup": _ask(base, "/api/v1/lookup", batch)}
    found |= {f"GET {path}": _ask(base, f"/api/v1/grids/{grid}{rest}") for path, rest in AFTER_THE_GRID.items()}
    found |= {f"GET {path}": _ask(base, f"{path}?{query}") for path, query in ASKED.items()}
    for path, listed in DETAILS.items():
        found[f"GET {path}"] = _ask(base, f"{listed}/{found[f'GET {listed}']['items'][0]['id']}")
    return shortened(found)  # type: ignore[no-any-return]


def main() -> None:
    """Write the examples anew from the demo that is named."""
    found = collected(sys.argv[1].rstrip("/"))
    FILE.write_text(json.dumps(dict(sorted(found.items())), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
