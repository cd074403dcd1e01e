"""`gezhi demo` and `gezhi serve`: run the service until it is told to stop."""

import errno
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn

from api.app import create_app
from api.cli.console import err
from api.settings import Mode, Settings
from gis.errors import Conflict, InvalidInput
from gis.store.database import Database

GRACE_S = 5


def check_bindable(settings: Settings) -> None:
    """See that the address is free before anything long is begun.

    Raises
    ------
    InvalidInput
        When the demo would be reachable from elsewhere: there everybody is the administrator.
    Conflict
        When somebody else listens there.
    """
    if settings.mode is Mode.DEMO and settings.host not in {"127.0.0.1", "::1", "localhost"}:
        raise InvalidInput(
            "the demo listens on this machine only, because in it everybody is the administrator",
            where=f"--host {settings.host}",
            remedy="leave --host out, or use: gezhi serve",
        )
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            raise Conflict(
                "the port is taken" if taken else f"cannot listen there: {error.strerror}",
                where=f"{settings.host}:{settings.port}",
                remedy="choose another one with --port, or PORT=8001 make run",
            ) from error


ENDING = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def ended_tidily() -> Iterator[None]:
    """Let SIGTERM and a closed terminal end the block as an exception does, so that the database is left tidily.

    A signal that is ignored stays so (nohup). uvicorn ends gracefully first and then raises the signal again.
    """
    former = {number: signal.getsignal(number) for number in ENDING}
    for number, handler in former.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, _end)
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _end(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def serve(settings: Settings, database: Database) -> None:
    """Serve until SIGINT or SIGTERM."""
    app = create_app(settings, database)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    err.print(f"[bold green]格知 Gezhi[/] http://{host}:{settings.port}  (Ctrl+C 停止 stops it)")
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        timeout_graceful_shutdown=GRACE_S,
        server_header=False,
    )
