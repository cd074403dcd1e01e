"""Where the header of a sheet stands: below titles, over one row or two, with merged cells.

The header is the first row with cells in most of the columns that the rows below it fill. A row above it with fewer
cells, as a merged title is, is left out. Where cells of the header are merged across, the row below has the names of
the parts; where they are merged down, the name stands in the first. O(the first rows).
"""

from collections.abc import Sequence
from typing import NamedTuple

from gis.errors import EmptyLayer, InvalidInput

_SHARE = 0.5


class Merge(NamedTuple):
    """Merged cells of a sheet: columns and rows from 1, both ends included."""

    left: int
    top: int
    right: int
    bottom: int


class Header(NamedTuple):
    """The names of the columns in order, None for those without; the last row of the header; what was said."""

    names: tuple[str | None, ...]
    last: int
    said: tuple[str, ...]


Row = tuple[int, Sequence[str | None]]


def find_header(rows: Sequence[Row], merges: Sequence[Merge], *, where: str) -> Header:
    """Return the header of a sheet.

    Parameters
    ----------
    rows
        Number and text of the first rows that are not blank, in order.
    merges
        The merged cells of the sheet.
    where
        The sheet, for messages.

    Raises
    ------
    EmptyLayer
        When there is no row.
    InvalidInput
        When two columns have one name.
    """
    if not rows:
        raise EmptyLayer("the sheet is empty", where=where, remedy="name another one: --layer SHEET")
    widths = [_width(cells) for _, cells in rows]
    enough = max(max(widths) * _SHARE, min(2, max(widths)))
    start = next(position for position, width in enumerate(widths) if width >= enough)
    line, cells = rows[start]
    across = [merge for merge in merges if merge.top == line and merge.right > merge.left]
    deepest = max([merge.bottom for merge in merges if merge.top == line], default=line)
    last = max(deepest, line + 1 if across else line)
    levels = [list(cells), *(list(more) for number, more in rows[start + 1 :] if number <= last)]
    names = _names(levels, across)
    said = [f"left out above the header: {_quoted(above)}" for _, above in rows[:start]]
    if len(levels) > 1:
        said.append(f"the header is of {len(levels)} rows: {', '.join(name for name in names if name)}")
    _refuse_twins(names, where=f"{where}, row {line}")
    return Header(tuple(names), last, tuple(said))


def _width(cells: Sequence[str | None]) -> int:
    return sum(1 for cell in cells if cell and cell.strip())


def _quoted(cells: Sequence[str | None]) -> str:
    return repr(" ".join(cell.strip() for cell in cells if cell and cell.strip()))


def _names(levels: list[list[str | None]], across: Sequence[Merge]) -> list[str | None]:
    """Return each column's name: the lowest one there is, with that above it where it would not be unique."""
    width = max(map(len, levels))
    padded = [[_clean(cell) for cell in level] + [None] * (width - len(level)) for level in levels]
    for merge in across:
        for column in range(merge.left, min(merge.right, width)):
            padded[0][column] = padded[0][merge.left - 1]
    stacks = [[level[column] for level in padded if level[column]] for column in range(width)]
    lowest = [stack[-1] if stack else None for stack in stacks]
    names = [
        name if name is None or lowest.count(name) == 1 or stack[0] == name else f"{stack[0]}/{name}"
        for name, stack in zip(lowest, stacks, strict=True)
    ]
    while names and names[-1] is None:
        names.pop()
    return names


def _clean(cell: str | None) -> str | None:
    return (" ".join(cell.split()) or None) if cell else None


def _refuse_twins(names: Sequence[str | None], *, where: str) -> None:
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise InvalidInput(
            f"columns have one name: {', '.join(twice)}",
            where=where,
            remedy="give each column a name of its own",
            facts={"columns": twice},
        )
