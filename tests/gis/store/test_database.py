"""Connections: what is told when a server goes away, and when it breaks off the work."""

import gc
import threading
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


def test_who_loses_a_deadlock_is_told_that_others_were_writing_and_to_run_it_again(database: Database) -> None:
    both_hold_a_row = threading.Barrier(2)
    told = []

    def write(*numbers: int) -> None:
        try:
            with database.transaction() as connection:
                for number in numbers:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})
                    if number == numbers[0]:
                        both_hold_a_row.wait()
        except StoreUnavailable as error:
            told.append(error)

    writers = [threading.Thread(target=write, args=numbers) for numbers in ((1, 2), (2, 1))]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    (error,) = told
    assert "another program was writing" in error.what
    assert "run it again" in str(error.remedy)


def run_within_a_limit(database: Database, *statements: str) -> None:
    with database.transaction() as connection:
        for statement in statements:
            connection.execute(text(statement))


@pytest.mark.parametrize(
    ("limit", "statement", "says"),
    [
        ("lock_timeout", "LOCK TABLE city", "another program was writing"),
        ("statement_timeout", "SELECT pg_sleep(60)", "told to break off"),
    ],
)
def test_work_that_is_broken_off_by_a_limit_is_no_lost_database(
    database: Database, limit: str, statement: str, says: str
) -> None:
    with database.transaction() as other:
        other.execute(text("LOCK TABLE city"))
        with pytest.raises(StoreUnavailable, match=says):
            run_within_a_limit(database, f"SET LOCAL {limit} = '50ms'", statement)
