"""Blocks: the faces between streets in built-up land, where people live, learn and trade.

A block is a face of the line work that lies in built-up land, dry and not a park, and is of a size that one walks
around. Cost: one look
at every face, and one at every side of those that are asked about.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.sample.chance import ranked
from gis.sample.city import City
from gis.sample.places import STREETS, first_apart, grid_of_places
from gis.units import BoolArray, FloatArray, GeometryArray, IntArray

BLOCK_M2 = (5_000.0, 180_000.0)
PROBE_M = 12.0
"""Sides are looked at every so many metres."""
ON_STREET_M = 1.5


@dataclass(frozen=True, slots=True)
class Blocks:
    """Built-up blocks, and the streets around them.

    Parameters
    ----------
    polygons
        (n,) metres, as far as the middle of the streets around.
    inner
        (n, 2) a place inside.
    people, per_km2
        (n,) who lives there, and how densely.
    community, town
        (n,) positions in the register.
    streets
        Lines of streets of every kind, metres.
    """

    polygons: GeometryArray
    inner: FloatArray
    people: FloatArray
    per_km2: FloatArray
    community: IntArray
    town: IntArray
    streets: shapely.STRtree

    def __len__(self) -> int:
        """Return the number of blocks."""
        return len(self.polygons)

    @classmethod
    def of(cls, city: City) -> "Blocks":
        """Return the blocks of a city, in the order of its faces."""
        area = shapely.area(city.faces.polygons)
        sized = np.flatnonzero((area > BLOCK_M2[0]) & (area < BLOCK_M2[1]))
        inner = shapely.get_coordinates(shapely.point_on_surface(city.faces.polygons[sized]))
        built = city.land.built.ravel()[city.land.raster.cells(inner)]
        kept = built & ~_wet_or_green(city, city.faces.polygons[sized])
        chosen, inner = sized[kept], inner[kept]
        per_km2 = np.maximum(city.land.raster.sample(city.land.people_per_km2, inner), 0.0)
        community = city.division.community[grid_of_places(city.division.outlines, inner)]
        return cls(
            polygons=city.faces.polygons[chosen],
            inner=inner,
            people=per_km2 * area[chosen] / 1e6,
            per_km2=per_km2,
            community=community,
            town=city.register.community_town[community],
            streets=shapely.STRtree(city.lines.of_kinds(*STREETS).lines),
        )

    def street_share(self, among: IntArray) -> FloatArray:
        """Return (m,) the share of some blocks' sides that lies on streets, and not on water or a county's border."""
        sides = shapely.segmentize(shapely.get_exterior_ring(self.polygons[among]), PROBE_M)
        at, owner = shapely.get_coordinates(sides, return_index=True)
        found = self.streets.query_nearest(shapely.points(at), max_distance=ON_STREET_M, all_matches=False)[0]
        share: FloatArray = np.bincount(owner[found], minlength=len(among)) / np.bincount(owner, minlength=len(among))
        return share

    def at_street(self, places: FloatArray, *, aside_m: float) -> FloatArray:
        """Return (n, 2) places moved towards or away from the nearest street until they are so far from its middle."""
        points = shapely.points(places)
        nearest = self.streets.geometries[self.streets.query_nearest(points, all_matches=False)[1]]
        ends = shapely.get_coordinates(shapely.shortest_line(nearest, points)).reshape(-1, 2, 2)
        away = ends[:, 1] - ends[:, 0]
        length = np.maximum(np.hypot(*away.T), 0.1)[:, None]
        moved: FloatArray = ends[:, 0] + away / length * np.minimum(aside_m, np.maximum(length, 1.0))
        return moved

    def spread(
        self, count: int, weights: FloatArray, rng: np.random.Generator, *, apart_m: float, in_every_town: bool
    ) -> IntArray:
        """Return the positions of blocks drawn by weight, those of a town apart from each other where there is room.

        Parameters
        ----------
        count
            How many; fewer when there are fewer blocks with a weight.
        weights
            (n,) not below 0.
        apart_m
            Distance that is kept as long as enough blocks are left.
        in_every_town
            First one in every town, then the others; else by weight alone.
        """
        order = ranked(weights, rng)
        order = order[weights[order] > 0]
        if in_every_town:
            first = np.sort(np.unique(self.town[order], return_index=True)[1])
            order = np.concatenate([order[first], np.delete(order, first)])
        return first_apart(self.inner, order, count=count, apart_m=apart_m)


def _wet_or_green(city: City, faces: GeometryArray) -> BoolArray:
    """Return which faces reach into wide water, the sea or a park."""
    grounds = [shapely.get_parts(city.ground.waters.wide), shapely.get_parts(city.ground.sea), city.ground.parks]
    found: BoolArray = np.zeros(len(faces), dtype=np.bool_)
    found[shapely.STRtree(np.concatenate(grounds)).query(faces, predicate="intersects")[0]] = True
    return found
