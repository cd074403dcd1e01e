"""What a replica keeps in memory: fresh within a second of a change, and good when the database is away."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import Any

import psycopg
import pytest
from starlette.testclient import TestClient

from api.live import POLL_S, LiveCity
from api.settings import Mode
from gis.store.address import DatabaseAddress
from gis.store.cluster import PrivateCluster
from gis.store.coverages import CityCoverage
from gis.store.database import Database, announce
from gis.store.migrate import upgrade
from tests.api.conftest import client_of
from tests.database import FAST_AND_UNSAFE, make_data_dir
from tests.tiny_city import load_tiny_city

LOOKUP = "/api/v1/lookup"
LISTS = ("areas", "grids", "incidents", "cameras", "coverage/cameras", "coverage/gaps", "figures", "editions", "city")
HEARD_S = 1.0
"""How soon a change that is announced must be seen."""
LOST_S = POLL_S + 0.5
"""How soon one whose announcement was lost: the poll, and the time to read."""

ANOTHER_PROGRAM = """
import sys, time
from pathlib import Path
from sqlalchemy import text
from gis.loading import Kind
from gis.store.address import external
from gis.store.database import Database, announce
from gis.store.loading import LoadOptions, load

database = Database(external(sys.argv[1]))
roster = Path(sys.argv[2]) / "more_workers.csv"
print("ready", flush=True)
for line in sys.stdin:
    what, value = line.split()
    if what == "worker":
        roster.write_text(f"worker_ref,name,phone,grid_code,role\\nX{value},{value},{value},C4,lead\\n")
        options = LoadOptions(mode="commit")
        load(database, Kind.WORKERS, roster, options=options, progress=lambda what, share: None)
    else:
        with database.transaction() as connection:
            connection.execute(text("UPDATE team SET phone = :phone WHERE name = '甲社区综治中心'"), {"phone": value})
            announce(connection, "duty")
    print(time.time(), flush=True)
"""


def duty(client: TestClient, lon: float, lat: float) -> list[dict[str, Any]]:
    response = client.get(LOOKUP, params={"lon": lon, "lat": lat, "crs": "EPSG:4326"})
    assert response.status_code == 200, response.text
    rows: list[dict[str, Any]] = response.json()["duty"]
    return rows


def desk_phone(client: TestClient) -> str:
    (phone,) = (row["phone"] for row in duty(client, 113.005, 22.505) if row["level"] == "community")
    return str(phone)


def leads_of_c4(client: TestClient) -> set[str]:
    return {row["name"] for row in duty(client, 113.015, 22.515) if row["role"] == "lead"}


def state_read_at(client: TestClient) -> str:
    return str(client.get("/health").json()["state_read_at"])


def seen_at(claim: Callable[[], bool], *, within_s: float) -> float:
    """Wait until something holds, and return the moment; fail when it takes much longer than it may."""
    deadline = time.monotonic() + 3 * within_s + 10
    while not claim():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)
    return time.time()


@pytest.fixture
def changing(database_address: DatabaseAddress, files: Path) -> Iterator[TestClient]:
    """A service over a tiny city of its own, that may be changed."""
    database = Database(database_address)
    load_tiny_city(database, files)
    database.close()
    yield from client_of(database_address, Mode.DEMO)


@contextmanager
def another_program(address: DatabaseAddress, files: Path) -> Iterator[Callable[[str], float]]:
    """Run another process on the same database; it returns the moment at which it has committed a change."""
    arguments = [sys.executable, "-c", ANOTHER_PROGRAM, address.service_url, str(files)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        said, heard = program.stdin, program.stdout

        def change(what: str) -> float:
            said.write(f"{what}\n")
            said.flush()
            return float(heard.readline())

        try:
            assert heard.readline() == "ready\n"
            yield change
        finally:
            program.kill()


def test_what_another_process_changes_is_seen_within_a_second(
    changing: TestClient, database_address: DatabaseAddress, files: Path
) -> None:
    delays_s = []
    with another_program(database_address, files) as change:
        for phone in ("000-7771", "000-7772", "000-7773"):
            committed_at = change(f"desk {phone}")
            delays_s.append(seen_at(lambda: desk_phone(changing) == phone, within_s=HEARD_S) - committed_at)  # noqa: B023
        committed_at = change("worker 新网格长")
        delays_s.append(seen_at(lambda: "新网格长" in leads_of_c4(changing), within_s=HEARD_S) - committed_at)
    assert max(delays_s) < HEARD_S, delays_s


def test_an_incident_weighs_the_coverage_anew_and_leaves_alone_what_the_cameras_see(
    changing: TestClient, database_address: DatabaseAddress
) -> None:
    live: LiveCity = changing.app.state.live  # type: ignore[attr-defined]
    database = Database(database_address)

    def coverage_after(change: str) -> CityCoverage:
        with database.transaction() as connection:
            announce(connection, change)
        return live.coverage()

    before = live.coverage()
    after_incident = coverage_after("incidents")
    assert after_incident is not before
    assert after_incident.by_grid.blind_spots is before.by_grid.blind_spots
    after_camera = coverage_after("cameras")
    assert after_camera.by_grid.blind_spots is not before.by_grid.blind_spots
    database.close()


def test_a_change_whose_announcement_is_lost_is_seen_at_the_next_poll(
    changing: TestClient, database_address: DatabaseAddress
) -> None:
    first_read = state_read_at(changing)
    seen_at(lambda: state_read_at(changing) > first_read, within_s=LOST_S)
    with psycopg.connect(database_address.service_url) as connection:
        connection.execute("UPDATE team SET phone = '000-8888' WHERE name = '甲社区综治中心'")
        connection.execute("UPDATE change_count SET number = number + 1 WHERE what = 'duty'")
    committed_at = time.time()
    assert seen_at(lambda: desk_phone(changing) == "000-8888", within_s=LOST_S) - committed_at < LOST_S


def test_a_replica_that_lost_its_connections_hears_again(
    changing: TestClient, database_address: DatabaseAddress
) -> None:
    with psycopg.connect(database_address.service_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.execute("UPDATE team SET phone = '000-9999' WHERE name = '甲社区综治中心'")
        connection.execute("UPDATE change_count SET number = number + 1 WHERE what = 'duty'")
        connection.execute("SELECT pg_notify('gezhi', 'duty')")
    committed_at = time.time()
    assert seen_at(lambda: desk_phone(changing) == "000-9999", within_s=LOST_S) - committed_at < LOST_S


@pytest.fixture
def own_cluster() -> Iterator[PrivateCluster]:
    """A cluster that this test may stop."""
    data_dir = make_data_dir()
    running = PrivateCluster(data_dir, settings=FAST_AND_UNSAFE)
    try:
        running.start()
        yield running
    finally:
        running.stop()
        rmtree(data_dir)


def database_is_there(client: TestClient) -> bool:
    health = client.get("/health")
    assert health.status_code == 200, "lookups are answered, so the service is alive"
    return bool(health.json()["database"])


@pytest.mark.database
def test_lookups_go_on_while_the_database_is_stopped_and_lists_come_back_with_it(
    own_cluster: PrivateCluster, files: Path
) -> None:
    address = own_cluster.ensure_database()
    upgrade(address.owner_url)
    database = Database(address)
    load_tiny_city(database, files)
    database.close()
    for client in client_of(address, Mode.DEMO):
        before = answers(client)
        own_cluster.stop()
        assert answers(client) == before
        seen_at(lambda: not database_is_there(client), within_s=LOST_S)  # noqa: B023
        for path in LISTS:
            response = client.get(f"/api/v1/{path}")
            assert response.status_code == 503, path
            assert response.headers["content-type"] == "application/problem+json"
            assert str(files) not in response.text
        assert answers(client) == before
        own_cluster.start()
        seen_at(lambda: database_is_there(client), within_s=LOST_S)  # noqa: B023
        assert [client.get(f"/api/v1/{path}").status_code for path in LISTS] == [200] * len(LISTS)
        assert answers(client) == before


def answers(client: TestClient) -> list[Any]:
    """Ask for places inside, on a border and outside, one by one and at once."""
    points = [[113.005, 22.505], [113.01, 22.505], [113.03, 22.505], [22.5, 113.0]]
    told = [
        client.get(LOOKUP, params={"lon": lon, "lat": lat, "crs": crs}).json()
        for lon, lat in points[:3]
        for crs in ("EPSG:4326", "GCJ-02")
    ]
    batch = client.post(LOOKUP, json={"crs": "EPSG:4326", "points": points})
    assert batch.status_code == 200
    assert told[0]["grid"]["code"] == "C1"
    return [*told, batch.json()]
