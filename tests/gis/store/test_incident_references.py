"""What incidents refer to is there and stays there, as with foreign keys, checked a statement at a time."""

import psycopg
import pytest

from gis.store.address import DatabaseAddress
from gis.store.database import Database

COLUMNS = {
    "edition_id": "edition",
    "grid_id": "grid",
    "nearest_grid_id": "grid",
    "runner_up_grid_id": "grid",
    "charge_team_id": "team",
    "charge_worker_id": "worker",
}
FREE = dict.fromkeys(COLUMNS, "grid_id IS NOT NULL") | {"nearest_grid_id": "grid_id IS NULL"}
"""Rows in which a column may name something, as the table's own rules go."""
NEW = {
    "edition": "INSERT INTO edition (id, effective_at) VALUES (99, '2099-01-01Z') RETURNING id",
    "grid": "INSERT INTO grid DEFAULT VALUES RETURNING id",
    "team": "WITH one AS (INSERT INTO grid DEFAULT VALUES RETURNING id) "
    "INSERT INTO team (grid_id) SELECT id FROM one RETURNING id",
    "worker": "INSERT INTO worker (worker_ref, name) VALUES ('new', '示例') RETURNING id",
}
"""A row of each table that nothing else names."""
COPIED = "source, kind, category, state, reported_at, point, declared_crs, cell"


@pytest.mark.parametrize("column", COLUMNS)
def test_an_incident_cannot_name_what_is_not_there(
    tiny: Database, tiny_city_address: DatabaseAddress, column: str
) -> None:
    refused = pytest.raises(psycopg.errors.ForeignKeyViolation, match=f"incident.{column} names a row")
    edition = "" if column == "edition_id" else ", edition_id"
    with psycopg.connect(tiny_city_address.service_url) as service:
        with refused:
            service.execute(
                f"INSERT INTO incident (source_ref, {column}, {COPIED}{edition}) "
                f"SELECT 'new', 999999, {COPIED}{edition} FROM incident LIMIT 1"
            )
        service.rollback()
        with refused:
            service.execute(f"UPDATE incident SET {column} = 999999 WHERE {FREE[column]}")


@pytest.mark.parametrize(("column", "table"), COLUMNS.items())
def test_what_an_incident_names_cannot_be_removed(
    tiny: Database, tiny_city_address: DatabaseAddress, column: str, table: str
) -> None:
    with psycopg.connect(tiny_city_address.service_url) as service:
        (named,) = service.execute(NEW[table]).fetchone() or (None,)
        service.execute(f"UPDATE incident SET {column} = %s WHERE {FREE[column]}", (named,))
        with pytest.raises(psycopg.errors.ForeignKeyViolation, match=f"still named by incident.{column}"):
            service.execute(f"DELETE FROM {table} WHERE id = %s", (named,))
