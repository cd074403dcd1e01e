"""The sample city, from the real areas to grids: terrain, water, roads, towns, streets, faces, growth, outlines."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import shapely

from gis.errors import InvalidLayer
from gis.sample.atoms import Faces, faces_between, make_atoms
from gis.sample.division import Division, divide, draw_division
from gis.sample.ground import Ground, make_ground
from gis.sample.hamlets import Hamlets, make_hamlets, with_hamlets
from gis.sample.landscape import Landscape, built_up_polygon, make_landscape, village_places
from gis.sample.linework import LineKind, Lines, territory_lines
from gis.sample.main_streets import main_streets
from gis.sample.register import Register, read_register
from gis.sample.roads import motorways_and_railways, roads, trunk_edges
from gis.sample.shores import sea_polygon
from gis.sample.streets import streets_and_lanes
from gis.sample.terrain import Terrain, make_terrain
from gis.sample.waters import Waters, make_waters
from gis.units import BoolArray, FloatArray, IntArray

Progress = Callable[[str, float], None]
"""Called with what is being done and the share of all work that is done, 0 to 1."""
BROAD_M = 150.0
"""Water as wide as this keeps towns from growing over it."""


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
    """

    register: Register
    land: Landscape
    lines: Lines
    division: Division
    faces: Faces
    ground: Ground


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
    progress("hills, rivers and the sea", 0.02)
    terrain = make_terrain(register, seed=seed)
    waters, sea = make_waters(terrain, seed=seed), sea_polygon(terrain, seed=seed)
    progress("towns, villages and roads", 0.10)
    land, lines, villages, hamlets = _settled(register, terrain, waters, sea, seed=seed)
    progress("faces between the lines", 0.25)
    faces = faces_between(register.plane.geometries_in_metres(register.counties), lines)
    atoms = make_atoms(faces, lines, _people_of(faces, land))
    progress("towns, communities and grids", 0.50)
    grid, community = divide(register, atoms, villages, seed=seed)
    progress("outlines of grids", 0.75)
    division = draw_division(register, atoms, grid, community)
    if not shapely.coverage_is_valid(division.grids):
        raise InvalidLayer("the simulated grids are not a valid coverage", where=f"seed {seed}")
    ground = make_ground(waters, sea, hamlets, faces, land, seed=seed)
    return City(register, land, lines, division, faces, ground)


def _settled(
    register: Register, terrain: Terrain, waters: Waters, sea: shapely.Geometry, *, seed: int
) -> tuple[Landscape, Lines, tuple[FloatArray, IntArray], Hamlets]:
    """Return the landscape with its people, all lines, the villages' places, and the hamlets."""
    water = shapely.union_all([waters.wide, sea])
    wet, broad = _wet_cells(terrain, water), _wet_cells(terrain, shapely.buffer(water, -BROAD_M / 2.0))
    trunk = trunk_edges(terrain, register.town_centres, wet, seed=seed)
    land = make_landscape(register, terrain, trunk=trunk, wet=broad, seed=seed)
    villages = village_places(register, land, wet, seed=seed)
    places = np.vstack([register.town_centres, villages[0]])
    road_lines = roads(land, trunk, places, wet, seed=seed).outside(sea)
    hamlets = make_hamlets(land, road_lines, water, int((~register.urban_communities).sum()), seed=seed)
    land = replace(land, people_per_km2=with_hamlets(land, hamlets))
    fast = motorways_and_railways(land, register.town_centres[_hubs(register)], trunk, wet, seed=seed)
    town = _town_lines(register, land, road_lines, water, seed=seed)
    built = built_up_polygon(land)
    rural = waters.lines.of_kinds(LineKind.BROOK, LineKind.RIDGE).outside(built)
    rivers = waters.lines.of_kinds(LineKind.RIVER)
    lines = Lines.together(rivers, rural, town, fast, territory_lines(land.town, land.raster))
    return land, lines, villages, hamlets


def _town_lines(register: Register, land: Landscape, road_lines: Lines, water: shapely.Geometry, *, seed: int) -> Lines:
    """Return roads, streets and lanes; trunk roads follow streets once they are in town."""
    built, centres = built_up_polygon(land), register.town_centres
    streets = streets_and_lanes(land, centres, road_lines, built, seed=seed).outside(water)
    urban = main_streets(streets.of_kinds(LineKind.ARTERY, LineKind.STREET), road_lines, built, centres)
    return Lines.together(urban, streets.of_kinds(LineKind.LANE))


def _hubs(register: Register) -> IntArray:
    """Return the positions of the largest 街道 of every county that is large, else the largest town."""
    size = register.communities_per_town + 100 * register.street_towns
    order = np.lexsort((-size, register.town_county))
    return order[np.unique(register.town_county[order], return_index=True)[1]]


def _wet_cells(terrain: Terrain, water: shapely.Geometry) -> BoolArray:
    """Return the cells whose middle lies in wide water."""
    middles = terrain.raster.middles()
    shapely.prepare(water)
    wet: BoolArray = shapely.contains_xy(water, middles[:, 0], middles[:, 1]).reshape(terrain.raster.shape)
    return wet & terrain.inside


def _people_of(faces: Faces, land: Landscape) -> FloatArray:
    """Return (faces,) people: the density at a place inside times the area; large faces by cells instead."""
    raster, area = land.raster, shapely.area(faces.polygons)
    at = shapely.get_coordinates(shapely.point_on_surface(faces.polygons))
    people = raster.sample(land.people_per_km2, at) * area / 1e6
    large = np.flatnonzero(area > 2.0 * raster.step_m**2)
    cells = np.flatnonzero(land.inside.ravel())
    face, cell = shapely.STRtree(shapely.points(raster.middles()[cells])).query(
        faces.polygons[large], predicate="contains"
    )
    count = np.bincount(face, minlength=len(large))
    density = np.bincount(face, land.people_per_km2.ravel()[cells[cell]], len(large))
    known = count > 0
    people[large[known]] = density[known] / count[known] * area[large[known]] / 1e6
    floor: FloatArray = np.maximum(people, 0.0)
    return floor
