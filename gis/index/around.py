"""The edges around points: what lies in the cells within some distance.

A window of cells is laid around each point, as wide as the distance is at the latitude where degrees are shortest.
Coarse cells without a border are left out at once, so wide windows cost little where there are no borders. Every
edge with a place within the distance is found, once for each cell of the window it passes. Cost: O(coarse cells and
border cells of the windows, edges in them).
"""

import numpy as np

from gis.index.lattice import FAN_OUT, FAN_OUT_BITS
from gis.index.measure import scales
from gis.index.raster import expanded
from gis.index.tables import COUNT_BITS, HEAD, LEADS_ON, PER_EDGE, Tables
from gis.units import FloatArray, IntArray

STRETCHED = 0.999
"""Scales are taken by so much smaller than they are, for what rounding and the plane take away."""
WIDENED_CELLS = 1e-6


def edges_around(tables: Tables, lon: FloatArray, lat: FloatArray, *, reach_m: FloatArray) -> tuple[IntArray, IntArray]:
    """Return points and the places in the records of all edges within reach, some of them a little beyond.

    Parameters
    ----------
    lon, lat
        (n,) places on earth.
    reach_m
        (n,) metres.

    Returns
    -------
    (p,) point, ascending; (p,) where the edge stands in ``tables.records``.
    """
    west, east, south, north = windows(tables, lon, lat, reach_m=reach_m)
    point, row = expanded(south >> FAN_OUT_BITS, north >> FAN_OUT_BITS)
    again, column = expanded(west[point] >> FAN_OUT_BITS, east[point] >> FAN_OUT_BITS)
    point, row = point[again], row[again]
    words = tables.coarse[row * tables.lattice.coarse_columns + column]
    busy = np.flatnonzero(words < LEADS_ON)
    point, row, column = point[busy], row[busy] << FAN_OUT_BITS, column[busy] << FAN_OUT_BITS
    block = (LEADS_ON - 1 - words[busy]).astype(np.int64) << (2 * FAN_OUT_BITS)
    last = FAN_OUT - 1
    again, up = expanded(np.maximum(south[point] - row, 0), np.minimum(north[point] - row, last))
    point, column, block = point[again], column[again], block[again] + (up << FAN_OUT_BITS)
    again, across = expanded(np.maximum(west[point] - column, 0), np.minimum(east[point] - column, last))
    words = tables.fine[block[again] + across]
    border = np.flatnonzero(words < LEADS_ON)
    point, record = point[again[border]], (LEADS_ON - 1 - words[border]).astype(np.int64)
    counts = tables.numbers[record + 2] & ((1 << COUNT_BITS) - 1)
    cell, nth = expanded(np.zeros(len(record), np.int64), counts - 1)
    return point[cell], record[cell] + HEAD + PER_EDGE * nth


def windows(
    tables: Tables, lon: FloatArray, lat: FloatArray, *, reach_m: FloatArray
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Return the first and last columns and rows of the cells within reach; empty windows end before they begin."""
    lattice = tables.lattice
    along_meridian = scales(lat)[1] * STRETCHED
    slope = reach_m / along_meridian / 2
    narrow = np.minimum(scales(np.minimum(lat + slope, 90.0))[0], scales(np.maximum(lat - slope, -90.0))[0])
    column = (lon - lattice.west) * lattice.cells_per_deg
    row = (lat - lattice.south) * lattice.cells_per_deg
    across = reach_m / np.maximum(narrow * STRETCHED, 1e-3) * lattice.cells_per_deg + WIDENED_CELLS
    up = reach_m / along_meridian * lattice.cells_per_deg + WIDENED_CELLS
    return (
        np.maximum(np.floor(column - across), 0).astype(np.int64),
        np.minimum(np.floor(column + across), lattice.columns - 1).astype(np.int64),
        np.maximum(np.floor(row - up), 0).astype(np.int64),
        np.minimum(np.floor(row + up), lattice.rows - 1).astype(np.int64),
    )
