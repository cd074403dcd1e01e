"""Doubts: do the coordinates contradict the declared coordinate system? (R8).

The evidence is the stored boundary of the city, and each reading of the numbers is held against it.

- **Swapped axes** move a place across the globe; a position that is far outside as declared and inside when
  swapped cannot be chance. One in a hundred rows is enough.
- **Look-alikes** (GCJ-02, BD-09) move everything by 100 to 1,400 m, so only the surroundings of the border
  can tell. Of *points* those count that one reading puts inside and the other outside; of a *layer* the
  stretches of its outline that come near the border, by their distance to it. Places of 2 km vote
  (`gis.crs.evidence`) and the sign test must reach 1 in 1,000, computed as if a true declaration lost every
  second vote.
- **Outside**: nothing lies in the city; the likely system is looked for among all that are in use there.

What that can do, measured on files declared WGS84 that are GCJ-02 (20 draws each, Jiangmen): with a border
that fits the data it catches all files of 1,000 points spread evenly, 95 % of those with 3,000 points in
1,400 villages, 70 % with 5,285 points in 84 towns, and none of 200 points. Against a border of another
source, generalised and up to a kilometre off, it catches 95 % of 5,285 points spread evenly and 60 % in
villages. Of 516 true files none was doubted; the smallest chance among them was 0.02. Fewer than ten places
that can tell decide nothing, so a file that keeps clear of the border is undecidable and not doubted, nor is
one whose points simply go on beyond the border.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import shapely

from gis.crs.causes import likely_causes
from gis.crs.evidence import CityBorder, Votes, border_of, votes_by_place
from gis.crs.readings import DoubtKind, Reading, lookalikes, swapped
from gis.crs.systems import Crs, datum_shift_is_published, from_wgs84
from gis.units import BoolArray, FloatArray, GeometryArray, Location

_CHANCE: Final = 1e-3
"""A look-alike is doubted when a true declaration would look as bad less often than this."""

_SWAPPED_SHARE: Final = 0.01
_INSIDE_SHARE: Final = 0.01

_NEARBY_M: Final = 2_000.0
"""Nearer than this, a handful of points outside may just be across the border, or moved by a look-alike."""

_HANDFUL: Final = 10

_OUTLINE_STEP_M: Final = 100.0
_OUTLINE_SAMPLES: Final = 20_000
_OUTLINE_REACH_M: Final = 2_000.0
"""Further from the border than this, an outline is inside the city or beyond it and says nothing."""

_OUTLINE_RIM_DEGREES: Final = 0.2
_OUTLINE_MARGIN_M: Final = 50.0
_OUTLINE_GAIN: Final = 0.5
"""The other reading must bring the outline at least so much nearer to the border (ratio of median
distances)."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """One contradiction between coordinates and their declared system.

    Parameters
    ----------
    kind
        What it looks like.
    message
        What is wrong, the evidence in numbers, and the remedy; English.
    evidence
        The same numbers for machines (JSON-serialisable).
    """

    kind: DoubtKind
    message: str
    evidence: dict[str, Any] = field(default_factory=dict)


def doubts_of_points(lon: FloatArray, lat: FloatArray, *, declared: Crs, boundary: Any) -> list[Doubt]:
    """Hold a file of points against the city.

    Parameters
    ----------
    lon, lat
        (n,) WGS84 degrees, converted under ``declared``; NaN is left out.
    declared
        What the file was said to be in.
    boundary
        Valid (multi)polygon of the city, WGS84 lon/lat; the union of the grids is better than a generalised
        official line.

    Returns
    -------
    The doubt that explains the file best, or none: for a sound file, an undecidable one, and one without
    rows.
    """
    lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    if not lon.size:
        return []
    known = np.isfinite(lon) & np.isfinite(lat)
    if not known.any():
        return [_nowhere(len(lon), declared=declared, what="points")]
    lon, lat = lon[known], lat[known]
    city = border_of(boundary)
    inside = city.contains(lon, lat)
    doubt = _swapped_doubt(lon, lat, declared=declared, city=city, what="points")
    doubt = doubt or _lookalike_of_points(lon, lat, declared=declared, city=city, inside=inside)
    if doubt is None and inside.mean() < _INSIDE_SHARE:
        doubt = _outside_doubt(lon[~inside], lat[~inside], declared=declared, city=city, what="points")
    return [doubt] if doubt else []


def doubts_of_layer(polygons: GeometryArray, *, declared: Crs, boundary: Any) -> list[Doubt]:
    """Hold a layer of polygons (grids, areas) against the city.

    Parameters
    ----------
    polygons
        (n,) polygons, WGS84 lon/lat, converted under ``declared``; invalid ones are repaired for the
        comparison only; None, empty and not finite ones are left out.
    declared
        What the file was said to be in.
    boundary
        Valid (multi)polygon of the city from another source, WGS84 lon/lat.

    Returns
    -------
    The doubt that explains the layer best, or none: for a sound layer, one that covers the city only in part
    or deviates by less than the offsets, and one without polygons.
    """
    polygons = np.asarray(polygons, dtype=object)
    if not polygons.size:
        return []
    sound = _finite_polygons(polygons)
    if not sound.size:
        return [_nowhere(len(polygons), declared=declared, what="polygons")]
    city = border_of(boundary)
    heart_lon, heart_lat = shapely.get_coordinates(shapely.point_on_surface(sound)).T
    doubt = _swapped_doubt(heart_lon, heart_lat, declared=declared, city=city, what="polygons")
    if doubt is not None:
        return [doubt]
    if shapely.intersects(city.polygon, sound).any():
        doubt = _lookalike_of_outline(shapely.union_all(sound), declared=declared, city=city)
    else:
        doubt = _outside_doubt(heart_lon, heart_lat, declared=declared, city=city, what="polygons")
    return [doubt] if doubt else []


def doubts_of_location(location: Location, *, declared: Crs, boundary: Any) -> list[Doubt]:
    """Hold one position against the city, for the warnings of a lookup.

    One position proves little: inside the city nothing can be said, and outside it may just be there. So
    these are hints, and nothing is refused because of them.

    Parameters
    ----------
    location
        WGS84, converted under ``declared``.
    declared
        What the request said.
    boundary
        Valid (multi)polygon of the city, WGS84 lon/lat.

    Returns
    -------
    Every reading that brings an outside position into the city; else, further outside than the city is large,
    that it is outside. Also when the way from the declared datum to WGS84 is not published.
    """
    doubts = [] if datum_shift_is_published(declared) else [_unknown_shift(declared)]
    city = border_of(boundary)
    if shapely.intersects_xy(boundary, location.lon, location.lat):  # Most lookups end here, so at once.
        return doubts
    lon, lat = np.array([location.lon]), np.array([location.lat])
    is_far = bool(city.is_far_from(lon, lat)[0])
    distance_m = city.nearest_distance_m(lon, lat)
    readings = [swapped(lon, lat, declared=declared)] if is_far else []
    if distance_m is not None and distance_m <= _NEARBY_M:
        readings += lookalikes(lon, lat, declared=declared)
    fitting = [reading for reading in readings if city.contains(reading.lon, reading.lat)[0]]
    where = f"({location.lon:.6f}, {location.lat:.6f}) lies {_distance(distance_m)} outside the city"
    evidence = {"distance_m": distance_m, "declared": declared.name}
    for reading in fitting:
        remedy = f"but inside if it is {reading.supposed}: check which system it comes from"
        doubts.append(
            Doubt(reading.kind, f"{where} as {declared}, {remedy}", {**evidence, "supposed": reading.supposed})
        )
    if is_far and not fitting:
        remedy = "check the coordinates, their order (lon, lat) and their system"
        doubts.append(Doubt(DoubtKind.OUTSIDE, f"{where} as {declared}; {remedy}", evidence))
    return doubts


def _swapped_doubt(lon: FloatArray, lat: FloatArray, *, declared: Crs, city: CityBorder, what: str) -> Doubt | None:
    """Return a doubt when positions far outside fall into the city with their axes exchanged."""
    far = city.is_far_from(lon, lat)
    if not far.any():
        return None
    reading = swapped(lon[far], lat[far], declared=declared)
    fitting = int(city.contains(reading.lon, reading.lat).sum())
    if fitting == 0 or fitting < _SWAPPED_SHARE * len(lon):
        return None
    message = (
        f"the axes look swapped: {fitting} of {len(lon)} {what} lie far outside the city as {declared} "
        "and inside it when the two coordinates are exchanged; give longitude (x) first"
    )
    evidence = {"declared": declared.name, "n": len(lon), "inside_when_swapped": fitting}
    return Doubt(reading.kind, message, evidence)


def _lookalike_of_points(
    lon: FloatArray, lat: FloatArray, *, declared: Crs, city: CityBorder, inside: BoolArray
) -> Doubt | None:
    """Return a doubt when another reading puts clearly more places of the border's surroundings inside."""
    doubts = []
    x, y = city.plane.xy(lon, lat)
    for reading in lookalikes(lon, lat, declared=declared):
        other = city.contains(reading.lon, reading.lat)
        votes = votes_by_place(x, y, preference=other.astype(np.float64) - inside)
        if votes.chance > _CHANCE:
            continue
        share, other_share = float(inside.mean()), float(other.mean())
        shares = f"inside it lie {share:.2%} of {len(lon)} points as declared and {other_share:.2%} otherwise"
        evidence = {"n": len(lon), "share_inside": share, "share_inside_otherwise": other_share}
        doubts.append((int(other.sum()), _lookalike_doubt(reading, votes, declared, shares, evidence)))
    return max(doubts, key=lambda pair: pair[0])[1] if doubts else None


def _lookalike_of_outline(union: Any, *, declared: Crs, city: CityBorder) -> Doubt | None:
    """Return a doubt when another reading brings the outline clearly nearer to the city's border."""
    x, y = _outline_samples(union, city=city)
    lon, lat = city.plane.lonlat(x, y)
    declared_m = city.distance_to_border_m(lon, lat)
    doubts = []
    for reading in lookalikes(lon, lat, declared=declared):
        other_m = city.distance_to_border_m(reading.lon, reading.lat)
        near = np.minimum(declared_m, other_m) < _OUTLINE_REACH_M
        gain_m = np.minimum(declared_m, _OUTLINE_REACH_M) - np.minimum(other_m, _OUTLINE_REACH_M)
        votes = votes_by_place(x, y, preference=np.where(np.abs(gain_m) > _OUTLINE_MARGIN_M, gain_m, 0.0))
        if votes.chance > _CHANCE:
            continue
        median_m, other_median_m = float(np.median(declared_m[near])), float(np.median(other_m[near]))
        if other_median_m > _OUTLINE_GAIN * median_m:
            continue
        medians = f"its median distance is {median_m:.0f} m as declared and {other_median_m:.0f} m otherwise"
        evidence = {"median_distance_m": median_m, "median_distance_otherwise_m": other_median_m}
        doubts.append((-other_median_m, _lookalike_doubt(reading, votes, declared, medians, evidence)))
    return max(doubts, key=lambda pair: pair[0])[1] if doubts else None


def _lookalike_doubt(reading: Reading, votes: Votes, declared: Crs, finding: str, evidence: dict[str, Any]) -> Doubt:
    """Word a doubt from the votes and what was found."""
    message = (
        f"this looks like {reading.supposed}, not {declared}: that fits better at {votes.against} of "
        f"{sum(votes)} places along the city's border (chance if {declared} is right: "
        f"{votes.chance:.0e} at most); "
        f"{finding}; declare {reading.supposed}, or accept the doubt if you know that {declared} is right"
    )
    counts = {"places_against": votes.against, "places_in_favour": votes.in_favour, "chance": votes.chance}
    names = {"declared": declared.name, "supposed": reading.supposed}
    return Doubt(reading.kind, message, {**names, **counts, **evidence})


def _outside_doubt(lon: FloatArray, lat: FloatArray, *, declared: Crs, city: CityBorder, what: str) -> Doubt | None:
    """Return the doubt that everything is outside, with its likely cause; a handful may be just across."""
    distance_m = city.nearest_distance_m(lon, lat)
    if distance_m is not None and distance_m <= _NEARBY_M and len(lon) < _HANDFUL:
        return None
    x, y = from_wgs84(lon, lat, crs=declared)
    causes = likely_causes(x, y, city=city)
    if causes:
        remedy = "in the city they would lie as " + " or ".join(str(cause) for cause in causes)
    elif np.nanmax(np.abs(x)) > 180.0 or np.nanmax(np.abs(y)) > 90.0:
        remedy = "these are no degrees: declare the projected system (EPSG:n) that they are in"
    else:
        remedy = "check the file, the order lon, lat and the system; or it belongs to another city"
    example = f"({x[0]:.10g}, {y[0]:.10g})"
    nearest = "none is a place on Earth" if distance_m is None else f"the nearest is {_distance(distance_m)} away"
    message = (
        f"nothing lies in the city: {len(lon)} {what} are outside it as {declared}, such as {example}; "
        f"{nearest}; {remedy}"
    )
    evidence = {
        "declared": declared.name,
        "n": len(lon),
        "distance_m": distance_m,
        "likely": [{"crs": cause.name, "order": cause.order, "share_inside": cause.share} for cause in causes],
    }
    return Doubt(DoubtKind.OUTSIDE, message, evidence)


def _nowhere(n: int, *, declared: Crs, what: str) -> Doubt:
    """Return the doubt about a file in which nothing has a position at all."""
    message = (
        f"none of {n} {what} is a place on Earth as {declared}: are they in another system, with the columns "
        "exchanged, or degrees declared as metres? declare what they are in, x (lon) first"
    )
    evidence = {"declared": declared.name, "n": n, "distance_m": None, "likely": []}
    return Doubt(DoubtKind.OUTSIDE, message, evidence)


def _unknown_shift(declared: Crs) -> Doubt:
    """Return the warning about a datum whose way to WGS84 is not published."""
    message = (
        f"no transformation from {declared} to WGS84 is published: the position may be off by a hundred "
        "metres or more; have it converted to CGCS2000 (EPSG:4490) first"
    )
    return Doubt(DoubtKind.DATUM_SHIFT_UNKNOWN, message, {"declared": declared.name})


def _finite_polygons(polygons: GeometryArray) -> GeometryArray:
    """Return the polygons that have an area and only finite coordinates, repaired where invalid."""
    positions, owner = shapely.get_coordinates(polygons, return_index=True)
    usable = ~(shapely.is_missing(polygons) | shapely.is_empty(polygons))
    usable[owner[~np.isfinite(positions).all(axis=1)]] = False
    sound: GeometryArray = polygons[usable]
    broken = ~shapely.is_valid(sound)
    sound[broken] = shapely.make_valid(sound[broken], method="structure", keep_collapsed=False)
    repaired: GeometryArray = sound[shapely.area(sound) > 0.0]
    return repaired


def _outline_samples(union: Any, *, city: CityBorder) -> tuple[FloatArray, FloatArray]:
    """Return positions along the outer rings of a layer, evenly spaced, metres in the city's plane.

    What lies well outside the city's box is cut off first; the cut is too far from the border to count.
    """
    west, south, east, north = city.box
    rim = _OUTLINE_RIM_DEGREES
    relevant = shapely.clip_by_rect(union, west - rim, south - rim, east + rim, north + rim)
    outline = shapely.get_exterior_ring(shapely.get_parts(city.plane.to_metres(relevant)))
    step_m = max(_OUTLINE_STEP_M, float(shapely.length(outline).sum()) / _OUTLINE_SAMPLES)
    x, y = shapely.get_coordinates(shapely.segmentize(outline, step_m)).T
    return x, y


def _distance(distance_m: float | None) -> str:
    """Say a distance in words."""
    if distance_m is None:
        return "an unknown distance"
    return f"{distance_m:.0f} m" if distance_m < 10_000.0 else f"{distance_m / 1000.0:,.0f} km"
