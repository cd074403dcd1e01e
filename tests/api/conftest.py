"""A running service over the tiny city, for all tests of the API that only read."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Mode, Settings
from gis.store.address import DatabaseAddress
from gis.store.cluster import PrivateCluster
from gis.store.database import Database
from tests.tiny_city import load_tiny_city

LOOPBACK = "http://127.0.0.1:8000"


@pytest.fixture(scope="session")
def tiny_address(
    cluster: PrivateCluster, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DatabaseAddress]:
    """A database with the tiny city; shared, so tests must not change it."""
    address = cluster.create_database("tiny_city", template=template_database)
    database = Database(address)
    load_tiny_city(database, tmp_path_factory.mktemp("tiny"))
    database.close()
    yield address
    cluster.drop_database("tiny_city")


def client_of(address: DatabaseAddress, mode: Mode, base_url: str = LOOPBACK) -> Iterator[TestClient]:
    """Run the application of a database."""
    database = Database(address)
    with TestClient(create_app(Settings(mode=mode), database), base_url=base_url) as client:
        yield client
    database.close()


@pytest.fixture(scope="session")
def admin(tiny_address: DatabaseAddress) -> Iterator[TestClient]:
    """The demo's client: on loopback, the administrator."""
    yield from client_of(tiny_address, Mode.DEMO)


@pytest.fixture(scope="session")
def public(tiny_address: DatabaseAddress) -> Iterator[TestClient]:
    """A client without credentials of a service that is not the demo."""
    yield from client_of(tiny_address, Mode.SERVE)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A directory for input files."""
    return tmp_path
