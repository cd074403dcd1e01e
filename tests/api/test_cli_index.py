"""`gezhi index`: the index in force as files, and `--verify`."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.main import app
from gis.index import GridIndex
from gis.store.address import DatabaseAddress
from gis.store.database import Database


@pytest.mark.database
def test_the_index_in_force_is_written_verified_and_refused_once_it_is_damaged(
    tiny: Database, tiny_city_address: DatabaseAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEZHI_DATABASE_URL", tiny_city_address.owner_url)
    directory = tmp_path / "index"
    gezhi = CliRunner(env={"COLUMNS": "200"})
    written = gezhi.invoke(app, ["index", str(directory)])
    assert written.exit_code == 0, written.output
    index = GridIndex.open(directory)
    assert f"{len(index)} grids" in written.output
    assert index.locate_one(113.005, 22.505) >= 0
    assert gezhi.invoke(app, ["index", str(directory), "--verify"]).exit_code == 0
    (file,) = directory.glob("fine-*")
    file.write_bytes(file.read_bytes()[:-1] + b"\x55")
    refused = gezhi.invoke(app, ["index", str(directory), "--verify"])
    assert refused.exit_code == 1
    assert "damaged" in refused.output
    assert "gezhi index DIR" in refused.output


def test_a_place_that_cannot_be_written_or_holds_nothing_is_refused(tmp_path: Path) -> None:
    refused = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["index", str(tmp_path), "--verify"])
    assert refused.exit_code == 1
    assert "there is no index" in refused.output
