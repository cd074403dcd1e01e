"""From error class to HTTP status, in one table; every failure is problem+json (RFC 9457).

A class that is not in the table has the status of its nearest ancestor. A 500 shows a request id and no
exception text; the text goes to the log.
"""

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from api.middleware import headers_of
from api.rendering import PROBLEM_JSON, dumps
from gis.errors import (
    Conflict,
    GisError,
    InvalidInput,
    NoEdition,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    StoreUnavailable,
)

STATUS: dict[type[GisError], int] = {
    GisError: 400,
    InvalidInput: 422,
    NotFound: 404,
    Conflict: 409,
    NoEdition: 503,
    NotPermitted: 403,
    NotAuthenticated: 401,
    StoreUnavailable: 503,
}

TITLES = {
    400: "Bad request",
    401: "Not authenticated",
    403: "Not permitted",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    413: "Too large",
    421: "Misdirected request",
    422: "Invalid input",
    500: "Internal error",
    503: "Not available now",
}

log = logging.getLogger("gezhi.api")


def status_of(error: type[GisError]) -> int:
    """Return the status of an error class by its nearest ancestor in the table."""
    return next(STATUS[kind] for kind in error.__mro__ if kind in STATUS)


def problem(request_id: str, status: int, detail: str, **more: Any) -> Response:
    """Return a problem+json response; members without a value are left out."""
    body = {
        "type": "about:blank",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
        "request_id": request_id,
        **{name: value for name, value in more.items() if value},
    }
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return Response(dumps(body), status_code=status, media_type=PROBLEM_JSON, headers=headers)


def request_id_of(request: Request) -> str:
    """Return the id that the middleware gave a request."""
    return str(request.scope.get("gezhi.request_id", ""))


def install(app: FastAPI) -> None:
    """Let every failure of an app end in problem+json."""
    app.add_exception_handler(GisError, _gis_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)


async def _gis_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, GisError)
    status = status_of(type(error))
    if status >= 500:
        log.warning("%s %s: %s", request_id_of(request), request.url.path, error.what)
    facts = {} if isinstance(error, StoreUnavailable) else error.facts
    return problem(
        request_id_of(request),
        status,
        error.what,
        where=None if isinstance(error, StoreUnavailable) else error.where,
        remedy=error.remedy,
        facts=facts,
    )


async def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [{"where": ".".join(str(step) for step in fault["loc"]), "what": fault["msg"]} for fault in error.errors()]
    first = faults[0]
    return problem(
        request_id_of(request),
        422,
        first["what"],
        where=first["where"],
        remedy="see /docs for what the request takes",
        facts={"faults": faults},
    )


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    answer = problem(request_id_of(request), error.status_code, str(error.detail))
    answer.headers.update(error.headers or {})
    return answer


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("%s %s", request_id_of(request), request.url.path, exc_info=error)
    answer = problem(request_id_of(request), 500, "the service failed; its log tells more under this request id")
    # Starlette answers a 500 outside every middleware of ours, so the headers are added here.
    answer.headers.update(headers_of(request_id_of(request)))
    return answer
