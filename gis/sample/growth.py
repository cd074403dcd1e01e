"""Balanced growth: share atoms among seeds inside their parents, so that loads come out as wanted.

Every seed grows over the graph of atoms (Dijkstra, all parents at once). A seed with too much load starts
later by a head start in metres, one with too little earlier; seeds move to the middle of what they got; the
best round is kept, and its borders are polished by giving single atoms away where that shortens the border.
Regions stay connected because each is a subtree of the shortest paths. Cost: one Dijkstra a round.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from gis.sample.atoms import Atoms, crossing_graph, summed
from gis.sample.linework import CROSSING_COST
from gis.units import FloatArray, IntArray

POLISHING_ROUNDS = 14
WORTH_OF_BALANCE = 2.2
STARVING = 0.35
"""Share of its target below which a region takes what atoms it can from better-fed neighbours."""


@dataclass(frozen=True, slots=True)
class Plot:
    """The ground for growing: the graph of atoms cut at the parents' borders.

    Parameters
    ----------
    parent
        (atoms,) position of the parent.
    places
        (atoms, 2) metres.
    load
        (atoms,) what is to be balanced.
    graph
        Symmetric, only edges inside parents; parts of one parent are joined by ferries.
    first, second, worth
        Pairs of neighbours inside a parent, and the length of their border, less where it follows a strong
        line.
    """

    parent: IntArray
    places: FloatArray
    load: FloatArray
    graph: sparse.csr_matrix
    first: IntArray
    second: IntArray
    worth: FloatArray

    @classmethod
    def of(cls, atoms: Atoms, *, parent: IntArray, load: FloatArray) -> "Plot":
        """Return the ground for one level of the division."""
        whole = crossing_graph(atoms).tocoo()
        inside = parent[whole.row] == parent[whole.col]
        size = len(atoms)
        graph = sparse.coo_matrix(
            (whole.data[inside], (whole.row[inside], whole.col[inside])), shape=(size, size)
        ).tocsr()
        same = parent[atoms.borders.first] == parent[atoms.borders.second]
        worth = atoms.borders.length_m / (1.0 + 1.6 * CROSSING_COST[atoms.borders.kind])
        return cls(
            parent=parent,
            places=atoms.places,
            load=load,
            graph=_with_ferries(graph, parent, atoms.places),
            first=atoms.borders.first[same],
            second=atoms.borders.second[same],
            worth=worth[same],
        )


def _with_ferries(graph: sparse.csr_matrix, parent: IntArray, places: FloatArray) -> sparse.csr_matrix:
    """Return the graph with an edge from every smaller part of a parent to its largest part."""
    _, part = connected_components(graph, directed=False)
    size = np.bincount(part)
    home = parent[np.unique(part, return_index=True)[1]]
    order = np.lexsort((-size, home))
    main = {int(home[one]): int(one) for one in order[::-1]}
    rows, columns, lengths = [], [], []
    for small in order.tolist():
        if main[int(home[small])] == small:
            continue
        own, others = np.flatnonzero(part == small), np.flatnonzero(part == main[int(home[small])])
        gap, nearest = cKDTree(places[others]).query(places[own])
        closest = int(np.argmin(gap))
        rows.append(own[closest])
        columns.append(others[nearest[closest]])
        lengths.append(gap[closest] + 1.0)
    if not rows:
        return graph
    half = sparse.coo_matrix((lengths, (rows, columns)), shape=graph.shape)
    return (graph + half + half.T).tocsr()


def grow(plot: Plot, seeds: IntArray, *, target: FloatArray, rounds: int, keep_seeds: bool = False) -> IntArray:
    """Return (atoms,) which seed's region every atom belongs to.

    Parameters
    ----------
    plot
        The ground.
    seeds
        (k,) distinct atoms; every parent holds at least one.
    target
        (k,) wanted loads.
    rounds
        Of growing; the best is kept.
    keep_seeds
        Whether seeds stay where they are (town centres do) and do not move to the middle of their region.
    """
    region, middles = balanced(plot, seeds, target=target, rounds=rounds, keep_seeds=keep_seeds)
    return polish(plot, region, middles if keep_seeds else middles[:0], target=target)


def balanced(
    plot: Plot, seeds: IntArray, *, target: FloatArray, rounds: int, keep_seeds: bool = False
) -> tuple[IntArray, IntArray]:
    """Return the regions of the best round, as `grow` before polishing, and the (k,) seeds they grew from."""
    count = len(seeds)
    reach = _typical_reach(plot, seeds)
    delay = np.zeros(count)
    best, best_score = np.zeros(0, dtype=np.int64), np.inf
    best_seeds = seeds
    for turn in range(rounds):
        region = _regions(plot, seeds, delay)
        total = summed(region, plot.load, count)
        off = np.clip(np.log((total + 1e-9) / target), -4.0, 4.0)
        score = float(np.abs(off).mean() + 0.1 * np.abs(off).max())
        whole = bool((np.bincount(region, minlength=count) > 0).all())
        if whole and score < best_score:
            best, best_score, best_seeds = region, score, seeds
        if turn == rounds - 1:
            break
        delay += 0.9 * reach * np.clip(off, -1.2, 1.2) * (1.0 - 0.7 * turn / rounds)
        if not keep_seeds and turn < rounds // 2 and whole:
            seeds = _middles(plot, region, total)
        delay = _bounded(plot, seeds, delay, reach)
    return best, best_seeds


def _typical_reach(plot: Plot, seeds: IntArray) -> FloatArray:
    """Return (k,) half the distance to the nearest other seed of the same parent, in metres of the graph."""
    region_parent = plot.parent[seeds]
    places = np.column_stack([plot.places[seeds], region_parent * 1e7])
    if len(seeds) < 2:
        return np.full(len(seeds), 500.0)
    gap = cKDTree(places).query(places, k=2)[0][:, 1]
    reach: FloatArray = np.clip(gap, 80.0, 8_000.0)
    return reach


def _bounded(plot: Plot, seeds: IntArray, delay: FloatArray, reach: FloatArray) -> FloatArray:
    """Return the delays, counted from the least of the parent, and not too large."""
    parent = plot.parent[seeds]
    least = np.full(int(plot.parent.max()) + 1, np.inf)
    np.minimum.at(least, parent, delay)
    bounded: FloatArray = np.minimum(delay - least[parent], 12.0 * reach)
    return bounded


def _regions(plot: Plot, seeds: IntArray, delay: FloatArray) -> IntArray:
    """Return which seed reaches each atom first; seeds start their delays later and keep their own atom."""
    size = len(plot.parent)
    start = sparse.coo_matrix((delay + 1.0, (np.full(len(seeds), size), seeds)), shape=(size + 1, size + 1))
    grown = plot.graph.copy()
    grown.resize((size + 1, size + 1))
    _, previous = dijkstra((grown + start).tocsr(), indices=size, return_predecessors=True)
    pointer = previous[:size].astype(np.int64)
    region = np.full(size, -1, dtype=np.int64)
    rooted = np.flatnonzero(pointer == size)
    pointer[rooted] = rooted
    pointer[seeds] = seeds
    while True:
        further = pointer[pointer]
        if (further == pointer).all():
            break
        pointer = further
    region[seeds] = np.arange(len(seeds))
    owner: IntArray = region[pointer]
    return owner


def _middles(plot: Plot, region: IntArray, total: FloatArray) -> IntArray:
    """Return for every region the atom nearest to the middle of its load."""
    load = np.maximum(plot.load, 1e-9)
    weight = np.maximum(np.bincount(region, load, len(total)), 1e-9)
    middle = np.column_stack(
        [np.bincount(region, load * plot.places[:, axis], len(total)) / weight for axis in range(2)]
    )
    away = np.hypot(*(plot.places - middle[region]).T)
    order = np.lexsort((away, region))
    sorted_regions = region[order]
    return order[np.r_[True, sorted_regions[1:] != sorted_regions[:-1]]]


def polish(plot: Plot, region: IntArray, held: IntArray, *, target: FloatArray) -> IntArray:
    """Return regions with shorter borders and more equal loads: single atoms go to a neighbouring region.

    An atom is given away when that gains more border (as a share of the atom's outline) or more balance
    (squared deviations from the targets) than it loses, and when its own region stays joined without it.
    Atoms that are held stay.
    """
    near: list[dict[int, float]] = [{} for _ in range(len(region))]
    for a, b, worth in zip(plot.first.tolist(), plot.second.tolist(), plot.worth.tolist(), strict=True):
        near[a][b] = worth
        near[b][a] = worth
    label, load = region.tolist(), plot.load.tolist()
    total, aim = np.bincount(region, plot.load, len(target)).tolist(), target.tolist()
    fixed = set(held.tolist())
    for _ in range(POLISHING_ROUNDS):
        edge = np.array(label)
        crossing = edge[plot.first] != edge[plot.second]
        candidates = np.unique(np.concatenate([plot.first[crossing], plot.second[crossing]]))
        moved = 0
        for atom in candidates.tolist():
            own = label[atom]
            best = (
                own if atom in fixed else _better_region(atom, label, near[atom], load=load[atom], total=total, aim=aim)
            )
            if best == own or not _joined_without(atom, own, label, near):
                continue
            label[atom] = best
            total[own] -= load[atom]
            total[best] += load[atom]
            moved += 1
        if moved * 500 < len(candidates):
            break
    return np.array(label, dtype=np.int64)


def _better_region(
    atom: int,
    label: list[int],
    near: dict[int, float],
    *,
    load: float,
    total: list[float],
    aim: list[float],
) -> int:
    """Return the neighbouring region that gains most from an atom, or its own when none gains."""
    own = label[atom]
    shared: dict[int, float] = {}
    for other, worth in near.items():
        shared[label[other]] = shared.get(label[other], 0.0) + worth
    if len(shared) == 1 and own in shared:
        return own
    outline = sum(shared.values())
    kept = shared.get(own, 0.0)
    off_own = total[own] / aim[own] - 1.0
    relief = off_own**2 - (off_own - load / aim[own]) ** 2
    best, best_gain = own, 0.04
    for other in sorted(shared):
        if other == own:
            continue
        off = total[other] / aim[other] - 1.0
        balance = relief + off**2 - (off + load / aim[other]) ** 2
        gain = (shared[other] - kept) / outline + WORTH_OF_BALANCE * max(-2.0, min(2.0, balance))
        if total[other] < STARVING * aim[other] and total[own] - load > 2 * STARVING * aim[own]:
            gain += 1.0
        if gain > best_gain:
            best, best_gain = other, gain
    return best


def _joined_without(atom: int, own: int, label: list[int], near: list[dict[int, float]]) -> bool:
    """Return whether the atom's neighbours of its own region are joined without it, within two steps."""
    kin = {other for other in near[atom] if label[other] == own}
    if not kin:
        return False
    wide = kin | {far for other in kin for far in near[other] if label[far] == own and far != atom}
    waiting = [min(kin)]
    seen = {waiting[0]}
    while waiting:
        here = waiting.pop()
        for other in near[here]:
            if other in wide and other not in seen:
                seen.add(other)
                waiting.append(other)
    return kin <= seen
