"""Make a real layer whose only faults are slivers into a division, and tell everything that was changed.

Official layers are drawn polygon by polygon: along a street two of them may overlap by millimetres. Ground that
two polygons claim goes to the one with the lowest position, as a point on a shared border does. Nothing wider than
the caller allows is touched, and nothing is done silently: the result names each overlap and each polygon that
changed, with its area before and after.

Cost: one `shapely.coverage_clean` of the layer (1.2 s at 2,954 polygons) for each round; rounding to the lattice
may ask for a second one.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.division.lattice import LATTICE_PER_DEGREE, snap_to_lattice
from gis.division.overlaps import Overlap, overlaps
from gis.division.problems import Problem, at, layer_problems, refusal
from gis.division.slivers import areas_m2
from gis.ellipsoid import metres_per_degree
from gis.errors import InvalidLayer, OverlappingGrids
from gis.units import FloatArray, GeometryArray, IntArray

_ROUNDS = 4
_SNAPPING_BY_EXTENT = -1.0
"""GEOS snaps vertices closer than 1e-8 of the layer's extent; 0 can swallow a neighbour (GEOS issue 1525)."""
_SNAPPED_SHARE_OF_EXTENT = 1e-8


@dataclass(frozen=True, slots=True)
class Repair:
    """A repaired layer and the report of its repair.

    ``polygons`` (n,) on the lattice, a valid coverage; ``overlaps`` what was resolved, by pair; ``changed`` (m,)
    positions of polygons that lost or gained ground or got a vertex of a neighbour; ``gained_m2`` (m,) their
    change of area.
    """

    polygons: GeometryArray
    overlaps: list[Overlap]
    changed: IntArray
    gained_m2: FloatArray


def resolve_small_overlaps(polygons: GeometryArray, *, max_width_m: float) -> Repair:
    """Give ground that two polygons claim to the lower position, if it is narrow enough.

    Parameters
    ----------
    polygons
        (n,) valid polygons or multipolygons, WGS84 degrees, in ascending order of precedence.
    max_width_m
        Overlaps may be this wide at their widest place.

    Raises
    ------
    OverlappingGrids
        When an overlap is wider; the facts list all of those. Nothing is changed then.
    InvalidLayer
        When a polygon is invalid, would vanish or be torn by the repair, or no valid coverage can be reached.

    Examples
    --------
    >>> import numpy as np, shapely
    >>> west, east = shapely.box(113, 22, 113.0100001, 22.01), shapely.box(113.01, 22, 113.02, 22.01)
    >>> repair = resolve_small_overlaps(np.array([west, east]), max_width_m=0.1)
    >>> repair.polygons[1].bounds[0], [round(overlap.width_m, 4) for overlap in repair.overlaps]
    (113.0100001, [0.0103])
    """
    if not max_width_m >= 0:
        raise ValueError("max_width_m is a width in metres")
    layer = snap_to_lattice(polygons).polygons
    labels = [f"feature {row + 1}" for row in range(len(layer))]
    faults = [problem for problem in layer_problems(layer, names=labels) if len(problem.positions) == 1]
    if faults:
        raise refusal(faults)
    found = overlaps(layer)
    _refuse_wide(found, max_width_m=max_width_m)
    repaired = _cleaned(layer)
    changed = np.flatnonzero(~shapely.equals_identical(shapely.normalize(layer), shapely.normalize(repaired)))
    repaired = np.where(np.isin(np.arange(len(layer)), changed), repaired, layer)
    gained_m2 = areas_m2(repaired[changed]) - areas_m2(layer[changed])
    _refuse_damage(layer, repaired, found, max_width_m=max_width_m)
    return Repair(repaired, found, changed, gained_m2)


def _refuse_wide(found: list[Overlap], *, max_width_m: float) -> None:
    wide = [overlap for overlap in found if overlap.width_m > max_width_m]
    if not wide:
        return
    told = "; ".join(
        f"features {overlap.first + 1} and {overlap.second + 1} at {at(overlap.place)} ({overlap.width_m:.4g} m wide)"
        for overlap in wide[:5]
    )
    raise OverlappingGrids(
        f"{len(wide)} overlaps are wider than {max_width_m:g} m",
        where=told,
        remedy="correct the layer, or allow a greater width",
        facts={"overlaps": [overlap.as_fact() for overlap in wide]},
    )


def _cleaned(layer: GeometryArray) -> GeometryArray:
    """Return the layer as a valid coverage on the lattice; rounding can undo a round, so it may take several."""
    for _ in range(_ROUNDS):
        if shapely.coverage_is_valid(layer):
            return layer
        cleaned = shapely.coverage_clean(layer, snapping_distance=_SNAPPING_BY_EXTENT, merge_strategy="min_index")
        layer = snap_to_lattice(cleaned).polygons
    edges = shapely.coverage_invalid_edges(layer)
    broken = np.flatnonzero(~shapely.is_empty(edges))
    if len(broken) == 0:
        return layer
    raise refusal([_unrepaired(int(position), edges[position]) for position in broken])


def _unrepaired(position: int, edges: shapely.Geometry) -> Problem:
    lon, lat = shapely.get_coordinates(edges)[0].tolist()
    name = f"feature {position + 1}"
    message = f"{name} does not meet its neighbour at {at((lon, lat))}"
    return Problem("invalid", message, (position,), (name,), (lon, lat))


def _refuse_damage(before: GeometryArray, after: GeometryArray, found: list[Overlap], *, max_width_m: float) -> None:
    """Refuse a repair that emptied a polygon or moved more ground than the overlaps account for.

    GEOS turns a contained polygon into an empty one without a word.
    """
    claimed = np.zeros(len(before))
    for overlap in found:
        claimed[[overlap.first, overlap.second]] += overlap.area_m2
    empty = shapely.is_empty(after)
    whole = ~empty
    lost = np.zeros(len(before))
    lost[whole] = np.abs(areas_m2(before[whole]) - areas_m2(after[whole]))
    damaged = np.flatnonzero(empty | (lost > 1.01 * claimed + _rounding_m2(before)))
    if len(damaged):
        raise InvalidLayer(
            f"the repair of slivers up to {max_width_m:g} m would take whole places",
            where=", ".join(f"feature {position + 1}" for position in damaged[:5]),
            remedy="correct the layer",
            facts={"positions": damaged.tolist()},
        )


def _rounding_m2(layer: GeometryArray) -> FloatArray:
    """Return how much area each polygon can win or lose when its line is snapped and rounded."""
    west, south, east, north = shapely.total_bounds(layer)
    extent = float(np.hypot(east - west, north - south))
    shift = 2 * (_SNAPPED_SHARE_OF_EXTENT * extent + 1 / LATTICE_PER_DEGREE)
    degree_m = metres_per_degree(np.float64(0.0))[0]
    rounding: FloatArray = shapely.length(layer) * shift * degree_m**2
    return rounding
