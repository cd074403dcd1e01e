"""Main streets run on: ways that pay for turns, against trying every way."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.sample.turning import TurningGraph, turn_cost
from gis.units import FloatArray, IntArray

Net = tuple[IntArray, FloatArray, FloatArray]


@st.composite
def nets(draw: st.DrawFn) -> Net:
    """Draw a small net of streets over shaken places: which places are joined, where they lie, what pieces cost."""
    rows, columns = draw(st.integers(2, 3)), draw(st.integers(2, 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    y, x = (axis.ravel() for axis in np.mgrid[:rows, :columns])
    places = np.column_stack([x, y]) * 100.0 + rng.uniform(-15.0, 15.0, (rows * columns, 2))
    near = [(a, b) for a in range(len(places)) for b in range(a) if abs(x[a] - x[b]) + abs(y[a] - y[b]) == 1]
    kept = draw(st.lists(st.sampled_from(near), min_size=1, unique=True))
    ends = np.array(kept, dtype=np.int64)
    cost = np.hypot(*(places[ends[:, 0]] - places[ends[:, 1]]).T) * rng.choice([0.35, 1.0, 4.0], len(ends)) + 1.0
    return ends, places, cost


def every_way(ends: IntArray, start: int, goal: int) -> list[list[tuple[int, int, int]]]:
    """Return all ways that use no junction twice, as (piece, from, to)."""
    found: list[list[tuple[int, int, int]]] = []
    unfinished: list[list[tuple[int, int, int]]] = [[]]
    while unfinished:
        way = unfinished.pop()
        here = way[-1][2] if way else start
        if here == goal:
            found.append(way)
            continue
        been = {start, *(to for _, _, to in way)}
        for piece, (a, b) in enumerate(ends.tolist()):
            for one, other in ((a, b), (b, a)):
                if one == here and other not in been:
                    unfinished.append([*way, (piece, one, other)])
    return found


def cost_of(way: list[tuple[int, int, int]], net: Net) -> float:
    _, places, cost = net
    run = np.array([places[b] - places[a] for _, a, b in way])
    turns = [turn_cost(run, np.array([i]), np.array([j]))[0] for i, j in pairwise(range(len(way)))]
    return float(sum(cost[piece] for piece, _, _ in way) + sum(turns))


@given(nets(), st.integers(0, 8), st.integers(0, 8))
def test_the_way_is_the_cheapest_of_all(net: Net, start: int, goal: int) -> None:
    ends, places, cost = net
    start, goal = start % len(places), goal % len(places)
    found = TurningGraph.of(ends, places, cost).pieces_between(start, np.array([goal]))
    ways = every_way(ends, start, goal)
    if start == goal or not ways:
        assert len(found) == 0
    else:
        best = min(ways, key=lambda way: cost_of(way, net))
        assert found.tolist() == sorted(piece for piece, _, _ in best)


def test_a_turn_costs_more_than_a_bend_and_turning_back_most() -> None:
    angles = np.radians([0.0, 8.0, 60.0, 90.0, 180.0])
    run = np.column_stack([np.cos(angles), np.sin(angles)])
    cost = turn_cost(run, np.zeros(5, dtype=np.int64), np.arange(5))
    assert cost[0] == cost[1] == 0.0
    assert cost[1] < cost[2] < cost[3] < cost[4]


@pytest.mark.parametrize("towards", [1.0, -1.0])
def test_a_diagonal_over_a_chequerboard_turns_once(towards: float) -> None:
    y, x = (axis.ravel() for axis in np.mgrid[:6, :6])
    places = np.column_stack([x * 100.0 * towards, y * 100.0])
    ends = np.array([(a, b) for a in range(36) for b in range(a) if abs(x[a] - x[b]) + abs(y[a] - y[b]) == 1])
    pieces = TurningGraph.of(ends, places, np.full(len(ends), 100.0)).pieces_between(0, np.array([35]))
    horizontal = y[ends[pieces, 0]] == y[ends[pieces, 1]]
    assert len(pieces) == 10
    assert len(np.unique(y[ends[pieces, 0]][horizontal])) == 1
    assert len(np.unique(x[ends[pieces, 0]][~horizontal])) == 1
