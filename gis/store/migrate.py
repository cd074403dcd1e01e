"""Bring a database to the tables of this version, or back.

Migrations run as the owner role; the service's role has no DDL rights. Each migration can be undone, and a test
goes up and down through all of them.
"""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, pool

from gis.store.address import sqlalchemy_url


def _config(owner_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("gis.store") / "migrations"))
    config.attributes["owner_url"] = sqlalchemy_url(owner_url)
    return config


def upgrade(owner_url: str, *, revision: str = "head") -> None:
    """Migrate up to a revision; nothing happens when the database is already there.

    Parameters
    ----------
    owner_url
        libpq URL of a role that may create tables; PostGIS must be installed in the database.
    """
    command.upgrade(_config(owner_url), revision)


def downgrade(owner_url: str, *, revision: str) -> None:
    """Undo migrations down to a revision (``"base"`` drops every table, and all data with them)."""
    command.downgrade(_config(owner_url), revision)


def revisions(owner_url: str) -> tuple[str | None, str | None]:
    """Return the database's revision and the newest one this program knows."""
    engine = create_engine(sqlalchemy_url(owner_url), poolclass=pool.NullPool)
    try:
        with engine.connect() as connection:
            present = MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
    return present, ScriptDirectory.from_config(_config(owner_url)).get_current_head()
