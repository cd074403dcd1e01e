"""The addresses that a replica keeps: the last ones are served when newer ones cannot be read, and it says so."""

import logging
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from api.live_gazetteer import PATIENCE_S, LiveGazetteer
from gis.errors import StoreUnavailable
from gis.loading import Kind
from gis.store.address import DatabaseAddress
from gis.store.cluster import PrivateCluster
from gis.store.database import Database
from tests.tiny_city import load_text, load_tiny_city

NAME = "gazetteer_lost"
ADDRESSES = "source,source_ref,full_text,lon,lat\ns,1,建设路1号,113.002,22.505\n"
WAIT_S = 60.0


class Heard(logging.Handler):
    """Lets a test wait for what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []
        self._event = threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())
        self._event.set()

    def wait(self) -> str:
        assert self._event.wait(WAIT_S), "nothing was said"
        self._event.clear()
        return self.messages[-1]


@pytest.fixture
def heard() -> Iterator[Heard]:
    handler = Heard()
    log = logging.getLogger("gezhi.live")
    log.addHandler(handler)
    yield handler
    log.removeHandler(handler)


def rename(address: DatabaseAddress, column: str, to: str) -> None:
    """Change the table of addresses as its owner."""
    with psycopg.connect(address.owner_url) as connection:
        connection.execute(
            sql.SQL("ALTER TABLE address RENAME COLUMN {} TO {}").format(sql.Identifier(column), sql.Identifier(to))
        )


@pytest.fixture
def address(cluster: PrivateCluster, template_database: str) -> Iterator[DatabaseAddress]:
    """A database that a test may take away."""
    yield cluster.create_database(NAME, template=template_database)
    cluster.drop_database(NAME)


@pytest.fixture
def database(address: DatabaseAddress, tmp_path: Path) -> Iterator[Database]:
    """The same, with one address in it."""
    database = Database(address)
    load_tiny_city(database, tmp_path, kinds=(Kind.AREAS,))
    load_text(database, Kind.ADDRESSES, tmp_path, name="addresses.csv", text=ADDRESSES)
    yield database
    database.close()


@pytest.fixture
def live(database: Database) -> Iterator[LiveGazetteer]:
    live = LiveGazetteer(database)
    live.start()
    yield live
    live.stop()


@pytest.mark.database
def test_while_the_database_is_gone_the_last_addresses_are_served_at_once(
    live: LiveGazetteer, heard: Heard, cluster: PrivateCluster
) -> None:
    live.want(("state", 1), None)
    read = live.get()
    assert len(read.entries) == 1
    assert cluster.drop_database(NAME)
    live.want(("state", 2), None)
    assert "the last ones go on being served" in heard.wait()
    began = time.monotonic()
    assert live.get() is read
    assert time.monotonic() - began < PATIENCE_S / 2, "nothing is being read, so there is nothing to wait for"


@pytest.mark.database
def test_a_state_that_cannot_be_read_is_told_once_and_the_next_one_is_read(
    live: LiveGazetteer, heard: Heard, address: DatabaseAddress
) -> None:
    live.want(("state", 1), None)
    read = live.get()
    rename(address, "full_text", "text_before")
    live.want(("state", 2), None)
    assert "the last ones go on being served" in heard.wait()
    assert live.get() is read
    rename(address, "text_before", "full_text")
    live.want(("state", 3), None)
    assert live.get() is not read
    assert len(live.get().entries) == 1
    assert len(heard.messages) == 1


@pytest.mark.database
def test_without_any_addresses_read_a_lookup_is_refused_in_time(database: Database, cluster: PrivateCluster) -> None:
    cluster.drop_database(NAME)
    live = LiveGazetteer(database)
    live.start()
    live.want(("state", 1), None)
    with pytest.raises(StoreUnavailable, match="could not be read"):
        live.get()
    live.stop()
