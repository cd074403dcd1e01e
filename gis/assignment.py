"""Give points to grids and to people: the one way in which rows get their derived place.

The point is the truth; what stands here follows from it, an edition and a roster, and can be derived again at any
time with the same result. Nothing is left without an answer: a point outside every grid names the nearest grid
and its distance, and the person in charge is then the city's last rung.

Cost: one bulk question to the index, plus the people of each grid once.
"""

import math
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
import shapely

from gis.crs import geodesic_area_m2
from gis.division.model import Division
from gis.duty.ladder import Charge, Roster
from gis.index import GridIndex
from gis.units import BoolArray, FloatArray, GeometryArray, Int32Array

CAMERA_REACH_M = 5.0
"""A camera belongs to every grid within this distance (official labels of 138 of 143 cameras agree)."""

LEAST_SHARE = 1e-6
"""Ground that shares less than this with a grid only touches it: the rest is rounding along a common border."""

BORDER_LIMIT_M = 50.0
"""Distances to the border are kept with a row only up to this, or up to the row's own accuracy."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where (n,) points lie in a division.

    ``position`` is -1 outside every grid; then ``nearest`` and ``nearest_distance_m`` tell the closest grid.
    ``distance_to_border_m`` is inf beyond the limit, ``runner_up`` -1 where the other side of the nearest border
    is no grid or too far.
    """

    position: Int32Array
    nearest: Int32Array
    nearest_distance_m: FloatArray
    distance_to_border_m: FloatArray
    runner_up: Int32Array

    @property
    def inside(self) -> BoolArray:
        """(n,) whether a grid owns the point."""
        inside: BoolArray = self.position >= 0
        return inside

    @property
    def on_border(self) -> BoolArray:
        """(n,) whether the point lies exactly on a border."""
        on_border: BoolArray = self.distance_to_border_m == 0.0
        return on_border

    def ambiguous(self, accuracy_m: FloatArray | float) -> BoolArray:
        """(n,) whether the input's own uncertainty reaches the border; see `is_ambiguous`."""
        ambiguous: BoolArray = np.asarray(accuracy_m) >= self.distance_to_border_m
        return ambiguous


def is_ambiguous(accuracy_m: float, *, border_m: float | None) -> bool:
    """Say whether an input's own uncertainty reaches the nearest border (R2).

    Parameters
    ----------
    accuracy_m
        A radius, 0 or more: a point exactly on a border is always ambiguous.
    border_m
        The distance to it; None when it is farther than anybody asked, and that was as far as ``accuracy_m``.
    """
    return border_m is not None and accuracy_m >= border_m


def place(index: GridIndex, lon: FloatArray, lat: FloatArray, *, limit_m: float = BORDER_LIMIT_M) -> Placement:
    """Locate points and tell how near the border they lie.

    Parameters
    ----------
    lon, lat
        (n,) WGS84 degrees, finite.
    limit_m
        Border distances beyond this become inf; ``math.inf`` keeps all. For points outside the division the
        nearest grid is always told.
    """
    position = index.locate(lon, lat)
    distance_m, runner_up = index.near_border(lon, lat, limit_m=limit_m)
    distance_m, runner_up = distance_m.copy(), runner_up.copy()
    nearest = np.full(len(position), -1, dtype=np.int32)
    nearest_m = np.full(len(position), np.nan)
    outside = np.flatnonzero(position < 0)
    if len(outside):
        if math.isfinite(limit_m):
            distance_m[outside], runner_up[outside] = index.near_border(lon[outside], lat[outside], limit_m=math.inf)
        # For a point outside, what lies beyond the nearest border is the nearest grid.
        nearest[outside] = runner_up[outside]
        nearest_m[outside] = distance_m[outside]
        runner_up[outside] = -1
    return Placement(position, nearest, nearest_m, distance_m, runner_up)


def charges(division: Division, roster: Roster, *, at: datetime) -> tuple[Charge, ...]:
    """Return who is in charge of each grid, by position; the last entry is for places outside every grid.

    A bulk answer is then ``charges[position]``, since position -1 is the last entry.
    """
    return tuple(roster.in_charge(grid, at=at) for grid in (*division.grids, None))


def derived_columns(
    division: Division,
    roster: Roster,
    *,
    lon: FloatArray,
    lat: FloatArray,
    accuracy_m: FloatArray | float = 0.0,
    at: datetime,
) -> pd.DataFrame:
    """Return what stands beside each of (n,) incident points, as columns of ids.

    Parameters
    ----------
    accuracy_m
        (n,) uncertainty of each position: a border that near is kept, however far it is.

    Returns
    -------
    One row a point; missing values (outside the city: ``grid_id``; inside: ``nearest_*``; far from a border:
    ``distance_to_border_m`` and ``runner_up_grid_id``) are NA.
    """
    kept_m = np.broadcast_to(np.maximum(accuracy_m, BORDER_LIMIT_M), np.shape(lon))
    found = place(division.index, lon, lat, limit_m=float(kept_m.max(initial=BORDER_LIMIT_M)))
    who = charges(division, roster, at=at)
    near = (found.distance_to_border_m <= kept_m) & found.inside
    return _places(division, found).assign(
        distance_to_border_m=np.where(near, found.distance_to_border_m, np.nan),
        on_border=found.on_border,
        runner_up_grid_id=_grid_ids(division, np.where(near, found.runner_up, -1)),
        charge_level=np.array([charge.level for charge in who], dtype=object)[found.position],
        charge_team_id=_optional_ids([charge.team_id for charge in who]).take(found.position).array,
        charge_worker_id=_optional_ids([charge.worker_id for charge in who]).take(found.position).array,
    )


def place_columns(division: Division, *, lon: FloatArray, lat: FloatArray) -> pd.DataFrame:
    """Return edition, grid and nearest grid of (n,) points of cameras, sites or gates, as columns of ids."""
    return _places(division, place(division.index, lon, lat))


def camera_grids(division: Division, *, lon: FloatArray, lat: FloatArray) -> pd.DataFrame:
    """Return every grid within `CAMERA_REACH_M` of (n,) cameras.

    Returns
    -------
    One row a pair: ``row`` (position of the camera), ``grid_id``, ``distance_m`` (0 inside).
    """
    row, position, distance_m = division.index.within(lon, lat, distance_m=CAMERA_REACH_M)
    return pd.DataFrame({"row": row, "grid_id": division.grid_ids[position], "distance_m": distance_m})


def ground_grids(division: Division, shapes: GeometryArray) -> pd.DataFrame:
    """Return every grid in which (n,) polygons, WGS84, lie, and with how much of their ground.

    Returns
    -------
    One row a pair, by polygon and grid: ``row`` (position of the polygon), ``grid_id``, ``share`` of the polygon's
    ground, above `LEAST_SHARE`. What lies outside the division is in no row, so shares sum to 1 or less.
    """
    row, position = shapely.STRtree(division.shapes).query(shapes, predicate="intersects")
    order = np.lexsort((position, row))
    row, position = row[order], position[order]
    parts, pair = shapely.get_parts(shapely.intersection(shapes[row], division.shapes[position]), return_index=True)
    flat = shapely.get_dimensions(parts) == 2
    common_m2 = np.bincount(pair[flat], geodesic_area_m2(parts[flat]), minlength=len(row))
    share = np.minimum(common_m2 / geodesic_area_m2(shapes)[row], 1.0)
    kept = share > LEAST_SHARE
    return pd.DataFrame({"row": row[kept], "grid_id": division.grid_ids[position[kept]], "share": share[kept]})


def _places(division: Division, found: Placement) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "edition_id": np.full(len(found.position), division.edition.id),
            "grid_id": _grid_ids(division, found.position),
            "nearest_grid_id": _grid_ids(division, found.nearest),
            "nearest_distance_m": found.nearest_distance_m,
        }
    )


def _grid_ids(division: Division, position: Int32Array) -> pd.Series:
    outside = position < 0
    ids = np.append(division.grid_ids, 0)[np.where(outside, len(division.grid_ids), position)]
    return pd.Series(ids, dtype="Int64").mask(outside)


def _optional_ids(ids: list[int | None]) -> pd.Series:
    return pd.Series(ids, dtype="Int64")
