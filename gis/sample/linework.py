"""The lines that borders may follow: rivers, brooks, ridges, roads, and the borders of territories.

Rivers are the tree of cheapest ways downhill to the sea, sized by what drains through them; ridges divide
the lands of their reaches; roads join neighbouring towns and villages over the slopes. All of them are
smoothed as networks, so that junctions stay junctions. Cost: three runs of Dijkstra over the raster.
"""

from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

import numpy as np
import shapely
from scipy import ndimage
from scipy.sparse.csgraph import dijkstra

from gis.sample.chance import fractal_noise, stream
from gis.sample.landscape import Landscape
from gis.sample.networks import chains, neighbour_routes, smooth_lines
from gis.sample.raster import Raster, label_borders, lattice_graph
from gis.units import BoolArray, FloatArray, GeometryArray, IntArray

BROOK_KM2 = 4.0
RIVER_KM2 = 90.0
REACH_KM2 = 2.4
"""Drained areas above which water is drawn as brook and river, and above which its reaches have ridges."""


class LineKind(IntEnum):
    """What a line is; the order is that of `CROSSING_COST`."""

    COUNTY = 0
    RIVER = 1
    BROOK = 2
    RIDGE = 3
    TRUNK = 4
    ROAD = 5
    ARTERY = 6
    STREET = 7
    LANE = 8
    EDGE = 9


CROSSING_COST = np.array([0.0, 7.0, 2.0, 3.5, 4.0, 1.2, 2.5, 0.6, 0.4, 2.0])
"""What it costs a growing area to cross a line, in multiples of the distance, by `LineKind`."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines on the plane and what they are.

    Parameters
    ----------
    lines
        (n,) LineStrings, metres.
    kinds
        (n,) `LineKind`.
    """

    lines: GeometryArray
    kinds: IntArray

    @classmethod
    def of(cls, lines: GeometryArray, kind: LineKind) -> "Lines":
        """Return lines of one kind."""
        return cls(lines, np.full(len(lines), int(kind), dtype=np.int64))

    @classmethod
    def together(cls, *several: "Lines") -> "Lines":
        """Return all lines of several sets, in their order."""
        return cls(np.concatenate([one.lines for one in several]), np.concatenate([one.kinds for one in several]))

    def of_kinds(self, *kinds: LineKind) -> "Lines":
        """Return the lines of some kinds."""
        chosen = np.isin(self.kinds, [int(kind) for kind in kinds])
        return Lines(self.lines[chosen], self.kinds[chosen])

    def outside(self, polygon: shapely.Geometry) -> "Lines":
        """Return what of the lines lies outside a polygon; pieces below 5 m are dropped."""
        shapely.prepare(polygon)
        touched = shapely.intersects(polygon, self.lines)
        cut, owner = shapely.get_parts(shapely.difference(self.lines[touched], polygon), return_index=True)
        long = (shapely.get_type_id(cut) == 1) & (shapely.length(cut) > 5.0)
        return Lines(
            np.concatenate([self.lines[~touched], cut[long]]),
            np.concatenate([self.kinds[~touched], self.kinds[touched][owner[long]]]),
        )


def natural_lines(land: Landscape, *, seed: int) -> Lines:
    """Return rivers, brooks and ridges."""
    raster = land.raster
    rng = stream(seed, "water")
    nodes = raster.shaken_middles(rng, share=0.9)
    uneven = np.exp(0.55 * fractal_noise(raster.shape, rng, steepness=2.4, longest_cells=20))
    cost = (0.12 + np.clip(land.height_m, 0.0, 400.0) / 70.0) * uneven
    on_course = raster.cells(np.vstack([*land.courses, np.zeros((0, 2))]))
    course = np.zeros(raster.shape, dtype=bool)
    course.ravel()[on_course] = True
    cost = np.where(ndimage.binary_dilation(course, iterations=2), 0.02, cost)
    graph = lattice_graph(land.inside, nodes, cost)
    distance, downhill = dijkstra(graph, indices=_outlets(land), min_only=True, return_predecessors=True)[:2]
    drained = _drained_km2(distance, downhill, land)
    waters = _waters(downhill, drained, nodes)
    reaches = _reaches(distance, downhill, drained).reshape(raster.shape)
    hilly = ndimage.gaussian_filter(land.slope, 2.0) > 0.04
    return Lines.together(waters, _borders(reaches, hilly, raster, LineKind.RIDGE, rounds=9))


def _outlets(land: Landscape) -> IntArray:
    """Return the cells where water leaves: coast, rivers' mouths, and the lowest rim where neither is."""
    raster, inside = land.raster, land.inside
    rim = inside & ndimage.binary_dilation(~inside)
    rim_cells = np.flatnonzero(rim)
    at = raster.middles()[rim_cells]
    mouths = [rim_cells[int(np.argmin(np.hypot(*(at - course[-1]).T)))] for course in land.courses]
    outlets = set(np.flatnonzero(land.coast).tolist()) | {int(cell) for cell in mouths}
    parts, number = ndimage.label(inside, structure=np.ones((3, 3)))
    drained = set(np.unique(parts.ravel()[sorted(outlets)]).tolist()) if outlets else set()
    for part in range(1, number + 1):
        if part not in drained:
            own = rim_cells[parts.ravel()[rim_cells] == part]
            outlets.add(int(own[int(np.argmin(land.height_m.ravel()[own]))]))
    return np.array(sorted(outlets), dtype=np.int64)


def _drained_km2(distance: FloatArray, downhill: IntArray, land: Landscape) -> FloatArray:
    """Return (cells,) the area that drains through each cell; the Xi river brings a large one with it."""
    area = np.where(np.isfinite(distance), land.raster.cell_km2, 0.0)
    if land.courses:
        area[land.raster.cells(land.courses[-1][:1])] += 5_000.0
    drained = area.tolist()
    below = downhill.tolist()
    reached = np.flatnonzero(np.isfinite(distance))
    for cell in reached[np.argsort(-distance[reached], kind="stable")].tolist():
        if below[cell] >= 0:
            drained[below[cell]] += drained[cell]
    return np.array(drained)


def _waters(downhill: IntArray, drained: FloatArray, nodes: FloatArray) -> Lines:
    """Return rivers and brooks as smooth lines."""
    wet = np.flatnonzero((drained > BROOK_KM2) & (downhill >= 0))
    found = chains(np.column_stack([wet, downhill[wet]]))
    size = np.array([min(drained[chain[0]], drained[chain[-1]]) for chain in found])
    large = size > RIVER_KM2
    rivers = [chain for chain, is_large in zip(found, large, strict=True) if is_large]
    brooks = [chain for chain, is_large in zip(found, large, strict=True) if not is_large]
    return Lines.together(
        Lines.of(smooth_lines(rivers, nodes, rounds=7, tolerance_m=3.0), LineKind.RIVER),
        Lines.of(smooth_lines(brooks, nodes, rounds=5, tolerance_m=3.0), LineKind.BROOK),
    )


def _reaches(distance: FloatArray, downhill: IntArray, drained: FloatArray) -> IntArray:
    """Return (cells,) the reach a cell drains to; a new one begins at outlets and above junctions."""
    channel = drained > REACH_KM2
    feeders = np.zeros(len(drained), dtype=np.int64)
    fed = np.flatnonzero(channel & (downhill >= 0))
    np.add.at(feeders, downhill[fed], 1)
    reached = np.flatnonzero(np.isfinite(distance))
    reach = np.full(len(drained), -1, dtype=np.int64).tolist()
    below, joined, wide = downhill.tolist(), feeders.tolist(), channel.tolist()
    for number, cell in enumerate(reached[np.argsort(distance[reached], kind="stable")].tolist()):
        under = below[cell]
        begins = under < 0 or (wide[cell] and joined[under] > 1)
        reach[cell] = number if begins else reach[under]
    return np.array(reach, dtype=np.int64)


def _borders(labels: IntArray, where: BoolArray, raster: Raster, kind: LineKind, *, rounds: int) -> Lines:
    """Return the borders between labels of a raster as smooth lines."""
    start, end = label_borders(labels, where)
    if len(start) == 0:
        return Lines.of(np.array([], dtype=object), kind)
    row, column = np.divmod(np.arange((raster.rows + 1) * (raster.columns + 1)), raster.columns + 1)
    corners = np.column_stack([raster.west_m + column * raster.step_m, raster.south_m + row * raster.step_m])
    found = chains(np.column_stack([start, end]))
    return Lines.of(smooth_lines(found, corners, rounds=rounds, tolerance_m=10.0), kind)


def territory_lines(land: Landscape) -> Lines:
    """Return the borders of the towns' rough territories; they close neighbouring street patterns."""
    everywhere = np.ones(land.raster.shape, dtype=bool)
    return _borders(land.town, everywhere, land.raster, LineKind.EDGE, rounds=8)


def roads(land: Landscape, centres: FloatArray, villages: FloatArray, *, seed: int) -> Lines:
    """Return trunk roads between towns and roads between villages."""
    raster = land.raster
    rng = stream(seed, "roads")
    nodes = raster.shaken_middles(rng, share=0.8)
    uneven = np.exp(0.35 * fractal_noise(raster.shape, rng, steepness=2.8, longest_cells=20))
    cost = (1.0 + np.minimum((land.slope / 0.07) ** 2, 12.0)) * uneven
    trunk = neighbour_routes(lattice_graph(land.inside, nodes, cost), raster.cells(centres), detour=0.85)
    eased = cost.copy()
    eased.ravel()[np.unique(trunk)] *= 0.35
    local = neighbour_routes(
        lattice_graph(land.inside, nodes, eased), raster.cells(np.vstack([centres, villages])), detour=0.9
    )
    edges = np.unique(np.vstack([trunk, local]), axis=0)
    main = {(a, b) for a, b in trunk.tolist()}
    found = chains(edges)
    is_trunk = [
        2 * sum((min(a, b), max(a, b)) in main for a, b in pairwise(chain)) >= len(chain) - 1 for chain in found
    ]
    lines = smooth_lines(found, nodes, rounds=6, tolerance_m=2.5)
    kinds = np.where(is_trunk, int(LineKind.TRUNK), int(LineKind.ROAD))
    return Lines(lines, kinds)


def swayed(found: Lines, land: Landscape, *, seed: int) -> Lines:
    """Return lines moved by one smooth random field, up to some 100 m: bends that keep junctions."""
    rng = stream(seed, "sway")
    fields = [fractal_noise(land.raster.shape, rng, steepness=3.0, longest_cells=9) for _ in range(2)]
    fine = shapely.segmentize(found.lines, 100.0)
    at = shapely.get_coordinates(fine)
    moved = at + 45.0 * np.column_stack([land.raster.sample(field, at) for field in fields])
    return Lines(shapely.simplify(shapely.set_coordinates(fine, moved), 4.0), found.kinds)
