"""What covers the ground: wide water, the sea, built-up blocks, parks, woods; drawn, never divided."""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy import ndimage

from gis.sample.atoms import Faces
from gis.sample.chance import stream
from gis.sample.hamlets import Hamlets
from gis.sample.landscape import Landscape
from gis.sample.linework import polygons_of
from gis.sample.waters import Waters
from gis.units import GeometryArray

BUILT_PEOPLE_PER_KM2 = 1_900.0
LARGEST_BLOCK_M2 = 450_000.0
PARK_M2 = (12_000.0, 140_000.0)
SHARE_OF_PARKS = 0.03
WOODED_SLOPE = 0.085


@dataclass(frozen=True, slots=True)
class Ground:
    """Polygons in metres.

    Parameters
    ----------
    waters
        Rivers and their widths.
    sea
        Outside the coast and over the flats inside the boundary.
    hamlets
        Clumps of houses in the country.
    built_up
        (n,) built-up land of towns: whole blocks between streets.
    parks
        (m,) blocks in town that are green.
    woods
        (k,) wooded hills.
    """

    waters: Waters
    sea: shapely.Geometry
    hamlets: Hamlets
    built_up: GeometryArray
    parks: GeometryArray
    woods: GeometryArray


def make_ground(
    waters: Waters, sea: shapely.Geometry, hamlets: Hamlets, faces: Faces, land: Landscape, *, seed: int
) -> Ground:
    """Return the ground of a city whose faces are known."""
    area = shapely.area(faces.polygons)
    density = land.raster.sample(land.people_per_km2, shapely.get_coordinates(shapely.centroid(faces.polygons)))
    blocks = (density > BUILT_PEOPLE_PER_KM2) & (area < LARGEST_BLOCK_M2)
    chance = stream(seed, "parks").random(len(area))
    green = blocks & (chance < SHARE_OF_PARKS) & (area > PARK_M2[0]) & (area < PARK_M2[1])
    return Ground(
        waters=waters,
        sea=sea,
        hamlets=hamlets,
        built_up=_dissolved(faces.polygons[blocks], shapely.union_all([waters.wide, sea])),
        parks=shapely.get_parts(shapely.buffer(faces.polygons[green], -10.0, join_style="mitre")),
        woods=_woods(land),
    )


def _dissolved(blocks: GeometryArray, water: shapely.Geometry) -> GeometryArray:
    """Return blocks as few polygons, small gaps closed, without water."""
    if len(blocks) == 0:
        return blocks
    joined = shapely.buffer(
        shapely.buffer(shapely.union_all(blocks), 20.0, join_style="mitre"), -20.0, join_style="mitre"
    )
    parts = shapely.get_parts(shapely.simplify(shapely.difference(joined, water), 2.0))
    kept: GeometryArray = parts[(shapely.get_type_id(parts) == 3) & (shapely.area(parts) > 30_000.0)]
    return kept


def _woods(land: Landscape) -> GeometryArray:
    """Return the wooded hills."""
    steep = ndimage.gaussian_filter(np.where(land.inside, land.slope, 0.0), 1.2) > WOODED_SLOPE
    parts, _ = ndimage.label(steep & land.inside & ~land.built)
    large = np.bincount(parts.ravel()) >= 8
    large[0] = False
    return polygons_of(large[parts], land.raster, rounds=6, tolerance_m=15.0)
