"""One PostGIS cluster a run, one database a test: fixtures for every test that needs the database.

The cluster is the product's own `PrivateCluster`, in a temporary directory and without the waits that make it
safe against power cuts. A test that asks for one of these fixtures is marked ``database`` by itself.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from gis.store.address import DatabaseAddress
from gis.store.cluster import PrivateCluster
from gis.store.locks import FileLock
from gis.store.migrate import upgrade

FAST_AND_UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
PREFIX = "gezhi-test-"
MEMORY_DISK = Path("/dev/shm")
NEEDED_BYTES = 4 * 1024**3
TEMPLATE = "template_of_tests"
LEFTOVER_AGE_S = 3600

_numbers = count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the cluster, so that ``make check`` never starts one."""
    for item in items:
        if "cluster" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.database)


def parent_directory() -> Path:
    """Return where clusters of tests lie: in memory where there is plenty, else among the temporary files."""
    if MEMORY_DISK.is_dir() and shutil.disk_usage(MEMORY_DISK).free >= NEEDED_BYTES:
        return MEMORY_DISK
    return Path(tempfile.gettempdir())


def make_data_dir() -> Path:
    """Make an empty directory that the database's user can enter, on a path short enough for a socket."""
    path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent_directory()))
    path.chmod(0o711)
    return path


def remove_leftovers() -> None:
    """Stop and remove clusters of test runs that were killed: old ones that no program uses."""
    for use_lock in parent_directory().glob(f"{PREFIX}*/in-use.lock"):
        if time.time() - use_lock.stat().st_mtime < LEFTOVER_AGE_S:
            continue
        with FileLock(use_lock) as lock:
            unused = lock.try_exclusive()
        if unused:
            PrivateCluster(use_lock.parent).stop()
            shutil.rmtree(use_lock.parent)


@pytest.fixture(scope="session")
def cluster() -> Iterator[PrivateCluster]:
    """A running private cluster, the same for the whole run."""
    remove_leftovers()
    data_dir = make_data_dir()
    running = PrivateCluster(data_dir, settings=FAST_AND_UNSAFE)
    try:
        running.start()
        yield running
    finally:
        running.stop()
        shutil.rmtree(data_dir)


@pytest.fixture(scope="session")
def template_database(cluster: PrivateCluster) -> str:
    """The name of a migrated, empty database to copy; nobody stays connected to it."""
    upgrade(cluster.create_database(TEMPLATE).owner_url)
    return TEMPLATE


@pytest.fixture
def database_address(cluster: PrivateCluster, template_database: str) -> Iterator[DatabaseAddress]:
    """A fresh, migrated database for one test, as its two roles reach it."""
    name = f"test_{next(_numbers)}"
    yield cluster.create_database(name, template=template_database)
    cluster.drop_database(name)


@pytest.fixture
def database_url(database_address: DatabaseAddress) -> str:
    """The owner's URL of a fresh, migrated database."""
    return database_address.owner_url
