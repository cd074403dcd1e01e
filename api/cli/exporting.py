"""`gezhi export`: a layer of the city as a file."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import fail, out, progress
from api.cli.opening import open_database, read_settings
from gis.coverage import DEFAULT_RANGES, RangeTable
from gis.crs import parse_crs
from gis.errors import GisError, InvalidInput
from gis.exporting import write_file
from gis.loading.formats import ACCEPTED, Format, format_of_name
from gis.store.exports import LAYERS, layer_named, scope_of

_ZIPPED = ".zip"


def export(
    layer: Annotated[str, typer.Argument(help=", ".join(LAYERS))],
    output: Annotated[Path, typer.Option("--output", "-o", help="the file; its suffix names the format")],
    crs: Annotated[str, typer.Option(help="EPSG:4326, EPSG:4490, GCJ-02, BD-09 or EPSG:n")] = "EPSG:4326",
    area_id: Annotated[int | None, typer.Option(help="only this area and all below")] = None,
) -> None:
    """Write a layer as GeoJSON, GeoPackage, Shapefile, GeoParquet, FlatGeobuf, CSV or XLSX.

    The file has the columns that `gezhi load` reads. A file in GCJ-02 or BD-09 must say so in its name. A .zip is a
    zipped Shapefile.

    \b
    Examples:
      gezhi export grids -o grids.gpkg
      gezhi export incidents -o incidents.parquet --crs EPSG:4490
      gezhi export cameras -o cameras.GCJ-02.xlsx --crs GCJ-02
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    try:
        chosen, declared = layer_named(layer), parse_crs(crs)
        format_ = Format.SHAPEFILE if output.suffix.lower() == _ZIPPED else format_of_name(output)
        if format_ is None:
            raise InvalidInput("the suffix names no format", where=str(output), remedy=ACCEPTED)
        settings = read_settings()
        ranges = settings.camera_ranges
        assumed = DEFAULT_RANGES if ranges is None else RangeTable.from_toml(ranges)
        with open_database(settings) as database, progress() as report, database.transaction() as connection:
            report(f"writing {output.name}", 0.5)
            scope = scope_of(connection, area_id=area_id, box=None, assumed=assumed)
            rows = write_file(output, chosen.form, chosen.batches(connection, scope), format_=format_, crs=declared)
    except GisError as error:
        fail(error)
    out.print(f"{rows:,} {layer} → {output} ({declared})", markup=False, soft_wrap=True)
