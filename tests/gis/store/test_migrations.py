"""The tables: up, down and up again; the same as the metadata says; closed to the service where they must be."""

from collections.abc import Iterator
from importlib.resources import files
from itertools import chain

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, create_engine, inspect, pool

from gis.store.address import DatabaseAddress, sqlalchemy_url
from gis.store.cluster import PrivateCluster
from gis.store.configuration import SERVICE_ROLE
from gis.store.migrate import downgrade, revisions, upgrade
from gis.store.tables import metadata

NEVER_SEARCHED = {
    "area_shape.first_edition": "editions are never removed, and shapes are read by their area or all at once",
    "area_shape.last_edition": "the same",
    "grid_version.first_edition": "the same, by their grid or all at once",
    "grid_version.last_edition": "the same",
    "team_member.role": "roles are few and never removed; members are found by team or worker",
    "leave.stand_in_id": "only told beside the leave; people are never removed",
    "camera.edition_id": "rows of an edition are found by grid; all rows of a table are assigned at once",
    "site.edition_id": "the same",
    "gate.edition_id": "the same",
    "key_area.edition_id": "the same",
    "address.edition_id": "the same",
    "camera.nearest_grid_id": "only told beside the row; grids are never removed",
    "site.nearest_grid_id": "the same",
    "gate.nearest_grid_id": "the same",
    "address.nearest_grid_id": "the same",
}
"""Foreign keys by which no query looks for rows, and why no index pays for them."""


@pytest.fixture
def empty_address(cluster: PrivateCluster) -> Iterator[DatabaseAddress]:
    """A database with PostGIS and without tables."""
    yield cluster.create_database("unmigrated")
    cluster.drop_database("unmigrated")


def tables_of(address: DatabaseAddress) -> set[str]:
    with psycopg.connect(address.owner_url) as connection:
        rows = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tableowner <> 'gezhi_admin'"
        )
        return {name for (name,) in rows}


def differences(address: DatabaseAddress) -> list[object]:
    """Return what Alembic would still have to change to reach the metadata."""
    engine = create_engine(sqlalchemy_url(address.owner_url), poolclass=pool.NullPool)

    def ours(_object: object, name: str | None, kind: str, reflected: bool, _other: object) -> bool:
        return not (kind == "table" and reflected and name not in metadata.tables)

    with engine.connect() as connection:
        options = {"include_object": ours, "compare_type": True, "compare_server_default": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def test_every_revision_goes_up_and_down_and_up_again(empty_address: DatabaseAddress) -> None:
    url = empty_address.owner_url
    script = ScriptDirectory(str(files("gis.store") / "migrations"))
    upwards = [revision.revision for revision in reversed(list(script.walk_revisions()))]
    states = [tables_of(empty_address) - {"alembic_version"}]
    for revision in upwards:
        upgrade(url, revision=revision)
        states.append(tables_of(empty_address) - {"alembic_version"})
    assert states[-1] == set(metadata.tables)
    for step, revision in reversed(list(enumerate(["base", *upwards[:-1]]))):
        downgrade(url, revision=revision)
        assert tables_of(empty_address) - {"alembic_version"} == states[step]
    assert revisions(url) == (None, upwards[-1])
    upgrade(url)
    assert revisions(url) == (upwards[-1], upwards[-1])
    assert differences(empty_address) == []


def test_nothing_is_left_behind_by_going_down(empty_address: DatabaseAddress) -> None:
    upgrade(empty_address.owner_url)
    downgrade(empty_address.owner_url, revision="base")
    with psycopg.connect(empty_address.owner_url) as connection:
        left = connection.execute(
            "SELECT relname FROM pg_class JOIN pg_roles owner ON owner.oid = relowner "
            "WHERE rolname = 'gezhi_owner' AND relname NOT LIKE 'alembic_version%' AND relname NOT LIKE 'pg_toast%'"
        ).fetchall()
    assert left == []


def test_a_second_upgrade_does_nothing(database_address: DatabaseAddress) -> None:
    before = revisions(database_address.owner_url)
    upgrade(database_address.owner_url)
    assert revisions(database_address.owner_url) == before


def test_the_migrated_tables_are_those_of_the_metadata(database_address: DatabaseAddress) -> None:
    assert differences(database_address) == []


def test_constraints_have_the_same_names_and_words_as_the_metadata(database_address: DatabaseAddress) -> None:
    """Alembic compares no CHECK; their names and the columns' comments are held against each other here."""
    engine = create_engine(sqlalchemy_url(database_address.owner_url), poolclass=pool.NullPool)
    seen = inspect(engine)
    for table in metadata.tables.values():
        constraints = chain(table.constraints, *(column.constraints for column in table.columns))
        wanted = {constraint.name for constraint in constraints if isinstance(constraint, CheckConstraint)}
        assert {found["name"] for found in seen.get_check_constraints(table.name)} == wanted, table.name
        comments = {column["name"]: column["comment"] for column in seen.get_columns(table.name)}
        assert comments == {column.name: column.comment for column in table.columns}, table.name


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE t (n integer)",
        "CREATE SCHEMA s",
        "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "DROP TABLE incident",
        "TRUNCATE incident",
        "ALTER TABLE incident DROP COLUMN title",
        "DROP INDEX ix_incident_cell",
        "INSERT INTO incident_index_aside VALUES ('x', 'DROP TABLE incident')",
        "UPDATE alembic_version SET version_num = '0'",
        "SELECT setval(pg_get_serial_sequence('grid', 'id'), 1)",
    ],
)
def test_the_service_has_no_right_to(database_address: DatabaseAddress, statement: str) -> None:
    with (
        psycopg.connect(database_address.service_url) as service,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        service.execute(statement)


def test_the_service_reads_and_writes_every_table_but_that_whose_texts_the_owner_runs(
    database_address: DatabaseAddress,
) -> None:
    with psycopg.connect(database_address.service_url) as service:
        for table in metadata.tables:
            for right in ("SELECT", "INSERT", "UPDATE", "DELETE"):
                row = service.execute("SELECT has_table_privilege(%s, %s, %s)", (SERVICE_ROLE, table, right)).fetchone()
                assert row == (table != "incident_index_aside" or right == "SELECT",), (table, right)


def test_every_foreign_key_by_which_rows_are_looked_for_begins_an_index(database_address: DatabaseAddress) -> None:
    engine = create_engine(sqlalchemy_url(database_address.owner_url), poolclass=pool.NullPool)
    seen = inspect(engine)
    without = set()
    for table in metadata.tables.values():
        begins = {index["column_names"][0] for index in seen.get_indexes(table.name)}
        begins |= {unique["column_names"][0] for unique in seen.get_unique_constraints(table.name)}
        begins.add(seen.get_pk_constraint(table.name)["constrained_columns"][0])
        without |= {
            f"{table.name}.{column.name}"
            for column in table.columns
            if column.foreign_keys and column.name not in begins
        }
    assert without == set(NEVER_SEARCHED)
