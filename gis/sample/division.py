"""The simulated division: towns, communities and grids as unions of atoms, nested exactly.

Towns grow from their centres inside their county, communities from village places inside their town, grids
from spread seeds inside their community. The geometry of a grid is the union of its faces, thinned as one
coverage per county so that county borders keep every vertex. Cost: some seconds for the whole city.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import cKDTree

from gis.sample.atoms import Atoms, summed
from gis.sample.chance import stream
from gis.sample.growth import Plot, grow
from gis.sample.numbering import reading_order
from gis.sample.plane import Plane, on_lattice
from gis.sample.register import Register
from gis.units import FloatArray, GeometryArray, IntArray

THINNING_M = 5.0
PEOPLE_PER_KM2_OF_WORK = 55.0
"""What a square kilometre of land weighs beside its people when work is shared out."""


@dataclass(frozen=True, slots=True)
class Division:
    """The division of the sample city; grids in ascending order of code.

    Parameters
    ----------
    grids
        (n,) polygons, WGS84 degrees on the lattice of 1e-9.
    codes
        (n,) fifteen digits.
    community
        (n,) position of the community.
    sequence
        (n,) number inside the community, from 1.
    people
        (n,) simulated.
    places
        (n, 2) a place inside, metres.
    outlines
        (n,) the same polygons in metres, exactly the images of `grids`.
    """

    grids: GeometryArray
    codes: tuple[str, ...]
    community: IntArray
    sequence: IntArray
    people: IntArray
    places: FloatArray
    outlines: GeometryArray

    def __len__(self) -> int:
        """Return the number of grids."""
        return len(self.codes)


def divide(
    register: Register, atoms: Atoms, villages: tuple[FloatArray, IntArray], *, seed: int
) -> tuple[IntArray, IntArray]:
    """Share the atoms out.

    Parameters
    ----------
    register
        The real areas.
    atoms
        What is shared out.
    villages
        (n, 2) metres and (n,) town of places where communities begin.
    seed
        Of chance.

    Returns
    -------
    (atoms,) the position of the grid, and (grids,) the position of the grid's community.
    """
    rng = stream(seed, "division")
    load = atoms.people + atoms.area_m2 / 1e6 * PEOPLE_PER_KM2_OF_WORK
    town = share_among_towns(register, atoms)
    community = _communities(register, atoms, villages, town=town, load=load, rng=rng)
    return _grids(register, atoms, community, load, rng)


def share_among_towns(register: Register, atoms: Atoms) -> IntArray:
    """Return (atoms,) the town: grown from the centres, balanced by area and number of communities."""
    seeds: list[int] = []
    for centre, county in zip(register.town_centres, register.town_county, strict=True):
        own = np.flatnonzero((atoms.county == county) & ~np.isin(np.arange(len(atoms)), seeds))
        seeds.append(int(own[np.argmin(np.hypot(*(atoms.places[own] - centre).T))]))
    share = np.sqrt(register.communities_per_town) * np.where(register.street_towns, 0.62, 1.0)
    target = _shared_out(share, register.town_county, summed(atoms.county, atoms.area_m2))
    plot = Plot.of(atoms, parent=atoms.county, load=atoms.area_m2)
    return grow(plot, np.array(seeds), target=target, rounds=24, keep_seeds=True)


def _shared_out(share: FloatArray, parent: IntArray, total: FloatArray) -> FloatArray:
    """Return the parents' totals shared out among their children."""
    shared: FloatArray = share * total[parent] / np.bincount(parent, share, len(total))[parent]
    return shared


def _communities(
    register: Register,
    atoms: Atoms,
    villages: tuple[FloatArray, IntArray],
    *,
    town: IntArray,
    load: FloatArray,
    rng: np.random.Generator,
) -> IntArray:
    """Return (atoms,) the community; urban names go to the densest places of a town."""
    count = len(register.community_codes)
    seeds = np.zeros(count, dtype=np.int64)
    urban = register.urban_communities
    density = atoms.people / atoms.area_m2
    nearest = cKDTree(atoms.places).query(villages[0])[1]
    for index in range(len(register.town_codes)):
        own = np.flatnonzero(town == index)
        wanted = np.flatnonzero(register.community_town == index)
        given = [int(atom) for atom in nearest[villages[1] == index] if town[atom] == index]
        chosen = _spread(own, len(wanted), places=atoms.places, load=load, rng=rng, given=given)
        dense_first = chosen[np.argsort(-density[chosen], kind="stable")]
        urban_first = wanted[np.argsort(~urban[wanted], kind="stable")]
        seeds[urban_first] = dense_first
    share = np.sqrt(np.where(urban, 1.0, 0.42) * rng.lognormal(0.0, 0.28, count))
    target = _shared_out(share, register.community_town, summed(town, load))
    return grow(Plot.of(atoms, parent=town, load=load), seeds, target=target, rounds=18)


def _grids(
    register: Register, atoms: Atoms, community: IntArray, load: FloatArray, rng: np.random.Generator
) -> tuple[IntArray, IntArray]:
    """Return (atoms,) the grid and (grids,) its community; heavy communities get more grids."""
    count = len(register.community_codes)
    total = summed(community, load, count)
    room = np.maximum(1, np.bincount(community, minlength=count) // 2)
    number = np.ones(count, dtype=np.int64)
    for _ in range(register.grids - count):
        claim = np.where(number < room, total / np.sqrt(number * (number + 1.0)), -1.0)
        number[int(np.argmax(claim))] += 1
    order = np.argsort(community, kind="stable")
    begins = np.searchsorted(community[order], np.arange(count + 1))
    seeds = np.concatenate(
        [
            _spread(
                order[begins[index] : begins[index + 1]],
                int(number[index]),
                places=atoms.places,
                load=load,
                rng=rng,
            )
            for index in range(count)
        ]
    )
    parent = np.repeat(np.arange(count), number)
    target = total[parent] / number[parent]
    plot = Plot.of(atoms, parent=community, load=load)
    return grow(plot, seeds, target=target, rounds=18), parent


def _spread(
    own: IntArray,
    wanted: int,
    *,
    places: FloatArray,
    load: FloatArray,
    rng: np.random.Generator,
    given: list[int] | None = None,
) -> IntArray:
    """Return distinct atoms far from each other, given ones first, heavy ones rather than light ones."""
    chosen = list(dict.fromkeys(given or [int(own[np.argmax(load[own])])]))[:wanted]
    gap = cKDTree(places[chosen]).query(places[own])[0]
    liking = load[own] ** 0.25 * rng.uniform(0.8, 1.2, len(own))
    while len(chosen) < wanted:
        score = np.where(np.isin(own, chosen), -1.0, (gap + 1.0) * liking)
        chosen.append(int(own[np.argmax(score)]))
        gap = np.minimum(gap, np.hypot(*(places[own] - places[chosen[-1]]).T))
    return np.array(chosen, dtype=np.int64)


def draw_division(register: Register, atoms: Atoms, grid: IntArray, community: IntArray) -> Division:
    """Return the division with polygons, codes and people.

    Parameters
    ----------
    grid
        (atoms,) the grid of every atom.
    community
        (grids,) the community of every grid.
    """
    outlines = _outlines(atoms, grid, len(community))
    places = shapely.get_coordinates(shapely.point_on_surface(outlines))
    bounds = shapely.bounds(outlines)
    order = reading_order(community, (bounds[:, :2] + bounds[:, 2:]) / 2.0, bounds[:, 1])
    first = np.searchsorted(community[order], community[order])
    sequence = np.arange(len(order)) - first + 1
    codes = tuple(
        f"{register.community_codes[parent]}{number:03d}"
        for parent, number in zip(community[order].tolist(), sequence.tolist(), strict=True)
    )
    people = np.bincount(grid, atoms.people, len(community))[order]
    grids = _in_degrees(outlines[order], register.counties, register.plane)
    return Division(
        grids=grids,
        codes=codes,
        community=community[order],
        sequence=sequence,
        people=np.round(people).astype(np.int64),
        places=places[order],
        outlines=outlines[order],
    )


def _outlines(atoms: Atoms, grid: IntArray, count: int) -> GeometryArray:
    """Return (grids,) the unions of faces, thinned inside each county."""
    faces = atoms.faces
    owner = grid[atoms.atom_of_face]
    order = np.argsort(owner, kind="stable")
    begins = np.searchsorted(owner[order], np.arange(count + 1))
    outlines = np.empty(count, dtype=object)
    for index in range(count):
        outlines[index] = shapely.coverage_union_all(faces.polygons[order[begins[index] : begins[index + 1]]])
    county = faces.county[order[begins[:-1]]]
    for position in np.unique(county):
        own = county == position
        outlines[own] = shapely.coverage_simplify(outlines[own], THINNING_M, simplify_boundary=False)
    return outlines


def _in_degrees(outlines: GeometryArray, counties: GeometryArray, plane: Plane) -> GeometryArray:
    """Return the polygons in degrees; the counties' own vertices come back as they were given."""
    true = np.unique(shapely.get_coordinates(counties), axis=0)
    tree = cKDTree(plane.metres(true))

    def back(xy: FloatArray) -> FloatArray:
        lonlat = plane.degrees(xy)
        gap, nearest = tree.query(xy, distance_upper_bound=0.005)
        hit = np.isfinite(gap)
        lonlat[hit] = on_lattice(true[nearest[hit]])
        return lonlat

    degrees: GeometryArray = shapely.transform(outlines, back)
    return degrees
