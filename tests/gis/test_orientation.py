from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gis.orientation import on_edges, sides_of_edges
from tests.strategies import COORDINATES


def side_by_fractions(x, y, ax, ay, bx, by):
    x, y, ax, ay, bx, by = map(Fraction, (x, y, ax, ay, bx, by))
    determinant = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
    return (determinant > 0) - (determinant < 0)


@given(st.lists(st.tuples(*[COORDINATES] * 6), min_size=1, max_size=20))
def test_the_side_is_that_of_rational_arithmetic(rows):
    numbers = np.array(rows)
    sides = sides_of_edges(numbers[:, 0], numbers[:, 1], edges=numbers[:, 2:])
    assert sides.tolist() == [side_by_fractions(*row) for row in rows]


@given(st.tuples(*[COORDINATES] * 4), st.floats(0, 1), st.integers(-2, 2), st.integers(-2, 2))
def test_the_side_is_right_some_last_places_beside_an_edge(edge, share, right, up):
    x = edge[0] + share * (edge[2] - edge[0])
    y = edge[1] + share * (edge[3] - edge[1])
    for _ in range(abs(right)):
        x = np.nextafter(x, np.inf * right)
    for _ in range(abs(up)):
        y = np.nextafter(y, np.inf * up)
    side = sides_of_edges(np.array([x]), np.array([y]), edges=np.array([edge]))
    assert side.tolist() == [side_by_fractions(x, y, *edge)]


def test_numbers_too_large_or_too_small_for_products_are_decided():
    edges = np.array([[0.0, -1.0, 0.0, 1.0], [-1e308, -1e308, 1e308, 1e308], [0.0, 0.0, 5e-324, 5e-324]])
    x, y = np.array([5e-324, 1.0, 5e-324]), np.array([0.5, 1.0, 5e-324])
    assert sides_of_edges(x, y, edges=edges).tolist() == [-1, 0, 0]


@given(st.tuples(*[COORDINATES] * 4))
def test_both_ends_lie_on_an_edge_and_its_continuation_does_not(edge):
    ends = np.array([edge[:2], edge[2:]])
    assert on_edges(ends[:, 0], ends[:, 1], edges=np.array([edge, edge])).all()
    step = ends[1] - ends[0]
    if (np.abs(step) > 1e-3).any():
        beyond = ends[1] + step
        assert not on_edges(beyond[:1], beyond[1:], edges=np.array([edge])).any()
