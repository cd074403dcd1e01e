"""The real data that the project ships: where it lies, where it comes from, and what a map must show of it.

``data/boundaries/SOURCES.toml`` has one entry per file. The folder is found beside the package, as in a
checkout that is installed editable; nothing is ever downloaded.
"""

import tomllib
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from gis.errors import UnreadableFile

BOUNDARIES = Path(__file__).resolve().parents[2] / "data" / "boundaries"

CITIES_AND_COUNTIES = "cn4_boundaries_tianditu_wgs84.geojson"
VILLAGES = "cn_admin_villages_2023.csv"
TOWN_CENTRES = "cn_towns_geonames_wgs84.csv"


@dataclass(frozen=True, slots=True)
class Source:
    """One file that ships, and its papers.

    Parameters
    ----------
    file
        Name inside the folder.
    what, source, url, licence, changes
        What it holds, who made it and through whom it came, on what terms, and what was changed.
    approval_number
        The map approval number (审图号) that must stand beside the map, or None where the data needs none.
    attribution_zh, attribution_en
        The line a map shows.
    sha256
        Of the file's bytes, hexadecimal.
    """

    file: str
    what: str
    source: str
    url: str
    licence: str
    approval_number: str | None
    attribution_zh: str
    attribution_en: str
    changes: str
    sha256: str


def sources(folder: Path = BOUNDARIES) -> list[Source]:
    """Return what SOURCES.toml says of every file in the folder, in its order.

    Raises
    ------
    UnreadableFile
        When SOURCES.toml is missing, is not TOML, or an entry lacks a field or has one too many.
    """
    path = folder / "SOURCES.toml"
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _missing(path) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"not a TOML file: {error}", where=str(path)) from error
    return [_source(entry, path) for entry in document.get("source", [])]


def source_of(file: str, folder: Path = BOUNDARIES) -> Source:
    """Return the papers of one file.

    Raises
    ------
    UnreadableFile
        When SOURCES.toml has no entry for it.

    Examples
    --------
    >>> source_of(CITIES_AND_COUNTIES).approval_number
    'GS(2024)0650号'
    """
    for source in sources(folder):
        if source.file == file:
            return source
    raise UnreadableFile(
        "no entry for this file in SOURCES.toml", where=file, remedy="add its source, licence and SHA-256"
    )


def shipped_file(file: str, folder: Path = BOUNDARIES) -> Path:
    """Return the path of a file that ships.

    Raises
    ------
    UnreadableFile
        When it is not there.
    """
    path = folder / file
    if not path.is_file():
        raise _missing(path)
    return path


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, hexadecimal."""
    return sha256(path.read_bytes()).hexdigest()


def _source(entry: dict[str, Any], path: Path) -> Source:
    """Return one entry of the document as a Source."""
    try:
        return Source(**{**entry, "approval_number": entry["approval_number"] or None})
    except (KeyError, TypeError) as error:
        raise UnreadableFile(
            f"an entry is incomplete or has an unknown field: {error}",
            where=f"{path}, entry {entry.get('file', '?')}",
            remedy=f"the fields are {', '.join(Source.__dataclass_fields__)}",
        ) from error


def _missing(path: Path) -> UnreadableFile:
    return UnreadableFile(
        "a file that ships with the project is missing",
        where=str(path),
        remedy="run from a complete checkout, installed with: pip install --editable .",
    )
