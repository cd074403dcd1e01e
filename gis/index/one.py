"""One point, without numpy: for a single question the making of arrays would cost more than the answer.

The same walk as in `gis.index.crossings`, over memoryviews of the same tables.
"""

from collections.abc import Callable

import numpy as np

from gis.index.compiled import HAS_NUMBA
from gis.index.exact import owners_exactly
from gis.index.lattice import FAN_OUT, FAN_OUT_BITS
from gis.index.robust import exact_code
from gis.index.tables import CODE_MASK, COUNT_BITS, HEAD, HIGH_SHIFT, LEADS_ON, LOW_SHIFT, PER_EDGE, Tables
from gis.orientation import ERROR_BOUND, SAFE_LEAST


def locator(tables: Tables) -> Callable[[float, float], int]:
    """Return a function from lon and lat to the position of the grid, -1 for none."""
    lattice = tables.lattice
    west, south, cells_per_deg = lattice.west, lattice.south, lattice.cells_per_deg
    columns, rows, coarse_columns = float(lattice.columns), float(lattice.rows), lattice.coarse_columns
    coarse, fine = tables.coarse.data, tables.fine.data
    in_block, block_bits = FAN_OUT - 1, 2 * FAN_OUT_BITS

    def locate(lon: float, lat: float) -> int:
        across, up = (lon - west) * cells_per_deg, (lat - south) * cells_per_deg
        if not (0.0 <= across < columns and 0.0 <= up < rows):
            return -1
        column, row = int(across), int(up)
        word = coarse[(row >> FAN_OUT_BITS) * coarse_columns + (column >> FAN_OUT_BITS)]
        if word >= LEADS_ON:
            return word
        cell = ((row & in_block) << FAN_OUT_BITS) | (column & in_block)
        word = fine[((LEADS_ON - 1 - word) << block_bits) | cell]
        return word if word >= LEADS_ON else walk(lon, lat, LEADS_ON - 1 - word)

    walk = _walker(tables)
    return locate


def _walker(tables: Tables) -> Callable[[float, float, int], int]:
    """Return a function from a point and the record of its border cell to the position of its grid."""
    records, numbers = tables.records.data, tables.numbers.data
    counted = (1 << COUNT_BITS) - 1

    def walk(x: float, y: float, record: int) -> int:
        head = numbers[record + 2]
        code = head >> COUNT_BITS
        way_x, way_y = records[record] - x, records[record + 1] - y
        first = record + HEAD
        for at in range(first, first + PER_EDGE * (head & counted), PER_EDGE):
            ax, ay = records[at] - x, records[at + 1] - y
            bx, by = records[at + 2] - x, records[at + 3] - y
            one, other = ax * by, ay * bx
            side = one - other
            if abs(side) <= ERROR_BOUND * (abs(one) + abs(other)) + SAFE_LEAST:
                return _exactly(tables, x, y, record)
            word = numbers[at + 4]
            if (side > 0.0) == (word & 1):
                continue
            one, other = way_x * ay, way_y * ax
            start = one - other
            doubt = abs(start) <= ERROR_BOUND * (abs(one) + abs(other)) + SAFE_LEAST
            one, other = way_x * by, way_y * bx
            end = one - other
            if doubt or abs(end) <= ERROR_BOUND * (abs(one) + abs(other)) + SAFE_LEAST:
                return _exactly(tables, x, y, record)
            if (start > 0.0) != (end > 0.0):
                code ^= (word >> LOW_SHIFT) ^ ((word >> HIGH_SHIFT) & CODE_MASK)
        return code - 1

    return walk


def _exactly(tables: Tables, x: float, y: float, record: int) -> int:
    if HAS_NUMBA:
        code, certain = exact_code(x, y, record, tables.records, tables.numbers)
        if certain:
            return int(code) - 1
    return int(owners_exactly(tables, np.array([record]), np.array([x]), np.array([y]))[0])
