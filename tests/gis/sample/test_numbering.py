"""The surveyor's order, against a slow obvious twin."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gis.sample.numbering import reading_order

GRIDS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 9), st.integers(0, 9), st.integers(0, 4)), min_size=1, max_size=12
)


def slow_order(parent: list[int], middles: list[tuple[int, int]], south: list[int]) -> list[int]:
    order: list[int] = []
    for community in sorted(set(parent)):
        left = [grid for grid, own in enumerate(parent) if own == community]
        left.sort(key=lambda grid: (-middles[grid][1], middles[grid][0]))
        while left:
            row = [left.pop(0)]
            while left and all(middles[left[0]][1] > south[member] for member in row):
                row.append(left.pop(0))
            order += sorted(row, key=lambda grid: (middles[grid][0], -middles[grid][1]))
    return order


@given(GRIDS)
def test_grids_are_numbered_row_by_row_as_the_slow_twin_does(grids: list[tuple[int, int, int, int]]) -> None:
    parent, middles = [grid[0] for grid in grids], [(grid[1], grid[2]) for grid in grids]
    south = [grid[2] - grid[3] for grid in grids]
    order = reading_order(np.array(parent), np.array(middles, dtype=float), np.array(south, dtype=float))
    assert sorted(order.tolist()) == list(range(len(grids)))
    told = [(parent[grid], middles[grid], south[grid]) for grid in order.tolist()]
    assert [one[:2] for one in told] == [(parent[grid], middles[grid]) for grid in slow_order(parent, middles, south)]


@given(GRIDS)
def test_what_lies_plainly_north_comes_first(grids: list[tuple[int, int, int, int]]) -> None:
    middles = np.array([(grid[1], grid[2]) for grid in grids], dtype=float)
    south = middles[:, 1] - [grid[3] for grid in grids]
    parent = np.array([grid[0] for grid in grids])
    order = reading_order(parent, middles, south)
    for earlier, later in combinations(order.tolist(), 2):
        assert parent[earlier] <= parent[later]
        if parent[earlier] == parent[later]:
            assert south[later] <= middles[earlier, 1]
