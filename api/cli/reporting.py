"""`gezhi agree` and `gezhi status`: say what stands in the database."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import fail, out
from api.cli.opening import look_into, open_database, read_settings
from api.settings import Settings
from gis.errors import GisError, NotFound
from gis.store.agreement import Agreement, agreement_of_cameras, agreement_of_incidents
from gis.store.cities import read_city, row_counts
from gis.store.cluster import PrivateCluster
from gis.store.database import last_change
from gis.store.divisions import read_editions


def agree(
    labels: Annotated[Path, typer.Argument(help="CSV with one row an incident or camera and its official label")],
    source: Annotated[str, typer.Option(help="the source under which the rows were loaded")],
    ref: Annotated[str, typer.Option(help="column with the row's own reference")],
    label: Annotated[str, typer.Option(help="column with the official code; several are split at /")],
    cameras: Annotated[bool, typer.Option("--cameras", help="compare cameras' sets of grids")] = False,
) -> None:
    """Compare the grids that were assigned with official labels."""
    try:
        with open_database(read_settings()) as database, database.transaction() as connection:
            compare = agreement_of_cameras if cameras else agreement_of_incidents
            found: Agreement = compare(connection, labels, source=source, ref=ref, label=label)
    except GisError as error:
        fail(error)
    out.print(found.told())


_STATES = {"absent": "尚未建立", "stopped": "已停止", "running": "运行中"}


def show_status(settings: Settings) -> None:
    """Print where the data lies, whether the database runs, and what is in it while it does.

    Nothing is started, joined or migrated.
    """
    if settings.database_url is None:
        state = PrivateCluster(settings.data).status()
        out.print(f"数据目录 data directory: {state.data_dir}", markup=False)
        out.print(
            f"数据库 database: {_STATES[state.state]} {state.state}" + (f", process {state.pid}" if state.pid else "")
        )
        if state.state == "stopped":
            out.print(f"  made by PostgreSQL {state.postgres_version}; what it holds is told while it runs")
            out.print("  any command that uses it starts it, such as: gezhi serve")
        if state.state != "running":
            return
    with look_into(settings) as database, database.transaction() as connection:
        try:
            city = read_city(connection)
        except NotFound as error:
            out.print(f"{error.what}; {error.remedy}")
            return
        out.print(f"城市 city: {city.name} ({city.code}), {city.time_zone}" + (" 模拟数据" if city.simulated else ""))
        for edition in read_editions(connection):
            out.print(f"版本 edition {edition.id}: 启用 effective {edition.effective_at:%Y-%m-%d %H:%M} UTC")
        for name, count in row_counts(connection).items():
            out.print(f"  {count:>10,} {name}")
        changed = last_change(connection)
        if changed is not None:
            out.print(f"最近变更 last change: {changed:%Y-%m-%d %H:%M:%S} UTC")
