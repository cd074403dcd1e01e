"""CSV and GeoJSON as blocks of bytes: one batch is in memory.

Numbers keep every digit, times are UTC with their offset, truth is 1 or 0, unknown is empty. A table names its
system in a column ``crs``; GeoJSON in the member ``crs`` wherever it is not WGS84, the only one that RFC 7946 knows.
"""

import csv
import io
from collections.abc import Callable, Generator, Iterable, Iterator

import orjson
import pyarrow as pa
import shapely

from gis.crs import WGS84, Crs
from gis.exporting.forms import SHAPE, LayerForm, shapes_in, with_positions
from gis.loading.arrow_cells import cells_of
from gis.loading.formats import Format

X, Y, SYSTEM = "lon", "lat", "crs"
_MARK = b"\xef\xbb\xbf"
"""Without it spreadsheets read UTF-8 as something else."""

Batches = Iterable[pa.RecordBatch]


def csv_blocks(form: LayerForm, batches: Batches, *, crs: Crs = WGS84) -> Generator[bytes]:
    """Yield a layer as CSV: points as lon and lat, other shapes as WKT."""
    yield _MARK + _lines([table_header(form)])
    for batch in batches:
        yield _lines(zip(*table_columns(form, batch, crs), strict=True))


def table_header(form: LayerForm) -> list[str]:
    """Return the names of a layer's columns in a table without shapes."""
    names = [column.name for column in form.columns]
    if form.shape == "point":
        names += [X, Y]
    elif form.shape != "none":
        names.append(SHAPE)
    return names if form.shape == "none" else [*names, SYSTEM]


def table_columns(form: LayerForm, batch: pa.RecordBatch, crs: Crs) -> list[list[str | None]]:
    """Return the columns of `table_header` as text."""
    moved = with_positions(form, batch, crs)
    columns = [cells_of(pa.chunked_array([moved.column(column.name)])).tolist() for column in form.columns]
    if form.shape == "none":
        return columns
    shapes = shapes_in(batch, crs)
    if form.shape == "point":
        columns += [[repr(value) for value in axis(shapes).tolist()] for axis in (shapely.get_x, shapely.get_y)]
    else:
        flat = shapely.get_type_id(shapes) != shapely.GeometryType.POINT
        texts = shapely.to_wkt(shapes, rounding_precision=-1).tolist()
        columns.append([text if kept else None for text, kept in zip(texts, flat.tolist(), strict=True)])
    return [*columns, [crs.name] * batch.num_rows]


def _lines(rows: Iterable[Iterable[str | None]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def geojson_blocks(form: LayerForm, batches: Batches, *, crs: Crs = WGS84) -> Generator[bytes]:
    """Yield a layer as one GeoJSON feature collection."""
    named = "" if crs == WGS84 else f'"crs":{{"type":"name","properties":{{"name":"{crs.name}"}}}},'
    yield f'{{"type":"FeatureCollection","name":"{form.name}",{named}"features":[\n'.encode()
    separator = b""
    for batch in batches:
        if batch.num_rows:
            yield separator + b",\n".join(_features(form, batch, crs))
            separator = b",\n"
    yield b"\n]}\n"


def _features(form: LayerForm, batch: pa.RecordBatch, crs: Crs) -> Iterator[bytes]:
    rows = with_positions(form, batch, crs).select([column.name for column in form.columns]).to_pylist()
    shapes = [None] * batch.num_rows if form.shape == "none" else shapely.to_geojson(shapes_in(batch, crs)).tolist()
    for row, shape in zip(rows, shapes, strict=True):
        geometry = orjson.Fragment("null" if shape is None else shape)
        yield orjson.dumps(
            {"type": "Feature", "geometry": geometry, "properties": row}, option=orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC
        )


STREAMS: dict[Format, Callable[..., Generator[bytes]]] = {Format.CSV: csv_blocks, Format.GEOJSON: geojson_blocks}
"""The formats that need no file."""


def blocks_of(form: LayerForm, batches: Batches, *, format_: Format, crs: Crs = WGS84) -> Generator[bytes] | None:
    """Return a layer as blocks of bytes; None for formats that need a whole file."""
    stream = STREAMS.get(format_)
    return None if stream is None else stream(form, batches, crs=crs)
