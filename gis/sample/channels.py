"""The delta: on the plain beside their lower courses the rivers split into channels around long islands.

Islands are the territories of scattered places under a distance that is longer across the flow than along it;
channels run between them, some of them silted up. Cost: O(cells times islands) over the delta alone.
"""

import numpy as np
import shapely
from scipy.spatial import cKDTree

from gis.sample.chance import fractal_noise, stream
from gis.sample.linework import LineKind, Lines, lines_between
from gis.sample.terrain import Terrain, distance_to, distance_to_cells, lower_courses
from gis.units import BoolArray, FloatArray

REACH_M = 7_500.0
"""How far from a lower course the plain is delta."""
ISLAND_M = 2_300.0
ALONG_TO_ACROSS = 2.1
FLOW = np.array([0.42, -0.91])
"""The rivers' direction to the sea."""
SILTED_UP = 0.12
WIDEST_M = 260.0


def delta_land(terrain: Terrain) -> BoolArray:
    """Return the flat cells near the lower courses of the two rivers."""
    lower = terrain.raster.cells(lower_courses(terrain.courses))
    near = distance_to_cells(terrain.raster, lower) < REACH_M
    land: BoolArray = terrain.inside & near & (terrain.height_m < 30.0) & (terrain.slope < 0.035)
    return land


def delta_channels(terrain: Terrain, *, seed: int) -> tuple[Lines, FloatArray]:
    """Return channels and their (n, 2) widths in metres at both ends; none where there is no delta."""
    rng = stream(seed, "channels")
    raster, delta = terrain.raster, delta_land(terrain)
    cells = np.flatnonzero(delta)
    if len(cells) < 100:
        return Lines.of(np.array([], dtype=object), LineKind.BROOK), np.zeros((0, 2))
    warp = [fractal_noise(raster.shape, rng, steepness=3.2, longest_cells=30).ravel() for _ in range(2)]
    at = raster.middles()[cells] + 420.0 * np.column_stack(warp)[cells]
    across = np.array([-FLOW[1], FLOW[0]])
    stretched = np.column_stack([at @ FLOW / ALONG_TO_ACROSS, at @ across])
    islands = _scattered(stretched, ISLAND_M / np.sqrt(ALONG_TO_ACROSS), rng)
    label = np.full(delta.size, -1, dtype=np.int64)
    label[cells] = cKDTree(islands).query(stretched)[1]
    found = lines_between(label.reshape(raster.shape), delta, raster, LineKind.BROOK, rounds=14)
    open_water = rng.random(len(found.lines)) >= SILTED_UP
    lines = found.lines[open_water]
    return _with_widths(lines, terrain, rng)


def _scattered(places: FloatArray, gap_m: float, rng: np.random.Generator) -> FloatArray:
    """Return some of the places, at random, none nearer to another than a gap."""
    tree = cKDTree(places)
    free = np.ones(len(places), dtype=bool)
    chosen: list[int] = []
    for place in rng.permutation(len(places)).tolist():
        if free[place]:
            chosen.append(place)
            free[tree.query_ball_point(places[place], gap_m)] = False
    return places[chosen]


def _with_widths(lines: shapely.Geometry, terrain: Terrain, rng: np.random.Generator) -> tuple[Lines, FloatArray]:
    """Return channels with widths: wider towards the sea, narrow where they end blindly."""
    first = shapely.get_coordinates(shapely.get_point(lines, 0))
    last = shapely.get_coordinates(shapely.get_point(lines, -1))
    ends = np.round(np.stack([first, last], axis=1), 3)
    size = np.clip(rng.lognormal(np.log(90.0), 0.5, len(lines)), 24.0, WIDEST_M)
    to_sea = terrain.raster.sample(distance_to(terrain.raster, terrain.sea), ends.mean(axis=1))
    size = np.minimum(size * (1.0 + 0.8 * np.exp(-to_sea / 9_000.0)), WIDEST_M)
    _, place, joins = np.unique(ends.reshape(-1, 2), axis=0, return_inverse=True, return_counts=True)
    blind = joins[place].reshape(-1, 2) == 1
    width = np.where(blind, 12.0, size[:, None])
    kinds = np.where(size > 45.0, int(LineKind.RIVER), int(LineKind.BROOK))
    return Lines(lines, kinds.astype(np.int64)), width
