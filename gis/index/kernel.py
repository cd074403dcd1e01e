"""The numba path: the same walk as `gis.index.crossings`, point by point in machine code.

Optional: without numba `locate` is None and the numpy path does the work. A point whose signs doubles cannot tell is
walked again by `gis.index.robust`, and what that cannot decide either is listed for `gis.index.exact`. Points are taken
some thousands at a time, and each level of the tables is asked for all of them before the next, so that waits for
memory overlap. The GIL is released.
"""

from collections.abc import Callable

import numpy as np

from gis.index.compiled import HAS_NUMBA, compiled
from gis.index.exact import owners_exactly
from gis.index.lattice import FAN_OUT, FAN_OUT_BITS
from gis.index.robust import exact_code
from gis.index.tables import CODE_MASK, COUNT_BITS, HEAD, HIGH_SHIFT, LEADS_ON, LOW_SHIFT, PER_EDGE, Tables
from gis.orientation import ERROR_BOUND, SAFE_LEAST
from gis.units import FloatArray, Int32Array

Locate = Callable[[Tables, FloatArray, FloatArray], Int32Array]

_POINTS_AT_ONCE = 1 << 18
_IN_FLIGHT = 2048
_COUNT_MASK = (1 << COUNT_BITS) - 1


@compiled
def _look_up(lon, lat, words, inside, frame, coarse):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """Fill in the coarse words of points, and each point's place in a block of fine cells."""
    west, south, cells_per_deg, last_column, last_row, coarse_columns = frame
    for i in range(len(lon)):
        column = (lon[i] - west) * cells_per_deg
        row = (lat[i] - south) * cells_per_deg
        column = column if column > 0.0 else 0.0
        row = row if row > 0.0 else 0.0
        x = np.int32(column if column < last_column else last_column)
        y = np.int32(row if row < last_row else last_row)
        words[i] = coarse[np.int64((y >> FAN_OUT_BITS) * coarse_columns + (x >> FAN_OUT_BITS))]
        inside[i] = ((y & (FAN_OUT - 1)) << FAN_OUT_BITS) | (x & (FAN_OUT - 1))


@compiled
def _look_on(words, inside, chosen, at, fine):  # type: ignore[no-untyped-def]
    """Replace coarse words that lead on by fine ones; list the points in border cells and their records."""
    waiting = 0
    for i in range(len(words)):
        chosen[waiting] = i
        waiting += words[i] < LEADS_ON
    for k in range(waiting):
        i = chosen[k]
        words[i] = fine[(np.int64(LEADS_ON - 1 - words[i]) << (2 * FAN_OUT_BITS)) + inside[i]]
    walking = 0
    for k in range(waiting):
        i = chosen[k]
        chosen[walking] = i
        at[walking] = LEADS_ON - 1 - words[i]
        walking += words[i] < LEADS_ON
    return walking


@compiled
def _walk_all(  # type: ignore[no-untyped-def]  # noqa: PLR0917 - numba takes arguments by position
    lon, lat, owners, frame, coarse, fine, records, numbers, doubtful, record_of
):
    """Fill ``owners``; list points that doubles cannot decide, and their records; return how many."""
    inside, chosen = np.empty((2, _IN_FLIGHT + 1), np.int32)
    at, heads = np.empty((2, _IN_FLIGHT + 1), np.int64)
    found = 0
    for start in range(0, len(lon), _IN_FLIGHT):
        some = slice(start, min(start + _IN_FLIGHT, len(lon)))
        x, y, words = lon[some], lat[some], owners[some]
        _look_up(x, y, words, inside, frame, coarse)
        walking = _look_on(words, inside, chosen, at, fine)
        touched = np.int64(0)
        for k in range(walking):
            heads[k] = numbers[at[k] + 2]
        for k in range(walking):
            touched ^= numbers[at[k] + HEAD + PER_EDGE - 1]
        record_of[found] = touched  # so that the compiler does not leave the loop above out
        for k in range(walking):
            i = chosen[k]
            code, certain = _walk(x[i], y[i], at[k], heads[k], records, numbers)
            if not certain:
                code, certain = exact_code(x[i], y[i], at[k], records, numbers)
            words[i] = code - 1
            doubtful[found] = start + i
            record_of[found] = at[k]
            found += not certain
    return found


@compiled
def _walk(x, y, record, head, records, numbers):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """Return the code of a point in a border cell, and whether all signs were certain."""
    code = head >> COUNT_BITS
    way_x, way_y = records[record] - x, records[record + 1] - y
    certain = True
    at = record + HEAD
    for _ in range(head & _COUNT_MASK):
        ax, ay = records[at] - x, records[at + 1] - y
        bx, by = records[at + 2] - x, records[at + 3] - y
        word = numbers[at + 4]
        one, other = ax * by, ay * bx
        side = one - other
        certain &= abs(side) > ERROR_BOUND * (abs(one) + abs(other)) + SAFE_LEAST
        one, other = way_x * ay, way_y * ax
        start = one - other
        certain &= abs(start) > ERROR_BOUND * (abs(one) + abs(other)) + SAFE_LEAST
        one, other = way_x * by, way_y * bx
        end = one - other
        certain &= abs(end) > ERROR_BOUND * (abs(one) + abs(other)) + SAFE_LEAST
        crossed = ((side > 0.0) != ((word & 1) == 1)) & ((start > 0.0) != (end > 0.0))
        code ^= -np.int64(crossed) & ((word >> LOW_SHIFT) ^ ((word >> HIGH_SHIFT) & CODE_MASK))
        at += PER_EDGE
    return code, certain


def _locate(tables: Tables, lon: FloatArray, lat: FloatArray) -> Int32Array:
    """Return the position of the grid of each point; see `gis.index.GridIndex.locate`."""
    lattice = tables.lattice
    last = (float(lattice.columns - 1), float(lattice.rows - 1))
    frame = (lattice.west, lattice.south, lattice.cells_per_deg, *last, lattice.coarse_columns)
    words = (tables.coarse, tables.fine, tables.records, tables.numbers)
    owners = np.empty(len(lon), dtype=np.int32)
    doubtful, record = (np.empty(min(len(lon), _POINTS_AT_ONCE) + 1, dtype=np.int64) for _ in range(2))
    for start in range(0, len(lon), _POINTS_AT_ONCE):
        some = slice(start, start + _POINTS_AT_ONCE)
        x, y, own = lon[some], lat[some], owners[some]
        found = _walk_all(x, y, own, frame, *words, doubtful, record)
        if found:
            asked = doubtful[:found]
            own[asked] = owners_exactly(tables, record[:found], x[asked], y[asked])
    return owners


locate: Locate | None = _locate if HAS_NUMBA else None
