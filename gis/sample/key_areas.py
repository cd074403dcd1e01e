"""Simulated key areas (重点地区): blocks around schools, hospitals, markets, stations; old estates; the urban fringe.

Each is a union of whole blocks around a place, as an office draws them along streets, cut to a walk around the place.
The whole city has 418, fewer counties their share. Cost: one union of a few faces each.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy import ndimage

from gis.sample.blocks import Blocks
from gis.sample.chance import ranked, stream
from gis.sample.city import City
from gis.sample.naming import MARK, short_community_name
from gis.sample.places import first_apart, grid_of_places
from gis.sample.sites import SOURCE, Sites, proportional, site_names
from gis.sites import KEY_AREA_KIND_NAMES, KeyAreaKind, SiteKind
from gis.units import FloatArray, GeometryArray, IntArray

SIZES = {
    KeyAreaKind.URBAN_FRINGE: (46, 320.0),
    KeyAreaKind.SCHOOL_SURROUNDINGS: (118, 110.0),
    KeyAreaKind.HOSPITAL_SURROUNDINGS: (36, 120.0),
    KeyAreaKind.MARKET_SURROUNDINGS: (62, 90.0),
    KeyAreaKind.STATION_SURROUNDINGS: (30, 140.0),
    KeyAreaKind.OLD_ESTATE: (48, 60.0),
    KeyAreaKind.HOTELS: (26, 60.0),
    KeyAreaKind.ENTERTAINMENT: (22, 50.0),
    KeyAreaKind.CONSTRUCTION: (16, 20.0),
    KeyAreaKind.RENTED_ROOMS: (14, 170.0),
}
"""How many a whole city has, and how far around its place the blocks of one are taken, metres."""
AROUND = {
    KeyAreaKind.SCHOOL_SURROUNDINGS: SiteKind.SCHOOL,
    KeyAreaKind.HOSPITAL_SURROUNDINGS: SiteKind.HOSPITAL,
    KeyAreaKind.MARKET_SURROUNDINGS: SiteKind.MARKET,
    KeyAreaKind.STATION_SURROUNDINGS: SiteKind.STATION,
}
LARGEST_BLOCK_M2 = 150_000.0
SMALLEST_M2 = 4_000.0
STRETCH = 2.0
"""Blocks are cut where they reach further than this many times the distance."""
FRINGE_APART_M = 1_200.0
SEAM_M = 2.0


@dataclass(frozen=True, slots=True)
class KeyAreas:
    """Key areas in the order of `SIZES`; polygons in metres, and what each is named after."""

    kinds: tuple[KeyAreaKind, ...]
    polygons: GeometryArray
    places: FloatArray
    names: tuple[str, ...]


def make_key_areas(city: City, blocks: Blocks, sites: Sites, *, seed: int) -> KeyAreas:
    """Return the key areas of a city."""
    rng = stream(seed, "key areas")
    named = site_names(city, sites)
    draw = _Grounds.of(city)
    kinds: list[KeyAreaKind] = []
    polygons: list[shapely.Geometry] = []
    places: list[FloatArray] = []
    names: list[str] = []
    for kind, (whole, reach_m) in SIZES.items():
        count = proportional(whole, city)
        if kind in AROUND:
            chosen = np.sort(rng.permutation(sites.of_kind(AROUND[kind]))[:count])
            at = sites.places[chosen]
            own = [f"{named[site].removesuffix(MARK)}周边{MARK}" for site in chosen.tolist()]
        else:
            at = _fringe(city, count, rng) if kind is KeyAreaKind.URBAN_FRINGE else _in_town(blocks, kind, count, rng)
            own = _names(city, kind, at)
        kinds += [kind] * len(at)
        polygons += [draw.around(place, reach_m * float(rng.uniform(0.8, 1.25))) for place in at]
        places.append(at)
        names += own
    return KeyAreas(tuple(kinds), np.array(polygons, dtype=object), np.vstack(places), tuple(names))


def key_area_features(city: City, areas: KeyAreas) -> tuple[GeometryArray, list[dict[str, object]]]:
    """Return polygons in degrees and properties in the columns of a key areas file."""
    shapes = shapely.transform(areas.polygons, city.register.plane.degrees)
    rows: list[dict[str, object]] = [
        {
            "source": SOURCE,
            "source_ref": f"SAMPLE-K{number:03d}",
            "kind": str(kind),
            "name": name,
            "simulated": 1,
        }
        for number, (kind, name) in enumerate(zip(areas.kinds, areas.names, strict=True), start=1)
    ]
    return shapes, rows


@dataclass(frozen=True, slots=True)
class _Grounds:
    """What ground of key areas is made of: faces, inside the city."""

    faces: GeometryArray
    tree: shapely.STRtree
    city: shapely.Geometry

    @classmethod
    def of(cls, city: City) -> "_Grounds":
        faces = city.faces.polygons[shapely.area(city.faces.polygons) < LARGEST_BLOCK_M2]
        whole = shapely.union_all(city.register.plane.geometries_in_metres(city.register.counties))
        return cls(faces, shapely.STRtree(faces), shapely.buffer(whole, -SEAM_M))

    def around(self, place: FloatArray, reach_m: float) -> shapely.Geometry:
        """Return the blocks around a place as one polygon; a disc where there are none."""
        disc = shapely.buffer(shapely.points(place), reach_m, quad_segs=4)
        near = np.sort(self.tree.query(disc, predicate="intersects"))
        limit = shapely.buffer(shapely.points(place), STRETCH * reach_m + 40.0, quad_segs=3)
        blocks = shapely.intersection(shapely.union_all(self.faces[near]), limit) if len(near) else disc
        found = self._largest(shapely.buffer(blocks, -SEAM_M, join_style="mitre"))
        if found is None or shapely.area(found) < SMALLEST_M2:
            found = self._largest(disc)
        return disc if found is None else found

    def _largest(self, shape: shapely.Geometry) -> shapely.Geometry | None:
        """Return the largest part of a shape inside the city, its outline thinned and without holes."""
        parts = shapely.get_parts(shapely.intersection(shapely.simplify(shape, 1.5), self.city))
        parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
        if len(parts) == 0:
            return None
        return shapely.polygons(shapely.get_exterior_ring(parts[int(np.argmax(shapely.area(parts)))]))


def _fringe(city: City, count: int, rng: np.random.Generator) -> FloatArray:
    """Return places at the edge of built-up land, apart from each other where there is room."""
    built = city.land.built
    rim = built & ~ndimage.binary_erosion(built, iterations=1)
    cells = np.flatnonzero(rim)
    at = city.land.raster.middles()[cells]
    order = ranked(np.maximum(city.land.people_per_km2.ravel()[cells], 1.0), rng)
    return at[first_apart(at, order, count=count, apart_m=FRINGE_APART_M)]


def _in_town(blocks: Blocks, kind: KeyAreaKind, count: int, rng: np.random.Generator) -> FloatArray:
    """Return places in blocks where such an area would be: old and lively ones in the middle, new ones outside."""
    dense = blocks.per_km2 / max(float(blocks.per_km2.max()), 1.0)
    liking = {
        KeyAreaKind.OLD_ESTATE: dense**2,
        KeyAreaKind.HOTELS: dense**1.5,
        KeyAreaKind.ENTERTAINMENT: dense**2,
        KeyAreaKind.CONSTRUCTION: 1.0 - 0.9 * dense,
        KeyAreaKind.RENTED_ROOMS: dense * (1.0 - 0.9 * dense),
    }[kind]
    apart_m = {KeyAreaKind.OLD_ESTATE: 350.0, KeyAreaKind.RENTED_ROOMS: 1_500.0}.get(kind, 700.0)
    chosen: IntArray = blocks.spread(count, liking, rng, apart_m=apart_m, in_every_town=False)
    return blocks.inner[chosen]


def _names(city: City, kind: KeyAreaKind, places: FloatArray) -> list[str]:
    """Return names after the community, numbered when it has several of a kind."""
    community = city.division.community[grid_of_places(city.division.outlines, places)]
    seen: dict[int, int] = {}
    names: list[str] = []
    for own in community.tolist():
        seen[own] = seen.get(own, 0) + 1
        number = "" if seen[own] == 1 else f"{seen[own]}号"
        place = short_community_name(city.register.community_names[own])
        names.append(f"{place}{KEY_AREA_KIND_NAMES[kind]}{number}{MARK}")
    return names
