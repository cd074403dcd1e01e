"""A client that goes away in the middle of an export, and a database that does, leave nothing behind."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import uvicorn
from sqlalchemy import text

from api.app import create_app
from api.settings import Mode, Settings
from gis.exporting import write_file
from gis.loading.formats import Format
from gis.store.database import Database
from gis.store.exports import LAYERS, Scope

MANY_DAYS = """
INSERT INTO calendar_day (day, working, name)
SELECT date '1950-01-01' + n, false, repeat('假', 400) FROM generate_series(1, 30000) AS n
"""
"""36 MB in eight batches: more than sockets hold."""


@pytest.fixture
def full(tiny: Database) -> Database:
    with tiny.transaction() as connection:
        connection.execute(text(MANY_DAYS))
    return tiny


@pytest.fixture
def port(full: Database) -> Iterator[int]:
    """The port of the service over a city with a long calendar."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(
            uvicorn.Config(
                create_app(Settings(mode=Mode.DEMO), full), log_level="critical", timeout_graceful_shutdown=2
            )
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        wait_until(lambda: server.started)
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def exporting(database: Database) -> int:
    """Return how many transactions of an export are open."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND starts_with(query, 'FETCH')"
    with database.transaction() as connection:
        return connection.scalar(text(f"{asked} AND state = 'idle in transaction'")) or 0


@pytest.mark.parametrize("format_", ["csv", "geojson"])
def test_a_client_that_goes_away_frees_the_connection(full: Database, port: int, format_: str) -> None:
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", port)) as client:
            head = f"GET /api/v1/export/calendar?f={format_} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
            client.sendall(head.encode())
            assert client.recv(1000).startswith(b"HTTP/1.1 200")
            wait_until(lambda: exporting(full) == 1)
    wait_until(lambda: exporting(full) == 0)
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("format_", sorted(set(Format) - {Format.SHAPEFILE, Format.FLATGEOBUF}))
def test_a_file_that_breaks_off_leaves_what_was_there(full: Database, tmp_path, format_: Format) -> None:
    path = tmp_path / f"calendar.{format_.value}"
    path.write_bytes(b"the former one")
    layer = LAYERS["calendar"]
    with full.transaction() as connection:
        batches = layer.batches(connection, Scope())

        def interrupted():
            yield next(batches)
            raise KeyboardInterrupt

        form = layer.form
        with pytest.raises(KeyboardInterrupt):
            write_file(path, form, interrupted(), format_=format_)
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"the former one", [path])
