"""The sample city, from the real areas to grids: the country, growth, outlines, and what covers the ground."""

from dataclasses import dataclass

import shapely

from gis.errors import InvalidLayer
from gis.sample.atoms import Faces, make_atoms
from gis.sample.country import Country, Progress, make_country, people_of
from gis.sample.division import Division, divide, draw_division
from gis.sample.ground import Ground, make_ground
from gis.sample.landscape import Landscape
from gis.sample.linework import Lines
from gis.sample.profiles import Profile
from gis.sample.register import Register, read_register
from gis.sample.town import one_town, read_district


@dataclass(frozen=True, slots=True)
class City:
    """Everything that places people, cameras and incidents.

    Parameters
    ----------
    register
        The real areas.
    land
        Simulated hills and people.
    lines
        All simulated lines, metres.
    division
        The simulated grids.
    faces
        What lies between the lines, of which grids are made.
    ground
        Water, sea and built-up land as polygons; what only the basemap draws.
    profile
        Which of the sample places it is.
    """

    register: Register
    land: Landscape
    lines: Lines
    division: Division
    faces: Faces
    ground: Ground
    profile: Profile


GRIDS = 2954
"""Of the whole city, which is what the counts of everything else refer to."""


def share_of_city(city: City) -> float:
    """Return how much of the whole city this is, by its grids; 1 for the whole."""
    return len(city.division) / GRIDS


def make_city(
    *, seed: int, counties: tuple[str, ...] | None, progress: Progress, profile: Profile = Profile.CITY
) -> City:
    """Make up the division of the city inside its real counties, or of one town.

    Raises
    ------
    InvalidLayer
        When the grids are not a valid coverage, which would be a fault of this package.
    InvalidInput, UnreadableFile
        As `read_register`.
    """
    country = _country(seed, counties, progress, profile)
    register, faces, land = country.register, country.faces, country.land
    atoms = make_atoms(faces, country.lines, people_of(faces, land))
    progress("towns, communities and grids", 0.50)
    grid, community = divide(register, atoms, country.villages, seed=seed)
    progress("outlines of grids", 0.75)
    division = draw_division(register, atoms, grid, community)
    if not shapely.coverage_is_valid(division.grids):
        raise InvalidLayer("the simulated grids are not a valid coverage", where=f"seed {seed}")
    ground = make_ground(country.waters, country.sea, country.hamlets, faces, land, seed=seed)
    return City(register, land, country.lines, division, faces, ground, profile)


def _country(seed: int, counties: tuple[str, ...] | None, progress: Progress, profile: Profile) -> Country:
    """Return the country that is divided."""
    progress("reading real areas", 0.0)
    if profile is Profile.TOWN:
        return one_town(make_country(read_district(seed), seed=seed, progress=progress))
    return make_country(read_register(seed, counties=counties), seed=seed, progress=progress)
