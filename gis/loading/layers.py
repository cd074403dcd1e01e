"""Division layers: every feature is right, or none is loaded.

All faults are gathered before the layer is refused, each with its feature, name and place, so that they can
be mended in one go. Cost: that of `gis.division.topology.layer_problems`.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.crs import Crs, geometries_to_wgs84
from gis.division.topology import Problem, layer_problems
from gis.errors import DoubtfulCrs, InvalidLayer, OverlappingGrids
from gis.loading.batch import Batch, Kind
from gis.loading.checked import SHAPE, CheckedRows, frame
from gis.loading.positions import DEGREES
from gis.loading.raw import TextArray
from gis.loading.wording import counted
from gis.units import GeometryArray, IntArray

_TOLD = 5
_COMMON_GROUND = frozenset({"overlap", "duplicate"})
_REMEDY = "mend the file and load it again; a division layer is loaded whole or not at all"


def shapes_in_wgs84(rows: CheckedRows, found: GeometryArray, *, crs: Crs) -> GeometryArray:
    """Return a layer's shapes in WGS84.

    Raises
    ------
    DoubtfulCrs
        When no vertex of the layer is on Earth and all would be with the axes swapped.
    """
    moved = geometries_to_wgs84(found, crs=crs)
    corners = shapely.get_coordinates(found)
    x, y = np.abs(corners[:, 0]), np.abs(corners[:, 1])
    if len(corners) and crs.name in DEGREES and (y > 90.0).all() and (x <= 90.0).all() and (y <= 180.0).all():
        first = f"lon {corners[0, 0]:.10g}, lat {corners[0, 1]:.10g}"
        raise DoubtfulCrs(
            "longitude and latitude are swapped: no vertex exists as it stands, and all do when exchanged",
            where=f"{rows.raw.path}, e.g. {first}",
            remedy="write positions as lon, lat",
            facts={"kind": "swapped_axes", "vertices": len(corners), "crs": crs.name},
        )
    rows.say(f"shapes: {crs.name} as declared, x (lon) before y (lat)")
    return moved


def layer_batch(
    rows: CheckedRows,
    *,
    kind: Kind,
    values: Mapping[str, NDArray[Any]],
    key: Sequence[str],
    geometry: GeometryArray | None,
    allowed: Collection[str],
) -> Batch:
    """Return the whole layer, or refuse it.

    Parameters
    ----------
    rows
        The checked rows.
    kind
        What they are.
    values
        Canonical column to (n,) values, ``name`` among them.
    key
        The columns that identify a row.
    geometry
        (n,) WGS84 shapes, or None when the layer has none.
    allowed
        Kinds of `gis.division.topology.Problem` that are no reason to refuse.

    Raises
    ------
    OverlappingGrids
        When every fault is two features on the same ground.
    InvalidLayer
        For all others. ``facts["problems"]`` lists each fault with ``features`` (line or feature numbers),
        ``names``, ``column``, ``place`` ([lon, lat] or None), ``kind`` and ``message``; ``facts["overlaps"]``
        those between two features.
    """
    told_apart = values if geometry is None else {**values, SHAPE: geometry}
    keep = rows.keep_first(told_apart, key=key)
    names = values["name"]
    problems: list[dict[str, Any]] = []
    if geometry is not None:
        looked_at = np.union1d(keep, np.flatnonzero(rows.faulty & ~rows.at_fault(SHAPE)))
        problems = _shape_problems(rows, geometry, names=names, among=looked_at, allowed=allowed)
    _refuse(rows, [*_row_problems(rows, names), *problems])
    return Batch(
        kind=kind,
        rows=frame(values, keep),
        lines=rows.raw.lines[keep],
        lon=None,
        lat=None,
        geometry=None if geometry is None else geometry[keep],
        rejects=(),
        repeated=len(rows.raw) - len(keep),
        understood=tuple(rows.understood),
    )


def _shape_problems(
    rows: CheckedRows, geometry: GeometryArray, *, names: TextArray, among: IntArray, allowed: Collection[str]
) -> list[dict[str, Any]]:
    titles = [_title(rows, names, position) for position in among.tolist()]
    found = layer_problems(geometry[among], names=titles)
    passed = sum(problem.kind == "overlap" for problem in found) if "overlap" in allowed else 0
    if passed:
        rows.say(f"overlaps: {counted(passed, 'pair')} of shapes, passed on as they stand")
    return [_shape_problem(rows, problem, among) for problem in found if problem.kind not in allowed]


def _refuse(rows: CheckedRows, problems: list[dict[str, Any]]) -> None:
    if not problems:
        return
    overlaps = [problem for problem in problems if problem["kind"] in _COMMON_GROUND]
    error = OverlappingGrids if len(overlaps) == len(problems) else InvalidLayer
    told = "; ".join(problem["message"] for problem in problems[:_TOLD])
    more = f"; and {len(problems) - _TOLD} more" if len(problems) > _TOLD else ""
    raise error(
        f"the layer is refused for {counted(len(problems), 'fault')}",
        where=f"{rows.raw.path}: {told}{more}",
        remedy=_REMEDY,
        facts={"problems": problems, "overlaps": overlaps},
    )


def _title(rows: CheckedRows, names: TextArray, position: int) -> str:
    name = names[position]
    return rows.place(position) + (f" ({name})" if name else "")


def _row_problems(rows: CheckedRows, names: TextArray) -> list[dict[str, Any]]:
    positions = {int(line): position for position, line in enumerate(rows.raw.lines)}
    problems = []
    for reject in rows.rejects():
        position = positions.get(reject.line)
        title = rows.raw.place(reject.line) if position is None else _title(rows, names, position)
        stands = f" (it holds {reject.text[:40]!r})" if reject.text and position is not None else ""
        column = f"{reject.column}: " if reject.column else ""
        problems.append(
            {
                "kind": "row",
                "message": f"{title}: {column}{reject.reason}{stands}",
                "features": [reject.line],
                "names": [] if position is None else [names[position]],
                "column": reject.column,
                "place": None,
            }
        )
    return problems


def _shape_problem(rows: CheckedRows, problem: Problem, shaped: IntArray) -> dict[str, Any]:
    fact = problem.as_fact()
    features = [int(rows.raw.lines[shaped[position]]) for position in fact.pop("positions")]
    return {**fact, "features": features, "column": None}
