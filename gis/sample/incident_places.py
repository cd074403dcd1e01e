"""Where the sample city's incidents happen: along busy streets, among people, and at places that come back.

A few hundred addresses and corners report much oftener than others: by a Zipf law, each with a habit, the category
that it is known for. Streets differ too, so incidents cluster along some of them. Cost: O(places log streets).
"""

from dataclasses import dataclass, replace

import numpy as np

from gis.sample.categories import category_weights, drawn
from gis.sample.city import City, share_of_city
from gis.sample.landscape import Landscape
from gis.sample.people import grids_without_lead
from gis.sample.places import Streets, places_outside
from gis.units import FloatArray, IntArray

ADDRESSES = 600
"""Of the whole city; a part of it has as many as its share of the grids."""
SHARE_AT_ADDRESSES = 0.11
SHARE_AMONG_PEOPLE = 0.30
SHARE_OUTSIDE = 0.001
ZIPF_EXPONENT, ZIPF_SHIFT = 0.9, 4.0
"""The address of rank r reports as 1 / (r + shift) ** exponent: the first some 1,700 times a year, the last 20."""
FIRST_STEEP = 0.16
"""Slope from which on a place counts as wholly steep."""
LOW_SHARE = 0.30
"""People below this share, by height of their place, live on low ground."""


@dataclass(frozen=True, slots=True)
class Spots:
    """Places in metres, and what happens at them.

    Parameters
    ----------
    at
        (n, 2) metres.
    address
        (n,) number of the place that returns, -1 for others.
    habit
        (n,) the category that address is known for, -1 for others.
    emptiness, lowness, steepness
        (n,) 0 to 1.
    """

    at: FloatArray
    address: IntArray
    habit: IntArray
    emptiness: FloatArray
    lowness: FloatArray
    steepness: FloatArray

    def __len__(self) -> int:
        return len(self.at)

    def take(self, rows: IntArray) -> "Spots":
        """Return some of them, in the order asked for."""
        return Spots(*(getattr(self, name)[rows] for name in self.__slots__))

    def weights(self, *, storm: FloatArray, month: IntArray) -> FloatArray:
        """Return (n, 24) how much of each category happens here at a time, relative."""
        return category_weights(
            emptiness=self.emptiness, lowness=self.lowness, steepness=self.steepness, storm=storm, month=month
        )


def incident_spots(city: City, streets: Streets, count: int, *, rng: np.random.Generator, seed: int) -> Spots:
    """Return so many places, in no order; grids without a lead and places outside the city are among them."""
    addresses, habit = _addresses(city, streets, max(12, round(ADDRESSES * share_of_city(city))), rng)
    known = rng.choice(len(addresses), round(SHARE_AT_ADDRESSES * count), p=_zipf(len(addresses)))
    leaderless = city.division.places[np.flatnonzero(grids_without_lead(city.division, seed=seed))]
    outside = places_outside(city, max(3, round(SHARE_OUTSIDE * count)), rng)
    among = _among_people(city.land, round(SHARE_AMONG_PEOPLE * count), rng)
    rest = count - len(known) - len(leaderless) - len(outside) - len(among)
    busy = streets.chance * rng.gamma(0.7, 1.0, len(streets.chance))
    along = replace(streets, chance=busy / busy.sum()).beside(rest, rng, aside_m=12.0, at_corners=0.2)[0]
    at = np.vstack([addresses[known], leaderless, outside, among, along])
    address = np.full(count, -1)
    address[: len(known)] = known
    order = rng.permutation(count)
    return _described(city.land, at[order], address[order], np.append(habit, -1))


def _addresses(city: City, streets: Streets, count: int, rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
    """Return the places that return, (n, 2) metres, and the category that each is known for."""
    at = streets.beside(count, rng, aside_m=16.0, at_corners=0.4)[0]
    spots = _described(city.land, at, np.full(count, -1), np.array([-1]))
    ordinary = spots.weights(storm=np.zeros(count), month=np.full(count, 4))
    return at, drawn(ordinary, rng.random(count))


def _zipf(count: int) -> FloatArray:
    """Return the chance of each of so many places, the first the likeliest."""
    weight = (np.arange(1, count + 1) + ZIPF_SHIFT) ** -ZIPF_EXPONENT
    chance: FloatArray = weight / weight.sum()
    return chance


def _among_people(land: Landscape, count: int, rng: np.random.Generator) -> FloatArray:
    """Return places where people are, off the streets too."""
    raster = land.raster
    people = np.where(land.inside, np.maximum(land.people_per_km2, 0.0), 0.0).ravel()
    cells = rng.choice(len(people), count, p=people / people.sum())
    return raster.middles()[cells] + rng.uniform(-0.5, 0.5, (count, 2)) * raster.step_m


def _described(land: Landscape, at: FloatArray, address: IntArray, habits: IntArray) -> Spots:
    """Say what places are like; ``habits[address]`` is an address's habit, the last one that of none."""
    raster = land.raster
    people = raster.sample(land.people_per_km2, at)
    cells = np.flatnonzero(land.inside.ravel())
    heights, weight = land.height_m.ravel()[cells], land.people_per_km2.ravel()[cells] + 1.0
    order = np.argsort(heights, kind="stable")
    below = np.cumsum(weight[order]) / weight.sum()
    share_below = np.interp(raster.sample(land.height_m, at), heights[order], below)
    return Spots(
        at=at,
        address=address,
        habit=habits[address],
        emptiness=np.clip(1.0 - people / 3000.0, 0.0, 1.0),
        lowness=np.clip(1.0 - share_below / LOW_SHARE, 0.0, 1.0),
        steepness=np.clip(raster.sample(land.slope, at) / FIRST_STEEP, 0.0, 1.0),
    )
