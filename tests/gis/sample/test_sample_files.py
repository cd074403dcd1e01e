import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from gis.errors import GisError, InvalidInput
from gis.sample import FILES, write_sample_city
from gis.sample.sources import digest
from tests.gis.sample.conftest import COUNTY, SEED, Written

PROGRAM = """
import sys
from pathlib import Path
from gis.sample import write_sample_city
write_sample_city(Path(sys.argv[1]), seed=int(sys.argv[2]), counties=(sys.argv[3],))
"""


def digests(folder: Path) -> dict[str, str]:
    return {name: digest(folder / name) for name in FILES}


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes_in_another_process(tmp_path: Path, county: Written) -> None:
    subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path), str(SEED), COUNTY],
        env={**os.environ, "PYTHONHASHSEED": "12345"},
        check=True,
    )
    assert digests(tmp_path) == digests(county.summary.directory)


def test_another_seed_gives_another_division_of_the_same_areas(tmp_path: Path, county: Written) -> None:
    write_sample_city(tmp_path, seed=SEED + 1, counties=(COUNTY,))
    ours, theirs = digests(county.summary.directory), digests(tmp_path)
    assert ours["areas.geojson"] == theirs["areas.geojson"]
    assert ours["grids.geojson"] != theirs["grids.geojson"]
    assert ours["incidents.csv"] != theirs["incidents.csv"]


def test_another_moment_moves_the_incidents_and_leaves_the_division(tmp_path: Path, county: Written) -> None:
    until = datetime(2026, 3, 1, 8, 0, tzinfo=timezone(timedelta(hours=8)))
    shares: list[float] = []
    write_sample_city(
        tmp_path,
        seed=SEED,
        until=until,
        counties=(COUNTY,),
        progress=lambda _what, share: shares.append(share),
    )
    ours, theirs = digests(county.summary.directory), digests(tmp_path)
    assert ours["grids.geojson"] == theirs["grids.geojson"]
    assert ours["addresses.csv"] == theirs["addresses.csv"]
    assert ours["workers.csv"] != theirs["workers.csv"], "people come and go as time passes"
    assert ours["incidents.csv"] != theirs["incidents.csv"]
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert shares[-1] == 1.0


def test_a_moment_without_a_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="time zone"):
        write_sample_city(tmp_path, seed=1, until=datetime(2025, 1, 1))
    assert list(tmp_path.iterdir()) == []


def test_a_county_of_another_city_is_refused_naming_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="440703"):
        write_sample_city(tmp_path, seed=1, counties=("110101",))


def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="utf-8")
    with pytest.raises(GisError, match="cannot be written") as caught:
        write_sample_city(blocked / "city", seed=1, counties=(COUNTY,))
    assert caught.value.where == str(blocked / "city")
