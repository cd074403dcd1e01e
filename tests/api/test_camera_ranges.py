from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Mode, Settings
from gis.coverage import DEFAULT_RANGES
from gis.errors import InvalidInput, UnreadableFile
from gis.store.address import DatabaseAddress
from gis.store.database import Database
from tests.api.conftest import LOOPBACK

TABLE = """
[source.net]
hfov_deg = 50
range_m = 20
why = "measured on site"

[kind.unknown]
hfov_deg = 360
range_m = 5
why = "as told by the installer"
"""


@pytest.fixture
def ranges(tmp_path: Path) -> Path:
    path = tmp_path / "ranges.toml"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.fixture
def database(tiny_address: DatabaseAddress) -> Iterator[Database]:
    opened = Database(tiny_address)
    yield opened
    opened.close()


def assumed_by(settings: Settings, database: Database) -> dict[str, tuple[float, float, str]]:
    with TestClient(create_app(settings, database), base_url=LOOPBACK) as client:
        rows = client.get("/api/v1/coverage/cameras").json()["assumed_ranges"]
    return {row["applies_to"]: (row["hfov_deg"], row["range_m"], row["why"]) for row in rows}


def test_the_city_s_own_table_of_assumed_ranges_serves_and_stands_beside_the_figures(
    database: Database, ranges: Path
) -> None:
    own = assumed_by(Settings(mode=Mode.DEMO, camera_ranges=ranges), database)
    ordinary = assumed_by(Settings(mode=Mode.DEMO), database)
    assert (50.0, 20.0, "measured on site") in own.values()
    assert (360.0, 5.0, "as told by the installer") in own.values()
    assert set(ordinary.values()) == {tuple(row) for row in DEFAULT_RANGES.by_kind.values()}


def test_the_table_is_named_by_the_environment(monkeypatch: pytest.MonkeyPatch, ranges: Path) -> None:
    assert Settings().camera_ranges is None
    monkeypatch.setenv("GEZHI_CAMERA_RANGES", str(ranges))
    assert Settings().camera_ranges == ranges


def test_a_table_that_cannot_be_used_stops_the_service_before_it_serves(database: Database, ranges: Path) -> None:
    missing = ranges.with_name("nowhere.toml")
    with pytest.raises(UnreadableFile, match=r"nowhere\.toml"):
        create_app(Settings(camera_ranges=missing), database)
    ranges.write_text(TABLE.replace("range_m = 20", "range_m = 0"), encoding="utf-8")
    with pytest.raises(InvalidInput, match="make no field of view"):
        create_app(Settings(camera_ranges=ranges), database)
