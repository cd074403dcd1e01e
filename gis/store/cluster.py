"""A PostGIS of our own: started on a unix socket when a program needs it, gone when the last one has left.

Whoever starts first starts the server; whoever comes later joins it; the last to leave stops it, unless a
client that we do not know, such as psql, is connected. Nothing has to be cleaned up after a crash: who uses
and who runs the cluster is told by kernel locks, which die with their holders (`gis.store.locks`), and
PostgreSQL recovers its data from its own log. Starting takes about 0.2 s, making a new cluster about 2 s.

The choice is argued in docs/decisions/0001-private-cluster.md.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import psycopg

from gis.errors import StoreUnavailable
from gis.store import installation, processes, provision
from gis.store.address import CONNECT_TIMEOUT_S, DatabaseAddress, socket_url
from gis.store.configuration import ADMIN_ROLE, OWNER_ROLE, SERVICE_ROLE
from gis.store.data_directory import PORT, DataDirectory, check_passable, database_user
from gis.store.locks import POLL_S, FileLock
from gis.store.server import START_TIMEOUT_S, Server

Role = Literal["admin", "owner", "service"]
State = Literal["absent", "stopped", "running"]

ROLE_NAMES: Mapping[Role, str] = {"admin": ADMIN_ROLE, "owner": OWNER_ROLE, "service": SERVICE_ROLE}
DATABASE_NAME = "gezhi"
TURN_TIMEOUT_S = 700
"""How long to wait for another program that starts the cluster, recovery included."""
CLOSING_S = 1.0
"""How long a closed connection may linger in the server before it counts as somebody's."""


@dataclass(frozen=True, slots=True)
class ClusterStatus:
    """What a private cluster does at the moment."""

    state: State
    data_dir: Path
    socket_dir: Path
    postgres_version: int | None
    """Major version that made the data; None while there is none."""
    pid: int | None
    """Process id of the server; None when it does not run."""


class PrivateCluster:
    """The cluster in one data directory.

    Parameters
    ----------
    data_dir
        Where the cluster lies or shall lie; see `gis.store.data_directory.default_data_dir`.
    settings
        PostgreSQL settings that override the tuned ones when this program is the one that starts it.

    Examples
    --------
    >>> with PrivateCluster(Path("/var/lib/gezhi")) as cluster:   # doctest: +SKIP
    ...     address = cluster.ensure_database()
    """

    def __init__(self, data_dir: Path, *, settings: Mapping[str, str] | None = None) -> None:
        self._place = DataDirectory.at(data_dir)
        self._settings = dict(settings or {})
        self._use: FileLock | None = None

    def start(self) -> ClusterStatus:
        """Start the cluster, making it first if need be, or join the one that runs.

        The cluster then counts as used until `leave` or the end of this program. Starting twice is joining.

        Raises
        ------
        StoreUnavailable
            When it cannot: PostgreSQL or PostGIS missing or of another version, directory foreign, closed or
            full, another user's, or a server that does not start. The message says which, and the remedy
            what to type.
        """
        self._place.prepare()
        with self._turn():
            server = self._server()
            if processes.postmaster(self._place.cluster) is None:
                with FileLock(self._place.alive_lock) as alive:
                    if not alive.try_exclusive():
                        server.end_orphans(alive)
                    if self._place.made_by() is None:
                        server.create(alive, settings=self._settings)
                    server.start(alive, settings=self._settings)
            self._wait_for_answer()
            if self._use is None:
                self._use = FileLock(self._place.use_lock)
                self._use.take_shared()
        return self.status()

    def revive(self) -> bool:
        """Start the server again when it has died while this program uses it; True when this call did.

        One that was stopped on purpose (`stop`, or by PostgreSQL's own means) stays stopped.

        Raises
        ------
        StoreUnavailable
            When it does not start.
        """
        if self._use is None or processes.postmaster(self._place.cluster) is not None:
            return False
        with self._turn():
            runs = processes.postmaster(self._place.cluster) is not None
            if runs or self._server().was_shut_down():
                return False
        self.start()
        return True

    def leave(self) -> bool:
        """Stop using the cluster; the last one to leave stops it. True when this call stopped it.

        Close every connection first. A client that is no program of ours keeps the cluster running.
        """
        if self._use is None:
            return False
        with self._turn():
            mine, self._use = self._use, None
            with mine:
                if not mine.try_exclusive() or self._strangers_connected():
                    return False
            return self._stop()

    def stop(self) -> bool:
        """Stop the cluster now, whoever uses it. False when it did not run."""
        if not self._place.start_lock.exists():
            return False
        with self._turn():
            if self._use is not None:
                self._use.close()
                self._use = None
            return self._stop()

    def status(self) -> ClusterStatus:
        """Tell what the cluster does, changing nothing.

        Raises
        ------
        StoreUnavailable
            When the directory belongs to another user.
        """
        database_user(self._place.cluster)
        pid = processes.postmaster(self._place.cluster)
        version = self._place.made_by()
        state: State = "running" if pid is not None else "absent" if version is None else "stopped"
        return ClusterStatus(state, self._place.root, self._place.socket_dir, version, pid)

    def url(self, *, role: Role = "owner", database: str = DATABASE_NAME) -> str:
        """Return the libpq URL of a database for one of the three roles; needs no running cluster."""
        return socket_url(str(self._place.socket_dir), port=PORT, role=ROLE_NAMES[role], database=database)

    def address(self, database: str = DATABASE_NAME) -> DatabaseAddress:
        """Return how owner and service reach a database."""
        return DatabaseAddress(
            owner_url=self.url(database=database), service_url=self.url(role="service", database=database)
        )

    def create_database(self, name: str, *, template: str | None = None) -> DatabaseAddress:
        """Make a database with PostGIS, from nothing or as a copy of another one of this cluster.

        Raises
        ------
        Conflict
            When the name is taken, or the template has connections.
        NotFound
            When there is no such template.
        """
        with self._admin() as admin:
            provision.create_database(admin, name, template=template)
        return self.address(name)

    def ensure_database(self, name: str = DATABASE_NAME) -> DatabaseAddress:
        """Return a database's address, making it where it is missing; several programs may ask at once."""
        with self._turn(), self._admin() as admin:
            if not provision.database_exists(admin, name):
                provision.create_database(admin, name, template=None)
        return self.address(name)

    def drop_database(self, name: str) -> bool:
        """Remove a database, cutting off whoever is connected; False when there was none."""
        with self._admin() as admin:
            return provision.drop_database(admin, name)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait until no other program is starting or stopping this cluster."""
        with FileLock(self._place.start_lock) as lock:
            if not lock.wait_exclusive(timeout_s=TURN_TIMEOUT_S):
                raise StoreUnavailable(
                    "another program has been starting or stopping the database for too long",
                    where=str(self._place.root),
                    remedy="end that program, then try again",
                )
            yield

    def _server(self) -> Server:
        """Find out who runs which PostgreSQL, before anything is written."""
        user = database_user(self._place.cluster)
        check_passable(self._place.root, user=user)
        chosen = installation.choose(
            installation.installations(), major=self._place.made_by(), where=self._place.cluster
        )
        return Server(self._place, user, chosen)

    def _wait_for_answer(self) -> None:
        """See that the server answers and knows our roles.

        It does at once when we have started it; one that we join may still be recovering, because the program
        that started it was killed meanwhile.
        """
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                with self._admin() as admin:
                    provision.ensure_roles(admin)
            except StoreUnavailable:
                runs = processes.postmaster(self._place.cluster) is not None
                if not runs or time.monotonic() >= deadline:
                    raise
                time.sleep(POLL_S)
            else:
                return

    def _strangers_connected(self) -> bool:
        """Tell whether anybody is still connected after those who just left have been given time to go."""
        deadline = time.monotonic() + CLOSING_S
        try:
            with self._admin() as admin:
                while provision.other_clients(admin) > 0:
                    if time.monotonic() >= deadline:
                        return True
                    time.sleep(0.05)
        except StoreUnavailable:
            return False
        return False

    def _stop(self) -> bool:
        """Stop the server if it runs; the caller has the turn."""
        if processes.postmaster(self._place.cluster) is None:
            return False
        with FileLock(self._place.alive_lock) as alive:
            self._server().stop(alive)
        return True

    @contextmanager
    def _admin(self) -> Iterator[psycopg.Connection]:
        """Connect as the administrator role, in autocommit mode."""
        url = self.url(role="admin", database=provision.MAINTENANCE_DATABASE)
        try:
            connection = psycopg.connect(url, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S)
        except psycopg.OperationalError as error:
            raise StoreUnavailable(
                "the private database does not answer",
                where=str(self._place.root),
                remedy="start it (any command of gezhi does), or see its log",
                facts={"reason": str(error).strip(), "log": str(self._place.log)},
            ) from error
        with connection:
            yield connection
