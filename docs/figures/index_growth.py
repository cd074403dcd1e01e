"""Draw how the time a point grows with the number of grids: `docs/pictures/index-growth.png`.

.venv/bin/python docs/figures/index_growth.py
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from matplotlib.figure import Figure

from benchmarks.partition import partition
from gis.index import crossings
from gis.index.build import tables_of
from gis.index.edges import Edges
from gis.index.kernel import locate

SIZES = (100, 1_000, 3_000, 10_000, 150_000)
POINTS = 500_000


def measured(grids: int) -> dict[str, float]:
    """Return nanoseconds a point by both paths, MB of the tables and CPU seconds of the build."""
    rng = np.random.default_rng(7)
    made = partition(grids, bounds=(110.0, 21.0, 115.0, 25.0), towns=max(8, grids // 40), vertices_a_border=20, rng=rng)
    lon, lat = made.points(POINTS, rng)
    begun = time.process_time()
    tables = tables_of(Edges.of(made.polygons))
    found = {"build_s": time.process_time() - begun, "mb": tables.size_bytes / 1e6}
    for name, way in (("numba", locate), ("numpy", crossings.locate)):
        assert way is not None
        way(tables, lon, lat)
        spent = []
        for _ in range(3):
            begun = time.process_time()
            way(tables, lon, lat)
            spent.append(time.process_time() - begun)
        found[name] = min(spent) / POINTS * 1e9
    return found


def main() -> None:
    """Measure all sizes and draw."""
    rows = [measured(grids) for grids in SIZES]
    for grids, row in zip(SIZES, rows, strict=True):
        print(grids, {name: round(value, 2) for name, value in row.items()})
    figure = Figure(figsize=(7, 4))
    axes = figure.subplots()
    for name in ("numba", "numpy"):
        axes.loglog(SIZES, [row[name] for row in rows], "o-", label=name)
    axes.set(xlabel="grids", ylabel="ns a point (CPU)", title="Which grid? Time a point against the number of grids")
    axes.grid(visible=True, which="both", alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(Path(__file__).resolve().parents[1] / "pictures" / "index-growth.png", dpi=110)


if __name__ == "__main__":
    main()
