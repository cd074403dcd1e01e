"""The division of the sample city, from the real areas to grids: lines, faces, atoms, growth, outlines."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely

from gis.errors import InvalidLayer
from gis.sample.atoms import Faces, faces_between, make_atoms
from gis.sample.division import Division, divide, draw_division
from gis.sample.landscape import Landscape, built_up_polygon, make_landscape, village_places
from gis.sample.linework import LineKind, Lines, natural_lines, roads, swayed, territory_lines
from gis.sample.register import Register, read_register
from gis.sample.streets import streets_and_lanes
from gis.units import FloatArray

Progress = Callable[[str, float], None]
"""Called with what is being done and the share of all work that is done, 0 to 1."""


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
    """

    register: Register
    land: Landscape
    lines: Lines
    division: Division
    faces: Faces


GRIDS = 2954
"""Of the whole city, which is what the counts of everything else refer to."""


def share_of_city(city: City) -> float:
    """Return how much of the whole city this is, by its grids; 1 for the whole."""
    return len(city.division) / GRIDS


def make_city(*, seed: int, counties: tuple[str, ...] | None, progress: Progress) -> City:
    """Make up the division of the city inside its real counties.

    Raises
    ------
    InvalidLayer
        When the grids are not a valid coverage, which would be a fault of this package.
    InvalidInput, UnreadableFile
        As `read_register`.
    """
    progress("reading real areas", 0.0)
    register = read_register(seed, counties=counties)
    progress("hills, plains and people", 0.02)
    land = make_landscape(register, seed=seed)
    villages = village_places(register, land, seed=seed)
    progress("rivers, roads and streets", 0.10)
    lines = city_lines(register, land, villages[0], seed=seed)
    progress("faces between the lines", 0.25)
    faces = faces_between(register.plane.geometries_in_metres(register.counties), lines)
    atoms = make_atoms(faces, lines, _people_of(faces, land))
    progress("towns, communities and grids", 0.50)
    grid, community = divide(register, atoms, villages, seed=seed)
    progress("outlines of grids", 0.75)
    division = draw_division(register, atoms, grid, community)
    if not shapely.coverage_is_valid(division.grids):
        raise InvalidLayer("the simulated grids are not a valid coverage", where=f"seed {seed}")
    return City(register, land, lines, division, faces)


def city_lines(register: Register, land: Landscape, villages: FloatArray, *, seed: int) -> Lines:
    """Return all lines; inside built-up land ridges, brooks and minor roads give way to streets."""
    built = built_up_polygon(land)
    road_lines = roads(land, register.town_centres, villages, seed=seed)
    street_lines = streets_and_lanes(land, register.town_centres, road_lines, built, seed=seed)
    bent = swayed(Lines.together(natural_lines(land, seed=seed), road_lines, territory_lines(land)), land, seed=seed)
    rural = bent.of_kinds(LineKind.BROOK, LineKind.RIDGE, LineKind.ROAD).outside(built)
    return Lines.together(bent.of_kinds(LineKind.RIVER, LineKind.TRUNK, LineKind.EDGE), rural, street_lines)


def _people_of(faces: Faces, land: Landscape) -> FloatArray:
    """Return (faces,) people: the density at a place inside times the area."""
    at = shapely.get_coordinates(shapely.point_on_surface(faces.polygons))
    people: FloatArray = land.raster.sample(land.people_per_km2, at) * shapely.area(faces.polygons) / 1e6
    return np.maximum(people, 0.0)
