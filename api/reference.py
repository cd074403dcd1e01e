"""The generated reference: the API's description and the command line's help, written into ``docs/reference``.

``python -m api.reference`` (``make docs``) writes the files; a test fails when they are stale. The same sources give
the same bytes: nothing in them depends on the machine, the data directory or the time.
"""

import json
from collections.abc import Callable
from pathlib import Path

import typer
from typer.cli import get_docs_for_click
from typer.main import get_command

from api.app import create_app
from api.cli.main import app as command_line
from api.settings import Settings
from gis.loading.kind_columns import COLUMNS_OF
from gis.store.address import external
from gis.store.database import Database

PLACE = Path(__file__).resolve().parent.parent / "docs" / "reference"


def openapi_text() -> str:
    """Return the OpenAPI document as indented JSON; no database is asked for it."""
    described = create_app(Settings(), Database(external("postgresql://nowhere/none")))
    return json.dumps(described.openapi(), ensure_ascii=False, indent=1) + "\n"


def command_line_text() -> str:
    """Return the help of every command as Markdown."""
    command = get_command(command_line)
    context = typer.Context(command, info_name="gezhi")
    return get_docs_for_click(obj=command, ctx=context, name="gezhi").strip() + "\n"


def column_names_text() -> str:
    """Return the names under which each column of each kind is found, as Markdown."""
    lines = [
        "# Other names of columns",
        "",
        "Beside its own name ([columns](columns.md)) a column is found by these, whatever their case, blanks and",
        "width; a remark in brackets, such as a unit, may follow. Short names are those of Shapefiles: ten characters.",
    ]
    for kind, columns in COLUMNS_OF.items():
        lines += ["", f"## {kind.value}", "", "| column | other names |", "|---|---|"]
        lines += [f"| `{name}` | {', '.join(others)} |" for name, others in columns.spellings().items() if others]
    return "\n".join(lines) + "\n"


FILES: dict[str, Callable[[], str]] = {
    "openapi.json": openapi_text,
    "cli.md": command_line_text,
    "column-names.md": column_names_text,
}


def main() -> None:
    """Write every file of the reference."""
    PLACE.mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        (PLACE / name).write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
