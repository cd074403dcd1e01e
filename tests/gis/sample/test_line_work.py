"""Networks, faces and growth, against slow obvious twins."""

from itertools import pairwise

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse.csgraph import connected_components, dijkstra

from gis.sample.atoms import Atoms, borders_between, crossing_graph, faces_between, make_atoms
from gis.sample.growth import Plot, balanced, grow
from gis.sample.linework import LineKind, Lines
from gis.sample.networks import chains, neighbour_routes, smooth_lines
from gis.sample.plane import Plane
from gis.sample.raster import Raster, label_borders, lattice_graph

SEEDS = st.integers(0, 10_000)
EDGES = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda pair: pair[0] != pair[1]), min_size=1)
SIDE_M = 2_000.0


def random_lines(seed: int, count: int = 14) -> Lines:
    rng = np.random.default_rng(seed)
    ends = rng.uniform(-200.0, SIDE_M + 200.0, (count, 2, 2))
    kinds = rng.choice([int(LineKind.RIVER), int(LineKind.TRUNK), int(LineKind.LANE)], count)
    return Lines(shapely.linestrings(ends), kinds)


def two_counties() -> np.ndarray:
    return np.array([shapely.box(0, 0, SIDE_M / 2, SIDE_M), shapely.box(SIDE_M / 2, 0, SIDE_M, SIDE_M)], dtype=object)


def random_atoms(seed: int) -> Atoms:
    lines = random_lines(seed)
    faces = faces_between(two_counties(), lines)
    return make_atoms(faces, lines, shapely.area(faces.polygons) / 1e4)


@given(EDGES)
def test_chains_use_every_edge_once(edges: list[tuple[int, int]]) -> None:
    found = chains(np.array(edges))
    used = [tuple(sorted(step)) for chain in found for step in pairwise(chain)]
    assert sorted(used) == sorted({tuple(sorted(edge)) for edge in edges})


@given(EDGES)
def test_chains_end_only_at_junctions_and_dead_ends_or_are_loops(edges: list[tuple[int, int]]) -> None:
    unique = {tuple(sorted(edge)) for edge in edges}
    degree = np.bincount(np.array(sorted(unique)).ravel(), minlength=13)
    for chain in chains(np.array(edges)):
        assert all(degree[node] == 2 for node in chain[1:-1])
        assert chain[0] == chain[-1] or (degree[chain[0]] != 2 and degree[chain[-1]] != 2)


@given(SEEDS)
def test_the_route_between_two_sources_is_as_cheap_as_the_cheapest_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = (6, 7)
    nodes = Raster(0.0, 0.0, 100.0, *shape).shaken_middles(rng, share=0.8)
    graph = lattice_graph(np.ones(shape, dtype=bool), nodes, rng.uniform(0.5, 3.0, shape))
    sources = rng.choice(42, 2, replace=False)
    route = neighbour_routes(graph, sources, detour=1.0)
    cheapest = dijkstra(graph, indices=int(sources[0]))[sources[1]]
    assert np.isclose(np.asarray(graph[route[:, 0], route[:, 1]]).sum(), cheapest)


def test_smoothing_keeps_dead_ends_and_moves_junctions_with_all_their_lines() -> None:
    places = np.array([[0, 0], [100, 30], [200, 0], [300, 60], [200, -150]], dtype=float)
    found = chains(np.array([[0, 1], [1, 2], [2, 3], [2, 4]]))
    lines = smooth_lines(found, places, rounds=3, tolerance_m=0.0)
    ends = {tuple(np.round(at, 6)) for line in lines for at in shapely.get_coordinates(line)[[0, -1]]}
    assert {(0.0, 0.0), (300.0, 60.0), (200.0, -150.0)} < ends
    assert len(ends) == 4


@given(SEEDS)
def test_borders_of_a_raster_divide_unlike_cells_and_no_others(seed: int) -> None:
    labels = np.random.default_rng(seed).integers(-1, 3, (5, 6))
    start, end = label_borders(labels, np.ones((5, 6), dtype=bool))
    slow = 0
    for row in range(5):
        for column in range(6):
            for other in ((row + 1, column), (row, column + 1)):
                if other[0] < 5 and other[1] < 6 and min(labels[row, column], labels[other]) >= 0:
                    slow += int(labels[row, column] != labels[other])
    assert len(start) == len(end) == slow


@given(SEEDS)
@settings(deadline=None, max_examples=30)
def test_faces_fill_their_counties_without_overlap(seed: int) -> None:
    faces = faces_between(two_counties(), random_lines(seed))
    assert shapely.coverage_is_valid(faces.polygons)
    for county in range(2):
        area = shapely.area(faces.polygons[faces.county == county]).sum()
        assert np.isclose(area, SIDE_M**2 / 2, rtol=1e-6)


@given(SEEDS)
@settings(deadline=None, max_examples=20)
def test_borders_between_faces_are_what_shapely_says_they_share(seed: int) -> None:
    lines = random_lines(seed)
    faces = faces_between(two_counties(), lines)
    borders = borders_between(faces, lines)
    found = {(a, b): length for a, b, length in zip(borders.first, borders.second, borders.length_m, strict=True)}
    for a in range(len(faces.polygons)):
        for b in range(a + 1, len(faces.polygons)):
            shared = shapely.intersection(faces.polygons[a], faces.polygons[b]).length
            if faces.county[a] == faces.county[b] and shared > 0.01:
                assert np.isclose(found[a, b], shared, atol=0.01)
            else:
                assert found.get((a, b), 0.0) <= 0.01


@given(SEEDS, st.integers(1, 3))
@settings(deadline=None, max_examples=30)
def test_growth_gives_every_seed_one_connected_region_inside_its_county(seed: int, number: int) -> None:
    atoms = random_atoms(seed)
    rng = np.random.default_rng(seed)
    seeds = np.concatenate(
        [
            rng.choice(own, min(number, len(own)), replace=False)
            for own in (np.flatnonzero(atoms.county == county) for county in range(2))
        ]
    )
    plot = Plot.of(atoms, parent=atoms.county, load=atoms.area_m2)
    target = np.full(len(seeds), SIDE_M**2 / len(seeds))
    region = grow(plot, seeds, target=target, rounds=6)
    assert sorted(set(region)) == list(range(len(seeds)))
    graph = crossing_graph(atoms)
    for label in range(len(seeds)):
        own = np.flatnonzero(region == label)
        assert len(set(atoms.county[own])) == 1
        assert connected_components(graph[own][:, own], directed=False)[0] == 1


@given(SEEDS)
@settings(deadline=None, max_examples=20)
def test_balancing_makes_no_region_more_unequal_than_plain_growth(seed: int) -> None:
    atoms = random_atoms(seed)
    own = np.flatnonzero(atoms.county == 0)
    other = np.flatnonzero(atoms.county == 1)[:1]
    seeds = np.concatenate([own[: min(4, len(own))], other])
    target = np.r_[np.full(len(seeds) - 1, SIDE_M**2 / 2 / (len(seeds) - 1)), SIDE_M**2 / 2]
    plot = Plot.of(atoms, parent=atoms.county, load=atoms.area_m2)

    def spread(region: np.ndarray) -> float:
        off = np.clip(np.log(np.bincount(region, plot.load, len(seeds)) / target), -4.0, 4.0)
        return float(np.abs(off).mean() + 0.1 * np.abs(off).max())

    once = balanced(plot, seeds, target=target, rounds=1, keep_seeds=True)[0]
    often = balanced(plot, seeds, target=target, rounds=12, keep_seeds=True)[0]
    assert spread(often) <= spread(once)


@given(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_the_plane_gives_positions_back_on_the_lattice(east: float, north: float) -> None:
    plane = Plane(112.63, 22.22)
    lonlat = np.round(np.array([[112.63 + east, 22.22 + north]]), 9)
    assert np.array_equal(plane.degrees(plane.metres(lonlat)), np.round(lonlat * 1e9) / 1e9)


def test_parts_of_a_parent_that_do_not_touch_are_joined_by_one_edge() -> None:
    atoms = random_atoms(3)
    everywhere = np.zeros(len(atoms), dtype=np.int64)
    plot = Plot.of(atoms, parent=everywhere, load=atoms.area_m2)
    plain = crossing_graph(atoms)
    assert connected_components(plain, directed=False)[0] == 2
    assert connected_components(plot.graph, directed=False)[0] == 1
    assert sparse.triu(plot.graph).nnz == sparse.triu(plain).nnz + 1
