"""Which format a file has: told by its first bytes, and held against its name.

A file whose bytes say one format and whose suffix says another is refused with both named: opened on a guess it would
be read as something it was not meant to be. Text has no mark of its own, so any name that is not a known one may be
CSV, and text that begins with a brace is GeoJSON.
"""

import zipfile
from enum import StrEnum
from pathlib import Path
from typing import Literal

from gis.errors import UnreadableFile


class Format(StrEnum):
    """The formats that are read and written, by their usual suffix."""

    GEOJSON = "geojson"
    GEOPACKAGE = "gpkg"
    SHAPEFILE = "shp"
    GEOPARQUET = "parquet"
    FLATGEOBUF = "fgb"
    CSV = "csv"
    XLSX = "xlsx"


TITLES = {
    Format.GEOJSON: "GeoJSON",
    Format.GEOPACKAGE: "GeoPackage",
    Format.SHAPEFILE: "Shapefile",
    Format.GEOPARQUET: "Parquet",
    Format.FLATGEOBUF: "FlatGeobuf",
    Format.CSV: "CSV",
    Format.XLSX: "XLSX workbook",
}
SUFFIXES = {
    ".geojson": Format.GEOJSON,
    ".json": Format.GEOJSON,
    ".gpkg": Format.GEOPACKAGE,
    ".shp": Format.SHAPEFILE,
    ".parquet": Format.GEOPARQUET,
    ".geoparquet": Format.GEOPARQUET,
    ".fgb": Format.FLATGEOBUF,
    ".csv": Format.CSV,
    ".xlsx": Format.XLSX,
    ".xlsm": Format.XLSX,
}
Archive = Literal["zip"]
ARCHIVE: Archive = "zip"
ACCEPTED = "accepted are GeoJSON, GeoPackage, Shapefile (also zipped), GeoParquet, FlatGeobuf, CSV and XLSX"
_MARKS = (
    (b"SQLite format 3\x00", Format.GEOPACKAGE),
    (b"PAR1", Format.GEOPARQUET),
    (b"fgb\x03fgb", Format.FLATGEOBUF),
    (b"\x00\x00\x27\x0a", Format.SHAPEFILE),
)
_REFUSED = (
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (XLS), or one with a password", "save it as XLSX without a password"),
    (b"PARE", "an encrypted Parquet file", "write it without encryption"),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it first, or pack it as ZIP"),
    (b"Rar!", "a RAR archive", "unpack it first, or pack it as ZIP"),
)
_GEOPACKAGE_IDS = (b"GPKG", b"GP10", b"GP11")
_WORKBOOK = "xl/workbook.xml"


def format_of_name(path: Path) -> Format | None:
    """Return the format that a file's suffix names; None for none of ours.

    Examples
    --------
    >>> format_of_name(Path("grids.GPKG")).value, format_of_name(Path("notes.txt"))
    ('gpkg', None)
    """
    return SUFFIXES.get(path.suffix.lower())


def format_of_file(path: Path) -> Format | Archive | None:
    """Return what a file's first bytes say: a format, `ARCHIVE`, or None for text, which has no mark.

    Parameters
    ----------
    path
        A file; one that cannot be opened is left to its reader, which says why.

    Raises
    ------
    UnreadableFile
        When the bytes are those of a format that is not read, or of another one than the suffix names.
    """
    try:
        with path.open("rb") as file:
            head = file.read(128)
    except OSError:
        return None
    found = _of_mark(path, head)
    named = format_of_name(path)
    if path.suffix.lower() in {".dbf", ".shx", ".prj", ".cpg"}:
        raise UnreadableFile(
            f"this is the {path.suffix} part of a Shapefile",
            where=str(path),
            remedy="name its .shp part; the others are found beside it",
        )
    if found is None and head and named not in {None, Format.CSV, Format.GEOJSON}:
        raise UnreadableFile(
            f"the name says {TITLES[named]}, and the file does not begin like one",
            where=str(path),
            remedy=f"see whether it was copied whole; {ACCEPTED}",
        )
    if isinstance(found, Format) and named not in {None, found}:
        raise UnreadableFile(
            f"the name says {TITLES[named]}, and the file is a {TITLES[found]}",
            where=str(path),
            remedy=f"rename it to {path.with_suffix('.' + found.value).name}",
        )
    return found


def _of_mark(path: Path, head: bytes) -> Format | Archive | None:
    for mark, meaning, remedy in _REFUSED:
        if head.startswith(mark):
            raise UnreadableFile(f"this is {meaning}, not text", where=str(path), remedy=f"{remedy}; {ACCEPTED}")
    if head.startswith(b"PK\x03\x04"):
        return _of_archive(path)
    found = next((meaning for mark, meaning in _MARKS if head.startswith(mark)), None)
    if found is Format.GEOPACKAGE and head[68:72] not in _GEOPACKAGE_IDS:
        raise UnreadableFile(
            "this is an SQLite database and no GeoPackage", where=str(path), remedy="export the layer as GeoPackage"
        )
    return found


def _of_archive(path: Path) -> Format | Archive:
    try:
        with zipfile.ZipFile(path) as archive:
            return Format.XLSX if _WORKBOOK in archive.namelist() else ARCHIVE
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableFile(
            f"this is a ZIP archive (an XLSX workbook or a zipped layer) that is cut off or damaged: {error}",
            where=str(path),
            remedy=f"copy or export it again; {ACCEPTED}",
        ) from error
