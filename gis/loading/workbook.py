"""XLSX: one sheet of a workbook as text, the way it would be typed.

What is read are values, of formulas the last one that was computed. A sheet has no types one could trust: numbers are
told apart from text (`RawLayer.typed`), because a code that became a number has lost its leading zeros, and beyond 15
digits also its end. Titles above the header are left out, headers of two rows are joined, merged cells have their value
in each of their rows, empty rows are left out; all of it is said. O(cells of the sheet), read as a stream.
"""

import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, time
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries

from gis.errors import EmptyLayer, InvalidInput, UnreadableFile
from gis.loading.archives import refuse_bomb
from gis.loading.arrow_cells import text_of
from gis.loading.headers import Header, Merge, find_header
from gis.loading.raw import BrokenRow, RawLayer, TextArray, object_array
from gis.loading.wording import counted

_HEAD_ROWS = 30
_MOST_COLUMNS = 2_000
_MOST_MERGED = 2_000_000
_ERROR = "e"
_FORMULA = re.compile(rb"<(?:\w+:)?c( [^>]*?)>\s*<(?:\w+:)?f[ />].*?</(?:\w+:)?c>", re.DOTALL)
_COMPUTED = re.compile(rb"<(?:\w+:)?v>[^<]|<(?:\w+:)?is>")
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell [^>]*?ref=\"([A-Z]+[0-9]+:[A-Z]+[0-9]+)\"")
_BLOCK_BYTES = 1 << 20
_OVERLAP_BYTES = 4096
_FAILURES = (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError, SyntaxError, AttributeError, EOFError)


def read_workbook(path: Path, *, layer: str | None) -> RawLayer:
    """Read a sheet of a workbook.

    Parameters
    ----------
    path
        The file.
    layer
        The sheet's name; None: the first one that is not hidden.

    Returns
    -------
    All rows below the header as text; ``lines`` are the numbers of the sheet's rows. Rows with an error such as #N/A
    in a cell are ``broken``.

    Raises
    ------
    UnreadableFile
        When it is damaged or has a password, or formulas whose values were never computed.
    EmptyLayer
        When the sheet has no header, or no row below it.
    InvalidInput
        When there is no sheet of that name, or two columns have one name.
    """
    refuse_bomb(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except _FAILURES as error:
        raise UnreadableFile(
            f"the workbook is damaged: {error}", where=str(path), remedy="open it and save it again as XLSX"
        ) from error
    try:
        sheet = _sheet(path, book, layer)
        merges = _judged_xml(path, sheet)
        others = [name for name in book.sheetnames if name != sheet.title]
        return _read(path, sheet, merges, others=others, epoch=book.epoch)
    finally:
        book.close()


def _sheet(path: Path, book: Any, layer: str | None) -> Any:
    by_name = {sheet.title: sheet for sheet in book.worksheets}
    if layer is not None:
        if layer in by_name:
            return by_name[layer]
        raise InvalidInput(
            f"there is no sheet {layer!r}; the workbook has {', '.join(by_name)}",
            where=str(path),
            remedy="correct --layer",
            facts={"layers": list(by_name)},
        )
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not visible:
        raise EmptyLayer("the workbook has no sheet with cells", where=str(path))
    return visible[0]


def _judged_xml(path: Path, sheet: Any) -> list[Merge]:
    """Return the merged cells of a sheet; refuse formulas without a value.

    A sheet that is read as a stream tells neither, so its XML is looked through once.
    """
    merges: list[Merge] = []
    with zipfile.ZipFile(path) as archive, archive.open(sheet._worksheet_path.lstrip("/")) as xml:
        before = b""
        while block := xml.read(_BLOCK_BYTES):
            text = before + block
            if b"<f" in text or b":f" in text:
                _refuse_uncomputed(path, sheet, text)
            merges += [Merge(*range_boundaries(found.decode())) for found in _MERGE.findall(text)]
            before = text[-_OVERLAP_BYTES:]
    found = sorted(set(merges))
    cells = sum((merge.right - merge.left + 1) * (merge.bottom - merge.top + 1) for merge in found)
    if cells > _MOST_MERGED:
        raise UnreadableFile(
            f"{cells:,} cells of the sheet are merged", where=f"{path}, sheet {sheet.title}", remedy="unmerge them"
        )
    return found


def _refuse_uncomputed(path: Path, sheet: Any, xml: bytes) -> None:
    for found in _FORMULA.finditer(xml):
        empty_text = b't="str"' in found[1]
        if not empty_text and not _COMPUTED.search(found[0]):
            cell = found[1].partition(b'r="')[2].partition(b'"')[0].decode()
            raise UnreadableFile(
                "the workbook has formulas whose values were never computed",
                where=f"{path}, sheet {sheet.title}, cell {cell}",
                remedy="open it in a spreadsheet program and save it, or paste the values",
            )


def _read(path: Path, sheet: Any, merges: list[Merge], *, others: list[str], epoch: datetime) -> RawLayer:
    where = f"{path}, sheet {sheet.title}"
    rows = _rows(sheet, where)
    head = list(islice(rows, _HEAD_ROWS))
    header = find_header([(line, [_text(cell.value) for cell in cells]) for line, cells in head], merges, where=where)
    table = _Table(header)
    filled = _Filled(header, merges)
    for line, cells in chain(head, rows):
        if line > header.last:
            table.take(line, filled.cells(line, cells))
    if not table.lines and not table.broken:
        raise EmptyLayer("the sheet has a header and no rows", where=where, remedy="see whether it was saved whole")
    columns, typed = table.columns()
    return RawLayer(
        path=path,
        columns=columns,
        lines=np.array(table.lines, dtype=np.int64),
        broken=tuple(table.broken),
        said=(
            f"read as XLSX, sheet {sheet.title}" + (f"; not read: {', '.join(others)}" if others else ""),
            *header.said,
            *filled.said(),
        ),
        typed=typed,
        noun="row",
        serial_epoch=epoch.date() if isinstance(epoch, datetime) else epoch,
    )


def _rows(sheet: Any, where: str) -> Iterator[tuple[int, list[Any]]]:
    """Yield the number and cells of each row that is not blank."""
    try:
        sheet.reset_dimensions()  # some programs write wrong ones
        for line, cells in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS), start=1):
            if any(cell.value is not None and cell.value != "" for cell in cells):
                yield line, list(cells)
    except _FAILURES as error:
        raise UnreadableFile(f"the sheet is damaged: {error}", where=where, remedy="save it again as XLSX") from error


class _Filled:
    """Rows in which merged cells below the header have their value in each of their places."""

    def __init__(self, header: Header, merges: list[Merge]) -> None:
        self._anchor = {
            (line, column): (merge.top, merge.left)
            for merge in merges
            if merge.bottom > header.last
            for line in range(max(merge.top, header.last + 1), merge.bottom + 1)
            for column in range(merge.left, min(merge.right, len(header.names)) + 1)
        }
        self._anchors = set(self._anchor.values())
        self._values: dict[tuple[int, int], Any] = {}
        self.count = 0

    def cells(self, line: int, cells: list[Any]) -> list[Any]:
        """Return the cells of a row, merged ones filled."""
        if not self._anchor:
            return cells
        for column, cell in enumerate(cells, start=1):
            place = (line, column)
            if place in self._anchors:
                self._values[place] = cell
            elif place in self._anchor and cell.value is None:
                cells[column - 1] = self._values.get(self._anchor[place], cell)
                self.count += 1
        return cells

    def said(self) -> list[str]:
        """Say what was filled."""
        return [f"{counted(self.count, 'merged cell')} filled with the value of their first"] if self.count else []


class _Table:
    """Rows gathered into columns."""

    def __init__(self, header: Header) -> None:
        self.header = header
        self.lines: list[int] = []
        self.broken: list[BrokenRow] = []
        self._cells: list[list[str | None]] = [[] for _ in header.names]
        self._typed: list[list[bool]] = [[] for _ in header.names]
        self._known: dict[str, str] = {}

    def take(self, line: int, cells: list[Any]) -> None:
        """Keep a row, or set it aside when a cell holds an error."""
        cells = cells[: len(self.header.names)]
        wrong = next((cell for cell in cells if cell.data_type == _ERROR), None)
        if wrong is not None:
            place = f"{get_column_letter(wrong.column)}{line}"
            told = tuple(_text(cell.value) or "" for cell in cells)
            self.broken.append(BrokenRow(line, told, f"cell {place} holds the error {wrong.value}"))
            return
        self.lines.append(line)
        for position, (texts, typed) in enumerate(zip(self._cells, self._typed, strict=True)):
            value = cells[position].value if position < len(cells) else None
            text = _text(value)
            texts.append(text if text is None else self._known.setdefault(text, text))
            typed.append(value is not None and not isinstance(value, str | bool))

    def columns(self) -> tuple[dict[str, TextArray], dict[str, Any]]:
        """Return cells and types by the names of the columns; those without a name and cells are left out."""
        columns, typed = {}, {}
        for name, texts, types in zip(self.header.names, self._cells, self._typed, strict=True):
            if name is not None:
                columns[name] = object_array(texts)
                typed[name] = np.array(types, dtype=np.bool_)
        return columns, typed


def _text(value: Any) -> str | None:
    """Return a cell as text; a day is a date without time, as a sheet shows it."""
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return text_of(value)
