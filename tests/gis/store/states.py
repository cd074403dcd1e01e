"""The whole content of a database, to be compared before and after."""

from sqlalchemy import text

from gis.store.database import Database
from gis.store.tables import metadata


def content(database: Database) -> dict[str, list[str]]:
    """Return every row of every table as text, in an order of its own."""
    return _rows(database, "row_content::text")


def versions(database: Database) -> dict[str, list[str]]:
    """Return every row with the transaction that wrote it and its place: equal only when nothing was written."""
    return _rows(database, "(row_content.xmin, row_content.ctid, row_content)::text")


def _rows(database: Database, told: str) -> dict[str, list[str]]:
    with database.transaction() as connection:
        return {
            name: list(connection.execute(text(f"SELECT {told} FROM {name} row_content ORDER BY 1")).scalars())
            for name in sorted(metadata.tables)
        }
