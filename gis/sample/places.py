"""Where things stand and happen: beside streets, at junctions, around people, and in which grid that is.

Streets are chosen by their length and the people around them, which is how real cameras and incidents lie.
Cost: O(places log streets).
"""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.sample.city import City
from gis.sample.linework import LineKind
from gis.units import FloatArray, GeometryArray, IntArray

CROWDING = 0.75
"""Below 1: a street in the country sees less than one in town, but more than its people alone tell."""
STREETS = (LineKind.TRUNK, LineKind.ROAD, LineKind.ARTERY, LineKind.STREET)


@dataclass(frozen=True, slots=True)
class Streets:
    """Streets inside the city, cut into pieces of at most some 250 m.

    Parameters
    ----------
    ends
        (n, 2, 2) both ends of every piece, metres.
    chance
        (n,) of being chosen, sum 1.
    """

    ends: FloatArray
    chance: FloatArray

    @classmethod
    def of(cls, city: City) -> "Streets":
        """Return the streets of a city, weighted by length times people around."""
        lines = shapely.segmentize(city.lines.of_kinds(*STREETS).lines, 250.0)
        at, line = shapely.get_coordinates(lines, return_index=True)
        along = line[1:] == line[:-1]
        ends = np.stack([at[:-1][along], at[1:][along]], axis=1)
        middle = ends.mean(axis=1)
        raster = city.land.raster
        inside = city.land.inside.ravel()[raster.cells(middle)]
        weight = np.hypot(*(ends[:, 1] - ends[:, 0]).T) * inside
        people = np.maximum(raster.sample(city.land.people_per_km2, middle), 0.0)
        weight = weight * (60.0 + people) ** CROWDING
        kept = weight > 0
        return cls(ends[kept], weight[kept] / weight[kept].sum())

    @property
    def middles(self) -> FloatArray:
        """Return (n, 2) the middle of every piece, metres."""
        middles: FloatArray = self.ends.mean(axis=1)
        return middles

    def reweighted(self, factor: FloatArray) -> "Streets":
        """Return the pieces with a factor above 0, their chances multiplied by it; all as they are without any."""
        kept = factor > 0
        if not kept.any():
            return self
        chance = self.chance[kept] * factor[kept]
        return Streets(self.ends[kept], chance / chance.sum())

    def beside(
        self, count: int, rng: np.random.Generator, *, aside_m: float, at_corners: float
    ) -> tuple[FloatArray, FloatArray]:
        """Return places beside streets and the streets' directions there.

        Parameters
        ----------
        count
            How many.
        aside_m
            Distance from the street's middle, to either side; single ones differ by up to half of it.
        at_corners
            Share of them that stand at an end of a piece.

        Returns
        -------
        (n, 2) metres, and (n,) azimuths of the street, degrees clockwise from north.
        """
        chosen = rng.choice(len(self.ends), count, p=self.chance)
        share = rng.random(count)
        share = np.where(rng.random(count) < at_corners, np.round(share), share)
        start, run = self.ends[chosen, 0], self.ends[chosen, 1] - self.ends[chosen, 0]
        length = np.maximum(np.hypot(*run.T), 0.1)
        left = np.column_stack([-run[:, 1], run[:, 0]]) / length[:, None]
        away = aside_m * rng.uniform(0.5, 1.5, count) * rng.choice([-1.0, 1.0], count)
        places = start + run * share[:, None] + left * away[:, None]
        return places, np.degrees(np.arctan2(run[:, 0], run[:, 1])) % 360.0


def grid_of_places(outlines: GeometryArray, places: FloatArray) -> IntArray:
    """Return (n,) the position of the grid a place lies in, or of the nearest one outside the city."""
    points = shapely.points(places)
    tree = shapely.STRtree(outlines)
    point, grid = tree.query(points, predicate="intersects")
    owner = np.full(len(places), len(outlines), dtype=np.int64)
    np.minimum.at(owner, point, grid)
    outside = np.flatnonzero(owner == len(outlines))
    if len(outside):
        owner[outside] = tree.nearest(points[outside])
    return owner


def first_apart(places: FloatArray, order: IntArray, *, count: int, apart_m: float) -> IntArray:
    """Return the first places of an order that keep a distance from those before; then, if too few, the first others.

    Parameters
    ----------
    places
        (n, 2) metres.
    order
        (m,) positions of places, the most wanted first.
    count
        How many are wanted.
    apart_m
        The distance.
    """
    chosen: list[int] = []
    for place in order.tolist():
        if len(chosen) == count:
            break
        if not chosen or np.hypot(*(places[chosen] - places[place]).T).min() >= apart_m:
            chosen.append(place)
    others = order[~np.isin(order, chosen)][: count - len(chosen)]
    return np.concatenate([np.array(chosen, dtype=np.int64), others])


def places_around(centres: FloatArray, rng: np.random.Generator, *, spread_m: float) -> FloatArray:
    """Return the places, each moved at random by about a distance."""
    moved: FloatArray = centres + rng.normal(0.0, spread_m / np.sqrt(2.0), centres.shape)
    return moved


def places_outside(city: City, count: int, rng: np.random.Generator) -> FloatArray:
    """Return (count, 2) places 300 m to 3 km outside the city."""
    counties = city.register.plane.geometries_in_metres(city.register.counties)
    whole = shapely.union_all(counties)
    ring = shapely.difference(shapely.buffer(whole, 3000.0), shapely.buffer(whole, 300.0))
    shapely.prepare(ring)
    west, south, east, north = shapely.bounds(ring)
    tries = rng.uniform((west, south), (east, north), (200 + 60 * count, 2))
    found: FloatArray = tries[shapely.contains_xy(ring, tries[:, 0], tries[:, 1])][:count]
    return found
