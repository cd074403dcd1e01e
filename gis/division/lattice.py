"""The lattice of 1e-9 degrees (0.1 mm) on which all stored division geometry lies.

Invariant: each coordinate is rounded by itself, so a vertex that two grids share stays shared, and rounding twice
is rounding once. Fewer digits made real polygons invalid. Cost: linear in the vertices, plus a validity check.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.division.problems import Problem, layer_problems
from gis.ellipsoid import metres_per_degree
from gis.units import BoolArray, FloatArray, GeometryArray

LATTICE_PER_DEGREE = 1e9


@dataclass(frozen=True, slots=True)
class Snapped:
    """A layer on the lattice, and what rounding did to it.

    ``polygons`` (n,), ``moved`` (n,) which of them changed, ``greatest_move_m`` the farthest that a vertex moved,
    ``problems`` the polygons that rounding broke and the overlaps that it made (none had been there before).
    """

    polygons: GeometryArray
    moved: BoolArray
    greatest_move_m: float
    problems: list[Problem]


def on_lattice(degrees: FloatArray) -> FloatArray:
    """Return numbers rounded to the double nearest to a whole number of 1e-9 degrees.

    Examples
    --------
    >>> import numpy as np
    >>> on_lattice(np.array([113.0812345678912, -0.0])).tolist()
    [113.081234568, 0.0]
    """
    rounded: FloatArray = np.rint(degrees * LATTICE_PER_DEGREE) / LATTICE_PER_DEGREE + 0.0
    return rounded


def snap_to_lattice(polygons: GeometryArray, *, names: list[str] | None = None) -> Snapped:
    """Round all vertices to the lattice; third dimensions are dropped, vertices that fall together become one.

    Parameters
    ----------
    polygons
        (n,) valid polygons or multipolygons, WGS84 degrees.
    names
        (n,) what the reader calls them in problems; "feature 1" and so on when left out.

    Examples
    --------
    >>> import numpy as np, shapely
    >>> snapped = snap_to_lattice(np.array([shapely.box(0, 0, 1.00000000049, 1)]))
    >>> snapped.polygons[0].bounds, snapped.moved.tolist(), snapped.problems
    ((0.0, 0.0, 1.0, 1.0), [True], [])
    """
    flat = shapely.force_2d(np.asarray(polygons, dtype=object))
    before, owner = shapely.get_coordinates(flat, return_index=True)
    after = on_lattice(before)
    moved = np.zeros(len(flat), dtype=np.bool_)
    moved[owner[(before != after).any(axis=1)]] = True
    snapped = shapely.set_coordinates(flat.copy(), after)
    snapped[moved] = shapely.remove_repeated_points(snapped[moved], 0.0)
    return Snapped(
        polygons=snapped,
        moved=moved,
        greatest_move_m=_greatest_move_m(before, after),
        problems=_broken(flat, snapped, names),
    )


def _greatest_move_m(before: FloatArray, after: FloatArray) -> float:
    if len(before) == 0:
        return 0.0
    scale = np.stack(metres_per_degree(before[:, 1]), axis=1)
    return float(np.hypot(*((after - before) * scale).T).max())


def _broken(before: GeometryArray, after: GeometryArray, names: list[str] | None) -> list[Problem]:
    """Return the problems of a rounded layer that the layer did not have before."""
    labels = names or [f"feature {row + 1}" for row in range(len(after))]
    problems = layer_problems(after, names=labels)
    if not problems:
        return []
    known = {(problem.kind, problem.positions) for problem in layer_problems(before, names=labels)}
    return [problem for problem in problems if (problem.kind, problem.positions) not in known]
