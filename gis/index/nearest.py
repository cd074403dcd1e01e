"""The nearest border in machine code: from the point outwards over the border cells, until no nearer one is left.

Three steps, each in words of bits, so that places without a border are skipped 16 or 32 cells at a time. (1) The coarse
cell with a border that is about nearest. (2) In it, the border cell that is about nearest: its edges bound the distance
from above. (3) All border cells within the bound, which falls on the way; edges that come within a millimetre of it
are kept on a list, from which the grid beyond the border is chosen.

A point closer than a micrometre to an edge, or with more edges at one distance than the list holds, is handed back to
be decided by `gis.index.borders`. Invariant: otherwise the answer is the one given there, to the last place. Cost:
some 0.5 µs a point, growing with the number of border cells that a circle through the nearest border meets.
"""

import math

import numpy as np

from gis.index.around import STRETCHED, WIDENED_CELLS
from gis.index.compiled import compiled
from gis.index.lattice import FAN_OUT, FAN_OUT_BITS
from gis.index.measure import closest_offset, distance_m, scale
from gis.index.tables import BUSY_BITS, CODE_MASK, COUNT_BITS, HEAD, HIGH_SHIFT, LEADS_ON, LOW_SHIFT, PER_EDGE

CRACK_M = 1e-3
"""Borders closer than this are two sides of one border: neighbours whose vertices differ by lattice steps."""
TIE_M = 1e-6
"""Differences below this are no differences; a border this close may be touched."""

_LISTED = 128
_FAR_NORTH_DEG = 75.0
_LOOSE = 1.1
"""The plane of the point's own latitude is right to this factor up to `_FAR_NORTH_DEG` and 250 km."""
_COUNT_MASK = (1 << COUNT_BITS) - 1
_BUSY_MASK = (1 << BUSY_BITS) - 1


@compiled
def _lowest_bit(bits):  # type: ignore[no-untyped-def]
    return math.frexp(float(bits & -bits))[1] - 1


@compiled
def _highest_bit(bits):  # type: ignore[no-untyped-def]
    return math.frexp(float(bits))[1] - 1


@compiled
def _bits_between(first, last):  # type: ignore[no-untyped-def]
    """Return a word with the bits from first to last set."""
    return ((2 << last) - 1) & ~((1 << first) - 1)


@compiled
def _outside(place, low, high):  # type: ignore[no-untyped-def]
    """Return how far a place lies outside a stretch."""
    return max(low - place, place - high, 0.0)


@compiled
def _near_block(column, row, reach_m, cell, frame, busy):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """Return row, column of about the nearest coarse cell with a block within reach; row -1 where there is none."""
    coarse_columns, coarse_rows, _ = frame
    start = min(max(math.floor(row) >> FAN_OUT_BITS, 0), coarse_rows - 1)
    middle = min(max(math.floor(column) >> FAN_OUT_BITS, 0), coarse_columns - 1)
    found_row, found_column, best_m = -1, -1, reach_m
    for step in range(coarse_rows):
        alive = False
        for at in (start + step, start - 1 - step):
            if not 0 <= at < coarse_rows:
                continue
            up_m = _outside(row, at * FAN_OUT - WIDENED_CELLS, (at + 1) * FAN_OUT + WIDENED_CELLS) * cell[1]
            if up_m > best_m:
                continue
            alive = True
            for eastward in range(2):
                seen = _near_in_row(column, middle, at, eastward, best_m / cell[0], frame, busy)
                across_m = _outside(column, seen * FAN_OUT, (seen + 1) * FAN_OUT) * cell[0]
                metres = math.sqrt(across_m * across_m + up_m * up_m)
                if seen >= 0 and metres <= best_m:
                    found_row, found_column, best_m = at, seen, metres
        if not alive:
            break
    return found_row, found_column


@compiled
def _near_in_row(column, middle, row, eastward, reach, frame, busy):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """Return the first coarse column with a block from the middle on, one way; -1 where reach (in cells) ends first."""
    words = frame[2]
    word, inside = middle >> BUSY_BITS, middle & _BUSY_MASK
    bits = busy[row * words + word] & (_bits_between(inside, _BUSY_MASK) if eastward else _bits_between(0, inside))
    while bits == 0:
        word += 1 if eastward else -1
        edge = (word if eastward else word + 1) << (BUSY_BITS + FAN_OUT_BITS)
        if not 0 <= word < words or abs(edge - column) > reach + 1:
            return -1
        bits = busy[row * words + word]
    return (word << BUSY_BITS) + (_lowest_bit(bits) if eastward else _highest_bit(bits))


@compiled
def _near_cell(column, row, block, corner, cell, marks):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """Return the place in a block of about its nearest border cell."""
    west, south = corner
    middle = min(max(math.floor(column) - west, 0), FAN_OUT - 1)
    best_m2, found = math.inf, 0
    for up in range(FAN_OUT):
        bits = np.int64(marks[block * FAN_OUT + up])
        if bits == 0:
            continue
        up_m = (south + up + 0.5 - row) * cell[1]
        for eastward in range(2):
            some = bits & (_bits_between(middle, FAN_OUT - 1) if eastward else _bits_between(0, middle))
            if some == 0:
                continue
            across = _lowest_bit(some) if eastward else _highest_bit(some)
            across_m = (west + across + 0.5 - column) * cell[0]
            m2 = across_m * across_m + up_m * up_m
            if m2 < best_m2:
                best_m2, found = m2, (up << FAN_OUT_BITS) + across
    return found


@compiled
def _measure_cell(point, record, best_m, listed, listing, tables):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """Measure the edges of a cell; return the shortest distance so far and how many edges are listed, -1 too many."""
    x, y, own, along_parallel, along_meridian, most_m2 = point
    metres, others = listing
    records, numbers = tables[4], tables[5]
    at = record + HEAD
    for _ in range(numbers[record + 2] & _COUNT_MASK):
        ax, ay, bx, by = records[at], records[at + 1], records[at + 2], records[at + 3]
        east, north = closest_offset(x, y, ax, ay, bx, by, along_parallel, along_meridian)
        about_x, about_y = east * along_parallel, north * along_meridian
        reach_m = best_m + CRACK_M
        if about_x * about_x + about_y * about_y <= most_m2 * reach_m * reach_m:
            found_m = distance_m(x, y, ax, ay, bx, by, north)
            if found_m <= reach_m:
                if listed == _LISTED:
                    return best_m, -1
                word = numbers[at + 4]
                low, high = word >> LOW_SHIFT, (word >> HIGH_SHIFT) & CODE_MASK
                metres[listed] = found_m
                others[listed] = high if low == own else low
                listed += 1
                best_m = min(best_m, found_m)
        at += PER_EDGE
    return best_m, listed


@compiled
def _sweep_block(point, best_m, listed, place, corner, block, cell, listing, tables):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """Measure the border cells of a block that lie within the shortest distance so far; see `_measure_cell`."""
    (column, row), (west, south) = place, corner
    _, _, marks, fine, _, _ = tables
    reach_m = best_m + CRACK_M
    across_m = _outside(column, west - WIDENED_CELLS, west + FAN_OUT + WIDENED_CELLS) * cell[0]
    if across_m > reach_m:
        return best_m, listed
    high = math.sqrt(reach_m * reach_m - across_m * across_m) / cell[1] + WIDENED_CELLS
    lowest = np.int64(max(math.floor(row - high) - south, 0))
    for up in range(lowest, np.int64(min(math.floor(row + high) - south, FAN_OUT - 1)) + 1):
        bits = np.int64(marks[block * FAN_OUT + up])
        if bits == 0:
            continue
        up_m = _outside(row, south + up - WIDENED_CELLS, south + up + 1 + WIDENED_CELLS) * cell[1]
        reach_m = best_m + CRACK_M
        if up_m > reach_m:
            continue
        half = math.sqrt(reach_m * reach_m - up_m * up_m) / cell[0] + WIDENED_CELLS
        first = max(math.floor(column - half) - west, 0)
        last = min(math.floor(column + half) - west, FAN_OUT - 1)
        if first > last:
            continue
        bits &= _bits_between(np.int64(first), np.int64(last))
        while bits != 0:
            across = _lowest_bit(bits)
            bits &= bits - 1
            record = np.int64(LEADS_ON - 1 - fine[(((block << FAN_OUT_BITS) + up) << FAN_OUT_BITS) + across])
            best_m, listed = _measure_cell(point, record, best_m, listed, listing, tables)
            if listed < 0:
                return best_m, listed
    return best_m, listed


@compiled
def _sweep(point, best_m, place, cell, frame, listing, tables):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """Measure all border cells within the shortest distance; return it and how many edges are listed, -1 too many."""
    (column, row), (coarse_columns, coarse_rows, words) = place, frame
    coarse, busy = tables[0], tables[1]
    listed = 0
    up = (best_m + CRACK_M) / cell[1] + WIDENED_CELLS
    lowest = max(math.floor((row - up) / FAN_OUT), 0)
    highest = min(math.floor((row + up) / FAN_OUT), coarse_rows - 1)
    for at in range(np.int64(lowest), np.int64(highest) + 1):
        up_m = _outside(row, at * FAN_OUT - WIDENED_CELLS, (at + 1) * FAN_OUT + WIDENED_CELLS) * cell[1]
        reach_m = best_m + CRACK_M
        if up_m > reach_m:
            continue
        half = math.sqrt(reach_m * reach_m - up_m * up_m) / cell[0] + WIDENED_CELLS
        first = np.int64(max(math.floor((column - half) / FAN_OUT), 0))
        last = np.int64(min(math.floor((column + half) / FAN_OUT), coarse_columns - 1))
        for word in range(first >> BUSY_BITS, (last >> BUSY_BITS) + 1):
            begin = word << BUSY_BITS
            bits = busy[at * words + word] & _bits_between(max(first - begin, 0), min(last - begin, _BUSY_MASK))
            while bits != 0:
                across = begin + _lowest_bit(bits)
                bits &= bits - 1
                block = np.int64(LEADS_ON - 1 - coarse[at * coarse_columns + across])
                corner = (across << FAN_OUT_BITS, at << FAN_OUT_BITS)
                best_m, listed = _sweep_block(point, best_m, listed, place, corner, block, cell, listing, tables)
                if listed < 0:
                    return best_m, listed
    return best_m, listed


@compiled
def _beyond(nearest_m, listed, listing):  # type: ignore[no-untyped-def]
    """Return the lowest code beyond the nearest border with a grid on its other side, 0 where there is none."""
    metres, others = listing
    closest_m = math.inf
    for k in range(listed):
        if others[k] > 0 and metres[k] <= nearest_m + CRACK_M:
            closest_m = min(closest_m, metres[k])
    lowest = 0
    for k in range(listed):
        if others[k] > 0 and metres[k] <= min(nearest_m + CRACK_M, closest_m + TIE_M):
            lowest = others[k] if lowest == 0 else min(lowest, others[k])
    return lowest


@compiled
def nearest(lon, lat, owner, reach_m, origin, frame, tables, distance, beyond, undecided):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """Fill in distance and grid beyond for places on earth; list the undecided, and return how many they are.

    ``reach_m`` is at most 250 km; what is farther is left as it is.
    """
    west, south, cells_per_deg = origin
    coarse, busy, marks, fine, _, _ = tables
    listing = (np.empty(_LISTED), np.empty(_LISTED, np.int64))
    found = 0
    for i in range(len(lon)):
        x, y = lon[i], lat[i]
        place = ((x - west) * cells_per_deg, (y - south) * cells_per_deg)
        along_parallel, along_meridian = scale(y)
        loose = _LOOSE * _LOOSE if abs(y) <= _FAR_NORTH_DEG else math.inf
        point = (x, y, np.int64(owner[i]) + 1, along_parallel, along_meridian, loose)
        cell = _least_cell(y, reach_m, along_meridian, cells_per_deg)
        row, column = _near_block(place[0], place[1], reach_m, cell, frame, busy)
        if row < 0:
            continue
        block = np.int64(LEADS_ON - 1 - coarse[row * frame[0] + column])
        corner = (column << FAN_OUT_BITS, row << FAN_OUT_BITS)
        inside = _near_cell(place[0], place[1], block, corner, cell, marks)
        record = np.int64(LEADS_ON - 1 - fine[(block << (2 * FAN_OUT_BITS)) + inside])
        bound_m, _ = _measure_cell(point, record, reach_m, 0, listing, tables)
        cell = _least_cell(y, bound_m, along_meridian, cells_per_deg)
        nearest_m, listed = _sweep(point, bound_m, place, cell, frame, listing, tables)
        if listed < 0 or nearest_m < TIE_M:
            undecided[found] = i
            found += 1
        elif listed > 0 and nearest_m <= reach_m:
            beyond[i] = _beyond(nearest_m, listed, listing) - 1
            distance[i] = nearest_m
    return found


@compiled
def _least_cell(lat, reach_m, along_meridian, cells_per_deg):  # type: ignore[no-untyped-def]
    """Return the sides of a cell in metres: along the parallel the shortest within reach."""
    tall = along_meridian * STRETCHED
    slope = reach_m / tall / 2
    wide = min(scale(min(lat + slope, 90.0))[0], scale(max(lat - slope, -90.0))[0])
    return max(wide * STRETCHED, 1e-3) / cells_per_deg, tall / cells_per_deg
