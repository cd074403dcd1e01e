"""Connections: what is read as a stream when its server goes away."""

import gc
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from gis.errors import StoreUnavailable
from gis.store.address import DatabaseAddress
from gis.store.database import Connection, Database

pytestmark = pytest.mark.database

MANY_ROWS = text("SELECT generate_series(1, 1000)")


@pytest.fixture
def database(database_address: DatabaseAddress) -> Iterator[Database]:
    database = Database(database_address)
    yield database
    database.close()


def kill_the_server_of(connection: Connection, database: Database) -> None:
    backend = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with database.transaction() as other:
        other.execute(text("SELECT pg_terminate_backend(:backend, 5000)"), {"backend": backend})


def read_after_the_end(database: Database, *, batches_before: int) -> None:
    """Stream rows, lose the server after some batches, and ask for the next."""
    with database.transaction() as connection:
        streamed = connection.execution_options(yield_per=50)
        if batches_before == 0:
            kill_the_server_of(connection, database)
        rows = streamed.execute(MANY_ROWS)
        for _ in range(batches_before):
            assert len(rows.fetchmany(50)) == 50
        kill_the_server_of(connection, database)
        rows.fetchmany(50)


@pytest.mark.parametrize("batches_before", [0, 2])
def test_a_stream_whose_server_goes_away_says_so_and_leaves_nothing_open(
    database: Database, batches_before: int
) -> None:
    with pytest.raises(StoreUnavailable):
        read_after_the_end(database, batches_before=batches_before)
    # A cursor that stayed open warns when it is collected, and a warning is an error here.
    gc.collect()
    with database.transaction() as connection:
        assert connection.execute(MANY_ROWS).scalars().all() == list(range(1, 1001))
