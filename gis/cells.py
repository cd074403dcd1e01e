"""H3 cells: the key that joins points, covers and heat maps; never the answer to "which grid?".

The only importer of h3, and the only place where latitude comes first. Cells are uint64 in arrays (all of
them fit Postgres' bigint) and hexadecimal text only in JSON; 0 stands for "no cell" where a position is not
finite.

Cost for each point or cell on one core: `cells_of` 1.0 to 1.8 µs (500,000 points in under a second),
`cell_centres` 2 µs, `cell_polygons` 10 µs, `areas_m2` 5 µs, `parents` 0.01 µs, `cover` 20 µs where cells are
small beside the polygon and 150 µs where they are as large.
"""

import re
from collections.abc import Sequence
from itertools import repeat
from typing import Any, Final, NamedTuple

import h3.api.basic_int as h3
import numpy as np
import shapely

from gis.errors import InvalidInput
from gis.units import BoolArray, CellArray, FloatArray, GeometryArray, Int32Array

FINEST: Final = 15
"""The finest resolution; 0 is the coarsest."""

NO_CELL: Final = 0

_RESOLUTION_SHIFT: Final = 52
_RESOLUTION_MASK: Final = 0xF
_BITS_PER_DIGIT: Final = 3

# WGS84; H3 measures on a sphere and takes geodetic latitudes for its own.
_SPHERE_RADIUS_M: Final = 6_371_007.2
_SEMI_MAJOR_M: Final = 6_378_137.0
_ECCENTRICITY_SQUARED: Final = 0.0066943799901413165


class Cover(NamedTuple):
    """The cells that touch polygons, a row for each pair, by polygon and then by cell.

    Parameters
    ----------
    cells
        (m,) uint64.
    positions
        (m,) int32, which polygon.
    full
        (m,) True where the cell lies inside the polygon, False where the polygon's border passes through it
        (or touches it).
    """

    cells: CellArray
    positions: Int32Array
    full: BoolArray


def cells_of(lon: FloatArray, lat: FloatArray, *, resolution: int) -> CellArray:
    """Return the cell that holds each position.

    Parameters
    ----------
    lon, lat
        (n,) float64, WGS84 degrees.
    resolution
        0 to 15.

    Returns
    -------
    (n,) uint64; 0 where a coordinate is not finite.

    Raises
    ------
    ValueError
        When a finite coordinate is out of range: H3 itself would give a valid wrong cell for swapped axes.
        Reject such rows first.

    Examples
    --------
    >>> to_text(cells_of(np.array([113.08, np.nan]), np.array([22.58, 1.0]), resolution=9))
    ['89411d02a37ffff', '0']
    """
    _check_resolution(resolution)
    lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    known = np.isfinite(lon) & np.isfinite(lat)
    strange = np.flatnonzero(known & ((np.abs(lon) > 180.0) | (np.abs(lat) > 90.0)))
    if strange.size:
        place = f"({lon[strange[0]]}, {lat[strange[0]]})"
        raise ValueError(f"{strange.size} positions are out of range, such as {place}; give (lon, lat)")
    lats, lons = lat[known].tolist(), lon[known].tolist()
    cells = np.zeros(len(lon), np.uint64)
    found = map(h3.latlng_to_cell, lats, lons, repeat(resolution))
    cells[known] = np.fromiter(found, np.uint64, count=len(lats))
    return cells


def cell_centres(cells: CellArray) -> tuple[FloatArray, FloatArray]:
    """Return the middle of each cell.

    Parameters
    ----------
    cells
        (n,) uint64.

    Returns
    -------
    (n,) lon and (n,) lat, WGS84 degrees.

    Raises
    ------
    ValueError
        When one is no cell.
    """
    _check_cells(cells)
    centres = np.array([h3.cell_to_latlng(cell) for cell in cells.tolist()]).reshape(-1, 2)
    return centres[:, 1].copy(), centres[:, 0].copy()


def cell_polygons(cells: CellArray) -> GeometryArray:
    """Return the outline of each cell, anticlockwise.

    Parameters
    ----------
    cells
        (n,) uint64, not on the antimeridian.

    Returns
    -------
    (n,) polygons, WGS84 lon/lat: hexagons, twelve pentagons in the world, some with a vertex more where they
    cross an edge of H3's icosahedron.

    Raises
    ------
    ValueError
        When one is no cell.
    """
    _check_cells(cells)
    if not len(cells):
        return np.empty(0, dtype=object)
    outlines = [h3.cell_to_boundary(cell) for cell in cells.tolist()]
    counts = [len(outline) for outline in outlines]
    latlon = np.array([corner for outline in outlines for corner in outline])
    ring = np.repeat(np.arange(len(outlines)), counts)
    polygons: GeometryArray = shapely.polygons(shapely.linearrings(latlon[:, ::-1], indices=ring))
    return polygons


def resolutions(cells: CellArray) -> Int32Array:
    """Return the resolution of each cell, 0 to 15; 0 also for "no cell"."""
    bits = np.asarray(cells, np.uint64) >> np.uint64(_RESOLUTION_SHIFT)
    return (bits & np.uint64(_RESOLUTION_MASK)).astype(np.int32)


def parents(cells: CellArray, *, resolution: int) -> CellArray:
    """Return the cell of a coarser resolution that each cell descends from.

    A parent in H3 is the same number with a smaller resolution and with the digits below it set to 7, so no
    library call is needed.

    Parameters
    ----------
    cells
        (n,) uint64; "no cell" stays so.
    resolution
        0 to 15, none finer than a cell's own.

    Returns
    -------
    (n,) uint64.

    Raises
    ------
    ValueError
        When a cell is coarser than that.
    """
    _check_resolution(resolution)
    cells = np.asarray(cells, np.uint64)
    exists = cells != NO_CELL
    if np.any(resolutions(cells)[exists] < resolution):
        raise ValueError(f"a cell coarser than resolution {resolution} has no parent there")
    without = ~np.uint64(_RESOLUTION_MASK << _RESOLUTION_SHIFT)
    unused = np.uint64((1 << (_BITS_PER_DIGIT * (FINEST - resolution))) - 1)
    found = (cells & without) | np.uint64(resolution << _RESOLUTION_SHIFT) | unused
    return np.where(exists, found, np.uint64(NO_CELL))


def areas_m2(cells: CellArray) -> FloatArray:
    """Return the true area of each cell, for densities; cells of one resolution differ by 29 % in China.

    H3's own area is that on a sphere under geodetic latitudes. At a cell's latitude a steradian of that
    sphere is M N square metres of the ellipsoid (its two radii of curvature).

    Parameters
    ----------
    cells
        (n,) uint64.

    Returns
    -------
    (n,) square metres on the WGS84 ellipsoid, right to 1e-5 from resolution 2 and to 3e-4 above.

    Raises
    ------
    ValueError
        When one is no cell.
    """
    _check_cells(cells)
    steradians = np.fromiter(map(h3.cell_area, cells.tolist(), repeat("rads^2")), np.float64, count=len(cells))
    _, lat = cell_centres(cells)
    w2 = 1.0 - _ECCENTRICITY_SQUARED * np.sin(np.radians(lat)) ** 2
    return steradians * _SEMI_MAJOR_M**2 * (1.0 - _ECCENTRICITY_SQUARED) / w2**2


def cover(polygons: GeometryArray, *, resolution: int) -> Cover:
    """Return all cells that touch polygons, told apart into those inside and those on the border.

    Any point of a polygon lies in a cell of its cover, and a point in a full cell lies in the polygon; only
    points in border cells need to ask the polygon itself. A cell on a border shared by two polygons appears
    under both.

    H3's cells have arcs of great circles for edges, the polygons straight lines in degrees. The two differ by
    less than `_slack_degrees`; a cell nearer to the border than this counts as a border cell.

    Parameters
    ----------
    polygons
        (n,) valid polygons or multipolygons, WGS84 lon/lat, not across the antimeridian; None and empty have
        no cells.
    resolution
        0 to 15. A polygon has about its area over the cell's of them: mind the memory.

    Returns
    -------
    The pairs, by position and then by cell.
    """
    _check_resolution(resolution)
    polygons = np.atleast_1d(np.asarray(polygons, dtype=object))
    touched = [_cells_touching(polygon, resolution) for polygon in polygons]
    cells = np.concatenate([np.empty(0, np.uint64), *touched])
    positions = np.repeat(np.arange(len(polygons), dtype=np.int32), [len(found) for found in touched])
    full = np.zeros(len(cells), dtype=np.bool_)
    if cells.size:
        narrower = shapely.buffer(polygons, -_slack_degrees(resolution), join_style="mitre")
        shapely.prepare(narrower)
        full = shapely.contains(narrower[positions], cell_polygons(cells))
    return Cover(cells, positions, full)


def to_text(cells: CellArray) -> list[str]:
    """Return cells in hexadecimal, as JSON and other tools have them; "0" for "no cell".

    Examples
    --------
    >>> to_text(np.array([0x89411D02A37FFFF], dtype=np.uint64))
    ['89411d02a37ffff']
    """
    return [f"{cell:x}" for cell in np.asarray(cells, np.uint64).tolist()]


def from_text(texts: Sequence[str]) -> CellArray:
    """Read cells from hexadecimal text.

    Parameters
    ----------
    texts
        Such as "89411d02a37ffff", in either case.

    Returns
    -------
    (n,) uint64.

    Raises
    ------
    InvalidInput
        When one is not a cell of H3.
    """
    cells = np.zeros(len(texts), np.uint64)
    for index, text in enumerate(texts):
        number = int(text, 16) if re.fullmatch("[0-9a-fA-F]{1,16}", text) else NO_CELL
        if not (0 < number < 1 << 63 and h3.is_valid_cell(number)):
            remedy = "give H3 cells in hexadecimal, such as 89411d02a37ffff"
            raise InvalidInput(f"{text[:40]!r} is not an H3 cell", where=f"item {index}", remedy=remedy)
        cells[index] = number
    return cells


def _cells_touching(polygon: Any, resolution: int) -> CellArray:
    """Return the sorted cells that overlap one polygon, within the slack."""
    if polygon is None or shapely.is_empty(polygon):
        return np.empty(0, np.uint64)
    wider = shapely.buffer(polygon, _slack_degrees(resolution), join_style="mitre")
    cells: set[int] = set()
    for part in shapely.get_parts(wider):
        rings = [shapely.get_coordinates(ring)[:, ::-1].tolist() for ring in shapely.get_rings(part)]
        shape = h3.LatLngPoly(*rings)
        cells.update(h3.h3shape_to_cells_experimental(shape, resolution, contain="overlap"))
    return np.array(sorted(cells), dtype=np.uint64)


def _slack_degrees(resolution: int) -> float:
    """Return how far a cell's edge may stray from the straight line between its ends.

    An arc of L radians along the parallel φ rises L² tan φ / 8 above its chord in degrees. Edges are taken
    1.5 times as long as the mean one and φ as 75°, beyond which nobody divides cities; 1e-9 degrees are
    rounding.
    """
    edge = 1.5 * h3.average_hexagon_edge_length(resolution, unit="m") / _SPHERE_RADIUS_M
    return float(np.degrees(edge**2 * np.tan(np.radians(75.0)) / 8.0)) + 1e-9


def _check_resolution(resolution: int) -> None:
    """Refuse what is no resolution."""
    if not 0 <= resolution <= FINEST:
        raise ValueError(f"resolution {resolution} is not 0 to {FINEST}")


def _check_cells(cells: CellArray) -> None:
    """Refuse arrays with something that is not a cell."""
    if not all(map(h3.is_valid_cell, cells.tolist())):
        raise ValueError("not every number is an H3 cell; leave out 0, which stands for none")
