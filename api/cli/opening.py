"""Open the city's database for a command: start or join the private cluster, migrate, connect."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import ValidationError

from api.cli.console import err
from api.settings import Settings
from gis.errors import Conflict, InvalidInput
from gis.store.address import DatabaseAddress, check_reachable, external
from gis.store.cluster import PrivateCluster
from gis.store.database import Database
from gis.store.migrate import revisions, upgrade


def read_settings(**chosen: Any) -> Settings:
    """Return the settings of the environment, and what the command line chose over them.

    Raises
    ------
    InvalidInput
        When an environment variable holds something else than it should.
    """
    try:
        return Settings(**chosen)
    except ValidationError as error:
        fault = error.errors()[0]
        name = "_".join(str(step) for step in fault["loc"]).upper()
        raise InvalidInput(
            f"a setting cannot be used: {fault['msg']}",
            where=f"GEZHI_{name}={fault['input']}",
            remedy="correct the environment variable, or unset it",
        ) from error


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """Give a migrated database, and leave it tidily.

    Raises
    ------
    StoreUnavailable
        When it cannot be started or reached; the message says which and what to type.
    """
    if settings.database_url is not None:
        address = external(settings.database_url, service_url=settings.service_database_url)
        check_reachable(address)
        with _connected(address) as database:
            yield database
        return
    cluster = PrivateCluster(settings.data)
    if cluster.status().state != "running":
        err.print(f"启动数据库 starting the private database in {settings.data}", style="dim")
    with cluster, _connected(cluster.ensure_database(), restart=cluster.revive) as database:
        yield database


@contextmanager
def look_into(settings: Settings) -> Iterator[Database]:
    """Give a running database as it is: nothing is started, joined or migrated.

    Raises
    ------
    StoreUnavailable
        When it does not answer.
    Conflict
        When its tables are not those of this version.
    """
    if settings.database_url is not None:
        address = external(settings.database_url, service_url=settings.service_database_url)
    else:
        address = PrivateCluster(settings.data).address()
    check_reachable(address)
    present, newest = revisions(address.owner_url)
    if present != newest:
        raise Conflict(
            f"the tables are of version {present or 'none'}, this program's are of {newest}",
            where=address.description,
            remedy="any command that uses them migrates them, such as: gezhi serve",
        )
    database = Database(address)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def _connected(address: DatabaseAddress, *, restart: Callable[[], bool] | None = None) -> Iterator[Database]:
    present, newest = revisions(address.owner_url)
    if present != newest:
        err.print(f"更新数据表 migrating tables from {present or 'nothing'} to {newest}", style="dim")
        upgrade(address.owner_url)
    database = Database(address, restart=restart)
    try:
        yield database
    finally:
        database.close()
