"""Main streets: where trunk roads go once they are in town, and the ring roads of the larger towns.

A trunk road ends at the rim of the built-up land and goes on along streets: from each place where one comes in,
the cheapest way to the centre over the net of streets, arteries counting less and turns counting too. A ring road
passes some ten places around the centre, at a like share of the way to the rim, along streets too: so it keeps to
the town's frame and shape. Cost: one run of Dijkstra per town and side of a ring.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import cKDTree

from gis.sample.linework import LineKind, Lines
from gis.sample.turning import TurningGraph
from gis.units import BoolArray, FloatArray, GeometryArray, IntArray

NODING_M = 0.01
CONNECTED_M = 350.0
"""A road that comes in ends at a junction within this distance of the rim."""
RING_FROM_M2 = 6e6
SPUR_PIECES = 3
"""So far a main street may be taken back where it ends in the middle of a town."""
PRUNING_ROUNDS, MEETS_M = 4, 20.0
"""A street overshoots a lane by a little, and lanes are drawn more coarsely: so near still counts as met."""
ARTERY_COST, EDGE_COST = 0.35, 4.0
"""What a metre of artery, and of the seam between two towns, counts beside one of street."""


@dataclass(frozen=True, slots=True)
class StreetNet:
    """Streets cut at their junctions.

    Parameters
    ----------
    pieces, kinds
        (n,) lines between junctions and their kinds.
    origin
        (n,) position of the street a piece is part of.
    ends
        (n, 2) numbers of the junctions.
    places
        (junctions, 2) metres.
    graph
        Of the pieces, weighted by length times the cost of the kind.
    """

    pieces: GeometryArray
    kinds: IntArray
    origin: IntArray
    ends: IntArray
    places: FloatArray
    graph: TurningGraph

    @classmethod
    def of(cls, streets: Lines) -> "StreetNet":
        """Cut streets at their junctions."""
        pieces = shapely.get_parts(shapely.union_all(streets.lines, grid_size=NODING_M))
        middle = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
        tree = shapely.STRtree(streets.lines)
        hit, near = tree.query_nearest(middle, all_matches=False)
        origin = np.zeros(len(pieces), dtype=np.int64)
        origin[hit] = near
        kinds = streets.kinds[origin]
        at = np.stack([shapely.get_coordinates(shapely.get_point(pieces, end)) for end in (0, -1)], axis=1)
        places, number = np.unique(np.round(at.reshape(-1, 2), 2), axis=0, return_inverse=True)
        ends = number.reshape(-1, 2)
        weight = (
            shapely.length(pieces)
            * np.select([kinds == LineKind.ARTERY, kinds == LineKind.EDGE], [ARTERY_COST, EDGE_COST], 1.0)
            + 1.0
        )
        return cls(pieces, kinds, origin, ends, places, TurningGraph.of(ends, places, weight))


def main_streets(
    streets: Lines, road_lines: Lines, built: shapely.Geometry, *, centres: FloatArray, beyond: Lines
) -> Lines:
    """Return streets, some of them now trunk roads, and the roads outside built-up land joined to them.

    Parameters
    ----------
    streets
        Arteries and streets, and the seams of towns (`LineKind.EDGE`), which are not returned.
    road_lines
        Trunk roads and other roads, through town and country.
    built
        Built-up land.
    centres
        (towns, 2) metres.
    beyond
        Lines on which streets may go on: lanes in the country, borders in the water.
    """
    outside = road_lines.outside(built)
    parts = shapely.get_parts(built)
    if len(streets.lines) == 0 or len(parts) == 0:
        return Lines.together(outside, streets)
    net = StreetNet.of(streets)
    entries, kinds = _entries(outside, built)
    gap, junction = cKDTree(net.places).query(entries)
    near = (gap < CONNECTED_M) & (gap > 0.5)
    joints = shapely.linestrings(np.stack([entries[near], net.places[junction[near]]], axis=1))
    main = np.zeros(len(net.pieces), dtype=bool)
    for part in parts:
        own = near & (shapely.distance(part, shapely.points(entries)) < 60.0) & (kinds == LineKind.TRUNK)
        for start, goals in _ways(net, part, centres, np.unique(junction[own])):
            main[net.graph.pieces_between(start, goals)] = True
    main = _without_spurs(net, main, junction[near])
    joined = Lines(joints, kinds[near])
    others = np.concatenate([outside.lines, joints, beyond.lines])
    return Lines.together(outside, joined, _put_together(net, main, _going_on(net, main, others)))


def _entries(outside: Lines, built: shapely.Geometry) -> tuple[FloatArray, IntArray]:
    """Return (n, 2) where roads come into built-up land, and (n,) their kinds."""
    ends = np.stack([shapely.get_coordinates(shapely.get_point(outside.lines, end)) for end in (0, -1)], axis=1)
    places, kinds = ends.reshape(-1, 2), np.repeat(outside.kinds, 2)
    at_rim = shapely.distance(shapely.boundary(built), shapely.points(places)) < 0.5
    return places[at_rim], kinds[at_rim]


def _ways(
    net: StreetNet, part: shapely.Geometry, centres: FloatArray, junctions: IntArray
) -> list[tuple[int, IntArray]]:
    """Return from which junction to which ones the main streets of one built-up part lead."""
    own = centres[shapely.contains_xy(part, centres[:, 0], centres[:, 1])]
    tree = cKDTree(net.places)
    starts = tree.query(own)[1] if len(own) else junctions[:1]
    ways = [(int(starts[0]), junctions)] if len(starts) else []
    ways += [(int(one), starts[:1]) for one in starts[1:]]
    if shapely.area(part) > RING_FROM_M2 and len(own):
        ring = tree.query(_ring_places(part, own.mean(axis=0)))[1]
        ways += [(int(a), np.array([b])) for a, b in zip(ring, np.roll(ring, -1), strict=True)]
    return ways


def _without_spurs(net: StreetNet, main: BoolArray, entries: IntArray) -> BoolArray:
    """Return which pieces are main, without the short ones that lead to no other main street and no road."""
    joined = np.zeros(len(net.places), dtype=bool)
    joined[entries] = True
    kept = main.copy()
    for _ in range(SPUR_PIECES):
        joins = np.bincount(net.ends[kept].ravel(), minlength=len(net.places))
        kept &= (joined | (joins > 1))[net.ends].all(axis=1)
    return kept


def _ring_places(part: shapely.Geometry, centre: FloatArray) -> FloatArray:
    """Return places around a centre, two thirds of the way to the rim."""
    reach = 2.0 * float(np.sqrt(shapely.area(part)))
    turns = np.arange(10) * 2.0 * np.pi / 10.0
    ahead = np.column_stack([np.cos(turns), np.sin(turns)])
    rays = shapely.linestrings(np.stack([np.tile(centre, (10, 1)), centre + reach * ahead], axis=1))
    inner = shapely.intersection(rays, shapely.convex_hull(part))
    places: FloatArray = centre + ahead * 0.62 * shapely.length(inner)[:, None]
    return places


def _going_on(net: StreetNet, main: BoolArray, others: GeometryArray) -> BoolArray:
    """Return which pieces are main or end at a junction or another line on both sides: no stubs, no dead ends."""
    joins = np.bincount(net.ends.ravel(), minlength=len(net.places))
    loose = np.flatnonzero(joins == 1)
    met, _ = shapely.STRtree(others).query_nearest(
        shapely.points(net.places[loose]), max_distance=MEETS_M, all_matches=False
    )
    alive = np.zeros(len(net.places), dtype=bool)
    alive[loose[met]] = True
    kept = np.ones(len(net.pieces), dtype=bool)
    seam = net.kinds == LineKind.EDGE
    for _ in range(PRUNING_ROUNDS):
        joins = np.bincount(net.ends[kept].ravel(), minlength=len(net.places))
        kept &= main | ((joins > 1) | alive)[net.ends].all(axis=1)
    going_on: BoolArray = kept & (main | ~seam)
    return going_on


def _put_together(net: StreetNet, main: BoolArray, kept: BoolArray) -> Lines:
    """Return the kept pieces of a street that are of one kind as one line again."""
    kinds = np.where(main, int(LineKind.TRUNK), net.kinds)
    key = net.origin * 2 + main
    order = np.argsort(key, kind="stable")
    order = order[kept[order]]
    _, group = np.unique(key[order], return_inverse=True)
    merged = shapely.line_merge(shapely.multilinestrings(net.pieces[order], indices=group))
    first = np.r_[True, group[1:] != group[:-1]]
    lines, owner = shapely.get_parts(merged, return_index=True)
    return Lines(lines, kinds[order][first][owner].astype(np.int64))
