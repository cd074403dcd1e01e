"""What hypothesis draws: gap-free divisions, and the points that are hardest to place.

A division is made of cells whose corners and middles of sides are shared, moved by chance and rounded to the lattice;
each cell is given to a grid or to none, and cells of one grid are joined. So borders match vertex by vertex by
construction, and holes, islands, enclaves and grids of several parts come up by themselves.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from hypothesis import strategies as st

ORIGINS = {
    "Jiangmen": (113.0, 22.5),
    "Washington": (-77.0, 38.9),
    "Greenwich on the equator": (-0.02, -0.02),
    "Tromso": (18.9, 69.6),
}
"""South-western corners; the third puts vertices at exactly 0, where doubles are finest."""

CELL_DEG = 0.01


@dataclass(frozen=True)
class DrawnDivision:
    """(n,) polygons in order, none empty, and what may be asked about them."""

    polygons: np.ndarray
    seed: int

    def points(self, n: int) -> tuple[np.ndarray, np.ndarray]:
        """Return some n points each of: anywhere, vertices, on edges, one last place beside those; and no places."""
        rng = np.random.default_rng(self.seed)
        west, south, east, north = shapely.total_bounds(self.polygons)
        margin = CELL_DEG / 2
        anywhere = rng.uniform((west - margin, south - margin), (east + margin, north + margin), (n, 2))
        vertices = shapely.get_coordinates(self.polygons)
        chosen = rng.integers(0, len(vertices) - 1, n)
        start, end = vertices[chosen], vertices[chosen + 1]
        on_edges = start + (end - start) * rng.choice([0.5, 0.25, rng.random()], (n, 1))
        exact = np.vstack((start, on_edges))
        beside = [np.nextafter(exact, toward) for toward in (np.inf, -np.inf)]
        sideways = [np.nextafter(exact, exact + np.array([step, 0])) for step in (1, -1)]
        no_places = np.array(
            [[np.nan, south], [west, np.nan], [np.inf, south], [west, -np.inf], [1e300, -1e300], [180, 90]]
        )
        together = np.vstack((anywhere, exact, *beside, *sideways, no_places))
        return together[:, 0].copy(), together[:, 1].copy()


def drawn_division(
    seed: int, *, origin: tuple[float, float], columns: int, rows: int, grids: int, uncovered: float
) -> DrawnDivision:
    """Return a division of up to ``grids`` polygons; ``uncovered`` is the share of cells in no grid."""
    rng = np.random.default_rng(seed)
    nodes = np.stack(np.meshgrid(np.arange(2 * columns + 1), np.arange(2 * rows + 1), indexing="ij"), axis=-1)
    moved = nodes + rng.uniform(-0.3, 0.3, nodes.shape) * (rng.random(nodes.shape[:2]) < 0.7)[..., None]
    nodes = np.rint((np.array(origin) + CELL_DEG / 2 * moved) * 1e9) / 1e9
    around = ((0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1))
    rings = np.stack([nodes[i : i + 2 * columns : 2, j : j + 2 * rows : 2] for i, j in around], axis=2)
    cells = shapely.polygons(rings.reshape(-1, 8, 2))
    owner = np.where(rng.random(len(cells)) < uncovered, -1, rng.integers(0, grids, len(cells)))
    owner[0] = max(owner[0], 0)
    joined = [shapely.coverage_union_all(cells[owner == grid]) for grid in np.unique(owner[owner >= 0])]
    return DrawnDivision(np.array(joined, dtype=object), seed)


@st.composite
def divisions(draw: st.DrawFn) -> DrawnDivision:
    """Draw a division of one to some twelve grids, anywhere."""
    return drawn_division(
        draw(st.integers(0, 2**32 - 1)),
        origin=ORIGINS[draw(st.sampled_from(sorted(ORIGINS)))],
        columns=draw(st.integers(1, 5)),
        rows=draw(st.integers(1, 5)),
        grids=draw(st.integers(1, 12)),
        uncovered=draw(st.sampled_from([0.0, 0.0, 0.2])),
    )


COORDINATES = st.one_of(
    st.floats(-180, 180, allow_subnormal=True),
    st.integers(-4, 4).map(float),
    st.integers(-(10**9), 10**9).map(lambda step: step / 1e9),
)
"""Doubles of every size, and small round ones that make lines meet exactly."""
