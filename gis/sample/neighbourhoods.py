"""Fenced neighbourhoods (围合区): whole blocks between streets, set back from them, with gates to the streets.

The fence runs some metres inside the middle of the streets around. Gates stand on the fence, the first at the middle of
a side on a street where people walk, further ones far from it. Cost: a probe every few metres of fence.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.sample.blocks import Blocks
from gis.sample.chance import ranked
from gis.sample.city import City
from gis.sample.linework import LineKind
from gis.sample.places import STREETS
from gis.units import BoolArray, FloatArray, GeometryArray, IntArray

GATES_PER_NEIGHBOURHOOD = 923 / 600
MOST_GATES = 4
SETBACK_M = (7.0, 11.0)
FENCED_M2 = (9_000.0, 130_000.0)
ROUND = 0.5
"""Isoperimetric quotient: blocks thinner than this are not fenced."""
ON_STREETS = 0.75
"""Share of a block's sides that must be streets."""
PROBE_M = 4.0
CORNER_M = 14.0
"""Gates keep this far from corners where the fence is long enough."""
TO_STREET_M = 25.0
LIKED = {LineKind.STREET: 1.0, LineKind.ARTERY: 1.2, LineKind.ROAD: 0.9, LineKind.TRUNK: 0.5}
"""How likely a gate opens to a street of a kind."""


@dataclass(frozen=True, slots=True)
class Neighbourhoods:
    """Fenced neighbourhoods and their gates.

    Parameters
    ----------
    block
        (n,) positions among the blocks.
    grounds
        (n,) polygons inside the fence, metres.
    gate_of
        (m,) the neighbourhood of every gate, ascending.
    gates
        (m, 2) on the fence, metres.
    outward
        (m, 2) unit vectors from the gate to the street it opens to.
    """

    block: IntArray
    grounds: GeometryArray
    gate_of: IntArray
    gates: FloatArray
    outward: FloatArray


def fence_neighbourhoods(city: City, blocks: Blocks, count: int, rng: np.random.Generator) -> Neighbourhoods:
    """Return that many neighbourhoods, or as many as there are fitting blocks, and their gates."""
    chosen = _fitting(blocks, count, rng)
    setback = rng.uniform(*SETBACK_M, len(chosen))
    grounds = shapely.simplify(shapely.buffer(blocks.polygons[chosen], -setback, join_style="mitre"), 0.5)
    wanted = _gates_of(shapely.area(grounds), rng)
    owner, places, outward = _gates(city, grounds, wanted, rng)
    return Neighbourhoods(chosen, grounds, owner, places, outward)


def _fitting(blocks: Blocks, count: int, rng: np.random.Generator) -> IntArray:
    """Return blocks drawn by their people, compact and between streets."""
    area, length = shapely.area(blocks.polygons), shapely.length(blocks.polygons)
    fits = (area > FENCED_M2[0]) & (area < FENCED_M2[1]) & (4.0 * np.pi * area / length**2 > ROUND)
    plain = shapely.get_num_interior_rings(blocks.polygons) == 0
    order = ranked(np.where(fits & plain, blocks.people, 0.0), rng)[: int((fits & plain).sum())]
    chosen: list[int] = []
    for start in range(0, len(order), max(count, 1)):
        some = order[start : start + max(count, 1)]
        inside = shapely.buffer(blocks.polygons[some], -max(SETBACK_M), join_style="mitre")
        whole = (shapely.get_type_id(inside) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(inside)
        chosen += some[whole & (blocks.street_share(some) > ON_STREETS)].tolist()
        if len(chosen) >= count:
            break
    return np.array(chosen[:count], dtype=np.int64)


def _gates_of(area_m2: FloatArray, rng: np.random.Generator) -> IntArray:
    """Return (n,) how many gates each neighbourhood has: one at least, large ones more."""
    gates = np.ones(len(area_m2), dtype=np.int64)
    size = area_m2 * rng.uniform(0.6, 1.4, len(area_m2))
    for _ in range(round(GATES_PER_NEIGHBOURHOOD * len(gates)) - len(gates)):
        gates[int(np.argmax(np.where(gates < MOST_GATES, size / gates**1.5, 0.0)))] += 1
    return gates


def _gates(
    city: City, grounds: GeometryArray, wanted: IntArray, rng: np.random.Generator
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return the neighbourhood, place and direction outward of every gate."""
    rings = shapely.get_exterior_ring(grounds)
    at, owner, from_corner = _probes(rings)
    liking, to_street = _liking(city, at)
    liking *= rng.uniform(0.7, 1.3, len(at))
    liking = np.where(from_corner >= CORNER_M, liking, 0.05 * liking)
    chosen = [
        found
        for ring, number in enumerate(wanted.tolist())
        for found in _apart(np.flatnonzero(owner == ring), number, at, liking)
    ]
    length = np.maximum(np.hypot(*to_street[chosen].T), 1e-6)[:, None]
    return owner[chosen], at[chosen], to_street[chosen] / length


def _probes(rings: GeometryArray) -> tuple[FloatArray, IntArray, FloatArray]:
    """Return places every few metres along fences, whose fence it is, and how far the next corner is."""
    corners, ring_of = shapely.get_coordinates(rings, return_index=True)
    along = ring_of[1:] == ring_of[:-1]
    start, run, owner = corners[:-1][along], (corners[1:] - corners[:-1])[along], ring_of[:-1][along]
    length = np.hypot(*run.T)
    steps = np.maximum(1, (length / PROBE_M).astype(np.int64))
    side = np.repeat(np.arange(len(steps)), steps)
    number = np.arange(len(side)) - np.repeat(np.cumsum(steps) - steps, steps)
    share = (number + 0.5) / steps[side]
    from_corner = length[side] * np.minimum(share, 1.0 - share)
    return start[side] + run[side] * share[:, None], owner[side], from_corner


def _liking(city: City, at: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return how much each place is liked for a gate, and the way from it to the nearest street."""
    lines = city.lines.of_kinds(*STREETS)
    points = shapely.points(at)
    place, street = shapely.STRtree(lines.lines).query_nearest(points, max_distance=TO_STREET_M, all_matches=False)
    liked = np.array([LIKED.get(LineKind(kind), 0.0) for kind in lines.kinds[street].tolist()])
    liking = np.full(len(at), 1e-9)
    liking[place] = liked
    ends = shapely.get_coordinates(shapely.shortest_line(points[place], lines.lines[street])).reshape(-1, 2, 2)
    to_street = np.zeros((len(at), 2))
    to_street[place] = ends[:, 1] - ends[:, 0]
    return liking, to_street


def _apart(probes: IntArray, number: int, at: FloatArray, liking: FloatArray) -> list[int]:
    """Return the best-liked probe of a fence, then those that are well liked and far from the ones before."""
    chosen = [int(probes[np.argmax(liking[probes])])]
    free: BoolArray = np.ones(len(probes), dtype=np.bool_)
    gap = np.hypot(*(at[probes] - at[chosen[0]]).T)
    while len(chosen) < number:
        free &= gap > 2.0 * PROBE_M
        best = int(probes[np.argmax(np.where(free, gap * np.sqrt(liking[probes]), -1.0))])
        chosen.append(best)
        gap = np.minimum(gap, np.hypot(*(at[probes] - at[best]).T))
    return chosen
