"""How fast the service works: to load a year of a city's incidents, to tell its figures, to answer lookups over HTTP.

Instance: edition 1 of the sample city (2,954 grids) and its 519,800 incidents, from one CSV file, located, given to
people and stored in one transaction. The load runs in a process of its own; its CPU seconds and those of every process
of PostgreSQL are counted, and its own peak memory. Then the same file is loaded again, which changes nothing. Then
every kind of question about incident figures is asked (`benchmarks.figure_questions`), and the five figures. Then a
service of one process is asked for the grid of 100,000 points (`benchmarks.lookups`).

    .venv/bin/python benchmarks/bench_service.py [--quick]
"""

import argparse
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from api.cli.demo import FILES, SEED
from benchmarks.figure_times import figure_times
from benchmarks.lookups import lookup_figures
from benchmarks.measuring import cpu_s, machine, peak_memory_mb
from benchmarks.sample_database import SampleDatabase, bench_dir, sample_database
from gis.division.model import Division
from gis.loading import Kind
from gis.store import processes
from gis.store.address import DatabaseAddress
from gis.store.cluster import PrivateCluster
from gis.store.data_directory import DataDirectory
from gis.store.database import Database
from gis.store.divisions import read_division
from gis.store.loading import LoadOptions, load

LOAD_ROLE = "load"
_COPY = "bench_load"


def main() -> None:
    """Measure and print; with the role of the child, load and print what that took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the same: there is nothing to leave out yet")
    parser.add_argument("--role", choices=[LOAD_ROLE], help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.role == LOAD_ROLE:
        print(json.dumps(_load(asked.file)))
        return
    with PrivateCluster(bench_dir()) as cluster:
        sample = sample_database(cluster, bench_dir())
        first, again, figures = _measured(sample)
    print(json.dumps({"first": first, "again": again}), file=sys.stderr)
    answer = {
        "benchmark": "service",
        "n": first["rows"],
        "seed": SEED,
        "figures": {
            "load_incidents_s": round(first["cpu_s"] + first["postgres_cpu_s"], 2),
            "load_incidents_mb": round(first["peak_mb"], 1),
            "load_again_s": round(again["cpu_s"] + again["postgres_cpu_s"], 2),
            "load_again_mb": round(again["peak_mb"], 1),
            **figures,
        },
        "peers": {},
        "machine": machine(),
    }
    print(json.dumps(answer))


def _measured(sample: SampleDatabase) -> tuple[dict[str, Any], dict[str, Any], dict[str, float]]:
    """Load the incidents into a fresh copy of the city, and once more, and ask for figures; the copy is removed."""
    address = sample.copy(_COPY)
    try:
        first, again = _in_a_child(sample), _in_a_child(sample)
        figures = figure_times(address) | lookup_figures(address, _division(address))
    finally:
        sample.cluster.drop_database(_COPY)
    if first["new"] != first["rows"] or again["new"] or again["changed"]:
        raise SystemExit(f"the load did not do what it should: {first}, then {again}")
    return first, again, figures


def _division(address: DatabaseAddress) -> Division:
    database = Database(address)
    with database.transaction() as connection:
        division = read_division(connection, at=datetime.now(UTC))
    database.close()
    return division


def _in_a_child(sample: SampleDatabase) -> dict[str, Any]:
    file = sample.files / FILES[Kind.INCIDENTS]
    command = [sys.executable, __file__, "--role", LOAD_ROLE, "--file", str(file)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def _load(file: Path) -> dict[str, Any]:
    """Load the incidents in this process, and tell what it took."""
    import os  # noqa: PLC0415

    place = DataDirectory.at(bench_dir()).cluster
    postmaster = processes.postmaster(place)
    if postmaster is None:
        raise SystemExit("the benchmark's cluster does not run")
    database = Database(PrivateCluster(bench_dir()).address(_COPY))
    postgres_before = cpu_s(processes.members(place), main=postmaster)
    report = load(
        database,
        Kind.INCIDENTS,
        file,
        options=LoadOptions(crs="EPSG:4326", mode="commit"),
        progress=lambda what, _share: print(what, file=sys.stderr),
    )
    postgres_after = cpu_s(processes.members(place), main=postmaster)
    used = os.times()
    database.close()
    return {
        "rows": report.read,
        "new": report.written.new,
        "changed": report.written.changed,
        "cpu_s": used.user + used.system,
        "postgres_cpu_s": postgres_after - postgres_before,
        "peak_mb": peak_memory_mb(),
    }


if __name__ == "__main__":
    main()
