"""People, built-up land and the territories of towns, over the terrain.

Towns grow along their trunk roads, around slopes and on the near side of wide water: people thin out with the
*time* to the centre, not the distance. Cost: one short run of Dijkstra per town.
"""

from dataclasses import dataclass, fields

import numpy as np
import shapely
from scipy import ndimage
from scipy.sparse.csgraph import dijkstra

from gis.sample.chance import fractal_noise, stream
from gis.sample.raster import Raster, lattice_graph
from gis.sample.register import Register
from gis.sample.terrain import Terrain
from gis.units import BoolArray, FloatArray, IntArray

PEOPLE_PER_COMMUNITY = 3600.0
"""So that 1,339 communities have 4.8 million people together."""
SMALLEST_TOWN_M2 = 250_000.0
ON_TRUNK_ROADS = 0.5
"""What a metre along a trunk road counts, for people's distance from the centre."""


@dataclass(frozen=True, slots=True)
class Landscape(Terrain):
    """The terrain, and fields over its raster that people make.

    Parameters
    ----------
    town
        Position of the town whose rough territory it is, -1 outside.
    people_per_km2
        Density.
    built
        Built-up land.
    """

    town: IntArray
    people_per_km2: FloatArray
    built: BoolArray


def make_landscape(register: Register, terrain: Terrain, *, trunk: IntArray, wet: BoolArray, seed: int) -> Landscape:
    """Return the landscape of a city.

    Parameters
    ----------
    trunk
        (n, 2) edges between cells that trunk roads use.
    wet
        Cells of wide water.
    """
    town = _territories(register, terrain.raster, terrain.county, stream(seed, "territories"))
    people, built = _people(register, terrain, trunk, wet, stream(seed, "people"))
    ground = {field.name: getattr(terrain, field.name) for field in fields(Terrain)}
    return Landscape(**ground, town=town, people_per_km2=people, built=built)


def _territories(register: Register, raster: Raster, county: IntArray, rng: np.random.Generator) -> IntArray:
    """Return the town of every cell: the nearest centre of its county, by a warped distance over its size."""
    warp = [fractal_noise(raster.shape, rng, steepness=3.2, longest_cells=40).ravel() for _ in range(2)]
    at = raster.middles() + 650.0 * np.column_stack(warp)
    reach = 2.0 + np.sqrt(register.communities_per_town)
    best = np.full(county.size, np.inf)
    town = np.full(county.size, -1, dtype=np.int64)
    for index, centre in enumerate(register.town_centres):
        cells = np.flatnonzero(county.ravel() == register.town_county[index])
        distance = np.hypot(*(at[cells] - centre).T) / reach[index]
        nearer = distance < best[cells]
        best[cells[nearer]] = distance[nearer]
        town[cells[nearer]] = index
    return _without_exclaves(town.reshape(raster.shape), county)


def _without_exclaves(town: IntArray, county: IntArray) -> IntArray:
    """Return the territories with every part but a town's largest given to the nearest town of the county."""
    whole = np.zeros(town.shape, dtype=bool)
    for index, box in enumerate(ndimage.find_objects(town + 1)):
        if box is not None:
            parts, _ = ndimage.label(town[box] == index)
            size = np.bincount(parts.ravel())
            size[0] = 0
            whole[box] |= parts == int(np.argmax(size))
    joined = town.copy()
    for one in np.unique(county[county >= 0]):
        own = county == one
        row, column = ndimage.distance_transform_edt(~(own & whole), return_distances=False, return_indices=True)
        joined[own] = town[row, column][own]
    return joined


def _people(
    register: Register, terrain: Terrain, trunk: IntArray, wet: BoolArray, rng: np.random.Generator
) -> tuple[FloatArray, BoolArray]:
    """Return people per km2 and the built-up cells."""
    raster = terrain.raster
    people, total = _people_in_towns(register, rng)
    uneven = np.exp(0.36 * fractal_noise(raster.shape, rng, steepness=2.8, longest_cells=30))
    cost = (1.0 + np.minimum((terrain.slope / 0.05) ** 2, 8.0)) / uneven * np.where(wet, 3.5, 1.0)
    cost.ravel()[np.unique(trunk)] *= ON_TRUNK_ROADS
    graph = lattice_graph(terrain.inside, raster.middles(), cost)
    dry = np.where(wet, 0.0, np.sqrt(terrain.flatness)).ravel()
    core = np.zeros(raster.rows * raster.columns)
    peaks = np.where(register.street_towns, 13_000.0, 8_500.0)
    radius = np.sqrt(people / peaks * 1e6 / np.pi / 1.1)
    for index, cell in enumerate(raster.cells(register.town_centres).tolist()):
        away = dijkstra(graph, indices=cell, limit=4.0 * radius[index] + 300.0)
        near = np.flatnonzero(np.isfinite(away))
        share = np.exp(-((away[near] / radius[index]) ** 1.8)) * dry[near]
        core[near] += share * people[index] / max(float(share.sum()) * raster.cell_km2, 1e-9)
    core = np.minimum(core, 24_000.0).reshape(raster.shape)
    built = ndimage.binary_closing(core > 2400.0, iterations=1) & terrain.inside & ~wet
    countryside = (22.0 * terrain.flatness + 4.0) * uneven * (terrain.inside & ~wet)
    left = total - core.sum() * raster.cell_km2
    density = core + countryside * max(left, 0.1 * total) / (countryside.sum() * raster.cell_km2)
    density *= total / (density.sum() * raster.cell_km2)
    return density, built


def _people_in_towns(register: Register, rng: np.random.Generator) -> tuple[FloatArray, float]:
    """Return (towns,) how many people live in the built-up part of each town, and all people."""
    urban, streets = register.urban_communities, register.street_towns
    weight = np.where(urban, 1.0, 0.42) * rng.lognormal(0.0, 0.28, len(urban))
    weight *= np.where(streets[register.community_town], 1.35, 1.0)
    total = PEOPLE_PER_COMMUNITY * len(urban)
    in_town = np.where(urban, 1.0, 0.22) * weight
    return np.bincount(register.community_town, in_town) * total / weight.sum(), total


def village_places(register: Register, land: Landscape, wet: BoolArray, *, seed: int) -> tuple[FloatArray, IntArray]:
    """Return a place for every community: apart from each other, on low land of the town's territory.

    Returns
    -------
    (n, 2) metres and (n,) the town's position; the first place of a town is its centre.
    """
    rng = stream(seed, "villages")
    fit = np.where(wet, 1e-4, land.flatness + 0.01).ravel()
    middles, built, town = land.raster.middles(), land.built.ravel(), land.town.ravel()
    places: list[FloatArray] = []
    for index, wanted in enumerate(register.communities_per_town.tolist()):
        cells = np.flatnonzero(town == index)
        if len(cells) > 1500:
            cells = np.sort(rng.choice(cells, 1500, replace=False, p=fit[cells] / fit[cells].sum()))
        at = middles[cells] + rng.uniform(-80.0, 80.0, (len(cells), 2))
        spread = fit[cells] ** 0.15 / np.where(built[cells], 0.28, 1.0)
        chosen = [register.town_centres[index]]
        gap = np.hypot(*(at - chosen[0]).T)
        while len(chosen) < wanted:
            chosen.append(at[int(np.argmax(gap * spread))])
            gap = np.minimum(gap, np.hypot(*(at - chosen[-1]).T))
        places.append(np.array(chosen[:wanted]))
    return np.vstack(places), np.repeat(np.arange(len(places)), register.communities_per_town)


def built_up_polygon(land: Landscape) -> shapely.Geometry:
    """Return the built-up land with rounded outlines, metres."""
    middles = land.raster.middles()[land.built.ravel()]
    half = land.raster.step_m / 2.0
    squares = shapely.box(middles[:, 0] - half, middles[:, 1] - half, middles[:, 0] + half, middles[:, 1] + half)
    grown = shapely.buffer(shapely.union_all(squares), 150.0)
    parts = shapely.get_parts(shapely.simplify(shapely.buffer(shapely.buffer(grown, -290.0), 170.0), 15.0))
    return shapely.multipolygons(parts[shapely.area(parts) > SMALLEST_TOWN_M2])
