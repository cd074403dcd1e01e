"""Hamlets (自然村): clumps of houses strung along roads, which rural communities are made of.

A hamlet is a block beside a road, turned as the road runs there, with the narrow parallel lanes of a comb-shaped
southern village. Cost: O(hamlets log hamlets).
"""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy import ndimage
from scipy.spatial import cKDTree

from gis.sample.chance import stream
from gis.sample.landscape import Landscape
from gis.sample.linework import LineKind, Lines
from gis.units import FloatArray, GeometryArray, IntArray

HAMLETS_PER_VILLAGE = 5.0
APART_M = 420.0
SHARE_OF_PEOPLE = 0.7
"""Of the people in the country, how many live in hamlets."""
LANE_M = 26.0


@dataclass(frozen=True, slots=True)
class Hamlets:
    """Hamlets by position.

    Parameters
    ----------
    places
        (n, 2) middles, metres.
    outlines
        (n,) polygons, metres.
    lanes
        (m,) lanes inside, metres.
    """

    places: FloatArray
    outlines: GeometryArray
    lanes: GeometryArray


def make_hamlets(land: Landscape, road_lines: Lines, water: shapely.Geometry, villages: int, *, seed: int) -> Hamlets:
    """Return hamlets beside the country roads.

    Parameters
    ----------
    road_lines
        Roads; hamlets stand beside trunk roads and roads.
    water
        Where none stand.
    villages
        How many rural communities there are.
    """
    rng = stream(seed, "hamlets")
    lines = shapely.segmentize(road_lines.of_kinds(LineKind.ROAD, LineKind.TRUNK).lines, 120.0)
    at, line = shapely.get_coordinates(lines, return_index=True)
    along = line[1:] == line[:-1]
    start, run = at[:-1][along], (at[1:] - at[:-1])[along]
    if len(start) == 0:
        return Hamlets(np.zeros((0, 2)), np.array([], dtype=object), np.array([], dtype=object))
    ahead = run / np.maximum(np.hypot(*run.T), 1e-9)[:, None]
    left = np.column_stack([-ahead[:, 1], ahead[:, 0]]) * rng.choice([-1.0, 1.0], len(run))[:, None]
    size = np.column_stack([rng.gamma(6.0, 24.0, len(run)) + 60.0, rng.gamma(7.0, 12.0, len(run)) + 45.0])
    places = start + run / 2.0 + left * (size[:, 1] / 2.0 + rng.gamma(1.5, 22.0, len(run)) + 8.0)[:, None]
    order = rng.permutation(_able(places, size, land, water))
    chosen = _apart(places, size, order, round(HAMLETS_PER_VILLAGE * villages))
    turned = np.arctan2(ahead[chosen, 1], ahead[chosen, 0]) + rng.normal(0.0, 0.12, len(chosen))
    return Hamlets(
        places[chosen],
        _outlines(places[chosen], size[chosen], turned, rng),
        _lanes(places[chosen], size[chosen], turned),
    )


def _able(places: FloatArray, size: FloatArray, land: Landscape, water: shapely.Geometry) -> IntArray:
    """Return which places lie on flat dry land away from towns."""
    cells = land.raster.cells(places)
    town = ndimage.binary_dilation(land.built)
    fit = land.inside.ravel()[cells] & ~town.ravel()[cells] & (land.slope.ravel()[cells] < 0.05)
    able = np.flatnonzero(fit)
    shapely.prepare(water)
    room = shapely.buffer(shapely.points(places[able]), size[able].max(axis=1) * 0.6)
    dry: IntArray = able[~shapely.intersects(water, room)]
    return dry


def _apart(places: FloatArray, size: FloatArray, order: IntArray, wanted: int) -> list[int]:
    """Return up to a wanted number of places in their order, each apart from those before it."""
    tree = cKDTree(places[order])
    free = dict.fromkeys(order.tolist(), True)
    chosen: list[int] = []
    for place in order.tolist():
        if free[place] and len(chosen) < wanted:
            chosen.append(place)
            for other in tree.query_ball_point(places[place], APART_M * (0.75 + 0.25 * size[place, 0] / 200.0)):
                free[int(order[other])] = False
    return chosen


def _outlines(places: FloatArray, size: FloatArray, turned: FloatArray, rng: np.random.Generator) -> GeometryArray:
    """Return the outlines: blocks with a nibbled corner or a wing."""
    corners = np.array([[-1, -1], [-0.1, -1], [0.3, -1], [1, -1], [1, 0.2], [1, 1], [-0.3, 1], [-1, 1], [-1, -0.1]])
    shape = corners[None] * rng.uniform(0.78, 1.12, (len(places), len(corners), 2))
    uv = shape * size[:, None, :] / 2.0
    outlines: GeometryArray = shapely.polygons(_turned(places, uv, turned))
    return outlines


def _lanes(places: FloatArray, size: FloatArray, turned: FloatArray) -> GeometryArray:
    """Return parallel lanes across every hamlet, and one along its front."""
    count = np.maximum(1, (size[:, 0] * 0.8 / LANE_M).astype(np.int64))
    owner = np.repeat(np.arange(len(places)), count)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    u = (number - (count[owner] - 1) / 2.0) * LANE_M
    half = size[owner, 1] * 0.42
    across = np.stack([np.column_stack([u, -half]), np.column_stack([u, half])], axis=1)
    front = np.stack([size * (-0.42, -0.42), size * (0.42, -0.42)], axis=1)
    both = np.concatenate([_turned(places[owner], across, turned[owner]), _turned(places, front, turned)])
    lanes: GeometryArray = shapely.linestrings(both)
    return lanes


def _turned(places: FloatArray, uv: FloatArray, turned: FloatArray) -> FloatArray:
    """Return (n, k, 2) places of (n, k, 2) coordinates in turned frames."""
    cosine, sine = np.cos(turned)[:, None], np.sin(turned)[:, None]
    return places[:, None] + np.stack(
        [uv[..., 0] * cosine - uv[..., 1] * sine, uv[..., 0] * sine + uv[..., 1] * cosine], axis=-1
    )


def with_hamlets(land: Landscape, hamlets: Hamlets) -> FloatArray:
    """Return people per km2 with most of the country's people gathered in the hamlets, total unchanged."""
    raster = land.raster
    rural = np.where(land.built, 0.0, land.people_per_km2)
    clumps = np.zeros(raster.shape)
    np.add.at(clumps.ravel(), raster.cells(hamlets.places), shapely.area(hamlets.outlines))
    clumps = np.where(land.built, 0.0, ndimage.gaussian_filter(clumps, 0.7)) * land.inside
    if clumps.sum() == 0:
        return land.people_per_km2
    gathered = SHARE_OF_PEOPLE * rural.sum() * clumps / clumps.sum()
    people: FloatArray = land.people_per_km2 - SHARE_OF_PEOPLE * rural + gathered
    return people
