"""Simulated sites: schools where people live, hospitals and markets in towns, stations, fenced neighbourhoods.

The whole city has 137 schools, 39 hospitals and 600 neighbourhoods with 923 gates; fewer counties have their share.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from gis.sample.blocks import Blocks
from gis.sample.chance import ranked, stream
from gis.sample.city import City
from gis.sample.crossings import azimuth_deg
from gis.sample.linework import LineKind
from gis.sample.naming import MARK, short_community_name
from gis.sample.neighbourhoods import Neighbourhoods, fence_neighbourhoods
from gis.sample.places import first_apart, grid_of_places
from gis.sites import SITE_KIND_NAMES, GateState, SiteKind
from gis.units import FloatArray, GeometryArray, IntArray

SOURCE = "sample"
GRIDS_OF_WHOLE = 2954
SIZES = {
    SiteKind.SCHOOL: 137,
    SiteKind.HOSPITAL: 39,
    SiteKind.MARKET: 86,
    SiteKind.STATION: 36,
    SiteKind.NEIGHBOURHOOD: 600,
}
"""How many a city of `GRIDS_OF_WHOLE` grids has."""
ASIDE_M = 22.0
"""How far a school or market lies from the middle of its street."""
STATION_ASIDE_M = 30.0
STATION_APART_M = 1_800.0
SHARE_OF_RAILWAYS = 0.25
RAILWAY_REACH_M = 900.0
RAILWAY_APART_M = 6_000.0
"""Railways pass towns outside; their stations are where they come near to one."""
SIDES = ("北", "东", "南", "西")


@dataclass(frozen=True, slots=True)
class Sites:
    """Where sites are.

    Parameters
    ----------
    kinds
        (n,) in the order of `SIZES`.
    places
        (n, 2) metres; inside the fence of a neighbourhood.
    grounds
        (n,) polygons of neighbourhoods, None for others.
    fenced
        The neighbourhoods, which are the last of the sites.
    """

    kinds: tuple[SiteKind, ...]
    places: FloatArray
    grounds: GeometryArray
    fenced: Neighbourhoods

    def of_kind(self, kind: SiteKind) -> IntArray:
        """Return the positions of the sites of a kind."""
        return np.flatnonzero(np.array(self.kinds) == kind)


def proportional(whole: int, city: City) -> int:
    """Return how many of something this city has, of which a whole one has so many; one at least."""
    return max(1, round(whole * len(city.division) / GRIDS_OF_WHOLE))


def make_sites(city: City, blocks: Blocks, *, seed: int) -> Sites:
    """Return the sites of a city."""
    count = {kind: proportional(whole, city) for kind, whole in SIZES.items()}
    rng = stream(seed, "neighbourhoods")
    fenced = fence_neighbourhoods(city, blocks, count[SiteKind.NEIGHBOURHOOD], rng)
    free = np.ones(len(blocks))
    free[fenced.block] = 0.0
    places: list[FloatArray] = []
    for kind, crowding, apart_m in (
        (SiteKind.SCHOOL, 0.8, 450.0),
        (SiteKind.HOSPITAL, 1.6, 900.0),
        (SiteKind.MARKET, 1.0, 600.0),
    ):
        chosen = blocks.spread(
            count[kind],
            free * blocks.people**crowding,
            stream(seed, f"sites {kind}"),
            apart_m=apart_m,
            in_every_town=kind is not SiteKind.HOSPITAL,
        )
        free[chosen] = 0.0
        places.append(blocks.at_street(blocks.inner[chosen], aside_m=ASIDE_M))
    places.append(_stations(city, count[SiteKind.STATION], stream(seed, "sites station")))
    places.append(shapely.get_coordinates(shapely.point_on_surface(fenced.grounds)))
    grounds = [np.full(len(some), None, dtype=object) for some in places[:-1]]
    kinds = [kind for kind, some in zip(SIZES, places, strict=True) for _ in range(len(some))]
    return Sites(tuple(kinds), np.vstack(places), np.concatenate([*grounds, fenced.grounds]), fenced)


def _stations(city: City, count: int, rng: np.random.Generator) -> FloatArray:
    """Return places of railway stations on the way past towns, and of bus stations at trunk roads where people are."""
    rails = round(SHARE_OF_RAILWAYS * count) if len(city.lines.of_kinds(LineKind.RAILWAY).lines) else 0
    at_rails, length = _beside(city, LineKind.RAILWAY, rng)
    to_town = cKDTree(city.register.town_centres).query(at_rails)[0]
    order = ranked(length * np.exp(-to_town / RAILWAY_REACH_M) * _inside(city, at_rails), rng)
    railway = at_rails[first_apart(at_rails, order, count=rails, apart_m=RAILWAY_APART_M)]
    at_roads, length = _beside(city, LineKind.TRUNK, rng)
    people = np.maximum(city.land.raster.sample(city.land.people_per_km2, at_roads), 0.0)
    order = ranked(length * people * _inside(city, at_roads), rng)
    road = at_roads[first_apart(at_roads, order, count=count - len(railway), apart_m=STATION_APART_M)]
    return np.vstack([railway, road])


def _beside(city: City, kind: LineKind, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Return places beside pieces of a kind of line, on either side, and the pieces' lengths."""
    lines = shapely.segmentize(city.lines.of_kinds(kind).lines, 300.0)
    at, line = shapely.get_coordinates(lines, return_index=True)
    along = line[1:] == line[:-1]
    start, run = at[:-1][along], (at[1:] - at[:-1])[along]
    length = np.maximum(np.hypot(*run.T), 0.1)
    left = np.column_stack([-run[:, 1], run[:, 0]]) / length[:, None]
    places: FloatArray = start + run / 2.0 + left * STATION_ASIDE_M * rng.choice([-1.0, 1.0], len(run))[:, None]
    return places, length


def _inside(city: City, places: FloatArray) -> FloatArray:
    """Return (n,) 1 in the city, 0 outside."""
    return city.land.inside.ravel()[city.land.raster.cells(places)].astype(np.float64)


def site_rows(city: City, sites: Sites) -> pd.DataFrame:
    """Return one row per site, in the columns of a sites file."""
    lonlat = city.register.plane.degrees(sites.places)
    fenced = ~shapely.is_missing(sites.grounds)
    grounds = shapely.transform(sites.grounds[fenced], city.register.plane.degrees)
    texts = np.full(len(sites.kinds), "", dtype=object)
    texts[fenced] = shapely.to_wkt(grounds, rounding_precision=9)
    return pd.DataFrame(
        {
            "source": SOURCE,
            "source_ref": _refs(sites),
            "kind": [str(kind) for kind in sites.kinds],
            "name": site_names(city, sites),
            "lon": np.round(lonlat[:, 0], 7),
            "lat": np.round(lonlat[:, 1], 7),
            "geometry": texts,
            "simulated": 1,
        }
    )


def gate_rows(city: City, sites: Sites, *, seed: int) -> pd.DataFrame:
    """Return one row per gate, in the columns of a gates file."""
    rng = stream(seed, "gates")
    fenced = sites.fenced
    count = len(fenced.gates)
    lonlat = city.register.plane.degrees(fenced.gates)
    refs = _refs(sites)[-len(fenced.block) :] if len(fenced.block) else []
    states = rng.choice([GateState.OPEN, GateState.CLOSED, GateState.UNKNOWN], count, p=[0.86, 0.10, 0.04])
    return pd.DataFrame(
        {
            "source": SOURCE,
            "source_ref": [f"SAMPLE-G{number:04d}" for number in range(1, count + 1)],
            "site_ref": [refs[owner] for owner in fenced.gate_of.tolist()],
            "name": _gate_names(fenced),
            "state": [str(state) for state in states],
            "lon": np.round(lonlat[:, 0], 8),
            "lat": np.round(lonlat[:, 1], 8),
            "simulated": 1,
        }
    )


def _refs(sites: Sites) -> list[str]:
    """Return references numbered inside each kind."""
    numbers = _numbered([str(kind) for kind in sites.kinds])
    return [f"SAMPLE-S-{kind}-{number:03d}" for kind, number in zip(sites.kinds, numbers, strict=True)]


def site_names(city: City, sites: Sites) -> list[str]:
    """Return names after the town, of neighbourhoods after the community, numbered there and marked as examples."""
    community = city.division.community[grid_of_places(city.division.outlines, sites.places)]
    stems: list[str] = []
    for kind, own in zip(sites.kinds, community.tolist(), strict=True):
        town = city.register.town_names[int(city.register.community_town[own])]
        place = short_community_name(city.register.community_names[own])
        word = "小区" if kind is SiteKind.NEIGHBOURHOOD else SITE_KIND_NAMES[kind]
        stems.append(f"{place if kind is SiteKind.NEIGHBOURHOOD else town}第{{}}{word}{MARK}")
    return [stem.format(number) for stem, number in zip(stems, _numbered(stems), strict=True)]


def _gate_names(fenced: Neighbourhoods) -> list[str]:
    """Return names after the side a gate opens to; a second one on a side has a number."""
    side = (np.round(azimuth_deg(fenced.outward) / 90.0).astype(np.int64) % 4).tolist()
    keys = [f"{owner}{SIDES[one]}" for owner, one in zip(fenced.gate_of.tolist(), side, strict=True)]
    numbers = _numbered(keys)
    return [
        f"{SIDES[one]}{'' if number == 1 else f'{number}号'}门{MARK}" for one, number in zip(side, numbers, strict=True)
    ]


def _numbered(keys: list[str]) -> list[int]:
    """Return how many equal keys stand before each, and itself."""
    seen: dict[str, int] = {}
    numbers: list[int] = []
    for key in keys:
        seen[key] = seen.get(key, 0) + 1
        numbers.append(seen[key])
    return numbers
