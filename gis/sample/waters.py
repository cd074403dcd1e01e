"""Rivers, brooks, the channels of the delta and ridges as lines, and wide water as polygons.

Rivers are the tree of cheapest ways downhill to the sea, as wide as what drains through them wants; ridges divide
the lands of their reaches. Cost: one run of Dijkstra over the raster.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy import ndimage
from scipy.sparse.csgraph import dijkstra

from gis.sample.chance import fractal_noise, stream
from gis.sample.channels import delta_channels
from gis.sample.linework import LineKind, Lines, lines_between, swayed
from gis.sample.networks import chains, smooth_lines
from gis.sample.raster import lattice_graph
from gis.sample.terrain import Terrain, distance_to
from gis.units import FloatArray, GeometryArray, IntArray

BROOK_KM2 = 4.0
RIVER_KM2 = 90.0
REACH_KM2 = 2.4
"""Drained areas above which water is drawn as brook and river, and above which its reaches have ridges."""
INFLOW_KM2 = 32_000.0
"""What the Xi brings from above the city: as much as makes it 800 m wide."""
WIDTH_OF_A_KM2_M = 4.5
"""A river's width grows with the root of what drains through it."""
TIDE_M = 6_000.0
"""Within about this distance of the sea rivers widen to estuaries."""
NARROWEST_DRAWN_M = 25.0


@dataclass(frozen=True, slots=True)
class Waters:
    """Natural lines, the width of the water along them, and wide water.

    Parameters
    ----------
    lines
        Rivers, brooks and ridges.
    width_m
        (n, 2) at the first and the last vertex of every line; 0 for ridges.
    wide
        Rivers wide enough to be drawn as polygons, metres.
    """

    lines: Lines
    width_m: FloatArray
    wide: shapely.Geometry


def make_waters(terrain: Terrain, *, seed: int) -> Waters:
    """Return rivers, brooks, channels and ridges, and wide water."""
    raster = terrain.raster
    rng = stream(seed, "water")
    nodes = raster.shaken_middles(rng, share=0.9)
    distance, downhill = _ways_down(terrain, nodes, rng)
    drained = _drained_km2(distance, downhill, terrain)
    rivers, river_width = _rivers(downhill, drained, nodes, terrain)
    channels, channel_width = delta_channels(terrain, seed=seed)
    reaches = _reaches(distance, downhill, drained).reshape(raster.shape)
    hilly = ndimage.gaussian_filter(terrain.slope, 2.0) > 0.04
    ridges = lines_between(reaches, hilly, raster, LineKind.RIDGE, rounds=40)
    lines = swayed(Lines.together(rivers, channels, ridges), raster, seed=seed)
    width = np.vstack([river_width, channel_width, np.zeros((len(ridges.lines), 2))])
    return Waters(lines, width, _ribbons(lines.lines, width, terrain, stream(seed, "banks")))


def _ways_down(terrain: Terrain, nodes: FloatArray, rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
    """Return (cells,) the distance to an outlet and the next cell on the way there."""
    raster = terrain.raster
    uneven = np.exp(0.55 * fractal_noise(raster.shape, rng, steepness=2.4, longest_cells=20))
    cost = (0.12 + np.clip(terrain.height_m, 0.0, 400.0) / 70.0) * uneven
    course = np.zeros(raster.shape, dtype=bool)
    course.ravel()[raster.cells(np.vstack([*terrain.courses, np.zeros((0, 2))]))] = True
    cost = np.where(ndimage.binary_dilation(course, iterations=2), 0.02, cost)
    graph = lattice_graph(terrain.inside, nodes, cost)
    distance, downhill, _ = dijkstra(graph, indices=_outlets(terrain), min_only=True, return_predecessors=True)
    return distance, downhill


def _outlets(terrain: Terrain) -> IntArray:
    """Return the cells where water leaves: coast, rivers' mouths, and the lowest rim where neither is."""
    raster, inside = terrain.raster, terrain.inside
    rim = inside & ndimage.binary_dilation(~inside)
    rim_cells = np.flatnonzero(rim)
    at = raster.middles()[rim_cells]
    mouths = [rim_cells[int(np.argmin(np.hypot(*(at - course[-1]).T)))] for course in terrain.courses]
    outlets = set(np.flatnonzero(terrain.coast).tolist()) | {int(cell) for cell in mouths}
    parts, number = ndimage.label(inside, structure=np.ones((3, 3)))
    drained = set(np.unique(parts.ravel()[sorted(outlets)]).tolist()) if outlets else set()
    for part in range(1, number + 1):
        if part not in drained:
            own = rim_cells[parts.ravel()[rim_cells] == part]
            outlets.add(int(own[int(np.argmin(terrain.height_m.ravel()[own]))]))
    return np.array(sorted(outlets), dtype=np.int64)


def _drained_km2(distance: FloatArray, downhill: IntArray, terrain: Terrain) -> FloatArray:
    """Return (cells,) the area that drains through each cell; the Xi brings a large one with it."""
    area = np.where(np.isfinite(distance), terrain.raster.cell_km2, 0.0)
    if terrain.courses:
        area[terrain.raster.cells(terrain.courses[-1][:1])] += INFLOW_KM2
    drained = area.tolist()
    below = downhill.tolist()
    reached = np.flatnonzero(np.isfinite(distance))
    for cell in reached[np.argsort(-distance[reached], kind="stable")].tolist():
        if below[cell] >= 0:
            drained[below[cell]] += drained[cell]
    return np.array(drained)


def _rivers(downhill: IntArray, drained: FloatArray, nodes: FloatArray, terrain: Terrain) -> tuple[Lines, FloatArray]:
    """Return rivers and brooks as smooth lines, and their (n, 2) widths."""
    wet = np.flatnonzero((drained > BROOK_KM2) & (downhill >= 0))
    found = chains(np.column_stack([wet, downhill[wet]]))
    ends = np.array([(chain[0], chain[-1]) for chain in found], dtype=np.int64).reshape(-1, 2)
    tide = 1.0 + 2.2 * np.exp(-distance_to(terrain.raster, terrain.sea).ravel()[ends] / TIDE_M)
    second = np.array([(chain[1], chain[-2]) for chain in found], dtype=np.int64).reshape(-1, 2)
    carried = np.minimum(drained[ends], np.maximum(drained[second].min(axis=1), drained[ends].min(axis=1))[:, None])
    large = drained[ends].min(axis=1) > RIVER_KM2
    width = WIDTH_OF_A_KM2_M * np.sqrt(carried) * np.where(large[:, None], tide, 1.0)
    lines = np.empty(len(found), dtype=object)
    for chosen, rounds in ((large, 9), (~large, 5)):
        own = [chain for chain, wanted in zip(found, chosen.tolist(), strict=True) if wanted]
        lines[chosen] = smooth_lines(own, nodes, rounds=rounds, tolerance_m=3.0)
    return Lines(lines, np.where(large, int(LineKind.RIVER), int(LineKind.BROOK))), width


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


def _ribbons(lines: GeometryArray, width_m: FloatArray, terrain: Terrain, rng: np.random.Generator) -> shapely.Geometry:
    """Return the water along the wide ones of some lines, with uneven banks."""
    wide = np.flatnonzero(width_m.max(axis=1, initial=0.0) > NARROWEST_DRAWN_M)
    fine = shapely.segmentize(lines[wide], 70.0)
    at, line = shapely.get_coordinates(fine, return_index=True)
    along = line[1:] == line[:-1]
    ends = np.stack([at[:-1][along], at[1:][along]], axis=1)
    owner = line[:-1][along]
    total = np.bincount(owner, minlength=len(wide))
    share = (np.arange(len(owner)) - (np.cumsum(total) - total)[owner] + 0.5) / total[owner]
    width = width_m[wide][owner]
    uneven = np.exp(0.16 * terrain.raster.sample(_banks(terrain, rng), ends.mean(axis=1)))
    half = (width[:, 0] * (1.0 - share) + width[:, 1] * share) * uneven / 2.0
    pieces = shapely.buffer(shapely.linestrings(ends), np.maximum(half, 4.0), quad_segs=4)
    water = shapely.buffer(shapely.buffer(shapely.union_all(pieces), 12.0), -12.0)
    return shapely.simplify(water, 3.0)


def _banks(terrain: Terrain, rng: np.random.Generator) -> FloatArray:
    """Return the field that makes rivers wider and narrower."""
    return fractal_noise(terrain.raster.shape, rng, steepness=2.4, longest_cells=10)
