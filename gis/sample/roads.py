"""Trunk roads between towns, roads between villages, motorways and railways, as least-cost routes.

Roads avoid slopes and wide water, and merge where one is there already. Motorways and railways keep out of the
towns they serve and curve gently. Cost: four runs of Dijkstra over the raster.
"""

from itertools import pairwise

import numpy as np
from scipy import ndimage, sparse

from gis.sample.chance import fractal_noise, stream
from gis.sample.landscape import Landscape
from gis.sample.linework import LineKind, Lines
from gis.sample.networks import chains, neighbour_routes, smooth_lines
from gis.sample.raster import lattice_graph
from gis.sample.terrain import Terrain
from gis.units import BoolArray, FloatArray, IntArray

WATER = 14.0
"""What a metre of bridge costs, in metres of road."""


def trunk_edges(terrain: Terrain, centres: FloatArray, wet: BoolArray, *, seed: int) -> IntArray:
    """Return the (n, 2) edges between cells that trunk roads between towns use."""
    graph, _, _ = _road_graph(terrain, wet, seed)
    return neighbour_routes(graph, terrain.raster.cells(centres), detour=0.85)


def _road_graph(terrain: Terrain, wet: BoolArray, seed: int) -> tuple[sparse.csr_matrix, FloatArray, FloatArray]:
    """Return the graph of cells for roads, where its nodes lie, and the cost of cells."""
    rng = stream(seed, "roads")
    raster = terrain.raster
    nodes = raster.shaken_middles(rng, share=0.8)
    uneven = np.exp(0.35 * fractal_noise(raster.shape, rng, steepness=2.8, longest_cells=20))
    cost = (1.0 + np.minimum((terrain.slope / 0.07) ** 2, 12.0)) * uneven * np.where(wet, WATER, 1.0)
    return lattice_graph(terrain.inside, nodes, cost), nodes, cost


def roads(land: Landscape, trunk: IntArray, places: FloatArray, wet: BoolArray, *, seed: int) -> Lines:
    """Return trunk roads, and roads between all places, which use them where they can."""
    _, nodes, cost = _road_graph(land, wet, seed)
    cost.ravel()[np.unique(trunk)] *= 0.35
    local = neighbour_routes(lattice_graph(land.inside, nodes, cost), land.raster.cells(places), detour=0.9)
    edges = np.unique(np.vstack([trunk, local]), axis=0)
    main = {(a, b) for a, b in trunk.tolist()}
    found = chains(edges)
    is_trunk = [
        2 * sum((min(a, b), max(a, b)) in main for a, b in pairwise(chain)) >= len(chain) - 1 for chain in found
    ]
    lines = smooth_lines(found, nodes, rounds=9, tolerance_m=2.5)
    return Lines(lines, np.where(is_trunk, int(LineKind.TRUNK), int(LineKind.ROAD)))


def motorways_and_railways(land: Landscape, hubs: FloatArray, trunk: IntArray, wet: BoolArray, *, seed: int) -> Lines:
    """Return motorways and railways past the hubs and out of the city.

    Parameters
    ----------
    hubs
        (n, 2) middles of the largest towns, metres.
    trunk
        (n, 2) edges between cells that trunk roads use.
    """
    sets = []
    for kind, purpose, rounds, detour in (
        (LineKind.MOTORWAY, "motorways", 60, 0.97),
        (LineKind.RAILWAY, "railways", 90, 1.05),
    ):
        rng = stream(seed, purpose)
        raster = land.raster
        nodes = raster.shaken_middles(rng, share=0.8)
        uneven = np.exp(0.25 * fractal_noise(raster.shape, rng, steepness=3.4, longest_cells=60))
        crowded = 1.0 + 9.0 * np.clip(land.people_per_km2 / 3000.0, 0.0, 1.0)
        cost = (1.0 + np.minimum((land.slope / 0.10) ** 2, 6.0)) * uneven * crowded * np.where(wet, 2.5, 1.0)
        graph = lattice_graph(land.inside, nodes, cost)
        stops = raster.cells(np.vstack([_beside(land, hubs, trunk, rng), _gates(land, rng)]))
        found = chains(neighbour_routes(graph, stops, detour=detour))
        sets.append(Lines.of(smooth_lines(found, nodes, rounds=rounds, tolerance_m=4.0), kind))
    return Lines.together(*sets)


def _beside(land: Landscape, hubs: FloatArray, trunk: IntArray, rng: np.random.Generator) -> FloatArray:
    """Return for every hub a place on a trunk road outside its built-up land, where an interchange can be."""
    middles = land.raster.middles()
    near_town = ndimage.binary_dilation(land.built, iterations=2).ravel()
    able = np.unique(trunk)
    able = able[~near_town[able]]
    if len(able) == 0:
        return hubs
    away = np.hypot(*(hubs[:, None] - middles[able]).transpose(2, 0, 1)) * rng.uniform(
        0.8, 1.25, (len(hubs), len(able))
    )
    places: FloatArray = middles[able[np.argmin(away, axis=1)]]
    return places


def _gates(land: Landscape, rng: np.random.Generator) -> FloatArray:
    """Return places on the landward rim where lines leave the city: one in each of five directions."""
    inside = land.inside
    beyond = np.zeros_like(inside)
    dry = ~inside & ~land.sea
    for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
        beyond |= np.roll(dry, step, axis=axis)
    rim = np.flatnonzero((inside & beyond & (land.slope < 0.08)).ravel())
    if len(rim) == 0:
        return np.zeros((0, 2))
    at = land.raster.middles()[rim]
    away = at - at.mean(axis=0)
    bearing = np.arctan2(away[:, 1], away[:, 0])
    found = []
    for turn in np.arange(5) * 2.0 * np.pi / 5.0 + rng.uniform(0.0, 1.2):
        off = np.abs(np.angle(np.exp(1j * (bearing - turn))))
        if off.min() < 0.3:
            found.append(at[int(np.argmin(off))])
    return np.array(found).reshape(-1, 2)
