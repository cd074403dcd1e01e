"""A mapping file: how one office's files are to be read, written down once as TOML.

    kind = "incidents"
    [file]        crs, layer, encoding, date_order, time_zone
    [columns]     ours = "theirs"; "Date+Time" joins two
    [constants]   ours = "one value for all rows"
    [units]       ours = "ft"
    [words.ours]  "their word" = "our word"

Whatever is not told is recognised as without a mapping. An entry that is not known is refused, since a misspelt one
would be ignored in silence. `draft_mapping` writes one from a file, with samples and what stays unclear as comments.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd

from gis.errors import InvalidInput, UnreadableFile
from gis.loading.batch import Kind
from gis.loading.checked import POSITION, Columns
from gis.loading.columns import ColumnPlan, candidates
from gis.loading.dates import DateOrder
from gis.loading.office_words import PROPOSED
from gis.loading.raw import RawLayer

_FILE = ("crs", "layer", "encoding", "date_order", "time_zone")
_TABLES = ("columns", "constants", "units")
_SAMPLES = 3
_LONGEST_SAMPLE = 30
_MOST_WORDS = 40


@dataclass(frozen=True, slots=True)
class FileMapping:
    """What a mapping file says; None for what it does not tell."""

    kind: Kind | None = None
    plan: ColumnPlan = field(default_factory=ColumnPlan)
    crs: str | None = None
    layer: str | None = None
    encoding: str | None = None
    date_order: DateOrder | None = None
    time_zone: ZoneInfo | None = None


def read_mapping(path: Path, *, kind: Kind) -> FileMapping:
    """Read a mapping file.

    Parameters
    ----------
    path
        The file.
    kind
        What is to be loaded; a mapping for another kind is refused.

    Raises
    ------
    UnreadableFile
        When it is missing or no TOML.
    InvalidInput
        When it has an entry that is not known, of a wrong type, or is for another kind.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableFile(f"the mapping cannot be read: {error.strerror}", where=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadableFile(
            f"the mapping is no TOML: {error}", where=str(path), remedy="correct that place"
        ) from error
    _refuse_unknown(path, told, ("kind", "file", *_TABLES, "words"), where="")
    if told.get("kind", kind.value) != kind.value:
        raise InvalidInput(
            f"the mapping is for {told['kind']}, and {kind.value} are loaded",
            where=str(path),
            remedy="name the mapping of this kind",
        )
    head = _texts(path, told, "file")
    _refuse_unknown(path, head, _FILE, where="[file] ")
    columns, constants, units = (_texts(path, told, name) for name in _TABLES)
    every = told.get("words", {})
    words = {name: _texts(path, every, name) for name in every} if isinstance(every, dict) else {}
    return FileMapping(
        kind=kind,
        plan=ColumnPlan(columns, constants, words, units),
        crs=head.get("crs"),
        layer=head.get("layer"),
        encoding=head.get("encoding"),
        date_order=_order(path, head.get("date_order")),
        time_zone=_zone(path, head.get("time_zone")),
    )


def _refuse_unknown(path: Path, told: Mapping[str, Any], known: tuple[str, ...], *, where: str) -> None:
    for name in told:
        if name not in known:
            raise InvalidInput(
                f"the mapping has an entry that is not known: {where}{name}",
                where=str(path),
                remedy=f"known are {', '.join(known)}",
            )


def _texts(path: Path, told: Mapping[str, Any], name: str) -> dict[str, str]:
    table = told.get(name, {})
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise InvalidInput(
            f"[{name}] of the mapping holds something else than texts", where=str(path), remedy='x = "y"'
        )
    return dict(table)


def _order(path: Path, text: str | None) -> DateOrder | None:
    try:
        return None if text is None else DateOrder(text)
    except ValueError as error:
        raise InvalidInput(f"{text!r} is no order of dates", where=str(path), remedy="mdy or dmy") from error


def _zone(path: Path, text: str | None) -> ZoneInfo | None:
    try:
        return None if text is None else ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidInput(f"{text!r} is no time zone", where=str(path), remedy="e.g. Asia/Shanghai") from error


def draft_mapping(raw: RawLayer, *, kind: Kind, columns: Columns) -> str:
    """Return a mapping for a file: what is recognised, samples, and what stays unclear, as TOML.

    Parameters
    ----------
    raw
        The file.
    kind
        What it tells about.
    columns
        The columns of that kind.

    Returns
    -------
    Text that `read_mapping` reads. Where nothing needed is unclear the file loads with it as it is.
    """
    found = {name: candidates(raw, name=name, others=others) for name, others in columns.spellings().items()}
    used = {theirs[0] for theirs in found.values() if len(theirs) == 1}
    lines = [
        f"# How {raw.path.name} is read as {kind.value}. Lines that begin with # are not in force.",
        f"kind = {_quoted(kind.value)}",
        *_file_lines(raw, columns),
        "",
        "[columns]",
        *(line for name, theirs in found.items() for line in _column_lines(raw, columns, name, theirs)),
        "",
        "[constants]",
        *(
            f'# {name} = ""  # needed, and no column looks like it: one value for all rows'
            for name in columns.needed
            if not found[name]
        ),
        "",
        "[units]",
        '# height_m = "ft"  # the unit in which the file tells a column; one in its name or cells is seen without this',
        "",
        *_word_lines(raw, kind, columns, {name: theirs[0] for name, theirs in found.items() if len(theirs) == 1}),
        *_unused_lines(raw, used),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _file_lines(raw: RawLayer, columns: Columns) -> Iterator[str]:
    yield ""
    yield "[file]"
    if set(POSITION) & set(columns.known):
        if raw.declared_crs:
            yield "# crs: the file itself names one; --crs or this line must not contradict it"
        else:
            yield '# crs = "EPSG:4326"  # unclear: EPSG:4326, EPSG:4490, GCJ-02, BD-09 or EPSG:n'
    yield '# date_order = "dmy"  # for dates such as 3/4/2025: dmy or mdy'
    yield '# time_zone = "Asia/Shanghai"  # of times without a zone; the city\'s own by default'


def _column_lines(raw: RawLayer, columns: Columns, name: str, theirs: tuple[str, ...]) -> Iterator[str]:
    if len(theirs) == 1:
        yield f"{name} = {_quoted(theirs[0])}  # e.g. {_samples(raw, theirs[0])}"
        return
    note = ", needed" if name in columns.needed else ""
    for each in theirs:
        yield f"# {name} = {_quoted(each)}  # unclear{note}: one of {len(theirs)}; e.g. {_samples(raw, each)}"


def _word_lines(raw: RawLayer, kind: Kind, columns: Columns, sources: Mapping[str, str]) -> Iterator[str]:
    """Propose ours for the file's words that a load would not understand."""
    for name, understood in columns.words.items():
        words = [] if name not in sources else pd.unique(raw.columns[sources[name]]).tolist()
        strange = [word for word in words if word and word.strip() and word.strip().casefold() not in understood]
        if not strange:
            continue
        ours = ", ".join(dict.fromkeys(map(str, understood.values())))
        yield f"[words.{name}]  # the file's words and ours: {ours}"
        proposed = PROPOSED.get(kind, {}).get(name, {})
        for word in dict.fromkeys(word.strip() for word in strange[:_MOST_WORDS]):
            if meant := proposed.get(word.casefold()):
                yield f"{_quoted(word)} = {_quoted(meant)}  # proposed: see whether this office means it so"
            else:
                yield f'# {_quoted(word)} = ""  # unclear'
        if len(strange) > _MOST_WORDS:
            yield f"# and {len(strange) - _MOST_WORDS:,} more words: is this the right column?"
        yield ""


def _unused_lines(raw: RawLayer, used: set[str]) -> Iterator[str]:
    idle = [name for name in raw.columns if name not in used]
    if idle:
        yield "# Columns from which nothing is taken:"
        yield from (f"#   {_quoted(name)}  e.g. {_samples(raw, name)}" for name in idle)


def _samples(raw: RawLayer, column: str) -> str:
    """Return some different cells, on one line."""
    cells = [cell for cell in pd.unique(raw.columns[column]).tolist() if cell][:_SAMPLES]
    return ", ".join(_quoted(cell[:_LONGEST_SAMPLE]) for cell in cells) or "nothing"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
