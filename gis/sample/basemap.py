"""The map's own basemap: roads, railways, water, built-up land and woods, a feature a line or polygon.

Where a road or railway crosses wide water the piece over it is a feature of its own, a bridge. Large polygons are
cut along squares, so that a map can ask for a box and get little more. Positions are rounded to 1e-6 degrees
(0.1 m), which is finer than any map draws. Cost: O(vertices).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray

from gis.sample.chance import stream
from gis.sample.channels import delta_land
from gis.sample.city import City
from gis.sample.linework import LineKind, Lines
from gis.sample.plane import Plane
from gis.units import FloatArray, GeometryArray, IntArray

SQUARE_M = 10_000.0
SHORTEST_M = 4.0
SHARE_OF_DITCHES = 0.55
"""Of the field lanes of the delta, how many are ditches beside which one walks."""
DITCH_M, LANE_TOLERANCE_M = 7.0, 2.0

CLASS_OF_KIND = {
    LineKind.MOTORWAY: ("motorway", 6),
    LineKind.RAILWAY: ("railway", 8),
    LineKind.TRUNK: ("trunk", 8),
    LineKind.ROAD: ("road", 10),
    LineKind.ARTERY: ("road", 11),
    LineKind.STREET: ("street", 13),
    LineKind.LANE: ("lane", 14),
}
"""Class and first zoom of lines that people travel on."""


@dataclass(frozen=True, slots=True)
class Basemap:
    """Features by position.

    Parameters
    ----------
    shapes
        (n,) lines and polygons, metres.
    classes
        (n,) words: motorway, trunk, road, street, lane, railway, river, stream, water, sea, green, built_up.
    width_m
        (n,) of rivers and streams, else NaN.
    bridge
        (n,) 1 for the piece of a road or railway over wide water.
    min_zoom
        (n,) the zoom from which a feature is worth drawing.
    """

    shapes: GeometryArray
    classes: NDArray[np.str_]
    width_m: FloatArray
    bridge: IntArray
    min_zoom: IntArray

    @classmethod
    def of(
        cls,
        shapes: GeometryArray,
        word: str,
        zoom: int | IntArray,
        *,
        width_m: FloatArray | None = None,
        bridge: int = 0,
    ) -> "Basemap":
        """Return features of one class."""
        count = len(shapes)
        return cls(
            shapes=np.asarray(shapes, dtype=object),
            classes=np.full(count, word, dtype="U8"),
            width_m=np.full(count, np.nan) if width_m is None else width_m,
            bridge=np.full(count, bridge, dtype=np.int64),
            min_zoom=np.broadcast_to(np.asarray(zoom, dtype=np.int64), (count,)).copy(),
        )

    @classmethod
    def together(cls, several: list["Basemap"]) -> "Basemap":
        """Return the features of several, in their order."""
        return cls(*(np.concatenate([getattr(one, name) for one in several]) for name in cls.__dataclass_fields__))


def make_basemap(city: City, *, seed: int) -> Basemap:
    """Return the basemap of a city, areas first, then water, then roads and railways."""
    ground = city.ground
    wide = shapely.union_all([ground.waters.wide, ground.sea])
    roads = [
        features
        for kind, (word, zoom) in CLASS_OF_KIND.items()
        for features in _travelled(_of_kind(city, kind, seed), word, zoom, wide)
    ]
    hamlets = ground.hamlets
    return Basemap.together(
        [
            Basemap.of(_squares(ground.woods), "green", 7),
            Basemap.of(_squares(ground.built_up), "built_up", 8),
            Basemap.of(hamlets.outlines, "built_up", 12),
            Basemap.of(ground.parks, "green", 12),
            Basemap.of(_squares(shapely.get_parts(ground.sea)), "sea", 5),
            Basemap.of(_squares(shapely.get_parts(ground.waters.wide)), "water", 8),
            *_streams(city, seed),
            Basemap.of(hamlets.lanes, "lane", 15),
            *roads[::-1],
        ]
    )


def _of_kind(city: City, kind: LineKind, seed: int) -> GeometryArray:
    """Return the lines of a kind that are drawn as such: ditches are no lanes."""
    lines, tolerance_m = city.lines.of_kinds(kind), 1.0
    if kind is LineKind.LANE:
        lines, tolerance_m = Lines.of(lines.lines[~_ditches(city, lines, seed)], kind), LANE_TOLERANCE_M
    thin: GeometryArray = shapely.simplify(lines.lines, tolerance_m)
    return thin


def _ditches(city: City, lanes: Lines, seed: int) -> NDArray[np.bool_]:
    """Return which field lanes are ditches: about half of those in the delta."""
    middle = shapely.get_coordinates(shapely.line_interpolate_point(lanes.lines, 0.5, normalized=True))
    delta = delta_land(city.land).ravel()[city.land.raster.cells(middle)]
    ditches: NDArray[np.bool_] = delta & (stream(seed, "ditches").random(len(middle)) < SHARE_OF_DITCHES)
    return ditches


def _streams(city: City, seed: int) -> list[Basemap]:
    """Return the middle lines of rivers and streams, and the ditches of the delta."""
    waters = city.ground.waters
    width = waters.width_m.mean(axis=1)
    rivers, brooks = (waters.lines.kinds == kind for kind in (LineKind.RIVER, LineKind.BROOK))
    lines = shapely.simplify(waters.lines.lines, 2.0)
    lines[brooks] = _open(lines[brooks], city.ground.built_up)
    lanes = city.lines.of_kinds(LineKind.LANE)
    ditches = shapely.simplify(lanes.lines[_ditches(city, lanes, seed)], LANE_TOLERANCE_M)
    return [
        Basemap.of(ditches, "stream", 14, width_m=np.full(len(ditches), DITCH_M)),
        Basemap.of(lines[brooks], "stream", np.where(width[brooks] > 15.0, 11, 12), width_m=width[brooks]),
        Basemap.of(lines[rivers], "river", np.where(width[rivers] > 120.0, 6, 9), width_m=width[rivers]),
    ]


def _open(brooks: GeometryArray, built_up: GeometryArray) -> GeometryArray:
    """Return brooks without what runs under blocks of the town, where they are culverts."""
    brook, block = shapely.STRtree(built_up).query(brooks, predicate="intersects")
    cut = brooks.copy()
    for one in np.unique(brook).tolist():
        cut[one] = shapely.difference(brooks[one], shapely.union_all(built_up[block[brook == one]]))
    return cut


def _travelled(lines: GeometryArray, word: str, zoom: int, wide: shapely.Geometry) -> list[Basemap]:
    """Return roads of one class and, as features of their own, their bridges."""
    lines = lines[shapely.length(lines) > SHORTEST_M / 4.0]
    shapely.prepare(wide)
    wet = shapely.intersects(wide, lines)
    dry = _pieces(shapely.difference(lines[wet], wide))
    bridges = _pieces(shapely.intersection(lines[wet], wide))
    land = np.concatenate([lines[~wet], dry])
    return [Basemap.of(bridges, word, zoom, bridge=1), Basemap.of(land, word, zoom)]


def _pieces(shapes: GeometryArray) -> GeometryArray:
    """Return the lines in shapes, without crumbs."""
    parts = shapely.get_parts(shapes)
    lines: GeometryArray = parts[(shapely.get_type_id(parts) == 1) & (shapely.length(parts) > SHORTEST_M)]
    return lines


def _squares(polygons: GeometryArray) -> GeometryArray:
    """Return polygons cut along squares of the plane."""
    if len(polygons) == 0:
        return polygons
    west, south, east, north = shapely.total_bounds(polygons)
    x, y = (np.arange(low, high, SQUARE_M) for low, high in ((west, east), (south, north)))
    left, low = (part.ravel() for part in np.meshgrid(x, y))
    squares = shapely.box(left, low, left + SQUARE_M, low + SQUARE_M)
    polygon, square = shapely.STRtree(squares).query(polygons, predicate="intersects")
    parts = shapely.get_parts(shapely.intersection(polygons[polygon], squares[square]))
    kept: GeometryArray = parts[(shapely.get_type_id(parts) == 3) & (shapely.area(parts) > 1.0)]
    return kept


def _largest_part(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the largest of the parts that rounding tore a shape into."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return parts[int(np.argmax(shapely.area(parts) * 1e6 + shapely.length(parts)))]


def basemap_file(
    basemap: Basemap, plane: Plane, *, name_of: Callable[[Basemap], list[str | None]] | None = None
) -> bytes:
    """Return basemap.geojson, a feature a line.

    Parameters
    ----------
    name_of
        Gives every feature its name, or None; without it nothing has one.
    """
    names = name_of(basemap) if name_of else [None] * len(basemap.shapes)
    rounded = shapely.transform(basemap.shapes, lambda xy: np.round(plane.degrees(xy), 6))
    for one in np.flatnonzero(~shapely.is_valid(rounded)).tolist():
        rounded[one] = _largest_part(shapely.make_valid(rounded[one]))
    texts = shapely.to_geojson(rounded)
    rows = zip(
        texts.tolist(),
        basemap.classes.tolist(),
        names,
        basemap.width_m.tolist(),
        basemap.bridge.tolist(),
        basemap.min_zoom.tolist(),
        strict=True,
    )
    features = (
        orjson.dumps(
            {
                "type": "Feature",
                "properties": {
                    "class": word,
                    "name": name,
                    "width_m": round(width, 1) if not np.isnan(width) else None,
                    "bridge": bridge,
                    "min_zoom": zoom,
                    "simulated": 1,
                },
                "geometry": orjson.Fragment(text),
            }
        )
        for text, word, name, width, bridge, zoom in rows
    )
    return b'{"type":"FeatureCollection","features":[\n' + b",\n".join(features) + b"\n]}\n"
