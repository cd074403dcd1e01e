"""How fast the index answers "which grid?", beside the libraries people use, on the same points in the same run.

Instance: 2,954 grids of some 217 vertices (`benchmarks.partition`), a million points, four fifths of them around towns;
and 150,000 grids. Peers keep their index where they can; all answers are compared, point by point. CPU seconds of the
process, medians of interleaved rounds; a peer that is not installed or cannot run is named and left out.

    .venv/bin/python benchmarks/bench_index.py [--quick]
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import geopandas
import numpy as np
import pandas as pd
import shapely

from benchmarks.measuring import machine
from benchmarks.partition import Partition, partition
from gis.index import GridIndex, crossings

SEED = 7
CITY = {"bounds": (111.98, 21.45, 113.25, 22.87), "towns": 73, "vertices_a_border": 35}
PROVINCE = {"bounds": (109.6, 20.2, 117.3, 25.5), "towns": 1600, "vertices_a_border": 12}
POINTS = 1_000_000
Answer = Callable[[], np.ndarray]


def main() -> None:
    """Measure and print one JSON object as the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the strongest peer only, and no province")
    quick = parser.parse_args().quick
    rng = np.random.default_rng(SEED)
    city = partition(2_954, **CITY, rng=rng)
    figures, peers = _city_figures(city, rng, quick=quick)
    if not quick:
        province = partition(150_000, **PROVINCE, rng=rng)
        figures |= _province_figures(province, rng)
    answer = {"benchmark": "index", "n": POINTS, "seed": SEED, "figures": figures, "peers": peers, "machine": machine()}
    print(json.dumps(answer))


def _city_figures(city: Partition, rng: np.random.Generator, *, quick: bool) -> tuple[dict[str, Any], dict[str, str]]:
    lon, lat = city.points(POINTS, rng)
    index = GridIndex.build(city.polygons)
    asked, versions = _peers(city.polygons, lon, lat, quick=quick)
    spent, mismatches = _compared(index, lon, lat, asked, rounds=3 if quick else 5)
    best = min(value for name, value in spent.items() if name in asked)
    figures: dict[str, Any] = {
        "numba_vs_best_library": round(best / spent["numba"], 1),
        "numpy_vs_best_library": round(best / spent["numpy"], 1),
        "index_mb": round(_files_mb(index), 1),
        "mismatches": mismatches,
        "open_ms": round(_open_ms(index), 2),
        "one_point_us_p50": round(_one_point_us(index, lon[:20_000], lat[:20_000]), 2),
        "rebuild_after_edit_ms": round(_rebuild_ms(index, city.polygons, rng), 1),
        "near_border_per_s": round(POINTS / _cpu_s(lambda: index.near_border(lon, lat, limit_m=np.inf)[0], rounds=3)),
    }
    return figures | {f"{name}_s": round(value, 4) for name, value in spent.items()}, versions


def _province_figures(province: Partition, rng: np.random.Generator) -> dict[str, Any]:
    lon, lat = province.points(POINTS, rng)
    begun = time.process_time()
    index = GridIndex.build(province.polygons)
    build_s = time.process_time() - begun
    asked, _ = _peers(province.polygons, lon, lat, quick=True)
    spent, mismatches = _compared(index, lon, lat, asked, rounds=1)
    best = min(value for name, value in spent.items() if name in asked)
    return {
        "build_s_150k": round(build_s, 1),
        "index_mb_150k": round(_files_mb(index), 1),
        "numba_vs_best_library_150k": round(best / spent["numba"], 1),
        "mismatches_150k": mismatches,
    }


def _peers(
    polygons: np.ndarray, lon: np.ndarray, lat: np.ndarray, *, quick: bool
) -> tuple[dict[str, Answer], dict[str, str]]:
    """Return what asks each peer, ready to be asked, and their versions; the strongest one first."""
    points = shapely.points(lon, lat)
    tree = shapely.STRtree(polygons)
    grids = geopandas.GeoDataFrame({"grid": np.arange(len(polygons))}, geometry=polygons)
    frame = geopandas.GeoDataFrame({"point": np.arange(len(points))}, geometry=points)
    asked: dict[str, Answer] = {}
    versions = {"shapely": shapely.__version__, "geopandas": geopandas.__version__}
    try:
        import sedonadb  # noqa: PLC0415
    except ImportError:
        versions["sedonadb"] = "not installed: make setup-bench"
    else:
        versions["sedonadb"] = sedonadb.__version__
        session = sedonadb.connect()
        session.create_data_frame(grids).to_view("grids")
        session.create_data_frame(frame).to_view("points")
        asked["sedonadb"] = lambda: _by_sedona(session, len(points))
    if asked and quick:
        return asked, versions
    asked["geopandas_within"] = lambda: _owners(frame.sjoin(grids, predicate="within"), len(points))
    if not quick:
        asked["geopandas_default"] = lambda: _owners(frame.sjoin(grids), len(points))
        asked["strtree"] = lambda: _by_tree(tree, points)
    return asked, versions


def _by_sedona(session: Any, n: int) -> np.ndarray:
    joined = session.sql("SELECT point, grid FROM points JOIN grids ON ST_Within(points.geometry, grids.geometry)")
    return _owners(joined.to_pandas(), n)


def _by_tree(tree: shapely.STRtree, points: np.ndarray) -> np.ndarray:
    point, grid = tree.query(points, "intersects")
    return _owners(pd.DataFrame({"point": point, "grid": grid}), len(points))


def _owners(pairs: pd.DataFrame, n: int) -> np.ndarray:
    owners = np.full(n, -1, dtype=np.int32)
    owners[pairs["point"].to_numpy()] = pairs["grid"].to_numpy()
    return owners


def _compared(
    index: GridIndex, lon: np.ndarray, lat: np.ndarray, asked: dict[str, Answer], *, rounds: int
) -> tuple[dict[str, float], int]:
    """Return the median CPU seconds of each way, in interleaved rounds, and how many answers differ from ours."""
    tables = index._tables
    assert tables is not None
    ways = {
        "numba": lambda: index.locate(lon, lat),
        "numpy": lambda: crossings.locate(tables, lon, lat),
        **asked,
    }
    expected = ways["numba"]()
    mismatches = sum(int((way() != expected).sum()) for way in ways.values())
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            spent[name] += [_cpu_s(way, rounds=1)] if name in asked else [_cpu_s(way, rounds=3)]
    return {name: statistics.median(values) for name, values in spent.items()}, mismatches


def _cpu_s(way: Callable[[], Any], *, rounds: int) -> float:
    values = []
    for _ in range(rounds):
        begun = time.process_time()
        way()
        values.append(time.process_time() - begun)
    return statistics.median(values)


def _files_mb(index: GridIndex) -> float:
    with tempfile.TemporaryDirectory() as directory:
        index.save(Path(directory))
        return sum(file.stat().st_size for file in Path(directory).iterdir()) / 1e6


def _open_ms(index: GridIndex) -> float:
    with tempfile.TemporaryDirectory() as directory:
        index.save(Path(directory))
        values = []
        for _ in range(20):
            begun = time.perf_counter()
            GridIndex.open(Path(directory))
            values.append(time.perf_counter() - begun)
    return statistics.median(values) * 1e3


def _one_point_us(index: GridIndex, lon: np.ndarray, lat: np.ndarray) -> float:
    values = []
    for x, y in zip(lon.tolist(), lat.tolist(), strict=True):
        begun = time.perf_counter()
        index.locate_one(x, y)
        values.append(time.perf_counter() - begun)
    return statistics.median(values) * 1e6


def _rebuild_ms(index: GridIndex, polygons: np.ndarray, rng: np.random.Generator) -> float:
    """Move vertices by a metre or two, one at a time, in all grids that have them."""
    vertices, owner = shapely.get_coordinates(polygons, return_index=True)
    values = []
    while len(values) < 20:
        old = vertices[rng.integers(len(vertices))]
        new = old + rng.uniform(-2e-5, 2e-5, 2)
        grids = np.unique(owner[(vertices == old).all(axis=1)])
        after = polygons.copy()
        after[grids] = shapely.transform(
            polygons[grids], lambda at, a=old, b=new: np.where((at == a).all(1)[:, None], b, at)
        )
        if shapely.is_valid(after[grids]).all():
            begun = time.perf_counter()
            index.rebuilt(polygons, after)
            values.append(time.perf_counter() - begun)
    return statistics.median(values) * 1e3


if __name__ == "__main__":
    main()
