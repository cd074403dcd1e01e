"""Databases with the tiny city, or with its name alone, one a test."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from gis.store.address import DatabaseAddress
from gis.store.cities import write_city
from gis.store.cluster import PrivateCluster
from gis.store.database import Database
from tests.tiny_city import CITY, load_tiny_city

TINY_TEMPLATE = "template_of_tiny_cities"

_numbers = count(1)


@pytest.fixture(scope="session")
def tiny_template(cluster: PrivateCluster, template_database: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with the whole tiny city, to copy."""
    database = Database(cluster.create_database(TINY_TEMPLATE, template=template_database))
    load_tiny_city(database, tmp_path_factory.mktemp("tiny"))
    database.close()
    return TINY_TEMPLATE


@pytest.fixture
def tiny_city_address(cluster: PrivateCluster, tiny_template: str) -> Iterator[DatabaseAddress]:
    """A database of the test's own with the whole tiny city."""
    name = f"tiny_{next(_numbers)}"
    yield cluster.create_database(name, template=tiny_template)
    cluster.drop_database(name)


@pytest.fixture
def tiny(tiny_city_address: DatabaseAddress) -> Iterator[Database]:
    """The whole tiny city."""
    database = Database(tiny_city_address)
    yield database
    database.close()


@pytest.fixture
def named(database_address: DatabaseAddress) -> Iterator[Database]:
    """A city with a name and nothing else."""
    database = Database(database_address)
    with database.transaction() as connection:
        write_city(connection, CITY)
    yield database
    database.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the test's files are written."""
    return tmp_path
