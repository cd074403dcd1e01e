"""Washington, DC, a real city whose official answers are known, loaded through the product's own loader.

Three divisions of one city, each in a database of its own: 56 police service areas under 7 districts, 8 wards,
40 advisory neighborhood commissions.
"""

from dataclasses import dataclass
from pathlib import Path

from gis.loading import ColumnPlan, Kind
from gis.store.cities import City, write_city
from gis.store.database import Database
from gis.store.loading import LoadOptions, LoadReport, load

CITY = City("Washington, DC", "DC", "America/New_York", source="Open Data DC, CC BY 4.0")


@dataclass(frozen=True, slots=True)
class Source:
    """A file of the shared data and how it is read: ours=theirs, and ours=value for all rows."""

    kind: Kind
    file: str
    columns: tuple[str, ...]
    constants: tuple[str, ...] = ()


DISTRICTS = Source(
    Kind.AREAS, "police_districts.geojson", ("code=DISTRICT", "name=NAME"), ("level=district", "parent_code=DC")
)
PSAS = Source(Kind.GRIDS, "psa.geojson", ("code=PSA", "name=NAME", "area_code=DISTRICT", "population=TOTALPOP"))
WARDS = Source(Kind.GRIDS, "ward2012.geojson", ("code=WARD", "name=NAME"), ("area_code=DC",))
ANCS = Source(Kind.GRIDS, "anc2013.geojson", ("code=ANC_ID", "name=NAME"), ("area_code=DC",))
INCIDENTS = Source(
    Kind.INCIDENTS,
    "incidents_2016.csv",
    ("source_ref=OBJECTID", "category=OFFENSE", "title=BLOCKSITEADDRESS", "reported_at=REPORTDATETIME"),
    ("source=dc-crime",),
)
REQUESTS = Source(
    Kind.INCIDENTS,
    "requests311_addresses_2016.csv",
    (
        "source_ref=SERVICEREQUESTID",
        "category=SERVICECODEDESCRIPTION",
        "title=STREETADDRESS",
        "reported_at=ADDDATE",
    ),
    ("source=dc-311", "kind=request"),
)


def cameras(name: str, *columns: str) -> Source:
    """Return one of the five lists; none of them gives a status, so `live` is the claim of whoever loads it."""
    return Source(Kind.CAMERAS, f"cameras_{name}.csv", columns, (f"source=dc-{name}", "status=live"))


CAMERAS = (
    cameras("cctv", "source_ref=ID+ADDRESS+lon", "name=NAME"),
    cameras("enforcement", "source_ref=OBJECTID", "name=ADDRESS"),
    cameras("speed", "source_ref=OBJECTID", "name=ADDRESS", "azimuth_deg=DIRECTION"),
    cameras("redlight", "source_ref=OBJECTID", "name=LOCATION", "azimuth_deg=DIRECTION"),
    cameras("traffic", "source_ref=CAMERAID"),
)
POLICE = (DISTRICTS, PSAS, INCIDENTS, REQUESTS, *CAMERAS)


def corrected_files(shared_data: Path, folder: Path) -> Path:
    """Return a folder with the city's files, in which the one misspelt direction is put right."""
    for file in (shared_data / "dc").iterdir():
        text = file.read_bytes()
        (folder / file.name).write_bytes(text.replace(b"East Bount", b"East Bound"))
    return folder


def load_source(database: Database, source: Source, folder: Path) -> LoadReport:
    """Load one file, committed; rejects stay in the folder."""
    options = LoadOptions(crs="EPSG:4326", plan=ColumnPlan.parse(source.columns, source.constants), mode="commit")
    return load(database, source.kind, folder / source.file, options=options, progress=lambda _what, _share: None)


def load_washington(database: Database, sources: tuple[Source, ...], folder: Path) -> dict[str, LoadReport]:
    """Fill a migrated database; return what was said of each file."""
    with database.transaction() as connection:
        write_city(connection, CITY)
    return {source.file: load_source(database, source, folder) for source in sources}
