"""The door of the loading room: a file on disk becomes rows of text with their places.

The format is told by what the file holds and held against its name (`gis.loading.formats`). A new format is a new
reader here and nothing elsewhere: every reader returns a `RawLayer`, so the judges never know where a row came from.
"""

from dataclasses import replace
from pathlib import Path

from gis.errors import EmptyLayer, InvalidInput
from gis.loading.archives import unpacked
from gis.loading.csv_rows import Counted, not_counted, read_csv
from gis.loading.encodings import Encoding, recognise
from gis.loading.formats import ARCHIVE, Format, format_of_file, format_of_name
from gis.loading.geojson import read_geojson
from gis.loading.parquet import read_parquet
from gis.loading.raw import RawLayer
from gis.loading.vectors import read_vectors
from gis.loading.workbook import read_workbook


def read_file(
    path: Path, *, encoding: str | None = None, layer: str | None = None, counted: Counted = not_counted
) -> RawLayer:
    """Read a file of any format that is accepted.

    Parameters
    ----------
    path
        The file; of a Shapefile its .shp part, or a ZIP archive with one layer.
    encoding
        Its character encoding, for text and Shapefiles; None: recognised (UTF-8, UTF-16 with mark, GBK/GB18030).
    layer
        A layer's or sheet's name, for formats that have several.
    counted
        Told how many rows have been read and which share of the file, by formats that are read bit by bit (CSV).

    Raises
    ------
    UnreadableFile
        When it is missing, binary, cut off, of unknown encoding or not of a format that is read.
    EmptyLayer
        When it has no rows.
    InvalidInput
        When a layer is named in a format without layers, a file with several layers is given without a choice, or two
        columns have one name.
    """
    path = Path(path)
    found = format_of_file(path)
    if found == ARCHIVE:
        with unpacked(path, layer=layer) as file:
            inside = read_file(file, encoding=encoding, counted=counted)
        return replace(inside, path=path, said=(f"unpacked from the archive {path.name}", *inside.said))
    match found:
        case Format.XLSX:
            return read_workbook(path, layer=layer)
        case Format.GEOPARQUET:
            return read_parquet(path, layer=layer)
        case Format.GEOPACKAGE | Format.FLATGEOBUF | Format.SHAPEFILE:
            return read_vectors(path, kind=found, encoding=encoding, layer=layer)
        case _:
            return _read_text(path, encoding=encoding, layer=layer, counted=counted)


def _read_text(path: Path, *, encoding: str | None, layer: str | None, counted: Counted) -> RawLayer:
    known = recognise(path, declared=encoding)
    if layer is not None:
        raise InvalidInput(
            f"GeoJSON and CSV have no layers, so there is none called {layer!r}",
            where=str(path),
            remedy="leave out the layer",
        )
    if path.stat().st_size == 0:
        raise EmptyLayer("the file is empty", where=str(path), remedy="see whether it was written whole")
    if format_of_name(path) is Format.GEOJSON or _begins_as_json(path, known):
        return read_geojson(path, encoding=known)
    return read_csv(path, encoding=known, counted=counted)


def _begins_as_json(path: Path, encoding: Encoding) -> bool:
    with path.open(encoding=encoding.codec) as file:
        return file.read(1024).lstrip().startswith("{")
