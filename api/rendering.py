"""Bytes of the answers: JSON, GeoJSON and the envelope of a list."""

import gzip
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import numpy as np
import orjson
import pandas as pd
import shapely
from fastapi import Request
from fastapi.responses import Response

from gis.units import GeometryArray

JSON = "application/json"
GEOJSON = "application/geo+json"
PROBLEM_JSON = "application/problem+json"

DECIMALS = 7
"""Of degrees in answers: one centimetre."""


def dumps(body: Any) -> bytes:
    """Write JSON; numpy numbers, dates and enums are understood, NaN is null."""
    return orjson.dumps(body, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_UTC_Z, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if value is pd.NA or value is pd.NaT:
        return None
    raise TypeError(f"{type(value).__name__} has no place in an answer")


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """Finished bytes that many ask for: compressed once, and named by what they hold.

    ``etag`` is the same for the same bytes, whoever made them.
    """

    packed: bytes
    etag: str
    media_type: str

    @classmethod
    def of(cls, body: bytes, *, media_type: str) -> "KeptAnswer":
        """Compress an answer's bytes; without a moment in them, so that equal answers are equal bytes."""
        digest = hashlib.sha256(body).hexdigest()[:32]
        return cls(gzip.compress(body, compresslevel=6, mtime=0), f'W/"{digest}"', media_type)


def kept_response(request: Request, kept: KeptAnswer) -> Response:
    """Answer with kept bytes, or with 304 when the client has them already."""
    headers = {"Cache-Control": "no-cache", "ETag": kept.etag, "Vary": "Accept-Encoding"}
    known = [tag.strip() for tag in request.headers.get("if-none-match", "").split(",")]
    if kept.etag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    if accepts_gzip(request.headers.get("accept-encoding", "")):
        return Response(kept.packed, media_type=kept.media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(gzip.decompress(kept.packed), media_type=kept.media_type, headers=headers)


def accepts_gzip(accept_encoding: str) -> bool:
    """Say whether a client takes gzip, by its Accept-Encoding header (RFC 9110, 12.5.3).

    Examples
    --------
    >>> accepts_gzip("br, gzip"), accepts_gzip("gzip;q=0"), accepts_gzip("*"), accepts_gzip("")
    (True, False, True, False)
    """
    weights = {}
    for coding in accept_encoding.lower().split(","):
        name, _, parameter = coding.partition(";")
        weights[name.strip()] = parameter.replace(" ", "").removeprefix("q=")
    weight = weights.get("gzip", weights.get("*", "0"))
    return weight.strip("0.") != "" or weight == ""


def json_response(body: Any, *, media_type: str = JSON) -> Response:
    """Answer with JSON that a client may keep but must ask about again."""
    return Response(dumps(body), media_type=media_type, headers={"Cache-Control": "no-cache"})


def geometry_fragments(shapes: GeometryArray, *, decimals: int = DECIMALS) -> list[orjson.Fragment]:
    """Return (n,) shapes as GeoJSON text, ready to be put into an answer; empty shapes are null."""
    rounded = shapely.transform(shapes, lambda degrees: np.round(degrees, decimals))
    texts = shapely.to_geojson(rounded)
    empty = shapely.is_empty(rounded)
    return [orjson.Fragment("null" if nothing else text) for text, nothing in zip(texts, empty, strict=True)]


def features(rows: Iterable[Mapping[str, Any]], geometries: Iterable[Any], *, key: str = "id") -> list[dict[str, Any]]:
    """Return GeoJSON features; ``key`` names the property that is also the feature's id."""
    return [
        {"type": "Feature", "id": row.get(key), "geometry": geometry, "properties": row}
        for row, geometry in zip(rows, geometries, strict=True)
    ]


def members(row: Any, *names: str) -> dict[str, Any]:
    """Return some columns of a row of the database, under their own names."""
    return {name: getattr(row, name) for name in names}


def point(lon: float, lat: float) -> dict[str, Any]:
    """Return a GeoJSON point."""
    return {"type": "Point", "coordinates": [round(lon, DECIMALS), round(lat, DECIMALS)]}


def listing(request: Request, items: list[Any], *, matched: int, next_cursor: int | None, as_geojson: bool) -> Response:
    """Answer with a page of a list and the way to the next one."""
    following = None
    if next_cursor is not None:
        query = {**request.query_params, "cursor": str(next_cursor)}
        following = f"{request.url.path}?{urlencode(query)}"
    head = _head(items, matched=matched, following=following)
    if as_geojson:
        body = {"type": "FeatureCollection", **head, "features": items}
        return json_response(body, media_type=GEOJSON)
    return json_response({**head, "items": items})


def whole_listing(items: list[Any]) -> KeptAnswer:
    """Return the finished bytes of a list that is a single page: the same as `listing` would answer."""
    return KeptAnswer.of(dumps({**_head(items, matched=len(items), following=None), "items": items}), media_type=JSON)


def _head(items: list[Any], *, matched: int, following: str | None) -> dict[str, Any]:
    return {"numberMatched": matched, "numberReturned": len(items), "next": following}
