"""The demo's city: made once from a seed, loaded through the same door as anybody's files.

An interrupted start is taken up again: loading twice changes nothing, and the first edition is written whole or
not at all.
"""

import tempfile
import time
from collections.abc import Collection
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from api.cli.console import Report, err, out, progress
from gis.errors import NotFound
from gis.loading import WITHOUT_POSITIONS, Kind
from gis.sample import Profile, sources, write_sample_city
from gis.sample.sources import CITIES_AND_COUNTIES, source_of
from gis.store.cities import City, read_city, write_city
from gis.store.database import Database, announce, change_counts
from gis.store.divisions import read_editions
from gis.store.loading import LoadOptions, load

SEED = 440700

FILES: dict[Kind, str] = {
    Kind.AREAS: "areas.geojson",
    Kind.GRIDS: "grids.geojson",
    Kind.CALENDAR: "calendar.csv",
    Kind.WORKERS: "workers.csv",
    Kind.LEAVE: "leave.csv",
    Kind.CAMERAS: "cameras.csv",
    Kind.SITES: "sites.csv",
    Kind.GATES: "gates.csv",
    Kind.KEY_AREAS: "key_areas.geojson",
    Kind.ADDRESSES: "addresses.csv",
    Kind.BASEMAP: "basemap.geojson",
    Kind.INCIDENTS: "incidents.csv",
}
"""In the order in which they are loaded: each needs those before it."""

_EFFORT = {Kind.INCIDENTS: 20.0, Kind.ADDRESSES: 12.0, Kind.WORKERS: 3.0, Kind.GRIDS: 3.0, Kind.BASEMAP: 2.0}
"""How long the kinds take to load, beside the others."""

PLACES = {
    Profile.CITY: ("江门市", "440700000000", "Jiangmen"),
    Profile.TOWN: ("平凉市", "620800000000", "Pingliang"),
}
"""Name, code and English name of the city each sample place lies in."""

LOADED = "sample"
"""Counted among the changes once the sample city is complete."""


def sample_city(profile: Profile = Profile.CITY) -> City:
    """Return what is said of a sample place; its maps name every file that ships and went into it."""
    approval_no = source_of(CITIES_AND_COUNTIES).approval_number
    stands_apart = f",审图号:{approval_no}"
    credits = [
        *dict.fromkeys(source.attribution_zh.removesuffix(stands_apart) for source in sources()),
        "网格、人员、事件、摄像机:模拟数据",
    ]
    name, code, name_en = PLACES[profile]
    return City(
        name,
        code,
        "Asia/Shanghai",
        name_en=name_en,
        source="\n".join(credits),
        approval_no=approval_no,
        simulated=True,
    )


def ensure_sample(database: Database, profile: Profile = Profile.CITY) -> None:
    """Load the sample city into an empty database; leave a database with a city of its own as it is."""
    with database.transaction() as connection:
        complete = LOADED in change_counts(connection)
        try:
            present: City | None = read_city(connection)
        except NotFound:
            present = None
    if present is not None and _is_another(present, profile):
        err.print(
            f"此数据目录已有城市 {present.name}({present.code}),直接显示该城市;示例城市请另用空目录:"
            f"GEZHI_DATA=DIRECTORY\n"
            f"this data directory holds the city {present.name} ({present.code}), which is shown as it is; "
            "the sample city needs an empty directory: GEZHI_DATA=DIRECTORY",
            style="yellow",
            markup=False,
            soft_wrap=True,
        )
        return
    if complete:
        return
    began = time.monotonic()
    err.print("生成并载入示例城市(模拟数据) making and loading the sample city (simulated data)", style="dim")
    with tempfile.TemporaryDirectory(prefix="gezhi-sample-") as place, progress() as report:
        now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        write_sample_city(Path(place), seed=SEED, progress=_part(report, 0.0, 0.3), until=now, profile=profile)
        load_files(database, Path(place), kinds=list(FILES), report=_part(report, 0.3, 0.7), profile=profile)
    with database.transaction() as connection:
        announce(connection, LOADED)
    err.print(f"  {time.monotonic() - began:.0f} s", style="dim")


def _is_another(present: City, profile: Profile) -> bool:
    """Say whether a database belongs to a city of the user's own."""
    return not present.simulated or present.code != sample_city(profile).code


def load_files(
    database: Database, place: Path, *, kinds: Collection[Kind], report: Report, profile: Profile = Profile.CITY
) -> None:
    """Name the sample city and load its files of some kinds; an edition that is there already stays."""
    with database.transaction() as connection:
        write_city(connection, sample_city(profile))
    efforts = [_EFFORT.get(kind, 1.0) for kind in kinds]
    done = 0.0
    for kind, effort in zip(kinds, efforts, strict=True):
        if kind is not Kind.GRIDS or not _has_edition(database):
            options = LoadOptions(
                crs=None if kind in WITHOUT_POSITIONS else "EPSG:4326",
                mode="commit",
            )
            share = effort / sum(efforts)
            load(database, kind, place / FILES[kind], options=options, progress=_part(report, done, share))
        done += effort / sum(efforts)


def _has_edition(database: Database) -> bool:
    with database.transaction() as connection:
        return bool(read_editions(connection))


def _part(report: Report, start: float, share: float) -> Report:
    """Report into a part of the whole line."""
    return lambda what, done: report(what, start + share * done)


def write_files(directory: Path, *, seed: int, profile: Profile = Profile.CITY) -> None:
    """Write the sample city's files and say what they hold."""
    directory.mkdir(parents=True, exist_ok=True)
    with progress() as report:
        summary = write_sample_city(directory, seed=seed, progress=report, profile=profile)
    for name, value in asdict(summary).items():
        out.print(f"{name:18} {f'{value:,}' if isinstance(value, int) else value}", markup=False, soft_wrap=True)
