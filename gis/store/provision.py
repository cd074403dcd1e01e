"""Roles and databases inside the private cluster, made by its administrator role.

Three roles: ``gezhi_admin`` (made by initdb, superuser, only for what stands here), ``gezhi_owner`` (owns
each database and its tables) and ``gezhi_service`` (no DDL but temporary tables; migrations grant it
rows, table by table). A database appears under its name only when it is complete: it is made under another
name and renamed.
"""

from psycopg import Connection, connect, errors, sql
from psycopg.conninfo import make_conninfo

from gis.errors import Conflict, NotFound, StoreUnavailable
from gis.store.configuration import OWNER_ROLE, SERVICE_ROLE

MAINTENANCE_DATABASE = "postgres"
STRATEGY_SINCE = 150000


def ensure_roles(admin: Connection) -> None:
    """Make the owner and the service role where they are missing."""
    rows = admin.execute("SELECT rolname FROM pg_roles WHERE rolname IN (%s, %s)", (OWNER_ROLE, SERVICE_ROLE))
    present = {name for (name,) in rows}
    for role in (OWNER_ROLE, SERVICE_ROLE):
        if role not in present:
            admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))


def database_exists(admin: Connection, name: str) -> bool:
    """Tell whether a database of that name is there, complete."""
    return admin.execute("SELECT FROM pg_database WHERE datname = %s", (name,)).fetchone() is not None


def create_database(admin: Connection, name: str, *, template: str | None) -> None:
    """Make a database with PostGIS, owned by the owner role, closed to everybody but our roles.

    Parameters
    ----------
    admin
        A connection in autocommit mode to the maintenance database.
    template
        A database to copy, PostGIS included; None makes an empty one and installs PostGIS.

    Raises
    ------
    Conflict
        When the name is taken, or the template is in use.
    NotFound
        When there is no such template.
    """
    if database_exists(admin, name):
        raise Conflict("a database of that name exists already", where=name)
    unfinished = f"{name}.new"
    drop_database(admin, unfinished)
    statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} {}").format(
        sql.Identifier(unfinished),
        sql.Identifier(OWNER_ROLE),
        sql.Identifier(template or "template0"),
        # Copying files beats writing every page to the log, eight times over; older versions always did so.
        sql.SQL("STRATEGY FILE_COPY" if admin.info.server_version >= STRATEGY_SINCE else ""),
    )
    try:
        admin.execute(statement)
    except errors.InvalidCatalogName as error:
        raise NotFound("there is no such template database", where=template) from error
    except errors.ObjectInUse as error:
        raise Conflict(
            "the template database is in use", where=template, remedy="close the connections to it first"
        ) from error
    _close_to_strangers(admin, unfinished)
    if template is None:
        _install_postgis(admin, unfinished)
    admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(unfinished), sql.Identifier(name)))


def _close_to_strangers(admin: Connection, name: str) -> None:
    """Let only the owner and the service role connect; bulk loads stage rows in temporary tables."""
    database = sql.Identifier(name)
    admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    admin.execute(
        sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(database, sql.Identifier(SERVICE_ROLE))
    )


def _install_postgis(admin: Connection, name: str) -> None:
    """Install PostGIS and hand the schema ``public`` to the owner role."""
    with connect(make_conninfo(admin.info.dsn, dbname=name), autocommit=True) as inside:
        try:
            inside.execute("CREATE EXTENSION postgis")
        except (errors.UndefinedFile, errors.FeatureNotSupported) as error:
            raise StoreUnavailable(
                "PostgreSQL cannot load PostGIS",
                remedy="install the PostGIS package of the same PostgreSQL version",
                facts={"reason": str(error).strip()},
            ) from error
        owner, service = sql.Identifier(OWNER_ROLE), sql.Identifier(SERVICE_ROLE)
        inside.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        inside.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(owner))
        inside.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(service))


def drop_database(admin: Connection, name: str) -> bool:
    """Remove a database, cutting off whoever is connected; False when there was none."""
    existed = database_exists(admin, name)
    if existed:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    return existed


def other_clients(admin: Connection) -> int:
    """Count the client connections to the cluster, this one left out."""
    row = admin.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    ).fetchone()
    return int(row[0]) if row else 0
