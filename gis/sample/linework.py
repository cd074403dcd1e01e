"""The lines that borders may follow, and what they are: rivers, ridges, roads, streets, borders of territories.

All lines of one network are smoothed together, so that junctions stay junctions.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import shapely

from gis.sample.chance import fractal_noise, stream
from gis.sample.networks import chains, smooth_lines
from gis.sample.raster import Raster, label_borders
from gis.units import BoolArray, GeometryArray, IntArray


class LineKind(IntEnum):
    """What a line is; the order is that of `CROSSING_COST`."""

    COUNTY = 0
    RIVER = 1
    BROOK = 2
    RIDGE = 3
    TRUNK = 4
    ROAD = 5
    ARTERY = 6
    STREET = 7
    LANE = 8
    EDGE = 9
    MOTORWAY = 10
    RAILWAY = 11


CROSSING_COST = np.array([0.0, 7.0, 2.0, 2.2, 4.0, 1.4, 2.5, 0.6, 0.4, 0.8, 4.5, 4.0])
"""What it costs a growing area to cross a line, in multiples of the distance, by `LineKind`."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines on the plane and what they are.

    Parameters
    ----------
    lines
        (n,) LineStrings, metres.
    kinds
        (n,) `LineKind`.
    """

    lines: GeometryArray
    kinds: IntArray

    @classmethod
    def of(cls, lines: GeometryArray, kind: LineKind) -> "Lines":
        """Return lines of one kind."""
        return cls(lines, np.full(len(lines), int(kind), dtype=np.int64))

    @classmethod
    def together(cls, *several: "Lines") -> "Lines":
        """Return all lines of several sets, in their order."""
        return cls(np.concatenate([one.lines for one in several]), np.concatenate([one.kinds for one in several]))

    def of_kinds(self, *kinds: LineKind) -> "Lines":
        """Return the lines of some kinds."""
        chosen = np.isin(self.kinds, [int(kind) for kind in kinds])
        return Lines(self.lines[chosen], self.kinds[chosen])

    def within(self, polygon: shapely.Geometry) -> "Lines":
        """Return what of the lines lies in a polygon; pieces below 5 m are dropped."""
        shapely.prepare(polygon)
        touched = shapely.intersects(polygon, self.lines)
        cut, owner = shapely.get_parts(shapely.intersection(self.lines[touched], polygon), return_index=True)
        long = (shapely.get_type_id(cut) == 1) & (shapely.length(cut) > 5.0)
        return Lines(cut[long], self.kinds[touched][owner[long]])

    def outside(self, polygon: shapely.Geometry) -> "Lines":
        """Return what of the lines lies outside a polygon; pieces below 5 m are dropped."""
        shapely.prepare(polygon)
        touched = shapely.intersects(polygon, self.lines)
        cut, owner = shapely.get_parts(shapely.difference(self.lines[touched], polygon), return_index=True)
        long = (shapely.get_type_id(cut) == 1) & (shapely.length(cut) > 5.0)
        return Lines(
            np.concatenate([self.lines[~touched], cut[long]]),
            np.concatenate([self.kinds[~touched], self.kinds[touched][owner[long]]]),
        )


def lines_between(labels: IntArray, where: BoolArray, raster: Raster, kind: LineKind, *, rounds: int) -> Lines:
    """Return the borders between labels of a raster as smooth lines."""
    start, end = label_borders(labels, where)
    if len(start) == 0:
        return Lines.of(np.array([], dtype=object), kind)
    row, column = np.divmod(np.arange((raster.rows + 1) * (raster.columns + 1)), raster.columns + 1)
    corners = np.column_stack([raster.west_m + column * raster.step_m, raster.south_m + row * raster.step_m])
    found = chains(np.column_stack([start, end]))
    return Lines.of(smooth_lines(found, corners, rounds=rounds, tolerance_m=10.0), kind)


def polygons_of(mask: BoolArray, raster: Raster, *, rounds: int, tolerance_m: float) -> GeometryArray:
    """Return the parts of a mask as (n,) polygons with smooth outlines, metres."""
    rims = lines_between(mask.astype(np.int64), np.ones(raster.shape, dtype=bool), raster, LineKind.EDGE, rounds=rounds)
    east, north = raster.west_m + raster.columns * raster.step_m, raster.south_m + raster.rows * raster.step_m
    frame = shapely.boundary(shapely.box(raster.west_m, raster.south_m, east, north))
    noded = shapely.union_all(np.r_[shapely.simplify(rims.lines, tolerance_m), frame], grid_size=0.01)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    at = shapely.get_coordinates(shapely.point_on_surface(faces))
    polygons: GeometryArray = faces[raster.sample(mask.astype(np.float64), at) > 0.5]
    return polygons


def territory_lines(town: IntArray, raster: Raster) -> Lines:
    """Return the borders of the towns' rough territories; they close neighbouring street patterns."""
    everywhere = np.ones(raster.shape, dtype=bool)
    return lines_between(town, everywhere, raster, LineKind.EDGE, rounds=14)


def swayed(found: Lines, raster: Raster, *, seed: int) -> Lines:
    """Return lines moved by one smooth random field, up to some 100 m: bends that keep junctions."""
    rng = stream(seed, "sway")
    fields = [fractal_noise(raster.shape, rng, steepness=3.0, longest_cells=9) for _ in range(2)]
    fine = shapely.segmentize(found.lines, 100.0)
    at = shapely.get_coordinates(fine)
    moved = at + 45.0 * np.column_stack([raster.sample(field, at) for field in fields])
    return Lines(shapely.simplify(shapely.set_coordinates(fine, moved), 4.0), found.kinds)
