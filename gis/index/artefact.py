"""An index as files, which any number of processes map into memory and share.

    DIR/header.json              what is here: format, version, grids, lattice, and of each table its length and hash
    DIR/coarse-3f2a….table       a table's numbers as they stand in memory, little-endian; named after its hash
    DIR/fine-….table  records-….table  marks-….table  busy-….table

Tables are written and synced first, the header is put in their place by one rename: whatever happens, the header names
complete files. A directory may be written again while others read it; what they have mapped stays theirs. Opening
checks the header and the lengths of all files, which is quick; `verify` reads every byte.
"""

import hashlib
import json
import mmap
import os
import secrets
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from gis.errors import UnreadableFile
from gis.index.lattice import FAN_OUT, Extent, Lattice
from gis.index.tables import Tables, busy_words

FORMAT, VERSION = "gezhi grid index", 1
HEADER, ENDING = "header.json", ".table"
DTYPES = {"coarse": "<i4", "fine": "<i4", "records": "<f8", "marks": "<u2", "busy": "<i8"}
REMEDY = "write it again with: gezhi index DIR"
_HASH_IN_NAME = 16
_HEADER_LIMIT_BYTES = 1 << 16
_TRIES = 3
"""A writer may remove the files of the header just read; then there is a new header."""


class Opened(NamedTuple):
    """What a directory holds: the number of grids, and the tables, None where no grid has an edge."""

    grids: int
    tables: Tables | None


def save(directory: Path, tables: Tables | None, *, grids: int) -> None:
    """Write an index; the directory is made where it is missing.

    Raises
    ------
    OSError
        When the directory cannot be written; what was there stays as it is.
    """
    directory.mkdir(parents=True, exist_ok=True)
    header: dict[str, Any] = {"format": FORMAT, "version": VERSION, "grids": grids, "lattice": None, "tables": {}}
    if tables is not None:
        header["extent"], header["lattice"] = asdict(tables.extent), asdict(tables.lattice)
        for name, dtype in DTYPES.items():
            content = np.ascontiguousarray(getattr(tables, name), dtype=dtype).view(np.uint8).data
            digest = hashlib.sha256(content).hexdigest()
            header["tables"][name] = {"bytes": len(content), "sha256": digest}
            _put(directory / _file_name(name, digest), content)
        _sync(directory)
    _put(directory / HEADER, json.dumps(header, indent=1).encode())
    _sync(directory)
    kept = {_file_name(name, entry["sha256"]) for name, entry in header["tables"].items()}
    for file in directory.glob(f"*{ENDING}"):
        if file.name not in kept and file.name.partition("-")[0] in DTYPES:
            file.unlink(missing_ok=True)


def open_tables(directory: Path) -> Opened:
    """Map the tables of a directory; nothing is read but the header.

    Raises
    ------
    UnreadableFile
        When it is no index, of another version, or a file is missing or of another length than the header says.
    """
    for _ in range(_TRIES - 1):
        try:
            return _opened(directory, _header(directory))
        except FileNotFoundError:
            continue
    header = _header(directory)
    try:
        return _opened(directory, header)
    except FileNotFoundError as missing:
        raise UnreadableFile("a table of the index is missing", where=str(missing.filename), remedy=REMEDY) from None


def verify(directory: Path) -> int:
    """Read every byte of an index, compare with the hashes, and return how many there are.

    Raises
    ------
    UnreadableFile
        As `open_tables`, and when a table is not what was written.
    """
    open_tables(directory)
    size_bytes = 0
    for name, entry in _header(directory)["tables"].items():
        path = directory / _file_name(name, entry["sha256"])
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != entry["sha256"]:
                raise UnreadableFile("a table of the index was damaged", where=str(path), remedy=REMEDY)
        size_bytes += entry["bytes"]
    return size_bytes


def _header(directory: Path) -> dict[str, Any]:
    path = directory / HEADER
    try:
        with path.open("rb") as file:
            header = json.loads(file.read(_HEADER_LIMIT_BYTES))
    except FileNotFoundError:
        raise UnreadableFile("there is no index", where=str(path), remedy=REMEDY) from None
    except (ValueError, OSError) as fault:
        raise UnreadableFile("the header of the index cannot be read", where=str(path), remedy=REMEDY) from fault
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise UnreadableFile("this is no index of grids", where=str(path), remedy=REMEDY)
    if header.get("version") != VERSION:
        raise UnreadableFile(
            f"the index has version {header.get('version')}, version {VERSION} is read", where=str(path), remedy=REMEDY
        )
    return header


def _opened(directory: Path, header: dict[str, Any]) -> Opened:
    try:
        if header["lattice"] is None:
            return Opened(int(header["grids"]), None)
        grids, extent, lattice = int(header["grids"]), Extent(**header["extent"]), Lattice(**header["lattice"])
        entries = {
            name: (str(header["tables"][name]["sha256"]), int(header["tables"][name]["bytes"])) for name in DTYPES
        }
        for name, length_bytes in _lengths(lattice, blocks=entries["marks"][1] // (2 * FAN_OUT)):
            if entries[name][1] != length_bytes:
                raise ValueError(f"{name} has {entries[name][1]} bytes where {length_bytes} belong")
    except (KeyError, TypeError, ValueError) as fault:
        raise UnreadableFile(
            "the header of the index contradicts itself", where=str(directory / HEADER), remedy=REMEDY
        ) from fault
    tables = {name: _mapped(directory / _file_name(name, entries[name][0]), name, entries[name][1]) for name in DTYPES}
    return Opened(grids, Tables(extent, lattice, **tables))


def _lengths(lattice: Lattice, *, blocks: int) -> Iterator[tuple[str, int]]:
    """Return how long each table must be that has a length that follows from others."""
    yield "coarse", 4 * lattice.coarse_columns * lattice.coarse_rows
    yield "busy", 8 * busy_words(lattice) * lattice.coarse_rows
    yield "marks", 2 * FAN_OUT * blocks
    yield "fine", 4 * FAN_OUT * FAN_OUT * blocks


def _mapped(path: Path, name: str, length_bytes: int) -> Any:
    with path.open("rb") as file:
        found_bytes = os.fstat(file.fileno()).st_size
        if found_bytes != length_bytes or length_bytes == 0:
            raise UnreadableFile(
                f"a table of the index has {found_bytes} bytes where {length_bytes} belong",
                where=str(path),
                remedy=REMEDY,
            )
        return np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), dtype=DTYPES[name])


def _file_name(name: str, digest: str) -> str:
    return f"{name}-{digest[:_HASH_IN_NAME]}{ENDING}"


def _put(path: Path, content: Any) -> None:
    """Write a file that is complete and on the disk before it has its name."""
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    try:
        with unfinished.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _sync(directory: Path) -> None:
    """Let the names in a directory reach the disk."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
