"""The door of the loading room: a file on disk becomes rows of text with their places.

The format is told by the name ``.geojson`` or ``.json`` and by what the file holds: JSON begins with a brace,
anything else that is text is CSV. A new format is a new reader here and nothing elsewhere.
"""

from pathlib import Path

from gis.errors import EmptyLayer, InvalidInput
from gis.loading.csv_rows import read_csv
from gis.loading.encodings import Encoding, recognise
from gis.loading.geojson import read_geojson
from gis.loading.raw import RawLayer

_GEOJSON_SUFFIXES = frozenset({".geojson", ".json"})


def read_file(path: Path, *, encoding: str | None = None, layer: str | None = None) -> RawLayer:
    """Read a GeoJSON or CSV file.

    Parameters
    ----------
    path
        The file.
    encoding
        Its character encoding; None: recognised (UTF-8, UTF-16 with mark, GBK/GB18030).
    layer
        A layer's name, for formats that have several.

    Raises
    ------
    UnreadableFile
        When it is missing, binary, cut off, of unknown encoding or not of a format that is read.
    EmptyLayer
        When it has no rows.
    InvalidInput
        When a layer is named in a format without layers, or two columns have one name.
    """
    path = Path(path)
    known = recognise(path, declared=encoding)
    if layer is not None:
        raise InvalidInput(
            f"GeoJSON and CSV have no layers, so there is none called {layer!r}",
            where=str(path),
            remedy="leave out the layer",
        )
    if path.stat().st_size == 0:
        raise EmptyLayer("the file is empty", where=str(path), remedy="see whether it was written whole")
    if path.suffix.lower() in _GEOJSON_SUFFIXES or _begins_as_json(path, known):
        return read_geojson(path, encoding=known)
    return read_csv(path, encoding=known)


def _begins_as_json(path: Path, encoding: Encoding) -> bool:
    with path.open(encoding=encoding.codec) as file:
        return file.read(1024).lstrip().startswith("{")
