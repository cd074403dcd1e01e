"""The private cluster: who starts it, who joins it, and what it survives."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

import psycopg
import pytest

from gis.errors import Conflict, NotFound, StoreUnavailable
from gis.store import processes
from gis.store.address import DatabaseAddress, check_reachable
from gis.store.cluster import PrivateCluster
from gis.store.configuration import SERVICE_ROLE
from gis.store.data_directory import SOCKET_NAME, SOCKET_PATH_LIMIT_BYTES, DataDirectory
from gis.store.locks import FileLock
from tests.database import FAST_AND_UNSAFE, make_data_dir

pytestmark = pytest.mark.database

ANOTHER_PROGRAM = """
import sys
from pathlib import Path
from gis.store.cluster import PrivateCluster
cluster = PrivateCluster(Path(sys.argv[1]), settings={"fsync": "off"})
print(cluster.start().pid, flush=True)
sys.stdin.readline()
print(cluster.leave(), flush=True)
"""


def say(program: subprocess.Popen[str]) -> str:
    """Let another program go on, and return its last words."""
    return program.communicate("\n", timeout=60)[0].strip()


@contextmanager
def another_program(data_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a program that starts or joins the cluster, says its pid, and leaves when told."""
    with subprocess.Popen(
        [sys.executable, "-c", ANOTHER_PROGRAM, str(data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        try:
            yield program
        finally:
            program.kill()


@contextmanager
def removed_afterwards(path: Path) -> Iterator[Path]:
    try:
        yield path
    finally:
        PrivateCluster(path).stop()
        rmtree(path)


@pytest.fixture
def empty_dir() -> Iterator[Path]:
    """A directory for a cluster of the test's own, gone afterwards with the cluster."""
    with removed_afterwards(make_data_dir()) as path:
        yield path


@pytest.fixture(scope="module")
def made_dir() -> Iterator[Path]:
    """A stopped cluster with an empty database ``gezhi``, to be copied: making one takes seconds."""
    with removed_afterwards(make_data_dir()) as path:
        with clusters_at(path) as made:
            made.ensure_database()
        yield path


@pytest.fixture
def data_dir(made_dir: Path) -> Iterator[Path]:
    """A stopped cluster of the test's own, gone afterwards."""
    with removed_afterwards(make_data_dir()) as path:
        subprocess.run(["cp", "-a", f"{made_dir}/.", str(path)], check=True)
        yield path


def clusters_at(path: Path) -> PrivateCluster:
    return PrivateCluster(path, settings=FAST_AND_UNSAFE)


def kill(pids: list[int]) -> None:
    """Kill processes the hard way and wait until they have gone."""
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}/cwd").exists() for pid in pids):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def count_rows(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert row is not None
    return int(row[0])


def test_a_cluster_starts_answers_with_postgis_and_stops(empty_dir: Path) -> None:
    cluster = clusters_at(empty_dir)
    assert cluster.status().state == "absent"
    started = cluster.start()
    assert started.state == "running"
    assert check_reachable(cluster.ensure_database()) >= "3"
    assert cluster.stop()
    assert cluster.status().state == "stopped"
    assert not cluster.stop()


def test_the_server_listens_on_no_port_and_only_its_user_reaches_the_socket(cluster: PrivateCluster) -> None:
    with psycopg.connect(cluster.url(role="admin", database="postgres")) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert cluster.status().socket_dir.stat().st_mode & 0o077 == 0


def test_a_second_program_joins_and_the_last_one_to_leave_stops_the_server(data_dir: Path) -> None:
    cluster = clusters_at(data_dir)
    mine = cluster.start().pid
    with another_program(data_dir) as program:
        assert program.stdout is not None
        assert int(program.stdout.readline()) == mine
        assert not cluster.leave()
        assert cluster.status().pid == mine
        assert say(program) == "True"
    assert cluster.status().state == "stopped"


def test_a_client_that_is_no_program_of_ours_keeps_the_server_running(data_dir: Path) -> None:
    cluster = clusters_at(data_dir)
    cluster.start()
    with psycopg.connect(cluster.ensure_database().owner_url):
        assert not cluster.leave()
    assert cluster.status().state == "running"


def test_two_programs_that_start_at_once_share_one_server(empty_dir: Path) -> None:
    with another_program(empty_dir) as first, another_program(empty_dir) as second:
        assert first.stdout is not None
        assert second.stdout is not None
        assert first.stdout.readline() == second.stdout.readline()
        assert [say(first), say(second)] == ["False", "True"]


def test_threads_that_start_at_once_share_one_server(data_dir: Path) -> None:
    pids: list[int | None] = []
    threads = [threading.Thread(target=lambda: pids.append(clusters_at(data_dir).start().pid)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pids) == 4
    assert len(set(pids)) == 1


def test_the_cluster_survives_kill_9_of_every_process(data_dir: Path) -> None:
    cluster = PrivateCluster(data_dir)
    cluster.start()
    address = cluster.ensure_database()
    with psycopg.connect(address.owner_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000)")
    members = processes.members(DataDirectory.at(data_dir).cluster)
    assert len(members) > 3
    kill(members)
    assert cluster.status().state == "stopped"
    assert cluster.start().state == "running"
    assert count_rows(address.owner_url) == 1000


def test_a_server_that_died_is_revived_by_who_uses_it_and_one_that_was_stopped_is_not(data_dir: Path) -> None:
    cluster = clusters_at(data_dir)
    first = cluster.start().pid
    assert first is not None
    assert not cluster.revive()
    kill([first])
    assert not clusters_at(data_dir).revive(), "who does not use it leaves it alone"
    assert cluster.revive()
    assert cluster.status().pid not in {None, first}
    clusters_at(data_dir).stop()
    assert not cluster.revive()
    assert cluster.status().state == "stopped"


def test_backends_that_outlive_their_killed_server_are_ended_before_the_next_start(data_dir: Path) -> None:
    cluster = PrivateCluster(data_dir)
    first = cluster.start().pid
    assert first is not None
    url = cluster.url(role="admin", database="postgres")
    busy = threading.Thread(target=run_until_cut_off, args=(url,))
    busy.start()
    time.sleep(0.5)
    kill([first])
    with FileLock(DataDirectory.at(data_dir).alive_lock) as alive:
        assert not alive.try_exclusive(), "a busy backend should still hold the files"
    assert cluster.start().pid != first
    busy.join(timeout=30)
    assert not busy.is_alive()


def run_until_cut_off(url: str) -> None:
    """Keep a backend busy so that it does not notice its server's death."""
    with psycopg.connect(url) as connection, pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT count(*) FROM generate_series(1, 300000000) AS t(n) WHERE n % 7 = 3")


def test_a_start_after_the_starting_program_was_killed_works(empty_dir: Path) -> None:
    for delay_s in (0.3, 0.6, 1.2):
        with another_program(empty_dir) as program:
            time.sleep(delay_s)
            program.kill()
    assert clusters_at(empty_dir).start().state == "running"


def test_a_half_made_cluster_is_made_anew(empty_dir: Path) -> None:
    unfinished = DataDirectory.at(empty_dir).unfinished
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("15\n")
    DataDirectory.at(empty_dir).start_lock.touch()
    assert clusters_at(empty_dir).start().state == "running"
    assert not unfinished.exists()


def test_files_of_a_dead_server_whose_number_went_to_another_process_do_no_harm(data_dir: Path) -> None:
    cluster = clusters_at(data_dir)
    cluster.start()
    cluster.stop()
    place = DataDirectory.at(data_dir)
    lines = f"{os.getpid()}\n{place.cluster}\n0\n5432\n{place.socket_dir}\n\n"
    (place.cluster / "postmaster.pid").write_text(lines)
    (place.socket_dir / f"{SOCKET_NAME}.lock").write_text(lines)
    assert cluster.status().state == "stopped"
    assert cluster.start().state == "running"


def test_data_of_a_version_that_is_not_installed_is_refused_with_the_command(data_dir: Path) -> None:
    cluster = clusters_at(data_dir)
    cluster.start()
    cluster.stop()
    version = DataDirectory.at(data_dir).cluster / "PG_VERSION"
    true_version = version.read_text()
    version.write_text("9\n")
    with pytest.raises(StoreUnavailable, match=r"PostgreSQL 9.*apt-get install postgresql-9-postgis-3"):
        cluster.start()
    version.write_text(true_version)


def test_a_server_that_refuses_its_settings_says_which(data_dir: Path) -> None:
    broken = PrivateCluster(data_dir, settings={"work_mem": "a lot"})
    with pytest.raises(StoreUnavailable) as caught:
        broken.start()
    assert "work_mem" in caught.value.facts["reason"]
    assert clusters_at(data_dir).start().state == "running"


def test_a_path_too_long_for_a_socket_gets_a_short_one(empty_dir: Path) -> None:
    deep = empty_dir.joinpath(*["长路径" * 8] * 3)
    deep.mkdir(parents=True)
    cluster = clusters_at(deep)
    socket_dir = cluster.status().socket_dir
    assert len(os.fsencode(socket_dir / SOCKET_NAME)) <= SOCKET_PATH_LIMIT_BYTES
    assert clusters_at(deep).start().state == "running"
    assert cluster.start().socket_dir == socket_dir
    check_reachable(cluster.ensure_database())
    cluster.stop()
    socket_dir.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_is_said_in_plain_words(empty_dir: Path) -> None:
    small = empty_dir / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m,mode=711", "tmpfs", str(small)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode != 0:
        pytest.skip("this machine forbids mounting")
    try:
        with pytest.raises(StoreUnavailable, match=r"no room is left on the disk.*free some space"):
            clusters_at(small).start()
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_the_service_stages_reads_and_writes_rows_but_makes_no_lasting_table(cluster: PrivateCluster) -> None:
    address = cluster.create_database("for_roles")
    with psycopg.connect(address.owner_url) as owner:
        owner.execute("CREATE TABLE kept (n integer)")
        owner.execute(f"GRANT SELECT, INSERT ON kept TO {SERVICE_ROLE}")
    with psycopg.connect(address.service_url, autocommit=True) as service:
        service.execute("CREATE TEMPORARY TABLE staged (n integer)")
        service.execute("INSERT INTO kept VALUES (1)")
        for statement in (
            "CREATE TABLE t (n integer)",
            "CREATE SCHEMA s",
            "ALTER TABLE kept ADD COLUMN m integer",
            "DROP TABLE kept",
            "CREATE DATABASE d",
            "TRUNCATE kept",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                service.execute(statement)
    assert count_rows(address.service_url) == 1
    assert cluster.drop_database("for_roles")


def test_each_test_gets_a_migrated_database_of_its_own_quickly(cluster: PrivateCluster, template_database: str) -> None:
    began = time.perf_counter()
    address = cluster.create_database("copied", template=template_database)
    with psycopg.connect(address.owner_url) as connection:
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
    assert cluster.drop_database("copied")
    assert time.perf_counter() - began < 2.0
    assert not cluster.drop_database("copied")


def test_the_fixtures_address_is_that_of_a_working_database(database_address: DatabaseAddress) -> None:
    assert check_reachable(database_address) >= "3"


def test_a_taken_name_and_a_missing_template_are_refused(cluster: PrivateCluster) -> None:
    cluster.create_database("taken")
    with pytest.raises(Conflict, match="taken"):
        cluster.create_database("taken")
    with pytest.raises(NotFound, match="nowhere"):
        cluster.create_database("other", template="nowhere")
    with psycopg.connect(cluster.url(database="taken")), pytest.raises(Conflict, match="in use"):
        cluster.create_database("other", template="taken")
    cluster.drop_database("taken")


def test_a_stopped_cluster_says_so_to_whoever_asks_for_a_database(data_dir: Path) -> None:
    with pytest.raises(StoreUnavailable, match="does not answer"):
        clusters_at(data_dir).create_database("x")


def test_a_database_without_postgis_is_refused(cluster: PrivateCluster) -> None:
    url = cluster.url(role="admin", database="postgres")
    with pytest.raises(StoreUnavailable, match="CREATE EXTENSION postgis"):
        check_reachable(DatabaseAddress(owner_url=url, service_url=url))
