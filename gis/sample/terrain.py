"""Hills, plains, rivers' courses and the sea, as rasters of 250 m.

Nothing here is measured: low land lies where real towns, the courses of the two real rivers through them,
and the sea are; hills rise away from them and along landward borders. Cost: O(cells), about 160,000 of them
for the whole city.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from gis.sample.chance import fractal_noise, stream
from gis.sample.raster import Raster
from gis.sample.register import Register
from gis.units import BoolArray, FloatArray, IntArray

STEP_M = 250.0
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
class Terrain:
    """Fields over one raster, all of its shape.

    Parameters
    ----------
    raster
        The cells.
    county
        Position of the county, -1 outside the city.
    height_m, slope
        Above the sea; metres per metre.
    sea
        Cells outside that are sea.
    courses
        The two large rivers' courses, (n, 2) metres each, downstream.
    """

    raster: Raster
    county: IntArray
    height_m: FloatArray
    slope: FloatArray
    sea: BoolArray
    courses: tuple[FloatArray, ...]

    @property
    def inside(self) -> BoolArray:
        """Return which cells lie in the city."""
        return self.county >= 0

    @property
    def coast(self) -> BoolArray:
        """Return the cells inside at the sea."""
        at_sea: BoolArray = self.inside & ndimage.binary_dilation(self.sea)
        return at_sea

    @property
    def flatness(self) -> FloatArray:
        """Return 1 on the plain, near 0 on steep slopes."""
        flat: FloatArray = np.exp(-((self.slope / 0.05) ** 2))
        return flat


def make_terrain(register: Register, *, seed: int) -> Terrain:
    """Return the terrain of a city."""
    counties = register.plane.geometries_in_metres(register.counties)
    raster = Raster.over(counties, step_m=STEP_M, margin_m=6000.0)
    county = raster.polygon_of_cells(counties)
    inside = county >= 0
    rng = stream(seed, "hills")
    sea = ~inside & _southeast(register, raster, stream(seed, "neighbours' coast"))
    courses = tuple(
        course
        for names, aside_m in ((TAN_RIVER, 900.0), (XI_RIVER, 1500.0))
        if len(course := _course(register, names, aside_m, rng))
    )
    height = _height(raster, inside=inside, sea=sea, centres=register.town_centres, courses=courses, rng=rng)
    slope = np.hypot(*np.gradient(ndimage.gaussian_filter(np.where(inside, height, 0.0), 1.0), STEP_M))
    return Terrain(raster=raster, county=county, height_m=height, slope=slope, sea=sea, courses=courses)


def _southeast(register: Register, raster: Raster, rng: np.random.Generator) -> BoolArray:
    """Return the cells beyond the line of the coast, which runs unevenly through the neighbours' land."""
    line = register.plane.metres(np.array(COAST))
    run = line[1] - line[0]
    away = raster.middles() - line[0]
    behind = ((run[0] * away[:, 1] - run[1] * away[:, 0]) / np.hypot(*run)).reshape(raster.shape)
    beyond: BoolArray = behind + 900.0 * fractal_noise(raster.shape, rng, steepness=2.6, longest_cells=60) < 0
    return beyond


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
    to_town = distance_to_cells(raster, raster.cells(centres))
    to_river = distance_to_cells(raster, raster.cells(np.vstack([*courses, np.zeros((0, 2))])))
    to_sea = distance_to(raster, sea)
    to_land = distance_to(raster, ~inside & ~sea)
    to_delta = distance_to_cells(raster, raster.cells(lower_courses(courses)))
    low = np.minimum(to_town, np.minimum(to_river * 1.15, to_sea * 1.8 + 1200.0))
    low = np.minimum(low, 0.28 * to_delta)
    low = ndimage.gaussian_filter(low, 3.0) + 1100.0 * rolling + 700.0 * gentle
    rise = np.clip((low - 2300.0) / 7200.0, 0.0, 1.0)
    mountain = rise * rise * (3.0 - 2.0 * rise)
    ridge = np.clip(1.0 - np.abs(rolling) / 2.2, 0.0, 1.0) ** 1.5
    height = 8.0 + 4.0 * rolling + 1.2 * rough
    height += mountain * (90.0 + 520.0 * ridge + 110.0 * np.clip(gentle, -1.0, 2.0) + 38.0 * rough)
    height += 70.0 * np.exp(-to_land / 1600.0) * (to_river > 2500.0) * (to_sea > 3000.0)
    floor: FloatArray = np.maximum(height, 0.5)
    return floor


def lower_courses(courses: tuple[FloatArray, ...]) -> FloatArray:
    """Return (n, 2) the lower parts of the two rivers' courses, around which the delta lies, metres."""
    lower = [course[int(share * len(course)) :] for course, share in zip(courses, (0.72, 0.42), strict=False)]
    return np.vstack([*lower, np.zeros((0, 2))])


def distance_to(raster: Raster, mask: BoolArray) -> FloatArray:
    """Return metres to the nearest cell of a mask; far away everywhere when the mask is empty."""
    if not mask.any():
        return np.full(raster.shape, 1e6)
    distance: FloatArray = ndimage.distance_transform_edt(~mask) * raster.step_m
    return distance


def distance_to_cells(raster: Raster, cells: IntArray) -> FloatArray:
    """Return metres from every cell to the nearest of some cells, by flat numbers."""
    mask = np.zeros(raster.shape, dtype=bool)
    mask.ravel()[cells] = True
    return distance_to(raster, mask)
