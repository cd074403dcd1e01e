"""The country before it is divided: land, water, roads, streets, towns and villages, and the faces between lines."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import shapely

from gis.sample.atoms import Faces, faces_between
from gis.sample.hamlets import Hamlets, make_hamlets, with_hamlets
from gis.sample.landscape import Landscape, built_up_polygon, make_landscape, village_places
from gis.sample.linework import LineKind, Lines, territory_lines
from gis.sample.main_streets import main_streets
from gis.sample.register import Register
from gis.sample.roads import motorways_and_railways, roads, trunk_edges
from gis.sample.shores import sea_polygon
from gis.sample.streets import streets_and_lanes
from gis.sample.terrain import Terrain, make_terrain
from gis.sample.waters import Waters, make_waters
from gis.units import BoolArray, FloatArray, IntArray

Progress = Callable[[str, float], None]
"""Called with what is being done and the share of all work that is done, 0 to 1."""
BANK_M, SHORTEST_QUAY_M = 18.0, 60.0
"""From the water to the middle of the street along it."""
BROAD_M = 150.0
"""Water as wide as this keeps towns from growing over it."""


@dataclass(frozen=True, slots=True)
class Country:
    """Everything but the division.

    Parameters
    ----------
    register
        The real areas.
    land
        Hills and people.
    lines, faces
        All lines, and what lies between them, metres.
    villages
        (n, 2) metres and (n,) town of places where communities begin.
    waters, sea, hamlets
        What the basemap draws besides.
    """

    register: Register
    land: Landscape
    lines: Lines
    faces: Faces
    villages: tuple[FloatArray, IntArray]
    waters: Waters
    sea: shapely.Geometry
    hamlets: Hamlets


def make_country(register: Register, *, seed: int, progress: Progress) -> Country:
    """Make up the country inside real counties."""
    progress("hills, rivers and the sea", 0.02)
    terrain = make_terrain(register, seed=seed)
    waters, sea = make_waters(terrain, seed=seed), sea_polygon(terrain, register.town_centres, seed=seed)
    progress("towns, villages and roads", 0.10)
    land, lines, villages, hamlets = _settled(register, terrain, waters, sea, seed=seed)
    progress("faces between the lines", 0.25)
    faces = faces_between(register.plane.geometries_in_metres(register.counties), lines)
    return Country(register, land, lines, faces, villages, waters, sea, hamlets)


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
    lines = Lines.together(rivers, rural, town, fast)
    return land, lines, villages, hamlets


def _town_lines(register: Register, land: Landscape, road_lines: Lines, water: shapely.Geometry, *, seed: int) -> Lines:
    """Return roads, streets and lanes; trunk roads follow streets once they are in town.

    What is left of streets and lanes in the water is no street, but borders may go on along it.
    """
    built, centres = built_up_polygon(land), register.town_centres
    seams = territory_lines(land.town, land.raster)
    wet, everywhere = shapely.buffer(water, BANK_M), streets_and_lanes(land, centres, road_lines, built, seed=seed)
    streets, beyond = everywhere.outside(wet), Lines.of(everywhere.within(wet).lines, LineKind.EDGE)
    blocks = Lines.together(streets.of_kinds(LineKind.ARTERY, LineKind.STREET), _quays(water, built), seams)
    others = Lines.together(streets.of_kinds(LineKind.LANE), beyond)
    urban = main_streets(blocks, road_lines, built, centres=centres, beyond=others)
    return Lines.together(urban, others, seams)


def _quays(water: shapely.Geometry, built: shapely.Geometry) -> Lines:
    """Return the streets along the banks in town; they close the blocks of streets that end there."""
    banks = shapely.boundary(shapely.simplify(shapely.buffer(water, BANK_M + 2.0), 8.0))
    inside = shapely.get_parts(shapely.line_merge(shapely.intersection(banks, built)))
    return Lines.of(inside[shapely.length(inside) > SHORTEST_QUAY_M], LineKind.ARTERY)


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


def people_of(faces: Faces, land: Landscape) -> FloatArray:
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
