"""GeoJSON feature collections: properties as text, shapes as they stand.

The whole document is parsed strictly first; one that is cut off or damaged is refused with the place. A
single feature without a usable shape is no reason to refuse the file here: the kinds decide. O(bytes) in time
and memory.
"""

import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely

from gis.errors import EmptyLayer, UnreadableFile
from gis.loading.encodings import Encoding
from gis.loading.raw import BrokenRow, RawLayer, TextArray, object_array
from gis.units import GeometryArray

_REMEDY = "a GeoJSON file is one object of type FeatureCollection, or a Feature"


def read_geojson(path: Path, *, encoding: Encoding) -> RawLayer:
    """Read a GeoJSON file.

    Parameters
    ----------
    path
        The file.
    encoding
        A proven encoding of the whole file.

    Returns
    -------
    One row for each feature; numbers, truth values and lists among the properties as text ("1", "0" and
    ";"-separated).

    Raises
    ------
    UnreadableFile
        When it is not complete JSON (says line, column and feature), or not GeoJSON of features.
    EmptyLayer
        When it has no features.
    """
    document = _document(path, encoding)
    features = _features(document, path)
    if not features:
        raise EmptyLayer("the collection has no features", where=str(path))
    sound, numbers, broken = [], [], []
    for number, feature in enumerate(features, start=1):
        if isinstance(feature, dict) and isinstance(feature.get("properties") or {}, dict):
            sound.append(feature)
            numbers.append(number)
        else:
            broken.append(BrokenRow(number, (_text(feature) or "",), "this is not a feature with properties"))
    geometry, faults = _shapes([feature.get("geometry") for feature in sound])
    return RawLayer(
        path=path,
        columns=_columns([feature.get("properties") or {} for feature in sound]),
        lines=np.array(numbers, dtype=np.int64),
        geometry=geometry,
        geometry_faults=faults,
        declared_crs=_declared_crs(document),
        encoding=encoding.name,
        broken=tuple(broken),
        said=(f"read as GeoJSON, text in {encoding.name}",),
    )


def _document(path: Path, encoding: Encoding) -> Any:
    text = path.read_text(encoding=encoding.codec)
    if not text.strip():
        raise EmptyLayer("the file is empty", where=str(path), remedy=_REMEDY)
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        # The standard parser also knows NaN and Infinity, which some programs write, and tells the place.
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            raise _damaged(path, text, error) from error
        except RecursionError as error:
            raise UnreadableFile("the JSON is nested too deeply", where=str(path), remedy=_REMEDY) from error


def _damaged(path: Path, text: str, error: json.JSONDecodeError) -> UnreadableFile:
    whole = len(re.findall(r'"type"\s*:\s*"Feature"', text[: error.pos]))
    cut_off = not text[error.pos :].strip() or error.msg.startswith("Unterminated string")
    return UnreadableFile(
        "the file is cut off: its JSON is not complete" if cut_off else f"this is not JSON: {error.msg}",
        where=f"{path}, line {error.lineno}, column {error.colno}" + (f", in feature {whole}" if whole else ""),
        remedy="export or copy the file again",
        facts={"line": error.lineno, "column": error.colno, "feature": whole},
    )


def _features(document: Any, path: Path) -> list[Any]:
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "Feature":
        return [document]
    if kind == "FeatureCollection" and isinstance(document.get("features"), list):
        features: list[Any] = document["features"]
        return features
    what = f"the JSON is of type {kind}" if kind else "the JSON is not GeoJSON"
    raise UnreadableFile(what, where=str(path), remedy=_REMEDY)


def _declared_crs(document: dict[str, Any]) -> str | None:
    """Return the name in the ``crs`` member of 2008, which RFC 7946 dropped and files still carry."""
    crs = document.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) else None


def _columns(properties: list[dict[str, Any]]) -> dict[str, TextArray]:
    names = dict.fromkeys(name for row in properties for name in row)
    return {name.strip(): object_array([_text(row.get(name)) for row in properties]) for name in names}


def _text(value: Any) -> str | None:
    """Return a property as the text a CSV file would hold."""
    match value:
        case None | str():
            return value
        case bool():
            return str(int(value))
        case float() if value.is_integer() and abs(value) < 2**53:
            return str(int(value))
        case int() | float():
            return str(value)
        case list() if all(isinstance(item, str) for item in value):
            return ";".join(value)
        case _:
            return json.dumps(value, ensure_ascii=False)


def _shapes(found: list[Any]) -> tuple[GeometryArray, dict[int, str]]:
    """Return (n,) shapes, None where there is none, and why one could not be built."""
    shapes = np.full(len(found), None, dtype=object)
    faults: dict[int, str] = {}
    positions, points = [], []
    for position, geometry in enumerate(found):
        if geometry is None:
            continue
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        if kind == "Point":
            if (point := _point(geometry.get("coordinates"))) is None:
                faults[position] = "the coordinates are not two finite numbers"
            else:
                positions.append(position)
                points.append(point)
        else:
            try:
                shapes[position] = _shape(geometry)
            except ValueError as error:
                faults[position] = f"the shape cannot be built: {error}"
    if points:
        shapes[positions] = shapely.points(np.array(points))
    return shapes, faults


def _point(coordinates: Any) -> tuple[float, float] | None:
    if not (isinstance(coordinates, list) and len(coordinates) >= 2):
        return None
    x, y = coordinates[:2]
    numbers = all(isinstance(number, int | float) and not isinstance(number, bool) for number in (x, y))
    return (float(x), float(y)) if numbers and math.isfinite(x) and math.isfinite(y) else None


def _shape(geometry: Any) -> Any:
    """Build one shape that is not a point.

    Raises
    ------
    ValueError
        When there is no such type, or its coordinates are none.
    """
    try:
        return shapely.from_geojson(json.dumps(geometry, allow_nan=False))
    except shapely.GEOSException as error:
        raise ValueError(str(error).removeprefix("ParseException: ")) from error
