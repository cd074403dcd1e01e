"""Cheapest ways over a net where a turn costs too: so a main street runs on straight and does not climb in steps.

The graph has one node for every direction of every piece, and one for every junction, where a way may begin. Whoever
goes on from one piece to the next pays the next one's length and the turn between the two; turning back costs more
than any turn. Cost: O(pieces) nodes; one run of Dijkstra for all goals of a start.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from gis.units import FloatArray, IntArray

TURN_COST = 420.0
"""What a turn of a right angle counts, in metres of street."""
STRAIGHT = 0.12
"""Of a right angle: streets bend by so much without turning."""


@dataclass(frozen=True, slots=True)
class TurningGraph:
    """Directed pieces joined by what it costs to go on from one to the next.

    Parameters
    ----------
    joined
        Of pieces forward (0 to n), pieces backward (n to 2n) and junctions (from 2n).
    heads
        (2n,) the junction a directed piece leads to.
    """

    joined: sparse.csr_matrix
    heads: IntArray

    @classmethod
    def of(cls, ends: IntArray, places: FloatArray, cost: FloatArray) -> "TurningGraph":
        """Join pieces that follow each other.

        Parameters
        ----------
        ends
            (n, 2) junctions of each piece.
        places
            (junctions, 2) metres.
        cost
            (n,) of each piece, over 0.
        """
        n, junctions = len(ends), len(places)
        tails, heads = np.r_[ends[:, 0], ends[:, 1]], np.r_[ends[:, 1], ends[:, 0]]
        piece = np.arange(2 * n)
        into = sparse.coo_matrix((np.ones(2 * n, dtype=np.int8), (piece, heads)), shape=(2 * n, junctions)).tocsr()
        out_of = sparse.coo_matrix((np.ones(2 * n, dtype=np.int8), (tails, piece)), shape=(junctions, 2 * n)).tocsr()
        follows = (into @ out_of).tocoo()
        before, after = follows.row.astype(np.int64), follows.col.astype(np.int64)
        both = np.r_[cost, cost]
        going_on = both[after] + turn_cost(places[heads] - places[tails], before, after)
        graph = sparse.coo_matrix(
            (np.r_[going_on, both], (np.r_[before, 2 * n + tails], np.r_[after, piece])),
            shape=(2 * n + junctions, 2 * n + junctions),
        )
        return cls(graph.tocsr(), heads)

    def pieces_between(self, start: int, goals: IntArray) -> IntArray:
        """Return the pieces, each once, on the cheapest ways from a junction to others; none where no way leads."""
        both = len(self.heads)
        cost, previous = dijkstra(self.joined, indices=both + start, return_predecessors=True)
        found: set[int] = set()
        for goal in np.unique(goals[goals != start]).tolist():
            arriving = np.flatnonzero(self.heads == goal)
            here = int(arriving[np.argmin(cost[arriving])]) if np.isfinite(cost[arriving]).any() else both
            while here < both:
                found.add(here % (both // 2))
                here = int(previous[here])
        return np.array(sorted(found), dtype=np.int64)


def turn_cost(run: FloatArray, before: IntArray, after: IntArray) -> FloatArray:
    """Return (k,) what turning from one directed piece into the next costs, in metres of street.

    Parameters
    ----------
    run
        (pieces, 2) from tail to head.
    before, after
        (k,) positions in `run`.
    """
    angle = np.arctan2(run[:, 1], run[:, 0])
    turn = np.abs(np.angle(np.exp(1j * (angle[after] - angle[before])))) / (np.pi / 2.0)
    cost: FloatArray = TURN_COST * np.maximum(turn - STRAIGHT, 0.0) ** 0.7
    return cost
