"""Open the city's database for a command: start or join the private cluster, migrate, connect."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.cli.console import err
from api.settings import Settings
from gis.store.address import DatabaseAddress, check_reachable, external
from gis.store.cluster import PrivateCluster
from gis.store.database import Database
from gis.store.migrate import revisions, upgrade


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
    with cluster, _connected(cluster.ensure_database()) as database:
        yield database


@contextmanager
def _connected(address: DatabaseAddress) -> Iterator[Database]:
    present, newest = revisions(address.owner_url)
    if present != newest:
        err.print(f"更新数据表 migrating tables from {present or 'nothing'} to {newest}", style="dim")
        upgrade(address.owner_url)
    database = Database(address)
    try:
        yield database
    finally:
        database.close()
