"""Finding PostgreSQL and PostGIS, and saying what to type where they are missing."""

from pathlib import Path

import pytest

from gis.errors import StoreUnavailable
from gis.store.installation import Installation, choose, installations


def found(*pairs: tuple[int, bool]) -> list[tuple[Installation, bool]]:
    return [(Installation(Path(f"/pg/{major}/bin"), major), postgis) for major, postgis in pairs]


def make_server(root: Path, version: str) -> None:
    """Lay out a server as Debian does; its programs answer for their version only."""
    bin_dir = root / version / "bin"
    bin_dir.mkdir(parents=True)
    for name in ("initdb", "pg_ctl", "postgres"):
        program = bin_dir / name
        program.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}.4 (Debian)'\n")
        program.chmod(0o755)
    config = bin_dir / "pg_config"
    config.write_text(f"#!/bin/sh\necho {root}/share-{version}\n")
    config.chmod(0o755)


def test_every_version_is_found_newest_first_with_postgis_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    for version in ("9", "15", "16"):
        make_server(tmp_path, version)
    control = tmp_path / "share-15" / "extension" / "postgis.control"
    control.parent.mkdir(parents=True)
    control.touch()
    (tmp_path / "17" / "bin").mkdir(parents=True)
    told = [(one.major, postgis) for one, postgis in installations(debian_root=tmp_path)]
    assert told == [(16, False), (15, True), (9, False)]


def test_a_machine_without_postgresql_has_no_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert installations(debian_root=tmp_path / "none") == []


def test_a_new_cluster_gets_the_newest_version_that_has_postgis() -> None:
    assert choose(found((17, False), (16, True), (15, True)), major=None).major == 16


def test_an_existing_cluster_gets_the_version_that_made_it() -> None:
    assert choose(found((17, True), (15, True)), major=15).major == 15


@pytest.mark.parametrize(
    ("installed", "major", "command"),
    [
        ([], None, "make setup"),
        ([(15, False)], None, "sudo apt-get install postgresql-15-postgis-3"),
        ([(16, True)], 15, "sudo apt-get install postgresql-15-postgis-3"),
        ([(16, True), (15, False)], 15, "sudo apt-get install postgresql-15-postgis-3"),
    ],
)
def test_what_is_missing_is_refused_with_the_command_to_type(
    installed: list[tuple[int, bool]], major: int | None, command: str
) -> None:
    with pytest.raises(StoreUnavailable) as caught:
        choose(found(*installed), major=major)
    assert caught.value.remedy == f"type: {command}"
