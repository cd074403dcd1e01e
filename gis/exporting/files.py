"""A layer as one file of any format: complete, or not there.

The file is written in a folder of its own beside its place and moved there when it is whole. Rows go through as a
stream of Arrow batches; GeoPackage, FlatGeobuf and Shapefile are written by GDAL, Parquet by pyarrow, XLSX by openpyxl.
Times leave as text with their zone wherever the format would round them or lose it: everywhere but in Parquet.

Systems without an EPSG code (GCJ-02, BD-09) are told in the file where there is a place for it, and in its name always:
a Shapefile or FlatGeobuf has no such place.
"""

import json
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyogrio
import shapely
from openpyxl.cell import WriteOnlyCell

from gis.crs import WGS84, Crs, projjson
from gis.errors import GisError, InvalidInput
from gis.exporting.forms import SHAPE, LayerForm, shapes_in, with_positions
from gis.exporting.streams import STREAMS, table_columns, table_header
from gis.loading.formats import TITLES, Format
from gis.loading.parquet import OWN_CRS

MOST_XLSX_ROWS = 1_048_575
MOST_XLSX_CHARACTERS = 32_767
MOST_DBF_BYTES = 254
_DRIVERS = {
    Format.GEOPACKAGE: "GPKG",
    Format.FLATGEOBUF: "FlatGeobuf",
    Format.SHAPEFILE: "ESRI Shapefile",
}
_GEOMETRY_TYPES = {"point": "Point", "polygon": "MultiPolygon", "mixed": "Unknown"}
_GEO_VERSION = "1.1.0"

Batches = Iterable[pa.RecordBatch]


def file_name(form: LayerForm, *, format_: Format, crs: Crs) -> str:
    """Return how a file is called; one in a system without EPSG code has it in its name.

    Examples
    --------
    >>> from gis.crs import GCJ02
    >>> file_name(LayerForm("grids", (), "polygon"), format_=Format.CSV, crs=GCJ02)
    'grids.GCJ-02.csv'
    """
    return f"{form.name}{_mark(crs)}.{'zip' if format_ is Format.SHAPEFILE else format_.value}"


def _mark(crs: Crs) -> str:
    return f".{crs.name}" if projjson(crs) is None else ""


def write_file(path: Path, form: LayerForm, batches: Batches, *, format_: Format, crs: Crs = WGS84) -> int:
    """Write a layer.

    Parameters
    ----------
    path
        Where to; an older file is replaced. A Shapefile is written as parts beside a name that ends in .shp, else as
        one ZIP archive.
    form
        What the layer has.
    batches
        Its rows in WGS84, of the form's schema.
    format_
        As what.
    crs
        In which system.

    Returns
    -------
    How many rows were written.

    Raises
    ------
    InvalidInput
        When the format cannot hold the layer, or the name of the file does not tell a system that only it can tell.
    GisError
        When it cannot be written; nothing is left behind.
    """
    if _mark(crs) and _plain(crs.name) not in _plain(path.name):
        raise InvalidInput(
            f"a file in {crs.name} must say so in its name, since most programs take any file for WGS84",
            where=str(path),
            remedy=f"call it {path.stem}{_mark(crs)}{path.suffix}",
        )
    counted = _Counted(batches)
    try:
        with tempfile.TemporaryDirectory(prefix=".gezhi-export-", dir=path.parent) as folder:
            inner = Path(folder) / f"{path.name.partition('.')[0] or form.name}.{format_.value}"
            _WRITERS[format_](inner, form, counted, crs)
            _move(inner, path, format_)
    except OSError as error:
        raise GisError(
            f"the file cannot be written: {error.strerror or error}",
            where=str(path),
            remedy="free space or name another place",
        ) from error
    return counted.rows


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


class _Counted:
    """Batches that are counted as they pass."""

    def __init__(self, batches: Batches) -> None:
        self._batches = batches
        self.rows = 0

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for batch in self._batches:
            self.rows += batch.num_rows
            yield batch


def _move(inner: Path, path: Path, format_: Format) -> None:
    if format_ is not Format.SHAPEFILE:
        inner.replace(path)
        return
    parts = sorted(inner.parent.glob(f"{inner.stem}.*"), key=lambda part: part.suffix == ".shp")
    if path.suffix.lower() == ".shp":
        for part in parts:  # the .shp last: without it the others are no layer
            part.replace(path.with_suffix(part.suffix))
        return
    packed = inner.with_suffix(".packed")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            archive.write(part, part.name)
    packed.replace(path)


def _write_stream(path: Path, form: LayerForm, batches: Batches, crs: Crs) -> None:
    format_ = Format(path.suffix[1:])
    with path.open("wb") as file:
        for block in STREAMS[format_](form, batches, crs=crs):
            file.write(block)


def _write_with_gdal(path: Path, form: LayerForm, batches: Batches, crs: Crs) -> None:
    format_ = Format(path.suffix[1:])
    schema = _gdal_schema(form, format_)
    given = _Kept(_gdal_batch(form, each, schema, crs) for each in batches)
    reader = pa.RecordBatchReader.from_batches(schema, given)
    options: dict[str, object] = {"encoding": "UTF-8"} if format_ is Format.SHAPEFILE else {}
    if format_ is Format.FLATGEOBUF:
        # Its index puts rows into another order, and on a shared border the lower row of a layer of grids decides.
        options = {"layer_options": {"SPATIAL_INDEX": "NO"}}
    if format_ is Format.GEOPACKAGE:
        options = {"layer_metadata": {"CRS": crs.name}, "layer": form.name}
    with warnings.catch_warnings():
        # It warns of a system that is not told: that is meant for GCJ-02 and BD-09.
        warnings.filterwarnings("ignore", message="'crs' was not provided")
        try:
            pyogrio.write_arrow(
                reader,
                path,
                driver=_DRIVERS[format_],
                geometry_name=None if form.shape == "none" else SHAPE,
                geometry_type=_GEOMETRY_TYPES.get(form.shape),
                crs=None if _mark(crs) or form.shape == "none" else crs.name,
                **options,
            )
        except (pyogrio.errors.DataSourceError, pa.ArrowException, RuntimeError) as error:
            if given.error is not None:
                raise given.error from None
            raise GisError(f"the {TITLES[format_]} cannot be written: {error}", where=form.name) from error


class _Kept:
    """Batches that keep what went wrong while they were made: GDAL only says that something did."""

    def __init__(self, batches: Batches) -> None:
        self._batches = batches
        self.error: BaseException | None = None

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._batches
        except BaseException as error:
            self.error = error
            raise


def _gdal_schema(form: LayerForm, format_: Format) -> pa.Schema:
    """Return the schema that GDAL is given: times as text, and in a Shapefile short names and no truth values."""
    if form.shape == "none" and format_ is not Format.GEOPACKAGE:
        raise InvalidInput(
            f"{form.name} have no shapes, and a {TITLES[format_]} is made of them",
            remedy="choose CSV, XLSX, GeoPackage or Parquet",
        )
    if form.shape == "mixed" and format_ is Format.SHAPEFILE:
        raise InvalidInput(
            f"{form.name} are points and polygons, and a Shapefile holds one kind of shape",
            remedy="choose GeoPackage, GeoJSON, FlatGeobuf or Parquet",
        )
    short = format_ is Format.SHAPEFILE
    fields = []
    for column, field in zip(form.columns, form.schema, strict=False):
        kind = field.type
        if column.type == "time":
            kind = pa.string()
        elif column.type == "flag" and short:
            kind = pa.int32()
        fields.append(pa.field(column.name_in_table if short else column.name, kind))
    if form.shape != "none":
        metadata = {"ARROW:extension:name": "geoarrow.wkb"}
        fields.append(pa.field(SHAPE, pa.binary(), metadata=metadata))
    return pa.schema(fields)


def _gdal_batch(form: LayerForm, batch: pa.RecordBatch, schema: pa.Schema, crs: Crs) -> pa.RecordBatch:
    moved = with_positions(form, batch, crs)
    arrays = []
    for column, field in zip(form.columns, schema, strict=False):
        array = moved.column(column.name)
        if column.type == "time":
            array = pc.strftime(array, format="%Y-%m-%dT%H:%M:%SZ")
        if column.type == "text" and schema.names != form.schema.names:
            _refuse_long(form, column.name, array)
        arrays.append(array if array.type == field.type else array.cast(field.type))
    if form.shape != "none":
        arrays.append(pa.array(shapely.to_wkb(shapes_in(batch, crs)).tolist(), pa.binary()))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _refuse_long(form: LayerForm, name: str, array: pa.Array) -> None:
    longest = pc.max(pc.binary_length(array)).as_py()
    if longest is not None and longest > MOST_DBF_BYTES:
        raise InvalidInput(
            f"a text of {longest:,} bytes does not fit: a Shapefile has room for {MOST_DBF_BYTES}",
            where=f"{form.name}, column {name}",
            remedy="choose GeoPackage, GeoJSON, FlatGeobuf or Parquet",
        )


def _write_parquet(path: Path, form: LayerForm, batches: Batches, crs: Crs) -> None:
    metadata: dict[bytes, bytes] = {OWN_CRS: crs.name.encode()}
    if form.shape != "none":
        defined = projjson(crs)
        described: dict[str, object] = {
            "encoding": "WKB",
            "geometry_types": [],
            "crs": None if defined is None else json.loads(defined),
        }
        geo = {"version": _GEO_VERSION, "primary_column": SHAPE, "columns": {SHAPE: described}}
        metadata[b"geo"] = json.dumps(geo, ensure_ascii=False).encode()
    schema = form.schema.with_metadata(metadata)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in batches:
            moved = with_positions(form, batch, crs)
            arrays = [moved.column(column.name) for column in form.columns]
            if form.shape != "none":
                arrays.append(pa.array(shapely.to_wkb(shapes_in(batch, crs)).tolist(), pa.binary()))
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))


def _write_workbook(path: Path, form: LayerForm, batches: Batches, crs: Crs) -> None:
    """Write one sheet; text stays text, so that no code becomes a number and no title a formula."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(form.name)
    try:
        _fill(sheet, form, batches, crs)
    except BaseException:
        sheet.close()  # its half is in a temporary file of openpyxl's own
        sheet._writer.cleanup()
        raise
    book.save(path)


def _fill(sheet: Any, form: LayerForm, batches: Batches, crs: Crs) -> None:
    sheet.append(table_header(form))
    kinds = [*(column.type for column in form.columns), *(["number"] * 2 if form.shape == "point" else [])]
    rows = 0
    for batch in batches:
        for cells in zip(*table_columns(form, batch, crs), strict=True):
            rows += 1
            if rows > MOST_XLSX_ROWS:
                raise _too_much(form, f"more than {MOST_XLSX_ROWS:,} rows", "sheet")
            typed = zip_longest(cells, kinds, fillvalue="text")
            sheet.append([_cell(sheet, form, cell, kind=kind) for cell, kind in typed])


def _cell(sheet: Any, form: LayerForm, text: str | None, *, kind: str | None) -> Any:
    if text is None:
        return None
    if kind in {"whole", "number"}:
        return float(text) if "." in text or "e" in text else int(text)
    if len(text) > MOST_XLSX_CHARACTERS:
        raise _too_much(form, f"a text of {len(text):,} characters", "cell")
    cell = WriteOnlyCell(sheet, value="")
    cell.value, cell.data_type = text, "s"
    return cell


def _too_much(form: LayerForm, what: str, where: str) -> InvalidInput:
    return InvalidInput(
        f"{form.name}: {what} does not fit into a {where} of a workbook",
        remedy="choose CSV, GeoPackage or Parquet, or export an area at a time",
    )


_WRITERS: dict[Format, Callable[[Path, LayerForm, Batches, Crs], None]] = {
    **dict.fromkeys(STREAMS, _write_stream),
    **dict.fromkeys(_DRIVERS, _write_with_gdal),
    Format.GEOPARQUET: _write_parquet,
    Format.XLSX: _write_workbook,
}
