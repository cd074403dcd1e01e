"""The pages: shells only; what they show they ask of the API. All files, and the API's description, come from here."""

import re
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.responses import HTMLResponse, Response
from fastapi.templating import Jinja2Templates

from api.packed_files import PackedFiles
from api.rendering import json_response
from api.security import Guarded, Needs
from api.version import VERSION
from gis.errors import NotFound
from gis.policy import Need, Viewer

PAGES = Path(__file__).resolve().parent.parent / "pages"
PARTS = PAGES / "parts"

ENTRY = "main.js"
_IMPORTED = re.compile(r'^import [^;]*?from "\./([^"]+)";$', re.MULTILINE | re.DOTALL)


def modules_of(entry: str, directory: Path) -> list[str]:
    """Return the names of all modules that one needs before it can start, itself not among them."""
    found: dict[str, None] = {}
    waiting = [entry]
    while waiting:
        text = (directory / waiting.pop()).read_text(encoding="utf-8")
        new = [name for name in _IMPORTED.findall(text) if name not in found and name != entry]
        found |= dict.fromkeys(new)
        waiting += new
    return sorted(found)


MODULES = modules_of(ENTRY, PAGES / "static")
"""Told ahead in the page, so that a browser need not find one after the other."""
FIRST_ASKED = ("/city", "/areas?limit=2000", "/grids?limit=10000", "/outlines?zoom=9&depth=2")
"""What the page asks for at once; a browser may begin before the modules have come."""

router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(PAGES / "templates")

Language = Annotated[Literal["zh", "en"], Query()]


@router.get("/", response_class=HTMLResponse)
def map_page(
    request: Request,
    viewer: Annotated[Viewer, Needs(Need.DIVISION)],
    lang: Language = "zh",
) -> Response:
    """Return the shell of the map."""
    return templates.TemplateResponse(
        request, "map.html", {"version": VERSION, "lang": lang, "modules": MODULES, "first_asked": FIRST_ASKED}
    )


@router.get("/docs", response_class=HTMLResponse)
def docs_page(
    request: Request,
    viewer: Annotated[Viewer, Needs(Need.DIVISION)],
) -> Response:
    """Return the shell of the API's description."""
    return templates.TemplateResponse(request, "docs.html", {"version": VERSION})


@router.get("/openapi.json")
def openapi_document(
    request: Request,
    viewer: Annotated[Viewer, Needs(Need.DIVISION)],
) -> Response:
    """Return the API's description for machines."""
    app: FastAPI = request.app
    return json_response(app.openapi())


def mount_files(app: FastAPI) -> None:
    """Serve the pages' own files and the parts that set-up copied.

    Raises
    ------
    NotFound
        When set-up has not been run.
    """
    if not (PARTS / "PARTS.json").is_file():
        raise NotFound("the pages' parts are not installed", remedy="run: make setup")
    for name, directory in (("static", PAGES / "static"), ("parts", PARTS)):
        app.mount(f"/pages/{name}", Guarded(PackedFiles(directory), Need.DIVISION), name=name)
