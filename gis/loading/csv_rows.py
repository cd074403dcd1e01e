"""CSV as it is found: rows with the physical line on which they begin, and the broken ones set aside.

The standard reader tells cells apart, strictly, so that a stray quotation mark is an error and not half a file in one
cell. Blocks of lines without any quotation mark, one row a line, are told apart by Arrow's reader, which is ten times
as fast and gives the same cells. In a block that has rows of several lines, lines are counted one by one and kept until
their row is complete; after an error only the first line of the row is given up and the next ones are read again, so
one bad mark costs one line. O(bytes); see `gis.loading.packed` for how little memory they take.
"""

import csv
import gc
import io
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from gis.errors import EmptyLayer, InvalidInput, UnreadableFile
from gis.loading.encodings import Encoding
from gis.loading.packed import TEXT, Block, PackedColumns, pack, repeated
from gis.loading.raw import BrokenRow, RawLayer
from gis.loading.wording import counted as told
from gis.units import BoolArray

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_LONGEST_CELL = 50_000_000
_BLOCK_ROWS = 8192
_LONGEST_BLOCK = 1 << 30
"""Bytes; a block of lines is read in one piece."""


Counted = Callable[[int, float], None]
"""Told how many rows are done, and which share of all that is to do."""


def not_counted(_rows: int, _share: float) -> None:
    """Tell nobody."""


def read_csv(path: Path, *, encoding: Encoding, counted: Counted = not_counted) -> RawLayer:
    """Read a CSV file whose first line that is not blank names the columns.

    Parameters
    ----------
    path
        The file.
    encoding
        A proven encoding of the whole file.
    counted
        Told after each block of lines.

    Returns
    -------
    All rows as text; those with more or fewer cells than the header, or a quotation mark out of place, are
    ``broken``. Blank rows are left out.

    Raises
    ------
    EmptyLayer
        When there is no header, or no row below it.
    InvalidInput
        When two columns have one name.
    """
    csv.field_size_limit(_LONGEST_CELL)  # the reader's own limit of 131,072 refuses large polygons as WKT
    size_bytes = path.stat().st_size
    with path.open("rb") as source, io.TextIOWrapper(source, encoding=encoding.codec, newline="") as file:
        lines = _Lines(file)
        first, delimiter = _header_line(lines, path)
        table = _Table(_header(lines, delimiter=delimiter, path=path))
        with _collector_paused():
            for _ in _blocks_read(lines, table, delimiter=delimiter):
                counted(len(table.lines), source.tell() / size_bytes)
    columns = table.columns()
    if not len(table.lines) and not table.broken:
        raise EmptyLayer(
            "the file has a header and no rows",
            where=f"{path}, line {first}",
            remedy="see whether it was written whole",
        )
    return RawLayer(
        path=path,
        columns=columns,
        lines=np.frombuffer(table.lines, dtype=np.int64).copy(),
        encoding=encoding.name,
        broken=tuple(table.broken),
        said=tuple(_said(path, encoding=encoding, delimiter=delimiter, blank=table.blank)),
    )


class _Lines:
    """Physical lines, counted, that can be given back."""

    def __init__(self, source: Iterable[str]) -> None:
        self._source = iter(source)
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        """The lines handed out since the last `settle`."""
        self.settled = 0
        """The number of lines before them."""

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._source)
        self.taken.append(line)
        return line

    def take(self, count: int) -> list[str]:
        """Hand out the next lines at once, fewer at the end of the file."""
        again = [self._again.popleft() for _ in range(min(count, len(self._again)))]
        self.taken = again + list(islice(self._source, count - len(again)))
        return self.taken

    def settle(self, count: int) -> None:
        """Count the first lines as done with; the others will be handed out again."""
        if count < len(self.taken):
            self._again.extendleft(reversed(self.taken[count:]))
        self.settled += count
        self.taken = []


def _header_line(lines: _Lines, path: Path) -> tuple[int, str]:
    """Return the number and delimiter of the first line that is not blank; it is handed out again."""
    for line in lines:
        if line.strip():
            unquoted = "".join(line.split('"')[::2])
            delimiter = max(DELIMITERS, key=unquoted.count)
            lines.settle(len(lines.taken) - 1)
            return lines.settled + 1, delimiter
    raise EmptyLayer("the file is empty", where=str(path), remedy="a CSV file has a header and rows")


def _blocks_read(lines: _Lines, table: "_Table", *, delimiter: str) -> Iterator[None]:
    """Put all rows into the table: block by block where each line is a row, else line by line; pause after each."""
    while block := lines.take(_BLOCK_ROWS):
        columns = _plain_columns(block, delimiter=delimiter, count=len(table.header))
        if columns is not None:
            table.take_columns(columns, first_line=lines.settled + 1)
            lines.settle(len(block))
            yield
            continue
        try:
            rows = list(csv.reader(block, delimiter=delimiter, strict=True))
        except csv.Error:
            rows = []
        if len(rows) == len(block):
            for line, cells in enumerate(rows, start=lines.settled + 1):
                table.take((line, cells))
            lines.settle(len(block))
        else:
            until = lines.settled + len(block)
            lines.settle(0)
            for row in _rows(lines, delimiter=delimiter, until=until):
                table.take(row)
        yield


def _plain_columns(block: list[str], *, delimiter: str, count: int) -> Sequence[pa.Array] | None:
    """Return the columns of a block in which every line is a row of so many cells; None when one may not be.

    Without quotation marks a cell is what stands between two delimiters, and a machine can tell them apart fast.
    """
    text = "".join(block)
    if '"' in text or text.count("\r") != text.count("\r\n"):
        return None
    names = [str(column) for column in range(count)]
    try:
        table = pa.csv.read_csv(
            pa.py_buffer(text.encode()),
            read_options=pa.csv.ReadOptions(use_threads=False, block_size=_LONGEST_BLOCK, column_names=names),
            parse_options=pa.csv.ParseOptions(delimiter=delimiter, quote_char=False, ignore_empty_lines=False),
            convert_options=pa.csv.ConvertOptions(column_types=dict.fromkeys(names, TEXT), check_utf8=False),
        )
    except (pa.ArrowInvalid, UnicodeEncodeError):
        return None
    columns = [column.combine_chunks() for column in table.columns]
    if len(table) != len(block) or any(column.null_count for column in columns) or _some_blank(columns):
        return None
    return columns


def _some_blank(columns: Sequence[pa.Array]) -> bool:
    """Say whether a row has nothing in any of its cells."""
    empty: BoolArray = np.ones(len(columns[0]), dtype=np.bool_)
    for column in columns:
        empty &= np.asarray(pc.binary_length(column)) == 0
        if not empty.any():
            return False
    return True


def _rows(lines: _Lines, *, delimiter: str, until: int) -> Iterator[tuple[int, list[str]] | BrokenRow]:
    """Yield each row with the line on which it begins, until that many lines are done with."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while lines.settled < until:
        try:
            for cells in reader:
                line = lines.settled + 1
                lines.settle(len(lines.taken))
                yield line, cells
                if lines.settled >= until:
                    return
        except csv.Error as error:
            text = lines.taken[0].rstrip("\r\n")
            line = lines.settled + 1
            lines.settle(1)
            yield BrokenRow(line, (text,), _reason(error))
        else:
            return


def _reason(error: csv.Error) -> str:
    message = str(error)
    if "unexpected end of data" in message or "field larger" in message:
        return "a quotation mark opens here and is never closed"
    if "expected after" in message:
        return "a quotation mark stands in the middle of a cell, or one is missing"
    return f"the cells cannot be told apart ({message})"


def _header(lines: _Lines, *, delimiter: str, path: Path) -> tuple[str, ...]:
    """Take the next row as the names of the columns."""
    row = next(_rows(lines, delimiter=delimiter, until=lines.settled + 1))
    if isinstance(row, BrokenRow):
        raise UnreadableFile(f"the header cannot be read: {row.reason}", where=f"{path}, line {row.line}")
    line, cells = row
    names = tuple(cell.strip() or f"(column {number})" for number, cell in enumerate(cells, start=1))
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidInput(
            f"columns have one name: {', '.join(twice)}",
            where=f"{path}, line {line}",
            remedy="give each column a name of its own",
            facts={"columns": twice},
        )
    return names


class _Table:
    """Rows gathered into columns."""

    def __init__(self, header: tuple[str, ...]) -> None:
        self.header = header
        self.lines = array("q")
        self.broken: list[BrokenRow] = []
        self.blank = 0
        self._block: list[list[str]] = []
        self._parts: list[list[Block]] = [[] for _ in header]

    def take_columns(self, columns: Sequence[pa.Array], *, first_line: int) -> None:
        """Take the columns of rows that stand on one line each, none of them blank."""
        self._lay_down()
        for part, column in zip(self._parts, columns, strict=True):
            part.append(repeated(column))
        self.lines.extend(range(first_line, first_line + len(columns[0])))

    def take(self, row: tuple[int, list[str]] | BrokenRow) -> None:
        """Keep a row, set it aside as broken, or count it as blank."""
        if isinstance(row, BrokenRow):
            self.broken.append(row)
            return
        line, cells = row
        if not any(cells):
            self.blank += 1
        elif len(cells) != len(self.header):
            self.broken.append(BrokenRow(line, tuple(cells), self._ragged(len(cells))))
        else:
            self.lines.append(line)
            self._block.append(cells)
            if len(self._block) >= _BLOCK_ROWS:
                self._lay_down()

    def _ragged(self, count: int) -> str:
        return f"the row has {told(count, 'cell')} and the header {len(self.header)}"

    def _lay_down(self) -> None:
        """Move the block into the columns."""
        for part, cells in zip(self._parts, zip(*self._block, strict=True), strict=False):
            part.append(pack(cells))
        self._block = []

    def columns(self) -> PackedColumns:
        """Return the columns by name."""
        self._lay_down()
        return PackedColumns(dict(zip(self.header, self._parts, strict=True)))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the collector from looking through millions of cells again and again; rows hold no cycles."""
    runs = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if runs:
            gc.enable()


def _said(path: Path, *, encoding: Encoding, delimiter: str, blank: int) -> Iterator[str]:
    yield f"read as CSV, cells divided by {DELIMITERS[delimiter]}, text in {encoding.name}"
    if blank:
        yield f"{told(blank, 'blank row')} left out"
    with path.open("rb") as file:
        file.seek(-1, 2)
        if file.read(1) not in b"\r\n\0":
            yield "the last line has no line break: if the file was cut off, its last row may be incomplete"
