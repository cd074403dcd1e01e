"""The real part of the sample city: Jiangmen's counties, towns and communities with their names and codes.

County boundaries, names and codes are real. Towns have a real centre where the place names have one; the
others get a made-up centre in the widest gap of their county, or at the edge of its urban cluster when they
are a 街道.
"""

import re
from dataclasses import dataclass

import geopandas
import numpy as np
import pandas as pd
import shapely

from gis.errors import InvalidInput
from gis.sample.chance import stream
from gis.sample.plane import Plane
from gis.sample.sources import CITIES_AND_COUNTIES, TOWN_CENTRES, VILLAGES, shipped_file
from gis.units import BoolArray, FloatArray, GeometryArray, IntArray

CITY_CODE = "440700"
GRIDS_PER_COMMUNITY = 2954 / 1339


@dataclass(frozen=True, slots=True)
class Register:
    """The areas of the city, by level; positions in one level are what the next refers to.

    Parameters
    ----------
    city_code, city_name
        Six digits and the name.
    city
        The official boundary, WGS84 degrees.
    county_codes, county_names, counties
        Six digits, names, official boundaries in WGS84 degrees.
    town_codes, town_names, town_county, town_centres
        Nine digits, names, position of the county, (n, 2) metres on the plane.
    community_codes, community_names, community_town
        Twelve digits, names, position of the town.
    plane
        The plane around the city.
    official
        Whether the boundaries of city and counties are the official ones.
    grids
        How many grids the communities have together.
    """

    city_code: str
    city_name: str
    city: shapely.Geometry
    county_codes: tuple[str, ...]
    county_names: tuple[str, ...]
    counties: GeometryArray
    town_codes: tuple[str, ...]
    town_names: tuple[str, ...]
    town_county: IntArray
    town_centres: FloatArray
    community_codes: tuple[str, ...]
    community_names: tuple[str, ...]
    community_town: IntArray
    plane: Plane
    official: bool
    grids: int

    @property
    def street_towns(self) -> BoolArray:
        """Return which towns are urban ones (街道)."""
        return np.array([name.endswith("街道") for name in self.town_names])

    @property
    def urban_communities(self) -> BoolArray:
        """Return which communities are urban ones (社区, 居委会) and not villages."""
        return np.array([bool(re.search("社区|居民?委", name)) for name in self.community_names])

    @property
    def communities_per_town(self) -> IntArray:
        """Return (towns,) how many communities each town has."""
        return np.bincount(self.community_town, minlength=len(self.town_codes))


def read_register(seed: int, *, counties: tuple[str, ...] | None = None, city_code: str = CITY_CODE) -> Register:
    """Read the real areas of the city.

    Parameters
    ----------
    seed
        For the centres of the few towns without a real one.
    counties
        Six-digit codes of the counties wanted; None for all.
    city_code
        Six digits of the city.

    Raises
    ------
    InvalidInput
        When a wanted county is not one of the city's.
    UnreadableFile
        When a file that ships is missing.
    """
    boundaries = geopandas.read_file(shipped_file(CITIES_AND_COUNTIES))
    own = boundaries[boundaries.city_adcode.astype(str) == city_code]
    districts = _wanted_counties(own[own.level == "district"], counties)
    wanted = tuple(districts.adcode)
    city = own[own.level == "city"].iloc[0]
    west, south, east, north = city.geometry.bounds
    plane = Plane(lon=round((west + east) / 2, 2), lat=round((south + north) / 2, 2))
    villages = _villages(wanted)
    towns = villages.drop_duplicates("town_code").sort_values("town_code").reset_index(drop=True)
    town_county = np.array([wanted.index(code) for code in towns.district_code], dtype=np.int64)
    polygons = np.asarray(districts.geometry.values, dtype=object)
    position = {code: index for index, code in enumerate(towns.town_code)}
    return Register(
        city_code=city_code,
        city_name=str(city["name"]),
        city=city.geometry if counties is None else shapely.union_all(polygons),
        county_codes=wanted,
        county_names=tuple(districts["name"]),
        counties=polygons,
        town_codes=tuple(towns.town_code),
        town_names=tuple(towns.town),
        town_county=town_county,
        town_centres=_town_centres(towns, town_county, plane.geometries_in_metres(polygons), plane, seed),
        community_codes=tuple(villages.village_code),
        community_names=tuple(villages.village),
        community_town=np.array([position[code] for code in villages.town_code], dtype=np.int64),
        plane=plane,
        official=True,
        grids=round(len(villages) * GRIDS_PER_COMMUNITY),
    )


def _wanted_counties(districts: geopandas.GeoDataFrame, counties: tuple[str, ...] | None) -> geopandas.GeoDataFrame:
    """Return the rows of the counties wanted, by code."""
    rows = districts.assign(adcode=districts.adcode.astype(str)).sort_values("adcode")
    wanted = set(rows.adcode) if counties is None else set(counties)
    unknown = sorted(wanted - set(rows.adcode))
    if unknown or not wanted:
        raise InvalidInput(
            f"no county {', '.join(unknown) or 'named'} in the sample city",
            where="counties",
            remedy=f"one or more of {', '.join(rows.adcode)}",
        )
    return rows[rows.adcode.isin(wanted)].reset_index(drop=True)


def _villages(counties: tuple[str, ...]) -> pd.DataFrame:
    """Return the rows of the code list whose town is a 镇, a 乡 or a 街道, by code."""
    rows = pd.read_csv(shipped_file(VILLAGES), dtype=str)
    kept = rows[rows.district_code.isin(counties) & rows.town.str.endswith(("镇", "街道", "乡"))]
    return kept.sort_values("village_code").reset_index(drop=True)


def _town_centres(
    towns: pd.DataFrame, town_county: IntArray, polygons: GeometryArray, plane: Plane, seed: int
) -> FloatArray:
    """Return (towns, 2) centres on the plane: real ones, pulled inside the boundary, else made-up ones."""
    places = pd.read_csv(shipped_file(TOWN_CENTRES), dtype=str).dropna(subset=["town_official"])
    keys = zip(places.district_adcode_official, places.town_official, strict=True)
    points = plane.metres(places[["lon", "lat"]].astype(float).to_numpy())
    known = dict(zip(keys, points, strict=True))
    centres = np.full((len(towns), 2), np.nan)
    for index, (code, name) in enumerate(zip(towns.district_code, towns.town, strict=True)):
        if (code, name) in known:
            centres[index] = _pulled_inside(known[code, name], polygons[town_county[index]])
    rng = stream(seed, "town centres")
    for index in np.flatnonzero(np.isnan(centres[:, 0])).tolist():
        same = (town_county == town_county[index]) & ~np.isnan(centres[:, 0])
        urban = towns.town.str.endswith("街道").to_numpy()
        cluster = centres[same & urban] if towns.town[index].endswith("街道") else centres[:0]
        centres[index] = _made_up_centre(polygons[town_county[index]], centres[same], cluster, rng)
    return centres


def _pulled_inside(point: FloatArray, county: shapely.Geometry) -> FloatArray:
    """Return the point, or the nearest place 400 m inside the county when a generalised border cut it off."""
    if shapely.contains_xy(county, *point):
        return point
    inner = shapely.buffer(county, -400.0)
    nearest: FloatArray = shapely.get_coordinates(shapely.shortest_line(inner, shapely.points(point)))[0]
    return nearest


def _made_up_centre(
    county: shapely.Geometry, others: FloatArray, cluster: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Return a place far from other centres, or some 2 km from the middle of an urban cluster."""
    largest = max(shapely.get_parts(county), key=lambda part: float(part.area))
    inner = shapely.buffer(largest, -1500.0)
    west, south, east, north = shapely.bounds(inner)
    tries = rng.uniform((west, south), (east, north), (4000, 2))
    tries = tries[shapely.contains_xy(inner, tries[:, 0], tries[:, 1])]
    gap = np.hypot(*(tries[:, None, :] - others[None, :, :]).transpose(2, 0, 1)).min(axis=1, initial=1e6)
    if len(cluster):
        score = -np.hypot(*(tries - cluster.mean(axis=0)).T) - 1e5 * (gap < 1800.0)
    else:
        rim = shapely.distance(shapely.points(tries), shapely.boundary(largest))
        score = np.minimum(gap, 1500.0 + 2.2 * rim)
    best: FloatArray = tries[int(np.argmax(score))]
    return best
