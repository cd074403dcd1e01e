"""A division of any size for benchmarks: gap-free, crooked borders shared vertex by vertex, dense towns, wide land.

Seeds, some in clusters around towns, are the middles of Voronoi cells; each border between two cells becomes one chain
of vertices that both have, bent towards their seeds; where chains cross, they are bent less. Same seed and size, same
polygons.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import Voronoi

_TRIES = 6
_MARGIN = 0.3
"""Seeds beyond the outline, so that cells on it are closed."""


@dataclass(frozen=True)
class Partition:
    """(n,) polygons, and the towns that points are drawn around: places, weights, spreads; bounds of all."""

    polygons: np.ndarray
    towns: np.ndarray
    weights: np.ndarray
    spread_deg: np.ndarray
    bounds: tuple[float, float, float, float]

    def points(self, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Return lon and lat of n points: four fifths around towns, the rest anywhere within the bounds."""
        town = rng.choice(len(self.towns), n, p=self.weights)
        around = self.towns[town] + rng.normal(size=(n, 2)) * self.spread_deg[town, None]
        anywhere = rng.uniform(self.bounds[:2], self.bounds[2:], (n, 2))
        points = np.where(rng.random((n, 1)) < 0.8, around, anywhere)
        return points[:, 0].copy(), points[:, 1].copy()


def partition(
    n: int, *, bounds: tuple[float, float, float, float], towns: int, vertices_a_border: int, rng: np.random.Generator
) -> Partition:
    """Return about n polygons; a border between two of them has so many vertices between its ends."""
    low, size = np.array(bounds[:2]), np.array(bounds[2:]) - np.array(bounds[:2])
    places = low + size * rng.uniform(0.1, 0.9, (towns, 2))
    weights = rng.pareto(1.2, towns) + 0.3
    weights /= weights.sum()
    spread_deg = rng.uniform(0.006, 0.025, towns) * size.min()
    many = int(n * 2.5)
    town = rng.choice(towns, many, p=weights)
    near = places[town] + rng.normal(size=(many, 2)) * spread_deg[town, None]
    wide = low + size * rng.uniform(-_MARGIN, 1 + _MARGIN, (many, 2))
    seeds = np.where(rng.random((many, 1)) < 0.35, near, wide)
    radius = np.hypot(*((seeds - low - size / 2) / size).T)
    middle = np.flatnonzero(radius < 0.48)[:n]
    seeds = np.vstack((seeds[middle], seeds[radius >= 0.48]))
    diagram = Voronoi(seeds)
    borders, cells, forward = _borders(diagram, len(middle))
    drift = np.cumsum(rng.normal(size=(len(borders), vertices_a_border + 2)), axis=1)
    bent = np.ones(len(borders))
    for _ in range(_TRIES):
        polygons = _rings(_chains(diagram, borders, drift, bent), cells, forward)
        crossing = np.flatnonzero(~shapely.is_valid(polygons))
        if len(crossing) == 0:
            break
        bent[cells[np.isin(cells[:, 0], crossing), 1]] *= 0.3
    else:
        bent[cells[np.isin(cells[:, 0], crossing), 1]] = 0.0
        polygons = _rings(_chains(diagram, borders, drift, bent), cells, forward)
    return Partition(polygons, places, weights, spread_deg, bounds)


def _borders(diagram: Voronoi, inside: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the ridges that bound cells inside, the border numbers of each cell in order, and their directions."""
    corners = np.asarray(diagram.ridge_vertices)
    kept = np.flatnonzero((corners >= 0).all(axis=1) & (diagram.ridge_points < inside).any(axis=1))
    cell = diagram.ridge_points[kept].T.reshape(-1)
    border = np.tile(np.arange(len(kept)), 2)
    own = cell < inside
    cell, border = cell[own], border[own]
    start, end = diagram.vertices[corners[kept[border], 0]], diagram.vertices[corners[kept[border], 1]]
    seed = diagram.points[cell]
    angle = np.arctan2(*((start + end) / 2 - seed).T[::-1])
    order = np.lexsort((angle, cell))
    turn = (start - seed)[:, 0] * (end - seed)[:, 1] - (start - seed)[:, 1] * (end - seed)[:, 0]
    return kept, np.column_stack((cell, border))[order], (turn > 0)[order]


def _chains(diagram: Voronoi, borders: np.ndarray, drift: np.ndarray, bent: np.ndarray) -> np.ndarray:
    """Return (borders, vertices, 2) the chain of each border, drifting towards one seed or the other."""
    corners = np.asarray(diagram.ridge_vertices)[borders]
    start, end = diagram.vertices[corners[:, 0]], diagram.vertices[corners[:, 1]]
    share = np.linspace(0, 1, drift.shape[1])
    straight = start[:, None] + (end - start)[:, None] * share[None, :, None]
    walk = drift - drift[:, :1] - (drift[:, -1:] - drift[:, :1]) * share
    walk /= np.maximum(np.abs(walk).max(axis=1, keepdims=True), 1e-12)
    one, other = (diagram.points[diagram.ridge_points[borders, side]][:, None] for side in (0, 1))
    toward = np.where(walk[..., None] > 0, one, other) - straight
    length = np.hypot(*(end - start).T)[:, None]
    bend = np.abs(walk) * np.minimum(0.4, 0.2 * length / np.maximum(np.hypot(*toward.transpose(2, 0, 1)), 1e-12))
    chains = straight + toward * (bent[:, None] * bend * np.minimum(1.0, 8 * share * (1 - share)))[..., None]
    chains[:, 0], chains[:, -1] = start, end
    return chains


def _rings(chains: np.ndarray, cells: np.ndarray, forward: np.ndarray) -> np.ndarray:
    """Join the chains around each cell into polygons."""
    pieces = chains[cells[:, 1]]
    pieces[~forward] = pieces[~forward][:, ::-1]
    vertices = pieces[:, :-1].reshape(-1, 2)
    ring = np.repeat(cells[:, 0], chains.shape[1] - 1)
    return shapely.polygons(shapely.linearrings(vertices, indices=np.unique(ring, return_inverse=True)[1]))
