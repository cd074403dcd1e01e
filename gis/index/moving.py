"""The tables after some borders moved: only the surroundings are built, the rest is copied.

What passed from one grid to another is bounded by edges that are new, gone, or have other sides. The window holds the
coarse cells of their bounds and one more around; many-parted grids cost no more than others. Inside it is built as
`gis.index.build` builds a strip, its rows entering with the codes that the old tables give there; outside nothing can
have changed. Blocks and records of the rows below, between and above are copied.

Invariant: the result is the full build of the new layer, bit for bit. Where the lattice itself changes (the outline
grew beyond its coarse cells, edges became longer or shorter by some percent), only a full build will do.
Cost: some milliseconds for the window, and copying the tables once.
"""

import numpy as np
import shapely

from gis.division.problems import layer_problems
from gis.index.build import Piece, Segment, assembled, piece_of
from gis.index.edges import Edges
from gis.index.lattice import FAN_OUT, FAN_OUT_BITS, Extent, Lattice, Window, length_e9
from gis.index.raster import Entering, UnclearStart
from gis.index.tables import LEADS_ON, Tables
from gis.units import BoolArray, FloatArray, GeometryArray, IntArray

_MOST_SHARE = 0.5
"""Of the lattice; a larger window is no saving."""
_TRIES = 8


def changed_positions(before: GeometryArray, after: GeometryArray) -> IntArray:
    """Return where two layers differ, coordinate by coordinate; ``after`` may be longer."""
    common = before[: len(after)]
    other = np.flatnonzero([a is not b for a, b in zip(common.tolist(), after.tolist(), strict=False)])
    other = other[~shapely.equals_identical(common[other], after[other])]
    return np.concatenate((other, np.arange(len(common), len(after))))


def neighbourhood_is_sound(layer: GeometryArray, changed: IntArray) -> bool:
    """Whether changed polygons are sound and overlap none, given that the others are sound by themselves."""
    shapes = layer[changed]
    if any(shape is None for shape in shapes) or not np.isfinite(shapely.bounds(shapes)).all():
        return False
    low, high = shapely.bounds(shapes)[:, :2].min(axis=0), shapely.bounds(shapes)[:, 2:].max(axis=0)
    boxes = shapely.bounds(layer)
    near = layer[np.flatnonzero(np.hstack((boxes[:, 2:] >= low, boxes[:, :2] <= high)).all(axis=1))]
    return not layer_problems(near, names=[""] * len(near))


def moved_tables(
    tables: Tables, before: GeometryArray, after: GeometryArray, *, changed: IntArray, entering: Entering
) -> Tables | None:
    """Return the tables of a changed layer, or None where a full build is needed.

    Parameters
    ----------
    before, after
        The layers, two-dimensional; ``after`` is sound, and no shorter.
    changed
        Where they differ, one place at least.
    entering
        Tells the codes of places by the old tables.
    """
    lattice = tables.lattice
    boxes, boxes_before = shapely.bounds(after), shapely.bounds(before)
    window = _window(lattice, _differing_ends(before, after, changed))
    for _ in range(_TRIES):
        if window is None:
            return None
        near = np.flatnonzero(
            _meets(boxes, lattice, window) | _padded(_meets(boxes_before, lattice, window), len(after))
        )
        old, new = (_edges_of(layer, near[near < len(layer)]) for layer in (before, after))
        low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        extent = Extent(
            west=float(low[0]),
            south=float(low[1]),
            east=float(high[0]),
            north=float(high[1]),
            edges=tables.extent.edges + len(new) - len(old),
            length_e9=tables.extent.length_e9 + length_e9(new) - length_e9(old),
        )
        if Lattice.over(extent) != lattice:
            return None
        try:
            return _spliced(tables, extent, window, piece_of(new, lattice, window, entering=entering))
        except UnclearStart:
            window = _sound(lattice, window.west - 1, window.east, window.south, window.north)
    return None


def _differing_ends(before: GeometryArray, after: GeometryArray, changed: IntArray) -> FloatArray:
    """Return (m, 4) the ends of all edges that only one of the layers has, or that have other sides in the other."""
    layers = (before, changed[changed < len(before)]), (after, changed)
    rows = [
        np.column_stack((edges.ends, edges.low, edges.high))
        for edges in (_edges_of(layer, positions) for layer, positions in layers)
    ]
    differing, counts = np.unique(np.vstack(rows), axis=0, return_counts=True)
    ends: FloatArray = differing[counts == 1, :4]
    return ends


def _window(lattice: Lattice, ends: FloatArray) -> Window | None:
    """Return the coarse cells within the bounds of edges and one around; None where there are none or too many."""
    if len(ends) == 0:
        return None
    side = lattice.cell_deg * FAN_OUT
    places = (ends.reshape(-1, 2) - (lattice.west, lattice.south)) // side
    (west, south), (east, north) = places.min(axis=0).astype(int).tolist(), places.max(axis=0).astype(int).tolist()
    return _sound(lattice, west - 1, east + 1, south - 1, north + 1)


def _sound(lattice: Lattice, west: int, east: int, south: int, north: int) -> Window | None:
    inside = west >= 0 and south >= 0 and east < lattice.coarse_columns and north < lattice.coarse_rows
    cells = (east + 1 - west) * (north + 1 - south)
    small = cells <= _MOST_SHARE * lattice.coarse_columns * lattice.coarse_rows
    return Window(west, east, south, north) if inside and small else None


def _meets(boxes: FloatArray, lattice: Lattice, window: Window) -> BoolArray:
    """Whether boxes meet a window or come as near as a fine cell."""
    low = np.array([window.west, window.south]) * FAN_OUT - 1.0
    high = np.array([window.east + 1, window.north + 1]) * FAN_OUT + 1.0
    from_inside = np.hstack((lattice.in_cells(boxes[:, 2:]) >= low, lattice.in_cells(boxes[:, :2]) <= high))
    meets: BoolArray = np.logical_and.reduce(from_inside, axis=1)
    return meets


def _padded(flags: BoolArray, length: int) -> BoolArray:
    return np.append(flags, np.zeros(length - len(flags), dtype=np.bool_))


def _edges_of(layer: GeometryArray, positions: IntArray) -> Edges:
    edges = Edges.of(layer[positions])
    numbers = positions.astype(np.int32)
    return Edges(edges.ends, numbers[edges.low], np.where(edges.high >= 0, numbers[edges.high], np.int32(-1)))


def _spliced(tables: Tables, extent: Extent, window: Window, piece: Piece) -> Tables:
    """Put a window's tables in the place of the old ones."""
    lattice = tables.lattice
    coarse = tables.coarse.copy().reshape(lattice.coarse_rows, lattice.coarse_columns)
    old_blocks = np.flatnonzero(tables.coarse < LEADS_ON)
    new_rows = np.count_nonzero(piece.coarse < LEADS_ON, axis=1).cumsum()
    segments: list[Segment] = []
    old = Segment(tables.fine, tables.marks, tables.records)
    done, built = 0, 0
    for up, row in enumerate(range(window.south, window.north + 1)):
        first = row * lattice.coarse_columns
        begin, end = np.searchsorted(old_blocks, (first + window.west, first + window.east + 1)).tolist()
        segments.append(_blocks(old, done, begin))
        segments.append(_blocks(piece.blocks, built, int(new_rows[up])))
        done, built = end, int(new_rows[up])
    segments.append(_blocks(old, done, len(old_blocks)))
    coarse[window.south : window.north + 1, window.west : window.east + 1] = piece.coarse
    return assembled(extent, lattice, coarse.reshape(-1), segments)


def _blocks(blocks: Segment, begin: int, end: int) -> Segment:
    """Return some of the blocks and their records."""
    bits = 2 * FAN_OUT_BITS
    first, beyond = (_first_record(blocks, block << bits) for block in (begin, end))
    marks = blocks.marks[begin << FAN_OUT_BITS : end << FAN_OUT_BITS]
    return Segment(blocks.fine[begin << bits : end << bits], marks, blocks.records[first:beyond], first)


def _first_record(blocks: Segment, cell: int) -> int:
    """Return where the records of the block begin that begins at a cell; every block has some."""
    words = blocks.fine[cell : cell + FAN_OUT * FAN_OUT]
    border = words[words < LEADS_ON]
    return LEADS_ON - 1 - int(border.max()) if len(border) else len(blocks.records)
