"""What an address may become while it is typed, from memory alone."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.dependencies import Live
from api.rendering import json_response
from api.schemas.lookup import LONGEST_ADDRESS, Suggestions, rendered_suggestions
from api.security import Needs
from gis.addresses.suggesting import suggest
from gis.policy import Need, Viewer, site_kinds_for

router = APIRouter(tags=["lookup"])

MOST_SUGGESTIONS = 20


@router.get("/addresses", response_model=Suggestions, summary="What an address may become while it is typed")
def suggest_addresses(
    live: Live,
    viewer: Annotated[Viewer, Needs(Need.DIVISION)],
    prefix: Annotated[
        str, Query(min_length=1, max_length=LONGEST_ADDRESS, description="what is typed so far", examples=["建设路1"])
    ],
    limit: Annotated[int, Query(ge=1, le=MOST_SUGGESTIONS, description="so many at most")] = 8,
) -> Response:
    """Suggest streets, villages, estates and areas that begin so, and house numbers behind a name that is complete.

    Areas in front narrow what is suggested. Dwellings are never listed. What is taken goes to `/lookup?address=`,
    a Chinese one best with the names of its `path` in front.
    """
    return json_response(
        rendered_suggestions(prefix, suggest(prefix, live.gazetteer().showing(site_kinds_for(viewer)), limit=limit))
    )
