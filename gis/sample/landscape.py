"""Hills, plains, people and the territories of towns, as rasters of 250 m.

Nothing here is measured: low land lies where real towns, the courses of the two real rivers through them,
and the sea are; hills rise away from them and along landward borders; people gather around town centres and
on flat land. Cost: O(cells), about 160,000 of them for the whole city.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy import ndimage
from scipy.spatial import cKDTree

from gis.sample.chance import fractal_noise, stream
from gis.sample.raster import Raster
from gis.sample.register import Register
from gis.units import BoolArray, FloatArray, IntArray

STEP_M = 250.0
PEOPLE_PER_COMMUNITY = 3600.0
"""So that 1,339 communities have 4.8 million people together."""
SMALLEST_TOWN_M2 = 250_000.0
TAN_RIVER = [
    "良西镇",
    "恩城街道",
    "圣堂镇",
    "君堂镇",
    "蚬冈镇",
    "赤坎镇",
    "三埠街道",
    "水口镇",
    "司前镇",
    "双水镇",
    "三江镇",
    "崖门镇",
]
XI_RIVER = ["古劳镇", "雅瑶镇", "棠下镇", "荷塘镇", "潮连街道", "外海街道", "睦洲镇", "大鳌镇"]
COAST = ((112.0, 21.91), (113.2, 22.38))
"""Two positions; the rim of the city that lies south-east of their line is coast."""


@dataclass(frozen=True, slots=True)
class Landscape:
    """Fields over one raster, all of its shape.

    Parameters
    ----------
    raster
        The cells.
    county
        Position of the county, -1 outside the city.
    height_m, slope
        Above the sea; metres per metre.
    coast
        Cells inside at the sea.
    courses
        The two large rivers' courses, (n, 2) metres each, downstream.
    town
        Position of the town whose rough territory it is, -1 outside.
    people_per_km2
        Density.
    built
        Built-up land.
    """

    raster: Raster
    county: IntArray
    height_m: FloatArray
    slope: FloatArray
    coast: BoolArray
    courses: tuple[FloatArray, ...]
    town: IntArray
    people_per_km2: FloatArray
    built: BoolArray

    @property
    def inside(self) -> BoolArray:
        """Return which cells lie in the city."""
        return self.county >= 0

    @property
    def flatness(self) -> FloatArray:
        """Return 1 on the plain, near 0 on steep slopes."""
        flat: FloatArray = np.exp(-((self.slope / 0.05) ** 2))
        return flat


def make_landscape(register: Register, *, seed: int) -> Landscape:
    """Return the landscape of a city."""
    counties = register.plane.geometries_in_metres(register.counties)
    raster = Raster.over(counties, step_m=STEP_M, margin_m=3000.0)
    county = raster.polygon_of_cells(counties)
    inside = county >= 0
    middles = raster.middles()
    line = register.plane.metres(np.array(COAST))
    run = line[1] - line[0]
    away = middles - line[0]
    southeast = (run[0] * away[:, 1] - run[1] * away[:, 0] < 0).reshape(raster.shape)
    sea = ~inside & southeast
    rng = stream(seed, "hills")
    courses = tuple(
        course
        for names, aside_m in ((TAN_RIVER, 900.0), (XI_RIVER, 1500.0))
        if len(course := _course(register, names, aside_m, rng))
    )
    height = _height(raster, inside=inside, sea=sea, centres=register.town_centres, courses=courses, rng=rng)
    slope = np.hypot(*np.gradient(ndimage.gaussian_filter(np.where(inside, height, 0.0), 1.0), STEP_M))
    town = _territories(register, raster, county, stream(seed, "territories"))
    people, built = _people(register, raster, inside, slope, stream(seed, "people"))
    return Landscape(
        raster=raster,
        county=county,
        height_m=height,
        slope=slope,
        coast=inside & ndimage.binary_dilation(sea),
        courses=courses,
        town=town,
        people_per_km2=people,
        built=built,
    )


def _course(register: Register, names: list[str], aside_m: float, rng: np.random.Generator) -> FloatArray:
    """Return (n, 2) a winding line past the named towns, or an empty one when fewer than two are there."""
    found = [register.town_names.index(name) for name in names if name in register.town_names]
    if len(found) < 2:
        return np.zeros((0, 2))
    control = register.town_centres[found]
    run = np.r_[0.0, np.cumsum(np.hypot(*np.diff(control, axis=0).T))]
    at = np.arange(0.0, run[-1], 300.0)
    line = np.column_stack([np.interp(at, run, control[:, 0]), np.interp(at, run, control[:, 1])])
    line = ndimage.gaussian_filter1d(line, 7, axis=0, mode="nearest")
    ahead = np.gradient(line, axis=0)
    left = np.column_stack([-ahead[:, 1], ahead[:, 0]]) / np.maximum(np.hypot(*ahead.T), 1e-9)[:, None]
    sway = ndimage.gaussian_filter1d(rng.normal(0.0, 1.0, len(line)), 5)
    sway /= max(float(sway.std()), 1e-9)
    moved: FloatArray = line + left * (aside_m + 600.0 * sway)[:, None]
    return moved


def _height(
    raster: Raster,
    *,
    inside: BoolArray,
    sea: BoolArray,
    centres: FloatArray,
    courses: tuple[FloatArray, ...],
    rng: np.random.Generator,
) -> FloatArray:
    """Return heights: plains near towns, rivers and the sea, hills beyond, ridges along landward borders."""
    gentle = fractal_noise(raster.shape, rng, steepness=3.4, longest_cells=130)
    rolling = fractal_noise(raster.shape, rng, steepness=3.0, longest_cells=55)
    rough = fractal_noise(raster.shape, rng, steepness=2.6, longest_cells=15)
    to_town = _distance_to_cells(raster, raster.cells(centres))
    to_river = _distance_to_cells(raster, raster.cells(np.vstack([*courses, np.zeros((0, 2))])))
    to_sea = _distance(raster, sea)
    to_land = _distance(raster, ~inside & ~sea)
    low = np.minimum(to_town, np.minimum(to_river * 1.15, to_sea * 1.8 + 1200.0))
    low = ndimage.gaussian_filter(low, 3.0) + 1100.0 * rolling + 700.0 * gentle
    rise = np.clip((low - 2300.0) / 7200.0, 0.0, 1.0)
    mountain = rise * rise * (3.0 - 2.0 * rise)
    ridge = np.clip(1.0 - np.abs(rolling) / 2.2, 0.0, 1.0) ** 1.5
    height = 8.0 + 4.0 * rolling + 1.2 * rough
    height += mountain * (90.0 + 520.0 * ridge + 110.0 * np.clip(gentle, -1.0, 2.0) + 38.0 * rough)
    height += 70.0 * np.exp(-to_land / 1600.0) * (to_river > 2500.0) * (to_sea > 3000.0)
    floor: FloatArray = np.maximum(height, 0.5)
    return floor


def _distance(raster: Raster, mask: BoolArray) -> FloatArray:
    """Return metres to the nearest cell of a mask; far away everywhere when the mask is empty."""
    if not mask.any():
        return np.full(raster.shape, 1e6)
    distance: FloatArray = ndimage.distance_transform_edt(~mask) * raster.step_m
    return distance


def _distance_to_cells(raster: Raster, cells: IntArray) -> FloatArray:
    mask = np.zeros(raster.shape, dtype=bool)
    mask.ravel()[cells] = True
    return _distance(raster, mask)


def _territories(register: Register, raster: Raster, county: IntArray, rng: np.random.Generator) -> IntArray:
    """Return the town of every cell: the nearest centre of its county, by a warped distance over its size."""
    warp = [fractal_noise(raster.shape, rng, steepness=3.2, longest_cells=40).ravel() for _ in range(2)]
    at = raster.middles() + 650.0 * np.column_stack(warp)
    reach = 2.0 + np.sqrt(register.communities_per_town)
    best = np.full(county.size, np.inf)
    town = np.full(county.size, -1, dtype=np.int64)
    for index, centre in enumerate(register.town_centres):
        cells = np.flatnonzero(county.ravel() == register.town_county[index])
        distance = np.hypot(*(at[cells] - centre).T) / reach[index]
        nearer = distance < best[cells]
        best[cells[nearer]] = distance[nearer]
        town[cells[nearer]] = index
    return town.reshape(raster.shape)


def _people(
    register: Register, raster: Raster, inside: BoolArray, slope: FloatArray, rng: np.random.Generator
) -> tuple[FloatArray, BoolArray]:
    """Return people per km2 and the built-up cells."""
    urban, streets = register.urban_communities, register.street_towns
    weight = np.where(urban, 1.0, 0.42) * rng.lognormal(0.0, 0.28, len(urban))
    weight *= np.where(streets[register.community_town], 1.35, 1.0)
    total = PEOPLE_PER_COMMUNITY * len(urban)
    in_town = np.where(urban, 1.0, 0.22) * weight
    people = np.bincount(register.community_town, in_town) * total / weight.sum()
    flat = np.exp(-((slope / 0.05) ** 2))
    uneven = np.exp(0.32 * fractal_noise(raster.shape, rng, steepness=3.0, longest_cells=40))
    middles = raster.middles()
    tree = cKDTree(middles)
    core = np.zeros(raster.shape)
    for index, centre in enumerate(register.town_centres):
        peak = 13_000.0 if streets[index] else 8_500.0
        radius = np.sqrt(people[index] / peak * 1e6 / np.pi / 1.1)
        cells = np.array(sorted(tree.query_ball_point(centre, 4.0 * radius + 300.0)), dtype=np.int64)
        cells = cells[inside.ravel()[cells]]
        away = np.hypot(*(middles[cells] - centre).T) / radius
        share = np.exp(-((away / uneven.ravel()[cells] ** 0.9) ** 1.8)) * np.sqrt(flat.ravel()[cells])
        core.ravel()[cells] += share * people[index] / max(float(share.sum()) * raster.cell_km2, 1e-9)
    core = np.minimum(core, 24_000.0)
    built = ndimage.binary_closing(core > 2400.0, iterations=1) & inside
    countryside = (22.0 * flat + 4.0) * uneven * inside
    left = total - core.sum() * raster.cell_km2
    density = core + countryside * max(left, 0.1 * total) / (countryside.sum() * raster.cell_km2)
    density *= total / (density.sum() * raster.cell_km2)
    return density, built


def village_places(register: Register, land: Landscape, *, seed: int) -> tuple[FloatArray, IntArray]:
    """Return a place for every community: apart from each other, on low land of the town's territory.

    Returns
    -------
    (n, 2) metres and (n,) the town's position; the first place of a town is its centre.
    """
    rng = stream(seed, "villages")
    fit = (land.flatness + 0.01).ravel()
    middles, built, town = land.raster.middles(), land.built.ravel(), land.town.ravel()
    places: list[FloatArray] = []
    for index, wanted in enumerate(register.communities_per_town.tolist()):
        cells = np.flatnonzero(town == index)
        if len(cells) > 1500:
            cells = np.sort(rng.choice(cells, 1500, replace=False, p=fit[cells] / fit[cells].sum()))
        at = middles[cells] + rng.uniform(-80.0, 80.0, (len(cells), 2))
        spread = fit[cells] ** 0.15 / np.where(built[cells], 0.28, 1.0)
        chosen = [register.town_centres[index]]
        gap = np.hypot(*(at - chosen[0]).T)
        while len(chosen) < wanted:
            chosen.append(at[int(np.argmax(gap * spread))])
            gap = np.minimum(gap, np.hypot(*(at - chosen[-1]).T))
        places.append(np.array(chosen[:wanted]))
    return np.vstack(places), np.repeat(np.arange(len(places)), register.communities_per_town)


def built_up_polygon(land: Landscape) -> shapely.Geometry:
    """Return the built-up land with rounded outlines, metres."""
    middles = land.raster.middles()[land.built.ravel()]
    half = land.raster.step_m / 2.0
    squares = shapely.box(middles[:, 0] - half, middles[:, 1] - half, middles[:, 0] + half, middles[:, 1] + half)
    grown = shapely.buffer(shapely.union_all(squares), 150.0)
    parts = shapely.get_parts(shapely.simplify(shapely.buffer(shapely.buffer(grown, -290.0), 170.0), 15.0))
    return shapely.multipolygons(parts[shapely.area(parts) > SMALLEST_TOWN_M2])
