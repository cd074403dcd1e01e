"""Who asks, and may they? The answer to the second is `gis.policy`'s alone.

A route declares its need as a dependency, ``viewer: Annotated[Viewer, Needs(Need.INCIDENTS)]``, mounted files by
`Guarded`; a test walks all routes and fails on one without. In the demo a request without credentials is the
administrator, if it comes for a loopback host; under ``serve`` it is the public. There are no accounts yet, so every
credential that is presented is invalid and ends in 401, everywhere.

What the Host header proves: a browser sends the host of the address it was given, so a stranger's page, whatever its
name resolves to, cannot pass for this machine. A program can send any Host, but the demo listens on loopback, so such
a program runs here already and gains nothing. A proxy between the two would let everybody in; one that says so
in its headers makes its callers the public.
"""

import ipaddress
from dataclasses import dataclass

from fastapi import Request
from fastapi.params import Depends
from starlette.types import ASGIApp, Receive, Scope, Send

from api.settings import Mode, Settings
from gis.errors import NotAuthenticated
from gis.policy import Need, Role, Viewer, require

CREDENTIAL_HEADERS = ("authorization", "x-api-key")
PROXY_HEADERS = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


def is_loopback(host: str) -> bool:
    """Say whether a Host header names this machine; the port does not matter.

    Examples
    --------
    >>> is_loopback("127.0.0.1:8000"), is_loopback("[::1]:80"), is_loopback("localhost"), is_loopback("a.example")
    (True, True, True, False)
    """
    name = host.rsplit("]", 1)[0].lstrip("[") if host.startswith("[") else host.split(":", 1)[0]
    if name.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def identify(request: Request) -> Viewer:
    """Return who asks.

    Raises
    ------
    NotAuthenticated
        When a credential is presented that is not valid.
    """
    if any(name in request.headers for name in CREDENTIAL_HEADERS):
        raise NotAuthenticated(
            "the credential is not valid",
            remedy="ask without credentials, or with one that an administrator gave you",
        )
    settings: Settings = request.app.state.settings
    forwarded = any(name in request.headers for name in PROXY_HEADERS)
    if settings.mode is Mode.DEMO and is_loopback(request.headers.get("host", "")) and not forwarded:
        return Viewer(Role.ADMIN)
    return Viewer(Role.PUBLIC)


@dataclass(frozen=True, slots=True)
class Permission:
    """What FastAPI calls before a route: returns who asks, if they may."""

    need: Need

    async def __call__(self, request: Request) -> Viewer:
        """Let through only who may; a coroutine, because a thread would cost more than the decision."""
        viewer = identify(request)
        require(viewer, self.need)
        return viewer


class Needs(Depends):
    """A dependency that lets through only who may, and gives the route its `Viewer`."""

    def __init__(self, need: Need) -> None:
        super().__init__(dependency=Permission(need))


class Guarded:
    """An ASGI application, such as mounted files, that lets through only who may."""

    def __init__(self, app: ASGIApp, need: Need) -> None:
        self._app = app
        self.need = need

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request through, or raise what `api.errors` answers."""
        if scope["type"] == "http":
            require(identify(Request(scope)), self.need)
        await self._app(scope, receive, send)
