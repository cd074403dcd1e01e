"""The small sample place: one country town whose every village is one grid.

Land, roads and the borders of towns are made up for the whole real district; then everything but one town is left
out. Names and codes of the town and its villages are real, its border is not: so no official boundary is passed on.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import shapely

from gis.sample.atoms import Faces, make_atoms
from gis.sample.country import Country, people_of
from gis.sample.division import Division, share_among_towns
from gis.sample.hamlets import Hamlets
from gis.sample.landscape import Landscape
from gis.sample.linework import Lines
from gis.sample.naming import worker_phone
from gis.sample.register import Register, read_register
from gis.sample.waters import Waters
from gis.units import BoolArray

CITY_CODE, COUNTY_CODE, TOWN_CODE = "620800", "620802", "620802104"
AROUND_M = 2_500.0
"""Water this far outside the town is drawn."""


def read_district(seed: int) -> Register:
    """Return the areas of the district around the town.

    Raises
    ------
    UnreadableFile
        When a file that ships is missing.
    """
    return read_register(seed, counties=(COUNTY_CODE,), city_code=CITY_CODE)


def one_town(country: Country) -> Country:
    """Return what of a district's country belongs to the one town."""
    faces, register = country.faces, country.register
    atoms = make_atoms(faces, country.lines, people_of(faces, country.land))
    town = register.town_codes.index(TOWN_CODE)
    own = share_among_towns(register, atoms)[atoms.atom_of_face] == town
    outline = shapely.coverage_union_all(faces.polygons[own])
    village = country.villages[1] == town
    return replace(
        country,
        register=_register(register, town, outline),
        land=_land(country.land, outline),
        lines=_lines(country.lines, outline),
        faces=Faces(faces.polygons[own], np.zeros(int(own.sum()), dtype=np.int64)),
        villages=(country.villages[0][village], np.zeros(int(village.sum()), dtype=np.int64)),
        waters=_waters(country.waters, outline),
        hamlets=_hamlets(country.hamlets, outline),
    )


def one_worker_each(division: Division) -> pd.DataFrame:
    """Return the roster of the town, a lead for every grid and nobody else, in the columns of a workers file."""
    numbers = range(1, len(division) + 1)
    return pd.DataFrame(
        {
            "worker_ref": [f"SAMPLE-W{number:05d}" for number in numbers],
            "name": [f"示例网格员{number:04d}" for number in numbers],
            "phone": [worker_phone(number) for number in numbers],
            "grid_code": list(division.codes),
            "role": "lead",
            "since": "",
            "until": "",
            "hours": "",
            "simulated": 1,
        }
    )


def _register(register: Register, town: int, outline: shapely.Geometry) -> Register:
    """Return the register of one town, whose ground stands for the county's."""
    own = np.flatnonzero(register.community_town == town).tolist()
    degrees = shapely.transform(outline, register.plane.degrees)
    return replace(
        register,
        city=degrees,
        counties=np.array([degrees], dtype=object),
        official=False,
        town_codes=(register.town_codes[town],),
        town_names=(register.town_names[town],),
        town_county=np.zeros(1, dtype=np.int64),
        town_centres=register.town_centres[[town]],
        community_codes=tuple(register.community_codes[one] for one in own),
        community_names=tuple(register.community_names[one] for one in own),
        community_town=np.zeros(len(own), dtype=np.int64),
        grids=len(own),
    )


def _land(land: Landscape, outline: shapely.Geometry) -> Landscape:
    """Return the landscape with nothing and nobody outside the town."""
    middles = land.raster.middles()
    inside: BoolArray = shapely.contains_xy(outline, middles[:, 0], middles[:, 1]).reshape(land.raster.shape)
    here = np.where(inside, 0, -1)
    people = np.where(inside, land.people_per_km2, 0.0)
    return replace(land, county=here, town=here, people_per_km2=people, built=land.built & inside)


def _lines(lines: Lines, outline: shapely.Geometry) -> Lines:
    """Return the lines that touch the town."""
    shapely.prepare(outline)
    near = shapely.intersects(outline, lines.lines)
    return Lines(lines.lines[near], lines.kinds[near])


def _waters(waters: Waters, outline: shapely.Geometry) -> Waters:
    """Return the water in and around the town."""
    around = shapely.buffer(outline, AROUND_M)
    shapely.prepare(around)
    near = shapely.intersects(around, waters.lines.lines)
    lines = Lines(waters.lines.lines[near], waters.lines.kinds[near])
    return Waters(lines, waters.width_m[near], shapely.intersection(waters.wide, around))


def _hamlets(hamlets: Hamlets, outline: shapely.Geometry) -> Hamlets:
    """Return the hamlets of the town and the lanes in them."""
    own = shapely.contains_xy(outline, hamlets.places[:, 0], hamlets.places[:, 1])
    lanes = hamlets.lanes[shapely.intersects(outline, hamlets.lanes)]
    return Hamlets(hamlets.places[own], hamlets.outlines[own], lanes)
