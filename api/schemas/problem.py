"""The one shape of every failure (RFC 9457)."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from api.rendering import PROBLEM_JSON


class Problem(BaseModel):
    """Why a request has no answer: what is wrong, where, and what would be accepted."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "about:blank",
                "title": "Invalid input",
                "status": 422,
                "detail": "no coordinate system is declared",
                "request_id": "0123456789abcdef",
                "remedy": "accepted are EPSG:4326 (WGS84, CRS84), EPSG:4490 (CGCS2000), GCJ-02, BD-09, or EPSG:n",
            }
        }
    )

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    where: str | None = None
    remedy: str | None = None
    facts: dict[str, Any] | None = None


def _declared(description: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    return {"description": description, "content": {PROBLEM_JSON: {"schema": schema}}}


PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": _declared(
        "The request is at fault: 401 a credential is not valid, 403 not for this reader, 404 there is no such thing, "
        "413 the body is too large, 422 a parameter cannot be used"
    ),
    "5XX": _declared("The service is at fault: 500 see its log, 503 no division in force, or no database"),
}
"""What every route may answer instead, for the API's description."""
