"""The rejects file: the rows that were turned away, with their reasons, to be mended and loaded again.

Invariant: the file is either complete or not there; it is written beside its place and renamed. Only its owner may
read it, since a roster's rows have names and telephone numbers. The columns
of the original keep their names and order, so that the same command loads the mended file.
"""

import csv
import os
import tempfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from gis.errors import GisError
from gis.loading.batch import Batch, Reject
from gis.loading.checked import SHAPE
from gis.loading.raw import RawLayer

REASON_COLUMNS = ("reject_line", "reject_column", "reject_reason")


def write_rejects(path: Path, batch: Batch, raw: RawLayer) -> int:
    """Write the rows that were turned away as CSV (UTF-8 with mark, so that spreadsheets read it).

    Parameters
    ----------
    path
        Where to; an older file is replaced.
    batch
        What was made of the file.
    raw
        The file.

    Returns
    -------
    How many rows were written; with none, no file is written and an older one is removed.

    Raises
    ------
    GisError
        When it cannot be written, for instance because the disk is full; then nothing is left behind.
    """
    path = Path(path)
    try:
        if not batch.rejects:
            path.unlink(missing_ok=True)
            return 0
        return _write_whole(path, _rows(batch.rejects, raw))
    except OSError as error:
        raise GisError(
            f"the rejects file cannot be written: {error.strerror}",
            where=str(path),
            remedy="free space or name another place",
            facts={"rejected_rows": batch.rejected_rows},
        ) from error


def _write_whole(path: Path, rows: Iterator[list[Any]]) -> int:
    """Write rows under another name and rename; return their number without the header."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    part = Path(name)
    try:
        with open(handle, "w", encoding="utf-8-sig", newline="") as file:  # noqa: PTH123 (an open descriptor)
            writer = csv.writer(file)
            count = -1
            for row in rows:
                writer.writerow(row)
                count += 1
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return count


def _rows(rejects: tuple[Reject, ...], raw: RawLayer) -> Iterator[list[Any]]:
    names = [name for name in raw.columns if name not in REASON_COLUMNS]
    with_shape = raw.geometry is not None and SHAPE not in names
    yield [*REASON_COLUMNS, *names, *([SHAPE] if with_shape else [])]
    broken = {row.line: row.cells for row in raw.broken}
    lines = [line for line in dict.fromkeys(reject.line for reject in rejects) if line not in broken]
    positions = np.searchsorted(raw.lines, lines)
    columns_told = [raw.columns[name][positions] for name in names]
    whole = {line: [cells[row] for cells in columns_told] for row, line in enumerate(lines)}
    for line, reasons in groupby(rejects, key=lambda reject: reject.line):
        told = list(reasons)
        columns = "; ".join(dict.fromkeys(reject.column for reject in told if reject.column))
        start = [line, columns, "; ".join(dict.fromkeys(reject.reason for reject in told))]
        if line in broken:
            yield [*start, *broken[line]]
            continue
        position = int(np.searchsorted(raw.lines, line))
        yield [*start, *whole[line], *([_wkt(raw, position)] if with_shape else [])]


def _wkt(raw: RawLayer, position: int) -> str | None:
    shape = None if raw.geometry is None else raw.geometry[position]
    return None if shape is None else str(shapely.to_wkt(shape, rounding_precision=-1))
