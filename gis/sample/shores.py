"""The sea: outside the coast of the real boundary, and over the flats that lie inside it.

The official boundary runs through the water in long straight pieces. The simulated shore lies inside it, at a
distance that varies from place to place and is less where the land rises: bays, capes and some skerries. The
division is not touched by it: grids at the sea hold the flats before them. Cost: O(cells) of 125 m.
"""

import numpy as np
import shapely
from scipy import ndimage
from scipy.spatial import cKDTree

from gis.sample.chance import fractal_noise, stream
from gis.sample.linework import polygons_of
from gis.sample.raster import Raster
from gis.sample.terrain import Terrain, distance_to
from gis.units import BoolArray, FloatArray

FINER = 2
NEAREST_M = 110.0
SMALLEST_CELLS = 5


def sea_polygon(terrain: Terrain, towns: FloatArray, *, seed: int) -> shapely.Geometry:
    """Return the sea inside the frame of the raster, metres; empty for a city without a coast.

    Parameters
    ----------
    towns
        (n, 2) centres, which the sea keeps away from.
    """
    if not terrain.sea.any():
        return shapely.MultiPolygon()
    coarse = terrain.raster
    fine = Raster(coarse.west_m, coarse.south_m, coarse.step_m / FINER, coarse.rows * FINER, coarse.columns * FINER)
    mask = _sea_mask(terrain, towns, fine, seed)
    return shapely.union_all(polygons_of(mask, fine, rounds=5, tolerance_m=4.0))


def _sea_mask(terrain: Terrain, towns: FloatArray, fine: Raster, seed: int) -> BoolArray:
    """Return the cells of the fine raster that are sea."""
    rng = stream(seed, "shore")
    middles = fine.middles()
    away = _sampled(terrain, distance_to(terrain.raster, terrain.sea), middles)
    height = _sampled(terrain, terrain.height_m, middles)
    bays = fractal_noise(fine.shape, rng, steepness=2.9, longest_cells=70).ravel()
    nooks = fractal_noise(fine.shape, rng, steepness=2.2, longest_cells=12).ravel()
    to_town = cKDTree(towns).query(middles, distance_upper_bound=6_000.0)[0]
    reach = (850.0 + 900.0 * bays + 170.0 * nooks) * np.clip(1.1 - height / 120.0, 0.15, 1.0)
    reach *= np.clip((to_town - 1_800.0) / 3_000.0, 0.1, 1.0)
    wet = (away < np.maximum(reach, NEAREST_M + 40.0 * nooks)).reshape(fine.shape)
    outside = np.kron(terrain.sea, np.ones((FINER, FINER), dtype=bool))
    inside = np.kron(terrain.inside, np.ones((FINER, FINER), dtype=bool))
    mask = outside | (wet & inside)
    for kept in (True, False):
        parts, _ = ndimage.label(mask == kept)
        small = np.bincount(parts.ravel()) < SMALLEST_CELLS
        small[0] = False
        mask = np.where(small[parts], not kept, mask)
    return mask


def _sampled(terrain: Terrain, field: FloatArray, middles: FloatArray) -> FloatArray:
    return terrain.raster.sample(field, middles)
