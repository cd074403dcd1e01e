"""What is wrong with a division layer, feature by feature, in words a planner can act on.

Every fault names the feature and the place. The index and the loader refuse a layer by the same list, so nothing
can pass the one and fail in the other. Cost: linear in the vertices, plus `gis.division.overlaps`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import shapely

from gis.division.overlaps import overlaps
from gis.errors import InvalidLayer, OverlappingGrids
from gis.orientation import sides_of_edges
from gis.units import BoolArray, GeometryArray

Kind = Literal[
    "missing",
    "empty",
    "not_polygonal",
    "not_finite",
    "out_of_range",
    "self_crossing",
    "spike",
    "invalid",
    "duplicate",
    "overlap",
    "antimeridian",
]

_Fault = tuple[Kind, str, tuple[float, float] | None]
"""Kind, what the feature does or has, and where."""

_PLACE = re.compile(r"\[(\S+) (\S+?)(?: \S+)?\]")
_POLYGONAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_TOLD = 5
REMEDY = "a division needs valid polygons that do not overlap, WGS84 degrees, one shape for each grid"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a layer.

    ``positions`` and ``names`` are the features at fault in the order of the layer; ``place`` is (lon, lat) or None
    when there is none to tell; ``area_m2`` and ``width_m`` are told for overlaps.
    """

    kind: Kind
    message: str
    positions: tuple[int, ...]
    names: tuple[str, ...]
    place: tuple[float, float] | None = None
    area_m2: float | None = None
    width_m: float | None = None

    def as_fact(self) -> dict[str, Any]:
        """Return the problem as JSON-serialisable data."""
        return {
            "kind": self.kind,
            "message": self.message,
            "positions": list(self.positions),
            "names": list(self.names),
            "place": None if self.place is None else list(self.place),
            "area_m2": self.area_m2,
            "width_m": self.width_m,
        }


def layer_problems(polygons: GeometryArray, *, names: Sequence[str]) -> list[Problem]:
    """Return everything that keeps a layer from being a division; empty when it can be one.

    Gaps are not told here, since a division may have reviewed ones: see `gis.division.gaps.holes`.

    Parameters
    ----------
    polygons
        (n,) geometries or None, WGS84 degrees, any order.
    names
        (n,) what the reader calls the features.

    Returns
    -------
    Faults of single features in the order of the layer, then that of lying on both sides of the 180th meridian,
    then duplicates, then overlaps by position.

    Raises
    ------
    ValueError
        When there is not one name for each polygon.

    Examples
    --------
    >>> import numpy as np, shapely
    >>> bowtie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    >>> [problem.message for problem in layer_problems(np.array([bowtie]), names=["East"])]
    ['East crosses itself at 0.5, 0.5']
    """
    if len(polygons) != len(names):
        raise ValueError("layer_problems needs one name for each polygon")
    polygons = np.asarray(polygons, dtype=object)
    found = shape_problems(polygons, names=names)
    sound = polygons.copy()
    sound[[problem.positions[0] for problem in found]] = None
    duplicates = _duplicates(sound, names)
    equal_pairs = {problem.positions for problem in duplicates}
    return (
        found + _antimeridian_problems(sound, names) + duplicates + _overlap_problems(sound, names, known=equal_pairs)
    )


def shape_problems(polygons: GeometryArray, *, names: Sequence[str]) -> list[Problem]:
    """Return what is wrong with single features, whatever lies beside them.

    Parameters
    ----------
    polygons
        (n,) geometries or None, WGS84 degrees.
    names
        (n,) what the reader calls the features.

    Returns
    -------
    In the order of the layer; empty when every feature is a polygon that can be ground.
    """
    found: list[Problem] = []
    for position in np.flatnonzero(~_is_sound(polygons)).tolist():
        found.extend(_feature_problems(position, polygons[position], names[position]))
    return found


def refusal(problems: Sequence[Problem]) -> InvalidLayer:
    """Return the error that refuses a layer for its problems: `OverlappingGrids` when they are all overlaps.

    ``facts["problems"]`` has all of them; ``facts["overlaps"]`` those where two features cover the same ground.
    """
    pairs = [problem for problem in problems if len(problem.positions) == 2]
    kind = OverlappingGrids if len(pairs) == len(problems) else InvalidLayer
    told = "; ".join(problem.message for problem in problems[:_TOLD])
    more = f"; and {len(problems) - _TOLD} more" if len(problems) > _TOLD else ""
    facts = {"problems": [problem.as_fact() for problem in problems]}
    if pairs:
        facts["overlaps"] = [problem.as_fact() for problem in pairs]
    noun = "fault" if len(problems) == 1 else "faults"
    return kind(
        f"the layer cannot be a division: {len(problems)} {noun}",
        where=told + more,
        remedy=REMEDY,
        facts=facts,
    )


def at(place: tuple[float, float]) -> str:
    """Return a place as text, lon then lat, to a tenth of a millimetre."""
    return ", ".join(f"{number:.9f}".rstrip("0").rstrip(".") for number in place)


def _is_sound(polygons: GeometryArray) -> BoolArray:
    sound: BoolArray = np.isin(shapely.get_type_id(polygons), _POLYGONAL) & ~shapely.is_empty(polygons)
    coordinates, owner = shapely.get_coordinates(polygons, return_index=True)
    sound[owner[~_is_in_range(coordinates)]] = False
    sound[sound] = shapely.is_valid(polygons[sound])
    return sound


def _antimeridian_problems(polygons: GeometryArray, names: Sequence[str]) -> list[Problem]:
    """Return the fault of a layer that is wider than half the Earth: it can only lie across the 180th meridian.

    Distances and areas are those of one plane around the middle; such a layer has its middle on the other side.
    """
    west, _, east, _ = shapely.bounds(polygons).T
    if np.isnan(west).all() or np.nanmax(east) - np.nanmin(west) <= 180.0:
        return []
    position = int(np.nanargmax(east))
    place = tuple(shapely.get_coordinates(polygons[position]).max(axis=0).tolist())
    says = (
        f"lies {np.nanmax(east) - np.nanmin(west):.1f} degrees east of {names[int(np.nanargmin(west))]}: "
        "a layer across the 180th meridian is not understood; load each side as a city of its own"
    )
    return [Problem("antimeridian", f"{names[position]} {says}", (position,), (names[position],), (place[0], place[1]))]


def _is_in_range(coordinates: Any) -> BoolArray:
    inside: BoolArray = (np.abs(coordinates) <= (180.0, 90.0)).all(axis=1)
    return inside


def _feature_problems(position: int, geometry: Any, name: str) -> list[Problem]:
    """Return what is wrong with one feature that is not sound."""
    faults = _shape_faults(geometry) or _coordinate_faults(geometry) or _ring_faults(geometry)
    return [
        Problem(kind, f"{name} {says}" + ("" if place is None else f" at {at(place)}"), (position,), (name,), place)
        for kind, says, place in faults
    ]


def _shape_faults(geometry: Any) -> list[_Fault]:
    if geometry is None:
        return [("missing", "has no shape", None)]
    if shapely.is_empty(geometry):
        return [("empty", "has an empty shape", None)]
    if shapely.get_type_id(geometry) not in _POLYGONAL:
        return [("not_polygonal", f"is a {geometry.geom_type}, not a polygon", None)]
    return []


def _coordinate_faults(geometry: Any) -> list[_Fault]:
    coordinates = shapely.get_coordinates(geometry)
    no_numbers = np.flatnonzero(~np.isfinite(coordinates).all(axis=1))
    if len(no_numbers):
        return [("not_finite", f"has a coordinate that is not a number, vertex {no_numbers[0] + 1}", None)]
    beyond = np.flatnonzero(~_is_in_range(coordinates))
    if len(beyond):
        lon, lat = coordinates[beyond[0]].tolist()
        return [("out_of_range", "has a vertex that is not in degrees,", (lon, lat))]
    return []


def _ring_faults(geometry: Any) -> list[_Fault]:
    tips = _spikes(geometry)
    if tips:
        return [("spike", "has a spike without width", tip) for tip in tips]
    reason = shapely.is_valid_reason(geometry)
    match = _PLACE.search(reason)
    place = (float(match[1]), float(match[2])) if match else None
    if reason.startswith("Self-intersection"):
        return [("self_crossing", "crosses itself", place)]
    return [("invalid", f"is invalid ({reason.split('[')[0].strip().lower()})", place)]


def _spikes(geometry: Any) -> list[tuple[float, float]]:
    """Return the vertices where a ring turns back exactly on itself."""
    tips: list[tuple[float, float]] = []
    for part in shapely.get_parts(geometry):
        for ring in shapely.get_rings(part):
            line = shapely.get_coordinates(shapely.remove_repeated_points(ring))
            if len(line) < 4:
                continue
            here = line[:-1]
            before, after = np.roll(here, 1, axis=0), np.roll(here, -1, axis=0)
            straight = sides_of_edges(after[:, 0], after[:, 1], edges=np.hstack((before, here))) == 0
            back = ((here - before) * (after - here)).sum(axis=1) < 0
            tips.extend((float(lon), float(lat)) for lon, lat in here[straight & back])
    return tips


def _duplicates(polygons: GeometryArray, names: Sequence[str]) -> list[Problem]:
    """Return the later of two features with the same shape, whatever vertex their rings begin with."""
    first_seen: dict[bytes, int] = {}
    found = []
    normal = shapely.to_wkb(shapely.normalize(shapely.force_2d(polygons)))
    for position, shape in enumerate(normal):
        if shape is None:
            continue
        first = first_seen.setdefault(shape, position)
        if first == position:
            continue
        point = shapely.point_on_surface(polygons[position])
        place = (float(point.x), float(point.y))
        message = f"{names[position]} has the same shape as {names[first]} at {at(place)}"
        pair = (names[first], names[position])
        found.append(Problem("duplicate", message, (first, position), pair, place))
    return found


def _overlap_problems(polygons: GeometryArray, names: Sequence[str], *, known: set[tuple[int, ...]]) -> list[Problem]:
    found = []
    for overlap in overlaps(polygons):
        positions = (overlap.first, overlap.second)
        if positions in known:
            continue
        pair = (names[overlap.first], names[overlap.second])
        message = (
            f"{pair[0]} and {pair[1]} overlap at {at(overlap.place)} "
            f"({overlap.area_m2:.4g} m2, {overlap.width_m:.4g} m wide)"
        )
        found.append(Problem("overlap", message, positions, pair, overlap.place, overlap.area_m2, overlap.width_m))
    return found
