"""`gezhi city`, `gezhi load` and `gezhi assign`: bring data in and give it its grids."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api.cli.console import fail, out, progress
from api.cli.opening import open_database, read_settings
from gis.errors import GisError
from gis.loading import ColumnPlan, DateOrder, Kind
from gis.loading.mapping import FileMapping, read_mapping
from gis.store.assigning import Assigned, assign_all, unassign_all
from gis.store.cities import City, write_city
from gis.store.divisions import hold_division, read_areas, read_division
from gis.store.duties import read_roster
from gis.store.loading import LoadOptions, LoadReport
from gis.store.loading import load as load_file


def city(
    name: Annotated[str, typer.Argument(help="name of the city, as its pages show it")],
    code: Annotated[str, typer.Option(help="its division code, or any code of its own")],
    time_zone: Annotated[str, typer.Option(help="IANA name, e.g. Asia/Shanghai")],
    name_en: Annotated[str | None, typer.Option(help="English name")] = None,
    source: Annotated[str | None, typer.Option(help="credit line shown on every map")] = None,
    source_url: Annotated[str | None, typer.Option(help="where the credit line leads")] = None,
    approval_no: Annotated[str | None, typer.Option(help="map approval number 审图号")] = None,
    simulated: Annotated[bool, typer.Option("--simulated", help="label everything as simulated")] = False,
) -> None:
    """Name the city of this data directory; one directory is one city."""
    named = City(name, code, time_zone, name_en, source, source_url, approval_no, simulated)
    try:
        with open_database(read_settings()) as database, database.transaction() as connection:
            write_city(connection, named)
    except GisError as error:
        fail(error)
    out.print(f"{name} ({code}), {time_zone}", markup=False)


def load(
    kind: Annotated[Kind, typer.Argument(help="what the file tells about")],
    file: Annotated[
        Path, typer.Argument(help="GeoJSON, GeoPackage, Shapefile (also zipped), GeoParquet, FlatGeobuf, CSV or XLSX")
    ],
    crs: Annotated[
        str | None,
        typer.Option(help="EPSG:4326, EPSG:4490, GCJ-02, BD-09 or EPSG:n; required unless the file itself says"),
    ] = None,
    column: Annotated[
        list[str] | None, typer.Option(help="OURS=THEIRS: which column is meant; repeat as needed")
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="OURS=VALUE: one value for all rows; repeat as needed")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="TOML file that says how the file is read; other options count before it")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="of the file; recognised by default")] = None,
    layer: Annotated[str | None, typer.Option(help="layer or sheet, where the file has several")] = None,
    date_order: Annotated[
        DateOrder | None, typer.Option(help="for dates such as 3/4/2025, which are refused without it")
    ] = None,
    accept_doubt: Annotated[
        bool, typer.Option("--accept-doubt", help="load although the coordinates contradict --crs")
    ] = False,
    repair_slivers: Annotated[
        float | None, typer.Option(help="grids: give overlaps up to this width (m) to the lower row")
    ] = None,
    rejects: Annotated[Path | None, typer.Option(help="where rejected rows go; beside the file by default")] = None,
    commit: Annotated[bool, typer.Option("--commit", help="store; without it the load is only tried")] = False,
) -> None:
    """Load a file of one kind into the city; a dry run unless --commit.

    A load adds and changes, and never removes; loading a file twice changes nothing. Rows of points and people
    that cannot be used go into FILE.rejects.csv with their reasons; mend them there and load that file. Areas and
    grids are loaded whole or not at all.

    \b
    Examples:
      gezhi city 江门市 --code 440700000000 --time-zone Asia/Shanghai
      gezhi load areas areas.csv --set level=town --set parent_code=440700000000 --commit
      gezhi load grids grids.geojson --crs EPSG:4490 --commit
      gezhi load workers roster.csv --column worker_ref=工号 --column name=姓名 --commit
      gezhi load cameras cameras.csv --crs GCJ-02 --column lon=经度 --column lat=纬度 --commit
      gezhi load grids 网格.gpkg --layer 综合网格 --commit
      gezhi load incidents 12345.csv --crs EPSG:4326 --set source=hotline

    \b
    Columns needed (docs/reference/columns.md has all, and their Chinese names):
      areas      code, name, level; parent_code of all but the city
      grids      code, area_code, polygons
      workers    worker_ref, name; role with grid_code
      cameras    source, source_ref, a position (lon, lat)
      incidents  source, source_ref, category, reported_at, a position
      sites      source, source_ref, kind, name, a position or a polygon
      gates      source, source_ref, site_ref, name, a position
      key-areas  source, source_ref, kind, name, a polygon
      basemap    class, lines and areas; takes the place of the one before
      roles      code, name_zh, rank
      leave      worker_ref, from, until
      calendar   date, working
      addresses  source, source_ref, a position; full_text, or street, estate or village with numbers
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    try:
        mapped = FileMapping() if mapping is None else read_mapping(mapping, kind=kind)
        options = LoadOptions(
            crs=crs or mapped.crs,
            plan=ColumnPlan.parse(column or (), set_ or ()).over(mapped.plan),
            encoding=encoding or mapped.encoding,
            layer=layer or mapped.layer,
            date_order=date_order or mapped.date_order,
            time_zone=mapped.time_zone,
            on_doubt="accept" if accept_doubt else "refuse",
            repair_slivers_m=repair_slivers,
            mode="commit" if commit else "dry_run",
            rejects=rejects,
        )
        with open_database(read_settings()) as database, progress() as report:
            done = load_file(database, kind, file, options=options, progress=report)
    except GisError as error:
        fail(error)
    show_report(done)
    if done.rejected and not (done.written.new or done.written.changed or done.written.unchanged):
        raise typer.Exit(1)


def show_report(report: LoadReport) -> None:
    """Print what a load did, or would do."""
    for line in report.understood:
        out.print(f"  understood: {line}", style="dim", markup=False, soft_wrap=True)
    table = Table(box=None, pad_edge=False)
    counts = {
        "rows": report.read,
        "new": report.written.new,
        "changed": report.written.changed,
        "unchanged": report.written.unchanged,
        "repeated": report.repeated,
        "rejected": report.rejected,
    }
    for name in (report.kind.value, *counts):
        table.add_column(name, justify="left" if name == report.kind.value else "right")
    table.add_row(report.path.name, *(f"{count:,}" for count in counts.values()))
    out.print(table)
    for line in report.noticed:
        out.print(f"  noticed: {line}", style="yellow", markup=False, soft_wrap=True)
    for reject in report.rejects:
        column = "" if reject.column is None else f", {reject.column}"
        out.print(
            f"  rejected: row {reject.line}{column}: {reject.reason}", style="yellow", markup=False, soft_wrap=True
        )
    if report.rejected > len(report.rejects):
        out.print(f"  … 另有 and {report.rejected - len(report.rejects):,} more", style="yellow", markup=False)
    if report.rejects_path is not None:
        kept = f"  被退回的行及原因 rejected rows, with reasons, are in {report.rejects_path}"
        out.print(kept, style="yellow", markup=False, soft_wrap=True)
    if not report.committed:
        out.print("  试运行,未写入 dry run: nothing was stored; add --commit to store it")


def assign(
    undo: Annotated[bool, typer.Option("--undo", help="take grids and people away from all rows")] = False,
) -> None:
    """Give every incident, camera, site, gate and key area its grids and its person anew, or take them away.

    The points stay as they are: `gezhi assign --undo` and `gezhi assign` give the same rows again.
    """
    try:
        with open_database(read_settings()) as database, progress() as report:
            report("assigning", 0.3)

            def waiting() -> None:
                report("waiting until a load has ended", 0.3)

            with database.transaction() as connection:
                if undo:
                    done = unassign_all(connection, waiting=waiting)
                else:
                    hold_division(connection)
                    now = datetime.now(UTC)
                    division = read_division(connection, at=now)
                    roster = read_roster(connection, read_areas(connection))
                    done = assign_all(connection, division, roster, at=now, waiting=waiting)
    except GisError as error:
        fail(error)
    _show_assigned(done)


def _show_assigned(done: list[Assigned]) -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("table", "rows", "in a grid", "changed"):
        table.add_column(name, justify="left" if name == "table" else "right")
    for row in done:
        table.add_row(row.table, f"{row.rows:,}", f"{row.in_a_grid:,}", f"{row.changed:,}")
    out.print(table)
