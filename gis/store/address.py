"""Where the database is: two libpq URLs, one for each role.

The *owner* role changes the shape of the database (migrations); the *service* role only reads and writes
rows. An address comes from the private cluster or from outside (``GEZHI_DATABASE_URL``); whoever holds one
need not know which. Passwords are never shown.
"""

from dataclasses import dataclass, field
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict

from gis.errors import InvalidInput, StoreUnavailable

CONNECT_TIMEOUT_S = 5


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """A PostGIS database and how its two roles reach it.

    Parameters
    ----------
    owner_url
        libpq URL (``postgresql://…``) of the role that may run DDL.
    service_url
        libpq URL of the role that may not.
    """

    owner_url: str = field(repr=False)
    service_url: str = field(repr=False)

    @property
    def description(self) -> str:
        """The place without user or password, for messages: ``host:port/database``."""
        parts = conninfo_to_dict(self.owner_url)
        return f"{parts.get('host', 'local socket')}:{parts.get('port', 5432)}/{parts.get('dbname', '')}"


def external(url: str, *, service_url: str | None = None) -> DatabaseAddress:
    """Address a PostGIS that somebody else runs.

    Parameters
    ----------
    url
        libpq URL of the database's owner.
    service_url
        libpq URL of the role without DDL rights; without it the service connects as the owner, which works
        but gives up one line of defence.

    Raises
    ------
    InvalidInput
        When a URL is not one libpq understands. The URL is not repeated, because it may hold a password.

    Examples
    --------
    >>> external("postgresql://maps:secret@db.example/city").description
    'db.example:5432/city'
    """
    for name, text in (("database URL", url), ("service database URL", service_url)):
        if text is None:
            continue
        try:
            parts = conninfo_to_dict(text)
        except psycopg.ProgrammingError:
            parts = {}
        if not text.startswith(("postgresql://", "postgres://")) or "dbname" not in parts:
            raise InvalidInput(
                f"the {name} cannot be read",
                remedy="write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE",
                facts={"parameter": name},
            )
    return DatabaseAddress(owner_url=url, service_url=url if service_url is None else service_url)


def socket_url(socket_dir: str, *, port: int, role: str, database: str) -> str:
    """Write the libpq URL of a database behind a unix socket.

    Examples
    --------
    >>> socket_url("/run/a b", port=5432, role="gezhi_owner", database="gezhi")
    'postgresql://gezhi_owner@/gezhi?host=%2Frun%2Fa%20b&port=5432'
    """
    place = quote(socket_dir, safe="")
    return f"postgresql://{quote(role, safe='')}@/{quote(database, safe='')}?host={place}&port={port}"


def sqlalchemy_url(url: str) -> str:
    """Turn a libpq URL into the one SQLAlchemy wants for psycopg 3.

    Examples
    --------
    >>> sqlalchemy_url("postgres://db.example/city")
    'postgresql+psycopg://db.example/city'
    """
    _, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}"


def check_reachable(address: DatabaseAddress) -> str:
    """Connect as both roles and return the version of PostGIS.

    Raises
    ------
    StoreUnavailable
        When a role cannot connect, or the database lacks PostGIS; the remedy says what to type.
    """
    version = ""
    for url in (address.owner_url, address.service_url):
        try:
            with psycopg.connect(url, connect_timeout=CONNECT_TIMEOUT_S, autocommit=True) as connection:
                row = connection.execute("SELECT extversion FROM pg_extension WHERE extname = 'postgis'").fetchone()
        except psycopg.OperationalError as error:
            raise StoreUnavailable(
                "the database cannot be reached",
                where=address.description,
                remedy="check that it runs and that user and password are right",
                facts={"reason": str(error).strip()},
            ) from error
        if row is None:
            raise StoreUnavailable(
                "the database has no PostGIS",
                where=address.description,
                remedy="let an administrator run there: CREATE EXTENSION postgis",
            )
        version = str(row[0])
    return version
