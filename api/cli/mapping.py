"""`gezhi mapping`: draft how an office's file is to be read."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import fail, out
from gis.errors import GisError, InvalidInput
from gis.loading import Kind, read_file
from gis.loading.kind_columns import COLUMNS_OF
from gis.loading.mapping import draft_mapping


def mapping(
    kind: Annotated[Kind, typer.Argument(help="what the file tells about")],
    file: Annotated[Path, typer.Argument(help="a file of the kind that will be loaded")],
    output: Annotated[Path, typer.Option("--output", "-o", help="where the mapping goes")],
    layer: Annotated[str | None, typer.Option(help="layer or sheet, where the file has several")] = None,
    encoding: Annotated[str | None, typer.Option(help="of the file; recognised by default")] = None,
) -> None:
    """Draft a mapping file from the columns of a file: guesses, samples, and what stays unclear.

    \b
    Examples:
      gezhi mapping incidents 工单.xlsx -o 工单.toml
      gezhi load incidents 工单.xlsx --mapping 工单.toml --crs GCJ-02
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    try:
        text = draft_mapping(read_file(file, layer=layer, encoding=encoding), kind=kind, columns=COLUMNS_OF[kind])
        _write_new(output, text)
    except GisError as error:
        fail(error)
    unclear = sum("unclear" in line or "needed, and no" in line for line in text.splitlines())
    out.print(f"{output}: {unclear} unclear", markup=False, soft_wrap=True)


def _write_new(path: Path, text: str) -> None:
    """Write a file that was not there: a mapping that somebody has mended is never lost."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise InvalidInput("there is such a file already", where=str(path), remedy="name another") from error
    except OSError as error:
        raise GisError(f"the mapping cannot be written: {error.strerror}", where=str(path)) from error
