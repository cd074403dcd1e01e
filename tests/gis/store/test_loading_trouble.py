"""What a load survives: its own death in the middle of COPY, and a disk that fills up."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from gis.errors import StoreUnavailable
from gis.loading import Kind
from gis.store.cities import write_city
from gis.store.cluster import PrivateCluster
from gis.store.database import Database
from gis.store.loading import LoadOptions, load
from gis.store.migrate import upgrade
from gis.store.points import Written
from tests.database import FAST_AND_UNSAFE, make_data_dir
from tests.gis.store.states import content, versions
from tests.tiny_city import CITY, load_tiny_city

COMMIT = LoadOptions(crs="EPSG:4326", mode="commit")

LOADING = """
import sys
from pathlib import Path
from gis.loading import Kind
from gis.store import copying
from gis.store.address import external
from gis.store.database import Database
from gis.store.loading import LoadOptions, load
stream = copying.encode
def slowly(rows, kinds):
    pieces = stream(rows, kinds)
    yield next(pieces)
    yield next(pieces)
    print("copying", flush=True)
    sys.stdin.readline()
    yield from pieces
copying.encode = slowly
database = Database(external(sys.argv[1]))
load(database, Kind.INCIDENTS, Path(sys.argv[2]), options=LoadOptions(crs="EPSG:4326", mode="commit"), progress=print)
"""
"""Loads a file, and waits in the middle of COPY, when the server has got the first rows."""


def write_incidents(path: Path, *, rows: int, title: str = "") -> Path:
    lines = [f"s,{n},a,2026-11-01T00:00:00Z,{113 + n % 200 / 10000},22.505,{title}{n}" for n in range(rows)]
    path.write_text("\n".join(["source,source_ref,category,reported_at,lon,lat,title", *lines]), encoding="utf-8")
    return path


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_load_that_is_killed_while_copying_leaves_nothing_and_can_be_run_again(tiny: Database, folder: Path) -> None:
    path = write_incidents(folder / "many.csv", rows=25_000)
    before = versions(tiny)
    with subprocess.Popen(
        [sys.executable, "-c", LOADING, tiny.address.service_url, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as loading:
        assert loading.stdout is not None
        assert any(line.strip() == "copying" for line in loading.stdout)
        loading.send_signal(signal.SIGKILL)
    wait_until(lambda: other_connections(tiny) == 0)
    assert versions(tiny) == before
    report = load(tiny, Kind.INCIDENTS, path, options=COMMIT, progress=lambda _what, _share: None)
    assert report.written == Written(25_000, 0, 0)


def other_connections(database: Database) -> int:
    with database.transaction() as connection:
        return connection.scalar(text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")) - 1


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of 150 MB in memory, gone afterwards."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    path = make_data_dir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=150m,mode=711", "tmpfs", str(path)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        path.rmdir()
        pytest.skip("this machine forbids mounting")
    yield path
    subprocess.run(["umount", str(path)], check=True)
    path.rmdir()


@pytest.fixture
def small_cluster(small_disk: Path) -> Iterator[PrivateCluster]:
    """A running cluster on the small disk, with little room for its log."""
    cluster = PrivateCluster(small_disk, settings={**FAST_AND_UNSAFE, "max_wal_size": "32MB", "min_wal_size": "32MB"})
    cluster.start()
    yield cluster
    cluster.stop()


def fill(path: Path, *, left_bytes: int) -> None:
    """Use up a file system but for a little."""
    free = os.statvfs(path)
    with path.joinpath("ballast").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize - left_bytes)


# With 6 MB the table cannot grow; with 30 MB the log of changes cannot, and PostgreSQL ends itself.
@pytest.mark.database
@pytest.mark.parametrize("left_mb", [6, 30])
def test_a_disk_that_fills_up_while_loading_is_said_and_nothing_is_half_written(
    small_disk: Path, small_cluster: PrivateCluster, folder: Path, left_mb: int
) -> None:
    path = write_incidents(folder / "many.csv", rows=60_000, title="一件很长的事" * 8)
    address = small_cluster.ensure_database()
    upgrade(address.owner_url)
    database = Database(address)
    load_tiny_city(database, folder)
    before = content(database)
    fill(small_disk, left_bytes=left_mb * 1024 * 1024)
    with pytest.raises(StoreUnavailable) as caught:
        load(database, Kind.INCIDENTS, path, options=COMMIT, progress=lambda _what, _share: None)
    assert "room left" in caught.value.what
    assert "free space" in str(caught.value.remedy)
    (small_disk / "ballast").unlink()
    small_cluster.start()
    assert content(database) == before
    with database.transaction() as connection:
        write_city(connection, CITY)
    small = write_incidents(folder / "few.csv", rows=10)
    assert load(database, Kind.INCIDENTS, small, options=COMMIT, progress=lambda _w, _s: None).written.new == 10
    database.close()
