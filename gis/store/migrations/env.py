"""How Alembic reaches the database: the URL is handed over by ``gis.store.migrate``, never read from a file."""

from typing import Any

from alembic import context
from sqlalchemy import create_engine, pool

from gis.store.tables import metadata


def _ours(_object: Any, name: str | None, kind: str, reflected: bool, _compare_to: Any) -> bool:
    """Leave PostGIS's own tables alone when the schema is compared with the metadata."""
    return not (kind == "table" and reflected and name not in metadata.tables)


def run() -> None:
    """Run the migrations in one transaction, as the owner."""
    engine = create_engine(context.config.attributes["owner_url"], poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=metadata, include_object=_ours)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
