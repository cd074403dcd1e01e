"""GeoJSON (RFC 7946) as far as lists answer with it."""

from typing import Any, Literal

from pydantic import BaseModel

from api.rendering import GEOJSON


class Geometry(BaseModel):
    """A point or polygon in WGS84 degrees, lon before lat."""

    type: Literal["Point", "Polygon", "MultiPolygon"]
    coordinates: list[Any]


class Feature(BaseModel):
    """A row of a list with its place; ``properties`` are those of the JSON list."""

    type: Literal["Feature"]
    id: int | str
    geometry: Geometry | None
    properties: dict[str, Any]


class FeatureCollection(BaseModel):
    """A page of a list as features."""

    type: Literal["FeatureCollection"]
    numberMatched: int  # noqa: N815 - the name is OGC's
    numberReturned: int  # noqa: N815
    next: str | None
    features: list[Feature]


AS_GEOJSON: dict[int | str, dict[str, Any]] = {
    200: {"content": {GEOJSON: {"schema": {"$ref": f"#/components/schemas/{FeatureCollection.__name__}"}}}}
}
"""The other form of a list, for the API's description."""
