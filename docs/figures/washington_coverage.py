"""Draw what the cameras of Washington, DC, are known to see, what they may see, and where nobody looks.

Needs the city of `docs/how-to/washington.md` in a data directory:

    GEZHI_DATA=DIRECTORY .venv/bin/python docs/figures/washington_coverage.py

Every number on the picture comes from `compute_coverage`; an unknown direction is hatched and never counted as
covered. Lengths are those of an equal-area plane about the city's middle.
"""

import argparse
from datetime import UTC, datetime
from pathlib import Path

import matplotlib as mpl
import numpy as np
import shapely
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PatchCollection
from matplotlib.colors import LinearSegmentedColormap, Normalize, PowerNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke
from sqlalchemy import Connection

from api.cli.opening import open_database
from api.settings import Settings
from gis.coverage import Incidents, RangeTable
from gis.crs import LocalMetric
from gis.store.coverages import CityCoverage, compute_coverage
from gis.store.divisions import read_division
from gis.store.incident_queries import open_incidents

DOCS = Path(__file__).parents[1]
PICTURE = DOCS / "pictures" / "washington-coverage.png"
RANGES = DOCS / "how-to" / "washington-camera-ranges.toml"
SOURCE = "Data: Open Data DC (opendata.dc.gov), CC BY 4.0, as of August 2016. Map: Gezhi."

CLOSE_UP = (-77.0120, 38.9083)
CLOSE_UP_M = (1500.0, 1310.0)
"""Width and height of the part that is shown large, about Mount Vernon Square and New York Avenue."""

INK, FAINT, PAPER = "#1c2733", "#66727f", "#ffffff"
SEEN, MAYBE, INCIDENT = "#0b4f9c", "#2f7fd1", "#b3341f"
PRIORITY = LinearSegmentedColormap.from_list("priority", ["#faf4ea", "#f6d9a8", "#ee9f5c", "#cf5a34"])


WORST = 7
HALO = withStroke(linewidth=3, foreground=PAPER)
BADGE = {"boxstyle": "circle,pad=0.25", "facecolor": INK, "edgecolor": PAPER, "linewidth": 0.8}


class Drawing:
    """The city in metres, ready to be drawn on any axes."""

    def __init__(self, coverage: CityCoverage, incidents: Incidents) -> None:
        division, deployment = coverage.division, coverage.deployment
        west, south, east, north = shapely.total_bounds(division.shapes)
        self.metric = LocalMetric.around((west + east) / 2, (south + north) / 2)
        self.coverage = coverage
        self.grids = self.metric.to_metres(division.shapes)
        leaves = np.array([grid.area_id for grid in division.grids])
        self.districts = [shapely.union_all(self.grids[leaves == leaf]) for leaf in np.unique(leaves)]
        views = self.metric.to_metres(coverage.views)
        self.seen, self.maybe = views[deployment.covers], views[deployment.may_cover]
        self.x, self.y = self.metric.xy(deployment.cameras.lon, deployment.cameras.lat)
        self.incidents = self.metric.xy(incidents.lon, incidents.lat)
        self.priority = coverage.by_grid.figures.priority

    def ground(self, axes: Axes, *, border: float) -> Normalize:
        """Fill every grid by its incidents in blind spots, and draw the borders."""
        scale = PowerNorm(0.5, 0, float(self.priority.max()))
        for grid, weight in zip(self.grids, self.priority.tolist(), strict=True):
            axes.add_patch(patch(grid, facecolor=PRIORITY(scale(weight)), edgecolor=PAPER, linewidth=border))
        for district in self.districts:
            axes.add_patch(patch(district, facecolor="none", edgecolor=FAINT, linewidth=2 * border, zorder=3))
        return scale

    def views(self, axes: Axes, *, hatch: str | None, line: float) -> None:
        """Draw upper bounds hatched (or light, where a hatch would not be seen) and covered ground solid."""
        possible = shapely.union_all(self.maybe)
        fill = {"facecolor": MAYBE, "alpha": 0.55} if hatch is None else {"facecolor": "none", "hatch": hatch}
        axes.add_patch(patch(possible, edgecolor=MAYBE, linewidth=line, zorder=4, **fill))
        sectors = [patch(view) for view in self.seen]
        axes.add_collection(PatchCollection(sectors, facecolor=SEEN, edgecolor=SEEN, linewidth=line, zorder=6))


def patch(shape: shapely.Geometry, **style: object) -> PathPatch:
    """Return a (multi)polygon with its holes as a patch."""
    rings = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
    outlines = [Outline(np.asarray(ring.coords)[:, :2], closed=True) for ring in rings]
    return PathPatch(Outline.make_compound_path(*outlines), **style)


def scale_bar(axes: Axes, length_m: float, label: str) -> None:
    """Draw a bar of a known length in the lower left corner."""
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    x, y = left + 0.03 * (right - left), low + 0.035 * (high - low)
    axes.plot([x, x + length_m], [y, y], color=INK, linewidth=3, solid_capstyle="butt", zorder=9)
    axes.text(x, y + 0.012 * (high - low), label, color=INK, fontsize=9, va="bottom", zorder=9, path_effects=[HALO])


def frame(axes: Axes, box: tuple[float, float, float, float]) -> None:
    """Show a box of metres, true to scale, without axes."""
    west, south, east, north = box
    axes.set(xlim=(west, east), ylim=(south, north), aspect="equal", xticks=[], yticks=[])
    for side in axes.spines.values():
        side.set(color=FAINT, linewidth=0.8)


def draw_city(axes: Axes, drawing: Drawing, close_up: tuple[float, float, float, float]) -> Normalize:
    """Draw the whole city with the worst grids named."""
    scale = drawing.ground(axes, border=0.7)
    drawing.views(axes, hatch=None, line=0.3)
    west, south, east, north = shapely.total_bounds(drawing.grids)
    frame(axes, (west - 300, south - 300, east + 300, north + 300))
    axes.set_frame_on(False)
    axes.add_patch(
        Rectangle(
            close_up[:2],
            close_up[2] - close_up[0],
            close_up[3] - close_up[1],
            facecolor="none",
            edgecolor=INK,
            linewidth=1.4,
            zorder=8,
        )
    )
    named = ["Blind spots, the worst first:", "open incidents in them, of all"]
    figures = drawing.coverage.by_grid.figures
    for rank, position in enumerate(figures.worst_first()[:WORST].tolist(), start=1):
        place = shapely.maximum_inscribed_circle(drawing.grids[position]).coords[0]
        axes.text(
            *place, str(rank), fontsize=8.5, weight="bold", color=PAPER, ha="center", va="center", zorder=9, bbox=BADGE
        )
        code = drawing.coverage.division.grids[position].code
        named.append(f"{rank}  area {code}: {figures.priority[position]:,} of {figures.open_incidents[position]:,}")
    axes.text(west - 200, south + 2100, "\n".join(named), fontsize=9.5, color=INK, linespacing=1.6)
    scale_bar(axes, 2000, "2 km")
    return scale


def draw_close_up(axes: Axes, drawing: Drawing, box: tuple[float, float, float, float]) -> None:
    """Draw a few streets large: sectors, hatched circles, cameras and incidents."""
    drawing.ground(axes, border=1.2)
    drawing.views(axes, hatch="////", line=0.9)
    frame(axes, box)
    deployment = drawing.coverage.deployment
    axes.scatter(*drawing.incidents, s=7, color=INCIDENT, linewidth=0, zorder=5)
    shown = deployment.distinct
    axes.scatter(drawing.x[shown], drawing.y[shown], s=14, color=PAPER, edgecolor=INK, linewidth=0.8, zorder=7)
    scale_bar(axes, 200, "200 m")


def draw_legend(axes: Axes, scale: Normalize, figure: Figure) -> None:
    """Say what every sign means, and how many incidents a colour stands for."""
    axes.axis("off")
    signs = [
        Patch(facecolor=SEEN, label="covered: live camera, known direction"),
        Patch(facecolor="none", edgecolor=MAYBE, hatch="////", label="upper bound: unknown direction, not counted"),
        Line2D([], [], marker="o", linestyle="", color=PAPER, markeredgecolor=INK, markersize=5, label="camera"),
        Line2D([], [], marker="o", linestyle="", color=INCIDENT, markersize=4, label="open incident or request"),
        Line2D([], [], color=FAINT, linewidth=1.6, label="police district; white: service area (grid)"),
    ]
    axes.legend(handles=signs, loc="upper left", frameon=False, fontsize=9, borderaxespad=0, labelspacing=0.55)
    bar = figure.colorbar(
        ScalarMappable(scale, PRIORITY), cax=axes.inset_axes((0.0, 0.0, 0.62, 0.055)), orientation="horizontal"
    )
    bar.outline.set_visible(False)
    bar.set_ticks([0, 50, 200, 500, 1000])
    bar.ax.tick_params(labelsize=8, length=0, color=FAINT)
    bar.ax.set_title("open incidents in the blind spots of a grid", fontsize=9, loc="left", color=INK, pad=3)


def draw_table(axes: Axes, assumed: RangeTable) -> None:
    """Print what is assumed, so that nobody takes it for measured."""
    axes.axis("off")
    axes.text(0, 1.0, "Assumed: no list tells\nangle or range", weight="bold", fontsize=9, va="top", linespacing=1.4)
    rows = [("list", "angle", "range")] + [
        (name.removeprefix("dc-"), f"{row.hfov_deg:g}°", f"{row.range_m:g} m")
        for name, row in assumed.by_source.items()
    ]
    for line, cells in enumerate(rows):
        for column, cell in zip((0.0, 0.62, 0.86), cells, strict=True):
            axes.text(
                column,
                0.77 - 0.13 * line,
                cell,
                fontsize=9,
                va="top",
                ha="left" if column == 0.0 else "right",
                color=FAINT if line == 0 else INK,
            )


def draw(coverage: CityCoverage, incidents: Incidents) -> Figure:
    """Put the picture together."""
    drawing = Drawing(coverage, incidents)
    (x,), (y,) = drawing.metric.xy([CLOSE_UP[0]], [CLOSE_UP[1]])
    half_width, half_height = CLOSE_UP_M[0] / 2, CLOSE_UP_M[1] / 2
    box = (x - half_width, y - half_height, x + half_width, y + half_height)
    figure = plt.figure(figsize=(13.5, 9.6), facecolor=PAPER)
    scale = draw_city(figure.add_axes((0.005, 0.03, 0.53, 0.85)), drawing, box)
    draw_close_up(figure.add_axes((0.545, 0.34, 0.44, 0.54)), drawing, box)
    draw_legend(figure.add_axes((0.548, 0.07, 0.26, 0.235)), scale, figure)
    draw_table(figure.add_axes((0.83, 0.07, 0.155, 0.235)), coverage.assumed)
    root = coverage.area_row(coverage.division.areas.root.id)
    city = coverage.by_area
    figure.text(0.015, 0.955, "What the cameras of Washington, DC, see", fontsize=19, weight="bold", color=INK)
    figure.text(
        0.015,
        0.918,
        f"Of {city.area_m2[root] / 1e6:.1f} km², {city.share_covered[root]:.3%} is covered for certain, and at most "
        f"{city.upper_share_covered[root]:.1%} if every camera of unknown direction saw its whole circle "
        f"({city.direction_unknown[root]:,} of {city.cameras[root]:,} cameras).",
        fontsize=11,
        color=INK,
    )
    figure.text(0.015, 0.012, SOURCE, fontsize=8.5, color=FAINT)
    figure.text(
        0.985, 0.012, "Open ground: walls and heights are not considered.", fontsize=8.5, color=FAINT, ha="right"
    )
    return figure


def read(connection: Connection, ranges: Path) -> tuple[CityCoverage, Incidents]:
    """Return the coverage of the division in force, and the incidents that weigh its blind spots."""
    division = read_division(connection, at=datetime.now(UTC))
    coverage = compute_coverage(connection, division, assumed=RangeTable.from_toml(ranges))
    return coverage, open_incidents(connection, division)


def main() -> None:
    """Draw the picture from the city of ``GEZHI_DATA``."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=PICTURE, help="where the picture goes")
    parser.add_argument("--ranges", type=Path, default=RANGES, help="TOML file of assumed ranges")
    chosen = parser.parse_args()
    mpl.rcParams.update({"font.family": "DejaVu Sans", "hatch.linewidth": 0.7, "text.color": INK})
    with open_database(Settings()) as database, database.transaction() as connection:
        coverage, incidents = read(connection, chosen.ranges)
    figure = draw(coverage, incidents)
    figure.savefig(chosen.out, dpi=120, metadata={"Software": None, "Creation Time": None})


if __name__ == "__main__":
    main()
