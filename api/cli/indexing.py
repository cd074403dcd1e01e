"""`gezhi index`: the index of the division in force as files, for programs that ask without a database."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import fail, out
from api.cli.opening import open_database, read_settings
from gis.errors import GisError, InvalidInput
from gis.index import GridIndex, artefact
from gis.store.divisions import read_division

Directory = Annotated[Path, typer.Argument(help="where the index lies, or will lie")]
Verify = Annotated[bool, typer.Option("--verify", help="write nothing; read every byte of the index that lies there")]


def index(directory: Directory, verify: Verify = False) -> None:
    """Write the index of the division in force into a directory; processes that open it share its memory."""
    try:
        if verify:
            size_bytes = artefact.verify(directory)
            out.print(f"索引完好 the index is sound: {size_bytes / 1e6:.1f} MB", markup=False)
            return
        with open_database(read_settings()) as database, database.transaction() as connection:
            division = read_division(connection, at=datetime.now(UTC))
        division.index.save(directory)
        artefact.verify(directory)
        opened = GridIndex.open(directory)
        out.print(
            f"已写入 written: edition {division.edition.id}, {len(opened):,} grids, {opened.size_bytes / 1e6:.1f} MB",
            markup=False,
        )
    except OSError as error:
        fail(InvalidInput(f"the index cannot be written: {error}", where=str(directory)))
    except GisError as error:
        fail(error)
