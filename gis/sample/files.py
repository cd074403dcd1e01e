"""The input files of the sample city, in the columns that loading knows.

The same seed, counties and moment give the same bytes, in any process: nothing depends on the clock, on
hashes, or on the order of a set. All coordinates are WGS84 degrees; all times are local with their zone.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import orjson
import pandas as pd
import shapely

from gis.errors import GisError
from gis.sample.addresses import addresses
from gis.sample.basemap import basemap_file, make_basemap
from gis.sample.blocks import Blocks
from gis.sample.cameras import cameras
from gis.sample.chance import stream
from gis.sample.city import City, make_city
from gis.sample.country import Progress
from gis.sample.holidays import calendar_rows
from gis.sample.incidents import SampleIncidents, incidents, write_incidents
from gis.sample.key_areas import key_area_features, make_key_areas
from gis.sample.leave import leave_rows
from gis.sample.naming import desk_name, desk_phone, grid_name
from gis.sample.people import roster
from gis.sample.places import Streets
from gis.sample.profiles import Profile
from gis.sample.register import Register
from gis.sample.sites import gate_rows, make_sites, site_rows
from gis.sample.street_names import basemap_names, named_streets
from gis.sample.times import UNTIL, local_seconds
from gis.sample.town import one_worker_each
from gis.units import GeometryArray

FILES = (
    "areas.geojson",
    "grids.geojson",
    "basemap.geojson",
    "calendar.csv",
    "workers.csv",
    "leave.csv",
    "cameras.csv",
    "incidents.csv",
    "sites.csv",
    "gates.csv",
    "key_areas.geojson",
    "addresses.csv",
)
PEOPLE_PER_HOUSEHOLD = 3.1
SHARE_EXCLUSIVE = 0.03


@dataclass(frozen=True, slots=True)
class SampleSummary:
    """What was written.

    Parameters
    ----------
    directory
        Where the files lie.
    until
        The sample city's present moment.
    areas, counties, towns, communities, grids, workers, worker_rows, cameras, incidents, sites, gates, key_areas,
    addresses
        How many.
    grids_without_lead
        How many grids have no lead.
    """

    directory: Path
    until: datetime
    areas: int
    counties: int
    towns: int
    communities: int
    grids: int
    workers: int
    worker_rows: int
    cameras: int
    incidents: int
    sites: int
    gates: int
    key_areas: int
    addresses: int
    grids_without_lead: int


def write_sample_city(
    directory: Path,
    *,
    seed: int,
    progress: Progress | None = None,
    until: datetime = UNTIL,
    counties: tuple[str, ...] | None = None,
    profile: Profile = Profile.CITY,
) -> SampleSummary:
    """Make up the sample city and write its files, replacing those that are there.

    Parameters
    ----------
    directory
        Made when it is not there.
    seed
        Of all chance.
    progress
        Called with what is being done and the share that is done, 0 to 1.
    until
        The city's present moment, with a zone; incidents are those of the year before it.
    counties
        Six-digit codes of the counties wanted; None for all seven. One county makes a small city quickly.
    profile
        The city, or one town of twenty grids.

    Raises
    ------
    InvalidInput
        When a county is not one of the city's.
    UnreadableFile
        When a file that ships with the project is missing.
    GisError
        When the files cannot be written.
    ValueError
        When `until` has no zone.
    """
    local_seconds(until)
    report = progress or (lambda _what, _share: None)
    city = make_city(seed=seed, counties=counties, progress=report, profile=profile)
    report("people, cameras and incidents", 0.82)
    streets, blocks = Streets.of(city), Blocks.of(city)
    places = make_sites(city, blocks, seed=seed)
    key_areas = make_key_areas(city, blocks, places, seed=seed)
    today = local_seconds(until).astype("datetime64[D]")
    alone = profile is Profile.TOWN
    people = one_worker_each(city.division) if alone else roster(city.division, seed=seed, today=today)
    lines, names = named_streets(city, seed=seed)
    tables = {
        "calendar.csv": calendar_rows(),
        "workers.csv": people,
        "leave.csv": leave_rows(people, seed=seed, today=today),
        "cameras.csv": cameras(city, streets, places, key_areas, seed=seed, until=until),
        "sites.csv": site_rows(city, places),
        "gates.csv": gate_rows(city, places, seed=seed),
        "addresses.csv": addresses(city, lines, names, seed=seed),
    }
    report("a year of incidents", 0.86)
    happened = incidents(city, streets, seed=seed, until=until)
    report("writing files", 0.90)
    basemap = basemap_file(
        make_basemap(city, seed=seed), city.register.plane, name_of=lambda drawn: basemap_names(drawn, lines, names)
    )
    try:
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "areas.geojson").write_bytes(_areas(city.register))
        (directory / "grids.geojson").write_bytes(_grids(city, seed))
        (directory / "key_areas.geojson").write_bytes(_feature_collection(*key_area_features(city, key_areas)))
        (directory / "basemap.geojson").write_bytes(basemap)
        for name, table in tables.items():
            (directory / name).write_bytes(table.to_csv(index=False, lineterminator="\n").encode())
        _write_incidents(directory / "incidents.csv", happened, report)
    except OSError as error:
        raise GisError(f"the sample city cannot be written: {error.strerror}", where=str(directory)) from error
    report("sample city written", 1.0)
    return _summary(city, tables, directory, until, incidents=len(happened), key_areas=len(key_areas.kinds))


def _write_incidents(path: Path, rows: SampleIncidents, report: Progress) -> None:
    def written(count: int) -> None:
        report(f"writing incidents: {count:,} of {len(rows):,} rows", 0.92 + 0.08 * count / len(rows))

    write_incidents(path, rows, progress=written)


def _summary(
    city: City, tables: dict[str, pd.DataFrame], directory: Path, until: datetime, **counts: int
) -> SampleSummary:
    """Return how much of everything there is; ``counts`` are of what is in no table."""
    register, workers = city.register, tables["workers.csv"]
    led = workers.grid_code[(workers.role == "lead") & (workers.until == "")].nunique()
    areas = (len(register.county_codes), len(register.town_codes), len(register.community_codes))
    return SampleSummary(
        directory=directory,
        until=until,
        areas=1 + sum(areas),
        counties=areas[0],
        towns=areas[1],
        communities=areas[2],
        grids=len(city.division),
        workers=workers.worker_ref.nunique(),
        worker_rows=len(workers),
        cameras=len(tables["cameras.csv"]),
        sites=len(tables["sites.csv"]),
        gates=len(tables["gates.csv"]),
        addresses=len(tables["addresses.csv"]),
        grids_without_lead=len(city.division) - led,
        **counts,
    )


def division_code(code: str) -> str:
    """Return a code of a higher area in the twelve digits of the code list.

    Examples
    --------
    >>> division_code("440703"), division_code("440703002")
    ('440703000000', '440703002000')
    """
    return code.ljust(12, "0")


def _areas(register: Register) -> bytes:
    """Return areas.geojson: real names and codes; real boundaries of city and counties, none below."""
    city = division_code(register.city_code)
    rows: list[tuple[str, str, str, str, shapely.Geometry | None]] = [
        (city, register.city_name, "city", "", register.city if register.official else None)
    ]
    counties = zip(register.county_codes, register.county_names, register.counties, strict=True)
    rows += [
        (division_code(code), name, "county", city, shape if register.official else None)
        for code, name, shape in counties
    ]
    rows += [
        (division_code(code), name, "town", division_code(register.county_codes[parent]), None)
        for code, name, parent in zip(
            register.town_codes, register.town_names, register.town_county.tolist(), strict=True
        )
    ]
    rows += [
        (code, name, "community", division_code(register.town_codes[parent]), None)
        for code, name, parent in zip(
            register.community_codes, register.community_names, register.community_town.tolist(), strict=True
        )
    ]
    properties: list[dict[str, object]] = [
        {
            "code": code,
            "name": name,
            "level": level,
            "parent_code": parent or None,
            "desk_name": desk_name(name),
            "desk_phone": desk_phone(number),
            "simulated": 0,
        }
        for number, (code, name, level, parent, _) in enumerate(rows, start=1)
    ]
    shapes = np.empty(len(rows), dtype=object)
    shapes[:] = [row[4] for row in rows]
    return _feature_collection(shapes, properties)


def _grids(city: City, seed: int) -> bytes:
    """Return grids.geojson: simulated polygons, names and counts."""
    division, register = city.division, city.register
    chance = stream(seed, "exclusive grids").random(len(division))
    exclusive = (chance < 2 * SHARE_EXCLUSIVE) & (division.people > np.median(division.people))
    properties: list[dict[str, object]] = [
        {
            "code": code,
            "name": grid_name(register, community, sequence),
            "area_code": register.community_codes[community],
            "class": "exclusive" if special else "basic",
            "households": round(people / PEOPLE_PER_HOUSEHOLD),
            "population": people,
            "simulated": 1,
        }
        for code, community, sequence, people, special in zip(
            division.codes,
            division.community.tolist(),
            division.sequence.tolist(),
            division.people.tolist(),
            exclusive.tolist(),
            strict=True,
        )
    ]
    return _feature_collection(division.grids, properties)


def _feature_collection(shapes: GeometryArray, properties: list[dict[str, object]]) -> bytes:
    """Return GeoJSON, a feature a line."""
    texts = shapely.to_geojson(shapes)
    features = (
        orjson.dumps(
            {
                "type": "Feature",
                "properties": row,
                "geometry": orjson.Fragment(text) if text is not None else None,
            }
        )
        for row, text in zip(properties, texts.tolist(), strict=True)
    )
    return b'{"type":"FeatureCollection","features":[\n' + b",\n".join(features) + b"\n]}\n"
