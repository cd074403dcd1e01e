"""Draw the sample city at five zooms: city, county, town, neighbourhood, street block.

    .venv/bin/python docs/figures/sample_city.py

Relief, water, roads and built-up land are the simulated basemap; borders of grids, communities, towns and counties
are those of the division. Everything but the county boundaries is made up.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import numpy as np
import shapely
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import LightSource, LinearSegmentedColormap
from matplotlib.path import Path as Outline

from gis.sample.basemap import Basemap, make_basemap
from gis.sample.city import City, make_city
from gis.units import GeometryArray, IntArray

PICTURES = Path(__file__).parents[1] / "pictures"
SEED = 440_700
LAND = LinearSegmentedColormap.from_list("land", ["#f6f4ec", "#eef0de", "#dfe6c8", "#cfd6b0", "#b9b48f"])
WATER, SEA = "#a9cde4", "#b7d6e8"
FILL = {"green": ("#bcd69a", 0.5), "built_up": ("#e3dad1", 1.0), "sea": (SEA, 1.0), "water": (WATER, 1.0)}
LINE = {
    "stream": ("#a9cde4", 0.5),
    "river": (WATER, 0.8),
    "lane": ("#ffffff", 0.5),
    "street": ("#ffffff", 1.0),
    "road": ("#fdf3c4", 1.5),
    "trunk": ("#f9d27a", 2.2),
    "railway": ("#7d7d86", 1.0),
    "motorway": ("#e98a5c", 2.6),
}
CASING = {"street": "#c9c2b8", "road": "#cbb98a", "trunk": "#b98d3c", "motorway": "#a04f28"}
BORDER = {"grid": ("#a3195b", 0.9), "community": ("#7a2f9c", 1.7), "town": ("#3b2a8c", 2.3), "county": ("#1d1d3a", 3.0)}


@dataclass(frozen=True, slots=True)
class View:
    """A picture: its name, the middle and half side in metres, the zoom, and a factor for lines."""

    name: str
    middle: tuple[float, float]
    half_m: float
    zoom: int
    pen: float
    levels: tuple[str, ...]


def views(city: City) -> list[View]:
    """Return the five pictures."""
    register = city.register
    west, south, east, north = shapely.total_bounds(city.division.outlines)
    town = tuple(register.town_centres[register.town_names.index("台城街道")].tolist())
    delta = tuple(register.town_centres[register.town_names.index("睦洲镇")].tolist())
    middle = ((west + east) / 2, (south + north) / 2)
    return [
        View("city", middle, max(east - west, north - south) / 2 + 3000, 9, 0.45, ("town", "county")),
        View("county", (delta[0] - 9000, delta[1] + 2000), 21_000, 11, 0.6, ("community", "town", "county")),
        View("town", town, 6_500, 13, 0.8, ("grid", "community", "town")),
        View("neighbourhood", (town[0] - 300, town[1] + 200), 1_900, 15, 1.5, ("grid", "community")),
        View("block", (town[0] + 500, town[1] - 300), 650, 17, 3.0, ("grid",)),
    ]


def draw(city: City, basemap: Basemap, view: View, path: Path) -> None:
    """Draw one picture."""
    figure, axes = plt.subplots(figsize=(9, 9))
    half, (x, y) = view.half_m, view.middle
    box = shapely.box(x - half, y - half, x + half, y + half)
    _relief(axes, city, 0.0 if view.zoom > 14 else 1.0)
    hit = shapely.STRtree(basemap.shapes).query(box)
    near = np.sort(hit[basemap.min_zoom[hit] <= view.zoom])
    for word, (colour, alpha) in FILL.items():
        chosen = near[basemap.classes[near] == word]
        _fill(axes, basemap.shapes[chosen], colour, alpha)
    for word, (colour, width) in LINE.items():
        own = near[basemap.classes[near] == word]
        if word == "river":
            own = own[basemap.width_m[own] < 30.0]
        _lines(axes, basemap.shapes[own], colour, width * view.pen, casing=CASING.get(word) if view.zoom > 10 else None)
        bridges = own[basemap.bridge[own] == 1]
        if view.zoom > 10:
            _lines(axes, basemap.shapes[bridges], colour, width * view.pen, casing="#444444")
        if word == "railway":
            _lines(axes, basemap.shapes[own], "#ffffff", 0.5 * view.pen, casing=None, dashes=(0, (4, 4)))
    _borders(axes, city, view, box)
    axes.set(xlim=(x - half, x + half), ylim=(y - half, y + half), aspect="equal")
    axes.axis("off")
    _scale(axes, view)
    figure.subplots_adjust(0, 0, 1, 1)
    figure.savefig(path, dpi=100, metadata={"Software": None})
    plt.close(figure)


def _relief(axes: Axes, city: City, strength: float) -> None:
    """Draw shaded heights where the city lies."""
    raster, land = city.land.raster, city.land
    light = LightSource(315, 45)
    shaded = light.shade(
        land.height_m, LAND, vert_exag=2.5, dx=raster.step_m, dy=raster.step_m, blend_mode="soft", vmin=0, vmax=650
    )
    outside = ~land.inside & ~land.sea
    shaded[outside, :3] = 0.97
    shaded[..., :3] = shaded[..., :3] * strength + np.array([0.965, 0.957, 0.925]) * (1 - strength)
    extent = (
        raster.west_m,
        raster.west_m + raster.columns * raster.step_m,
        raster.south_m,
        raster.south_m + raster.rows * raster.step_m,
    )
    axes.imshow(shaded, extent=extent, origin="lower", interpolation="bilinear")


def _fill(axes: Axes, polygons: GeometryArray, colour: str, alpha: float) -> None:
    """Draw polygons with holes."""
    paths = []
    for polygon in polygons:
        rings = [np.asarray(ring.coords) for ring in (polygon.exterior, *polygon.interiors)]
        paths.append(Outline.make_compound_path(*(Outline(ring, closed=True) for ring in rings)))
    axes.add_collection(
        PathCollection(
            paths, facecolors=colour, edgecolors=colour if alpha == 1 else "none", linewidths=0.8, alpha=alpha
        )
    )


def _lines(
    axes: Axes, lines: GeometryArray, colour: str, width: float, *, casing: str | None, dashes: object = "solid"
) -> None:
    """Draw lines, with a darker casing below them."""
    coordinates = [shapely.get_coordinates(line) for line in lines]
    if casing:
        axes.add_collection(LineCollection(coordinates, colors=casing, linewidths=width + 0.7, capstyle="butt"))
    axes.add_collection(
        LineCollection(coordinates, colors=colour, linewidths=width, linestyles=dashes, capstyle="round")
    )


def _borders(axes: Axes, city: City, view: View, box: shapely.Geometry) -> None:
    """Draw the borders of the view's levels, higher ones over lower ones."""
    division, register = city.division, city.register
    town = register.community_town[division.community]
    parents: dict[str, IntArray] = {
        "grid": np.arange(len(division)),
        "community": division.community,
        "town": town,
        "county": register.town_county[town],
    }
    near = np.sort(shapely.STRtree(division.outlines).query(box))
    for level in view.levels:
        colour, width = BORDER[level]
        label = parents[level][near]
        order = np.argsort(label, kind="stable")
        groups = np.split(division.outlines[near][order], np.flatnonzero(np.diff(label[order])) + 1)
        unions = np.array([shapely.coverage_union_all(group) for group in groups], dtype=object)
        pieces = shapely.get_parts(shapely.boundary(unions))
        coordinates = [shapely.get_coordinates(piece) for piece in pieces]
        scale = 0.55 if view.zoom < 12 else 1.0
        axes.add_collection(LineCollection(coordinates, colors=colour, linewidths=width * scale, alpha=0.85))


def _scale(axes: Axes, view: View) -> None:
    """Draw a scale bar and the word for simulated data."""
    length = 10 ** np.floor(np.log10(view.half_m))
    left, low = view.middle[0] - 0.94 * view.half_m, view.middle[1] - 0.94 * view.half_m
    axes.plot([left, left + length], [low, low], color="#222222", linewidth=3, solid_capstyle="butt")
    text = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    axes.text(left, low + 0.02 * view.half_m, f"{text}   simulated", color="#222222", fontsize=9, va="bottom")


def main() -> None:
    """Make the city and draw it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--directory", type=Path, default=PICTURES)
    arguments = parser.parse_args()
    mpl.use("Agg")
    city = make_city(seed=SEED, counties=None, progress=lambda what, share: print(f"{share:4.0%} {what}"))
    basemap = make_basemap(city, seed=SEED)
    for view in views(city):
        draw(city, basemap, view, arguments.directory / f"sample-{view.name}.png")


if __name__ == "__main__":
    main()
