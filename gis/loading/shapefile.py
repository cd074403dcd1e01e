"""The parts of a Shapefile: whether all are there and whole, and which characters its table has.

A .shp without its .shx or .dbf is refused with the name of what is missing. The lengths in the headers are held against
the sizes of the files, so that a part that was cut off is found before anything is read. The .cpg part is believed only
when the text really is in that encoding: many say UTF-8 over GBK. O(bytes of the .dbf).
"""

import codecs
import struct
from pathlib import Path

from gis.errors import UnreadableFile
from gis.loading.encodings import everyday_chinese

_HEAD_BYTES = 100
_MOST_BYTES = 2**31 - 1
_FIELD_BYTES = 32
_BLOCK_ROWS = 4096
_END_OF_FIELDS = 0x0D
_CODECS = {"936": "gbk", "54936": "gb18030", "65001": "utf-8", "950": "big5", "1252": "cp1252", "88591": "latin-1"}


def part(path: Path, suffix: str) -> Path | None:
    """Return another part of a Shapefile, whatever the case of its suffix; None when it is not there."""
    for spelling in (suffix, suffix.upper(), suffix.capitalize()):
        beside = path.with_suffix(spelling)
        if beside.is_file():
            return beside
    return None


def check_parts(path: Path) -> None:
    """Refuse a Shapefile of which a part is missing, cut off or too long.

    Raises
    ------
    UnreadableFile
        Naming the part, and the bytes that are missing.
    """
    for suffix, what in ((".shx", "the index of its shapes"), (".dbf", "the table of its columns")):
        if part(path, suffix) is None:
            raise UnreadableFile(
                f"the Shapefile has no {suffix} part ({what})",
                where=str(path),
                remedy=f"put {path.with_suffix(suffix).name} beside it: a Shapefile is at least .shp, .shx and .dbf",
            )
    for suffix in (".shp", ".shx"):
        _refuse_cut_off(path.with_suffix(suffix) if suffix != ".shp" else path, path, suffix)
    table = part(path, ".dbf")
    assert table is not None
    size, (rows, head, width) = table.stat().st_size, _shape_of_table(table)
    if size < head + rows * width:
        raise _cut_off(table, has=size, needs=head + rows * width)


def text_encoding(path: Path, *, declared: str | None) -> tuple[str, list[str]]:
    """Return the encoding of a Shapefile's text, and how it is known.

    Parameters
    ----------
    path
        The .shp part.
    declared
        The user's word, taken before any guess but still checked.

    Raises
    ------
    UnreadableFile
        When the text is not in the declared encoding, or in none that is recognised.
    """
    table = part(path, ".dbf")
    assert table is not None
    texts = _texts(table)
    label = part(path, ".cpg")
    named = None if label is None else _codec(label.read_bytes()[:64].decode("ascii", "replace").strip())
    if declared is not None:
        codec = _codec(declared)
        if codec is None or not _is(texts, codec):
            raise UnreadableFile(
                f"the text is not {declared} throughout",
                where=str(table),
                remedy="leave out --encoding, or name another: --encoding gb18030",
            )
        return codec, [f"text in {declared} (declared)"]
    if named is not None and _is(texts, named):
        return named, [f"text in {named}, as its .cpg part says"]
    aside = f"; its .cpg part says {named}, which it is not" if named else "; there is no .cpg part"
    if _is(texts, "utf-8"):
        return "utf-8", [f"text in UTF-8{aside}" if named else "text in UTF-8"]
    if _is(texts, "gb18030") and everyday_chinese(b" ".join(texts)):
        return "gb18030", [f"text in GBK/GB18030{aside}"]
    raise UnreadableFile(
        "the character encoding of the table is not recognised",
        where=str(table),
        remedy="name it: --encoding cp1252",
    )


def _refuse_cut_off(file: Path, path: Path, suffix: str) -> None:
    found = file if file.is_file() else part(path, suffix)
    assert found is not None
    size = found.stat().st_size
    with found.open("rb") as opened:
        head = opened.read(_HEAD_BYTES)
    if len(head) < _HEAD_BYTES:
        raise _cut_off(found, has=size, needs=_HEAD_BYTES)
    needs = 2 * struct.unpack(">i", head[24:28])[0]
    if size > _MOST_BYTES:
        raise UnreadableFile(
            f"the {suffix} part has {size:,} bytes, more than a Shapefile can have (2 GB)",
            where=str(found),
            remedy="export the layer as GeoPackage or GeoParquet",
        )
    if size < needs:
        raise _cut_off(found, has=size, needs=needs)


def _cut_off(file: Path, *, has: int, needs: int) -> UnreadableFile:
    return UnreadableFile(
        f"the {file.suffix} part is cut off: {has:,} bytes of {needs:,}",
        where=str(file),
        remedy="copy or export the Shapefile again",
    )


def _shape_of_table(table: Path) -> tuple[int, int, int]:
    """Return rows, bytes of the header and bytes of a row."""
    with table.open("rb") as file:
        head = file.read(_FIELD_BYTES)
    if len(head) < _FIELD_BYTES:
        raise _cut_off(table, has=len(head), needs=_FIELD_BYTES)
    rows, header, width = struct.unpack("<IHH", head[4:12])
    return rows, header, width


def _texts(table: Path) -> list[bytes]:
    """Return the different names and cells of text that are more than ASCII, without blanks around them."""
    rows, header, width = _shape_of_table(table)
    found: set[bytes] = set()
    with table.open("rb") as file:
        names, spans = _fields(file.read(header)[_FIELD_BYTES:])
        found.update(names)
        for first in range(0, rows, _BLOCK_ROWS):
            block = file.read(min(rows - first, _BLOCK_ROWS) * width)
            if not block.isascii():
                for start in range(0, len(block), width):
                    found.update(block[start + left : start + right].strip(b" \0") for left, right in spans)
    return [text for text in found if not text.isascii()]


def _fields(descriptors: bytes) -> tuple[list[bytes], list[tuple[int, int]]]:
    """Return the names of all columns, and where in a row those of text stand."""
    names, spans, start = [], [], 1
    for first in range(0, len(descriptors) - _FIELD_BYTES + 1, _FIELD_BYTES):
        field = descriptors[first : first + _FIELD_BYTES]
        if field[0] == _END_OF_FIELDS:
            break
        names.append(field[:11].split(b"\0")[0])
        if field[11:12] == b"C":
            spans.append((start, start + field[16]))
        start += field[16]
    return names, spans


def _codec(name: str) -> str | None:
    plain = name.strip().casefold().replace("ansi ", "").replace("cp", "").replace("oem ", "").replace("-", "")
    try:
        return _CODECS.get(plain) or codecs.lookup(name).name
    except LookupError:
        return None


def _is(texts: list[bytes], codec: str) -> bool:
    """Tell whether all texts are of an encoding; a cell's last character may be cut off by the width of its column."""
    decoder = codecs.getincrementaldecoder(codec)
    try:
        for text in texts:
            decoder().decode(text)
    except UnicodeDecodeError:
        return False
    return True
