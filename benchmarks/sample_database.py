"""The sample city for the benchmarks: its files, and a database with everything but incidents, kept for the next run.

They lie in a directory of their own (``GEZHI_BENCH_DATA``, else beside the service's data), with a private cluster of
their own: a running service is never touched. Both are made anew when the code that makes them has changed.
"""

import hashlib
import os
import sys
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from api.cli.demo import FILES, LOADED, SEED, load_files
from gis.loading import Kind
from gis.sample import write_sample_city
from gis.store.address import DatabaseAddress
from gis.store.cluster import PrivateCluster
from gis.store.data_directory import default_data_dir
from gis.store.database import Database, announce, change_counts
from gis.store.migrate import upgrade

_SOURCES = ("gis.sample", "gis.loading", "gis.store", "gis.division", "gis.index")


def bench_dir() -> Path:
    """Return the directory of the benchmarks."""
    chosen = os.environ.get("GEZHI_BENCH_DATA")
    if chosen:
        return Path(chosen).absolute()
    beside = default_data_dir({name: value for name, value in os.environ.items() if name != "GEZHI_DATA"})
    return beside.with_name(f"{beside.name}-bench")


@dataclass(frozen=True, slots=True)
class SampleDatabase:
    """The city's files, and the cluster with the database ``name`` that holds all but the incidents."""

    cluster: PrivateCluster
    name: str
    files: Path

    def copy(self, name: str) -> DatabaseAddress:
        """Return a fresh copy of the database, instead of an older one of that name."""
        self.cluster.drop_database(name)
        return self.cluster.create_database(name, template=self.name)


def sample_database(cluster: PrivateCluster, directory: Path) -> SampleDatabase:
    """Return the sample city, made where it is missing or was made by other code."""
    version = _version()
    place, name = directory / "sample" / version, f"sample_{version}"
    complete = place / "complete"
    if not complete.exists():
        print(f"making the sample city in {place}", file=sys.stderr)
        write_sample_city(place, seed=SEED)
        complete.touch()
    address = cluster.ensure_database(name)
    upgrade(address.owner_url)
    database = Database(address)
    with database.transaction() as connection:
        filled = LOADED in change_counts(connection)
    if not filled:
        print("loading everything but the incidents", file=sys.stderr)
        kinds = [kind for kind in FILES if kind is not Kind.INCIDENTS]
        load_files(database, place, kinds=kinds, report=lambda _what, _share: None)
        with database.transaction() as connection:
            announce(connection, LOADED)
    database.close()
    return SampleDatabase(cluster, name, place)


def _version() -> str:
    """Return a name for the code that makes the city: other sources, another name."""
    digest = hashlib.sha256()
    for package in _SOURCES:
        for source in sorted(Path(str(files(package))).rglob("*")):
            if source.suffix in {".py", ".sql"}:
                digest.update(source.read_bytes())
    return digest.hexdigest()[:12]
