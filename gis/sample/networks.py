"""Networks of lines: neighbour routes, chains between junctions, smoothing that keeps junctions.

`neighbour_routes` joins every source with its neighbours by least-cost routes out of *one* run of Dijkstra
(Mehlhorn's construction): where the territories of two sources touch, the cheapest touching edge together
with the two trees is the cheapest route between them. Cost: one Dijkstra, O(edges log nodes).
"""

import numpy as np
import shapely
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from gis.units import FloatArray, GeometryArray, IntArray


def neighbour_routes(graph: sparse.csr_matrix, sources: IntArray, *, detour: float) -> IntArray:
    """Return the edges of the cheapest routes between neighbouring sources.

    Parameters
    ----------
    graph
        Symmetric, weights above 0.
    sources
        (n,) node numbers.
    detour
        A route is left out when two shorter ones lead there by a third source, each below `detour` times its
        length: 1.0 keeps the relative neighbourhood graph, 0.7 keeps more.

    Returns
    -------
    (m, 2) distinct edges, lower node first, in ascending order.
    """
    distance, previous, nearest = dijkstra(graph, indices=np.unique(sources), min_only=True, return_predecessors=True)
    half = sparse.triu(graph).tocoo()
    touching = nearest[half.row] != nearest[half.col]
    touching &= (nearest[half.row] >= 0) & (nearest[half.col] >= 0)
    start, end = half.row[touching].astype(np.int64), half.col[touching].astype(np.int64)
    length = distance[start] + half.data[touching] + distance[end]
    low = np.minimum(nearest[start], nearest[end]).astype(np.int64)
    high = np.maximum(nearest[start], nearest[end]).astype(np.int64)
    order = np.lexsort((length, high, low))
    pairs = np.column_stack([low, high])[order]
    first = np.r_[True, (pairs[1:] != pairs[:-1]).any(axis=1)] if len(pairs) else np.zeros(0, dtype=bool)
    chosen = order[first]
    kept = chosen[_without_detours(low[chosen], high[chosen], length[chosen], detour)]
    return _edges_to_sources(start[kept], end[kept], previous)


def _without_detours(low: IntArray, high: IntArray, length: FloatArray, detour: float) -> IntArray:
    """Return the positions of the pairs that no third source serves better."""
    reach: dict[int, dict[int, float]] = {}
    for a, b, d in zip(low.tolist(), high.tolist(), length.tolist(), strict=True):
        reach.setdefault(a, {})[b] = d
        reach.setdefault(b, {})[a] = d
    kept = [
        position
        for position, (a, b, d) in enumerate(zip(low.tolist(), high.tolist(), length.tolist(), strict=True))
        if not any(d_ac < detour * d and reach[c].get(b, np.inf) < detour * d for c, d_ac in reach[a].items())
    ]
    return np.array(kept, dtype=np.int64)


def _edges_to_sources(start: IntArray, end: IntArray, previous: IntArray) -> IntArray:
    """Return the edges of routes: the meeting edges, and from both ends back to the sources."""
    before = previous.tolist()
    seen: set[int] = set()
    edges: set[tuple[int, int]] = set()
    for a, b in zip(start.tolist(), end.tolist(), strict=True):
        edges.add((min(a, b), max(a, b)))
        for origin in (a, b):
            node = origin
            while node not in seen:
                seen.add(node)
                if before[node] < 0:
                    break
                edges.add((min(node, before[node]), max(node, before[node])))
                node = before[node]
    return np.array(sorted(edges), dtype=np.int64).reshape(-1, 2)


def chains(edges: IntArray) -> list[list[int]]:
    """Return the chains of nodes between junctions and dead ends of a network, and its loops.

    Parameters
    ----------
    edges
        (n, 2) node numbers, undirected.

    Examples
    --------
    >>> chains(np.array([[1, 2], [2, 3], [3, 4], [3, 5]]))
    [[1, 2, 3], [3, 4], [3, 5]]
    """
    unique = np.unique(np.sort(edges, axis=1), axis=0)
    near: dict[int, list[int]] = {}
    for a, b in unique.tolist():
        near.setdefault(a, []).append(b)
        near.setdefault(b, []).append(a)
    done: set[tuple[int, int]] = set()
    found: list[list[int]] = []
    ends = [node for node in sorted(near) if len(near[node]) != 2]
    for a in ends + sorted(near):
        found.extend(_walk(near, done, a, b) for b in near[a] if (a, b) not in done)
    return found


def _walk(near: dict[int, list[int]], done: set[tuple[int, int]], a: int, b: int) -> list[int]:
    """Return the chain that leaves `a` towards `b`, as far as nodes have just two neighbours."""
    chain = [a, b]
    done.update([(a, b), (b, a)])
    while len(near[chain[-1]]) == 2:
        one, other = near[chain[-1]]
        following = one if one != chain[-2] else other
        if (chain[-1], following) in done:
            break
        done.update([(chain[-1], following), (following, chain[-1])])
        chain.append(following)
    return chain


def smooth_lines(found: list[list[int]], places: FloatArray, *, rounds: int, tolerance_m: float) -> GeometryArray:
    """Return the chains as smooth lines; junctions move with their lines, dead ends stay.

    Parameters
    ----------
    found
        Chains of node numbers.
    places
        (nodes, 2) metres.
    rounds
        How often each node moves half way to the mean of its neighbours.
    tolerance_m
        Of the simplification at the end.

    Returns
    -------
    (n,) lines, one per chain, in order.
    """
    if not found:
        return np.array([], dtype=object)
    length = np.array([len(chain) for chain in found])
    nodes, inverse = np.unique(np.concatenate(found), return_inverse=True)
    owner = np.repeat(np.arange(len(found)), length)
    along = np.flatnonzero(owner[1:] == owner[:-1])
    a, b = inverse[along], inverse[along + 1]
    links = sparse.coo_matrix((np.ones(2 * len(a)), (np.r_[a, b], np.r_[b, a])), shape=(len(nodes), len(nodes))).tocsr()
    degree = np.asarray(links.sum(axis=1)).ravel()
    free = degree > 1
    at = places[nodes].copy()
    for _ in range(rounds):
        mean = (links @ at) / degree[:, None]
        at[free] = 0.5 * at[free] + 0.5 * mean[free]
    lines = shapely.linestrings(at[inverse], indices=owner)
    thin: GeometryArray = shapely.simplify(lines, tolerance_m)
    return thin
