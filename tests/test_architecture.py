"""Imports point down, tools stay in their rooms, and no file or function holds two ideas.

The rules are those of DESIGN and ARCHITECTURE: pages, then api, then the store and tiles, then gis. Source is
parsed, never imported. Each rule is also shown a piece of source that breaks it.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("gis", "api", "tiles")

STORE = "gis.store"
FORBIDDEN_ROOMS = {
    STORE: ("api", "tiles"),
    "gis": ("api", "tiles", STORE),
    "tiles": ("api", STORE),
    "api": (),
}
"""What each room must not import, by the longest prefix of the module's name."""

HOMES = {
    "pyproj": ("gis.crs",),
    "h3": ("gis.cells",),
    **dict.fromkeys(("fastapi", "starlette", "pydantic", "pydantic_settings", "uvicorn", "jinja2"), ("api",)),
    **dict.fromkeys(("sqlalchemy", "geoalchemy2", "alembic", "psycopg", "psycopg_pool"), (STORE,)),
    "typer": ("api",),
}
"""Where each of these tools may be imported, and nowhere else."""

OPTIONAL = ("numba",)
"""Dependencies that one may do without: only these may be imported inside a function."""

LEAVES = ("gis.errors", "gis.units")
"""The shared vocabulary imports nothing of ours."""

FILE_LINES = 400
FUNCTION_LINES = 40
Function = ast.FunctionDef | ast.AsyncFunctionDef


def within(name: str, prefix: str) -> bool:
    """Tell whether a dotted name is a module or stands inside it."""
    return name == prefix or name.startswith(f"{prefix}.")


def module_name(path: Path) -> str:
    """Return the dotted name of a source file, given relative to the checkout."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_names(node: ast.AST, *, package: str) -> list[str]:
    """Return the full dotted names that an import statement brings in, relative ones resolved."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            anchor = package.split(".")
            anchor = anchor[: len(anchor) - node.level + 1]
            base = ".".join([*anchor, *([node.module] if node.module else [])])
        return [f"{base}.{alias.name}" for alias in node.names]
    return []


def import_faults(tree: ast.Module, *, module: str, is_package: bool) -> Iterator[str]:
    """Yield every import that a room may not make."""
    room = max((room for room in FORBIDDEN_ROOMS if within(module, room)), key=len)
    package = module if is_package else module.rpartition(".")[0]
    for node in ast.walk(tree):
        for name in imported_names(node, package=package):
            at = f"{module}:{getattr(node, 'lineno', 0)}"
            if any(within(name, other) for other in FORBIDDEN_ROOMS[room]):
                yield f"{at} {room} must not import {name}"
            if module in LEAVES and name.split(".")[0] in OURS:
                yield f"{at} the shared vocabulary must not import {name}"
            homes = HOMES.get(name.split(".")[0])
            if homes is not None and not any(within(module, home) for home in homes):
                yield f"{at} {name} may be imported only in {', '.join(homes)}"


def late_import_faults(tree: ast.Module, *, module: str) -> Iterator[str]:
    """Yield imports inside functions, those of optional dependencies left out."""
    functions = [node for node in ast.walk(tree) if isinstance(node, Function)]
    for function in functions:
        for node in ast.walk(function):
            for name in imported_names(node, package=module):
                if name.split(".")[0] not in OPTIONAL:
                    yield f"{module}:{getattr(node, 'lineno', 0)} {name} is imported inside {function.name}()"


def length(function: Function) -> int:
    """Count the lines of a function's body, its docstring left out: parameters are a list, not an idea."""
    body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
    return (function.end_lineno or function.lineno) - body[0].lineno + 1 if body else 0


def size_faults(tree: ast.Module, text: str, *, module: str) -> Iterator[str]:
    """Yield files and functions that have grown too long to be one idea."""
    lines = text.count("\n")
    if lines > FILE_LINES:
        yield f"{module} has {lines} lines, more than {FILE_LINES}"
    for node in ast.walk(tree):
        if isinstance(node, Function) and length(node) > FUNCTION_LINES:
            yield f"{module}:{node.lineno} {node.name}() has {length(node)} lines, more than {FUNCTION_LINES}"


def faults(text: str, path: Path) -> list[str]:
    """Return everything that is wrong with one source file, given its path in the checkout."""
    tree = ast.parse(text)
    module = module_name(path)
    return sorted(
        {
            *import_faults(tree, module=module, is_package=path.name == "__init__.py"),
            *late_import_faults(tree, module=module),
            *size_faults(tree, text, module=module),
        }
    )


def source_files() -> list[Path]:
    return sorted(path.relative_to(ROOT) for folder in OURS for path in (ROOT / folder).rglob("*.py"))


def test_every_source_file_keeps_the_rules() -> None:
    files = source_files()
    assert len(files) > 5
    found = [fault for path in files for fault in faults((ROOT / path).read_text(encoding="utf-8"), path)]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("path", "text", "complaint"),
    [
        ("gis/index/grid.py", "import api.routes\n", "gis must not import api.routes"),
        ("gis/figures.py", "from gis import store\n", "gis must not import gis.store"),
        ("gis/figures.py", "from .store.tables import city\n", "gis must not import gis.store.tables.city"),
        ("gis/division/model.py", "from ..store import tables\n", "gis must not import gis.store.tables"),
        ("gis/division/__init__.py", "from ..store import tables\n", "gis must not import gis.store.tables"),
        ("gis/store/rows.py", "from tiles import encode\n", "gis.store must not import tiles.encode"),
        ("tiles/encode.py", "import gis.store.tables\n", "tiles must not import gis.store.tables"),
        ("tiles/encode.py", "from api.errors import status\n", "tiles must not import api.errors.status"),
        ("gis/errors.py", "from gis.units import Lon\n", "the shared vocabulary must not import"),
        ("gis/cells.py", "import pyproj\n", "pyproj may be imported only in gis.crs"),
        (
            "gis/crs.py",
            "from h3.api import numpy_int\n",
            "h3.api.numpy_int may be imported only in gis.cells",
        ),
        ("gis/policy.py", "from fastapi import Request\n", "fastapi.Request may be imported only in api"),
        ("tiles/encode.py", "import pydantic\n", "pydantic may be imported only in api"),
        ("api/routes/grids.py", "from sqlalchemy import text\n", "sqlalchemy.text may be imported only in"),
        ("api/app.py", "def f():\n    import gis.crs\n", "gis.crs is imported inside f()"),
        ("api/app.py", "class A:\n    async def g(self):\n        from os import path\n", "inside g()"),
        ("gis/long.py", "x = 1\n" * 401, "has 401 lines"),
        ("gis/long.py", "def f():\n" + "    x = 1\n" * 61, "f() has 61 lines"),
    ],
)
def test_source_that_breaks_a_rule_is_found(path: str, text: str, complaint: str) -> None:
    assert any(complaint in fault for fault in faults(text, Path(path)))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("gis/crs/gcj02.py", "import pyproj\nfrom gis.units import Lon\n"),
        ("gis/cells.py", "import h3\n"),
        ("gis/index/kernel.py", "def compiled():\n    import numba\n    return numba\n"),
        ("gis/store/tables/city.py", "from sqlalchemy import Table\nfrom gis.division import model\n"),
        ("api/app.py", "import tiles.encode\nfrom gis.store import tables\nfrom fastapi import FastAPI\n"),
        ("gis/storeroom.py", "x = 1\n"),
        ("gis/long.py", "def f():\n    '''Say\n" + "more\n" * 90 + "    '''\n"),
    ],
)
def test_source_that_keeps_the_rules_is_left_alone(path: str, text: str) -> None:
    assert faults(text, Path(path)) == []
