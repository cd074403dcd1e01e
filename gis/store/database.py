"""One database as the rest of the store sees it: connections, transactions, and errors in our own words.

All work runs as the service role, which has no DDL rights. A failing server, a full disk, a lost connection and work
that was broken off because others wrote the same rows become `StoreUnavailable`; whatever was being written is rolled
back whole.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg import errors as pg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Connection, create_engine, event, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Engine, ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from gis.errors import InvalidInput, StoreUnavailable
from gis.store.address import CONNECT_TIMEOUT_S, DatabaseAddress, sqlalchemy_url
from gis.store.tables import change_count

__all__ = ["CHANNEL", "Connection", "Database", "announce", "change_counts", "last_change"]

POOL_SIZE = 10
LITTLE_ROOM_BYTES = 64 * 1024**2
"""Four segments of PostgreSQL's log."""
CHANNEL = "gezhi"
"""NOTIFY channel; the payload names what changed."""


class Database:
    """A pool of connections to one city's database.

    Parameters
    ----------
    address
        How its two roles reach it.
    restart
        Starts a server of our own again if it has died, and tells whether it did; None for one that others run.

    Examples
    --------
    >>> database = Database(address)                     # doctest: +SKIP
    >>> with database.transaction() as connection:       # doctest: +SKIP
    ...     connection.execute(select(city))
    """

    def __init__(self, address: DatabaseAddress, *, restart: Callable[[], bool] | None = None) -> None:
        self.address = address
        self._restart = restart
        self._engine = create_engine(
            sqlalchemy_url(address.service_url),
            pool_size=POOL_SIZE,
            max_overflow=0,
            pool_pre_ping=True,
            connect_args={"connect_timeout": CONNECT_TIMEOUT_S, "application_name": "gezhi"},
        )
        event.listen(self._engine, "connect", _speak_utc)
        event.listen(self._engine, "handle_error", _close_what_was_lost)

    @property
    def engine(self) -> Engine:
        """The SQLAlchemy engine of the service role."""
        return self._engine

    def revive(self) -> bool:
        """Start a server of our own again that has died; False when there was nothing that we could start.

        Raises
        ------
        StoreUnavailable
            When it does not start.
        """
        return self._restart is not None and self._restart()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give a connection; commit when the block ends, roll back when it raises.

        Raises
        ------
        StoreUnavailable
            When the server cannot be reached, goes away, or has no room left.
        """
        try:
            with self._engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise _in_our_words(error.orig, self.address) from error
        except PoolTimeout as error:
            raise _busy(self.address, error) from error
        except psycopg.Error as error:
            raise _in_our_words(error, self.address) from error

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()


def plan_for_values(connection: Connection) -> None:
    """Let this transaction plan each query for the values it is asked with.

    A plan made for any values knows neither how long a stretch of time is nor how many ids are meant; where these
    differ as much as a grid and a county do, it is many times slower than making a plan.
    """
    connection.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))


def _speak_utc(connection: psycopg.Connection[object], _entry: ConnectionPoolEntry) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
    connection.commit()


def _close_what_was_lost(failure: ExceptionContext) -> None:
    """Close the cursor of a lost connection; SQLAlchemy 2.0 leaves it open, and a server-side one then complains."""
    execution = failure.execution_context
    if failure.is_disconnect and execution is not None and execution.cursor is not None:
        execution.cursor.close()


_OTHERS_WROTE = (pg.DeadlockDetected, pg.LockNotAvailable, pg.SerializationFailure)

_TOLD: tuple[tuple[type[psycopg.Error] | tuple[type[psycopg.Error], ...], str, str], ...] = (
    (
        pg.DiskFull,
        "the database has no room left",
        "free space where the database's files lie, then try again; nothing was written",
    ),
    (
        _OTHERS_WROTE,
        "another program was writing the same rows",
        "run it again when that has ended; nothing was written",
    ),
    (
        pg.QueryCanceled,
        "the database was told to break off the work, by its time limit or its administrator",
        "run it again, or have statement_timeout raised; nothing was written",
    ),
)
"""What PostgreSQL tells by a class of its own although the server is there: that class, what is wrong, the remedy."""


def _in_our_words(error: BaseException | None, address: DatabaseAddress) -> BaseException:
    """Translate what the reader can mend; a mistake of ours stays what it is."""
    if isinstance(error, pg.TooManyConnections):
        return _busy(address, error)
    if isinstance(error, psycopg.DataError | pg.ProgramLimitExceeded) and (refused := _refused_text(error)):
        return refused
    for theirs, what, remedy in _TOLD:
        if isinstance(error, theirs):
            return StoreUnavailable(
                what, where=address.description, remedy=remedy, facts={"reason": str(error).strip()}
            )
    if isinstance(error, psycopg.OperationalError):
        return _gone(address, error)
    return error or StoreUnavailable("the database failed without a reason", where=address.description)


def _refused_text(error: psycopg.Error) -> InvalidInput | None:
    """Return what is wrong with a text that the database cannot hold; None when the fault is another one."""
    if isinstance(error, pg.ProgramLimitExceeded):
        return InvalidInput(
            "a code or reference is too long to be looked for by; some 800 characters are possible",
            remedy="shorten it, or name the column that really holds the reference; nothing was written",
            facts={"reason": str(error).strip()},
        )
    if "NUL" in str(error):
        return InvalidInput(
            "a text has the character NUL, which the database cannot hold",
            remedy="leave it out; nothing was written",
        )
    return None


def _gone(address: DatabaseAddress, error: psycopg.OperationalError) -> StoreUnavailable:
    left_bytes = _room_beside(address)
    if left_bytes is not None and left_bytes < LITTLE_ROOM_BYTES:
        return StoreUnavailable(
            "the database went away, and its disk has hardly any room left",
            where=f"{address.description}, {left_bytes / 1024**2:.0f} MB left",
            remedy="free space there, then try again; what was being written was rolled back",
            facts={"reason": str(error).strip(), "left_bytes": left_bytes},
        )
    return StoreUnavailable(
        "the database cannot be reached",
        where=address.description,
        remedy="see what is wrong with: gezhi status",
        facts={"reason": str(error).strip()},
    )


def _room_beside(address: DatabaseAddress) -> int | None:
    """Return how much room the disk of a database's socket has, in bytes; None when it is not on this machine.

    PostgreSQL ends itself when its log cannot grow, so that a full disk looks like a server that has gone.
    """
    directory = Path(str(conninfo_to_dict(address.service_url).get("host", "")))
    return shutil.disk_usage(directory).free if directory.is_absolute() and directory.is_dir() else None


def _busy(address: DatabaseAddress, reason: Exception) -> StoreUnavailable:
    return StoreUnavailable(
        "every connection to the database is in use",
        where=address.description,
        remedy="try again in a moment",
        facts={"reason": str(reason).strip()},
    )


def announce(connection: Connection, what: str) -> None:
    """Count a change and, when this transaction commits, tell every replica which keeps the thing in memory.

    The count is the truth (a replica that missed the notification polls it); the notification only saves time.

    Parameters
    ----------
    what
        ``city``, ``division``, ``duty``, ``incidents``, ``cameras``, ``sites``, ``addresses`` or ``basemap``.
    """
    row = insert(change_count).values(what=what, number=1)
    connection.execute(
        row.on_conflict_do_update(
            index_elements=["what"],
            set_={"number": change_count.c.number + 1, "changed_at": func.now()},
        )
    )
    connection.execute(select(func.pg_notify(CHANNEL, what)))


def change_counts(connection: Connection) -> dict[str, int]:
    """Return how often each kind of thing has changed: equal counts mean equal content."""
    return {row.what: row.number for row in connection.execute(select(change_count))}


def last_change(connection: Connection) -> datetime | None:
    """Return when anything changed last; None in an empty database."""
    moment: datetime | None = connection.scalar(select(func.max(change_count.c.changed_at)))
    return moment
