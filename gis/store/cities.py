"""The one city of a database: its name, clock, and what its maps must show."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert

from gis.errors import Conflict, InvalidInput, NotFound
from gis.store import tables as t
from gis.store.database import announce
from gis.store.figure_upkeep import recount_figures

CITY_LEVEL = "city"


@dataclass(frozen=True, slots=True)
class City:
    """What is said once about a city."""

    name: str
    code: str
    time_zone: str
    name_en: str | None = None
    source: str | None = None
    source_url: str | None = None
    approval_no: str | None = None
    simulated: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """The city's clock."""
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise InvalidInput(
                f"there is no time zone {self.time_zone!r}",
                remedy="use an IANA name such as Asia/Shanghai or America/New_York",
            ) from None


def write_city(connection: Connection, city: City) -> None:
    """Name the city of this database, or change what is said of it; its root area comes with it.

    Raises
    ------
    InvalidInput
        When the time zone is unknown, or name or code is empty.
    Conflict
        When the database already belongs to a city with another code.
    """
    _ = city.zone
    if not (city.name.strip() and city.code.strip()):
        raise InvalidInput("a city needs a name and a code", remedy="gezhi city NAME --code CODE --time-zone ZONE")
    present = connection.execute(select(t.city.c.code, t.city.c.name, t.city.c.time_zone)).one_or_none()
    if present is not None and present.code != city.code:
        raise Conflict(
            f"this database is the city {present.name} ({present.code})",
            remedy="give every city a data directory of its own: GEZHI_DATA=…",
        )
    values = {
        "name": city.name,
        "name_en": city.name_en,
        "code": city.code,
        "time_zone": city.time_zone,
        "source": city.source,
        "source_url": city.source_url,
        "approval_no": city.approval_no,
        "simulated": city.simulated,
    }
    statement = insert(t.city).values(id=1, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))
    root = insert(t.area).values(level=CITY_LEVEL, code=city.code, name=city.name)
    connection.execute(root.on_conflict_do_update(index_elements=["level", "code"], set_={"name": root.excluded.name}))
    if present is None or present.time_zone != city.time_zone:
        recount_figures(connection)
    announce(connection, "city")


def read_city(connection: Connection) -> City:
    """Return the city of this database.

    Raises
    ------
    NotFound
        When none has been named yet.
    """
    row = connection.execute(select(t.city)).one_or_none()
    if row is None:
        raise NotFound(
            "this database has no city yet",
            remedy="name it with: gezhi city NAME --code CODE --time-zone ZONE, or try: gezhi demo",
        )
    return City(
        name=row.name,
        code=row.code,
        time_zone=row.time_zone,
        name_en=row.name_en,
        source=row.source,
        source_url=row.source_url,
        approval_no=row.approval_no,
        simulated=row.simulated,
    )


def row_counts(connection: Connection) -> dict[str, int]:
    """Return how many rows each kind of thing has, for status and the start page."""
    counted = {
        "areas": t.area,
        "workers": t.worker,
        "cameras": t.camera,
        "incidents": t.incident,
        "sites": t.site,
        "gates": t.gate,
        "key_areas": t.key_area,
        "addresses": t.address,
    }
    counts = {name: connection.scalar(select(func.count()).select_from(table)) or 0 for name, table in counted.items()}
    in_force = t.grid_version.c.last_edition.is_(None)
    counts["grids"] = connection.scalar(select(func.count()).select_from(t.grid_version).where(in_force)) or 0
    return counts
