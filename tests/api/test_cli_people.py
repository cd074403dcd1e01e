"""`gezhi who`, `gezhi roles` and `gezhi hours`, on a database that is reached by its URL."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli.main import app
from gis.store.address import DatabaseAddress
from gis.store.database import Database

WIDE = {"COLUMNS": "200"}


@pytest.fixture
def city(tiny: Database, tiny_city_address: DatabaseAddress, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The tiny city; commands use it."""
    monkeypatch.setenv("GEZHI_DATABASE_URL", tiny_city_address.owner_url)
    return tiny


def gezhi(*arguments: str) -> Result:
    return CliRunner(env=WIDE).invoke(app, list(arguments))


@pytest.mark.usefixtures("city")
def test_who_names_the_one_in_charge_of_a_grid_or_a_place() -> None:
    by_code = gezhi("who", "C1")
    assert by_code.exit_code == 0, by_code.output
    assert "▶" in by_code.output
    marked = next(line for line in by_code.output.splitlines() if "▶" in line)
    assert "示例网格员1" in marked
    assert "on duty" in marked
    place = gezhi("who", "113.005,22.505", "--crs", "EPSG:4326").output
    assert place.splitlines()[1:] == by_code.output.splitlines()[1:]
    assert "outside every grid" in gezhi("who", "-77.03,38.9", "--crs", "EPSG:4326").output
    past = gezhi("who", "C1", "--at", "2000-01-01")
    assert "the desk above" in past.output
    assert "2000-01-01 00:00 CST" in past.output


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("who", "C99"), "no grid in force"),
        (("who", "113.005,22.505"), "EPSG:4326"),
        (("who", "C1", "--at", "yesterday"), "2026-10-01T20:00"),
        (("roles", "add", "lead", "--name", "网格长", "--rank", "5"), "gezhi roles change lead"),
        (("roles", "change", "king", "--rank", "5"), "codes are lead"),
        (("roles", "add", "patrol", "--name", "巡防队员", "--rank", "10"), "two roles would have the rank 10"),
        (("hours", "all day"), "write days and spans"),
        (("hours", "workdays 09:00-17:00"), "need weekdays"),
    ],
)
def test_what_cannot_be_is_refused_with_what_could(arguments: tuple[str, ...], told: str) -> None:
    refused = gezhi(*arguments)
    assert refused.exit_code == 1
    assert told in refused.output


@pytest.mark.usefixtures("city")
def test_roles_are_added_and_changed_without_a_programmer(tmp_path: Path) -> None:
    assert "治安户长" in gezhi("roles", "add", "household_head", "--name", "治安户长", "--rank", "70", "--leads").output
    changed = gezhi("roles", "change", "household_head", "--name", "户长", "--no-leads").output
    line = next(line for line in changed.splitlines() if "household_head" in line)
    assert "户长" in line
    assert "✓" not in line
    assert gezhi("roles").output == changed
    roster = tmp_path / "roster.csv"
    roster.write_text("worker_ref,name,grid_code,role\nW9,示例户长9,C1,户长\n", encoding="utf-8")
    assert gezhi("load", "workers", str(roster), "--commit").exit_code == 0


@pytest.mark.usefixtures("city")
def test_office_hours_are_shown_and_set(tmp_path: Path) -> None:
    assert "1-5 08:30-12:00,14:30-17:30, Asia/Shanghai" in gezhi("hours").output
    days = tmp_path / "calendar.csv"
    days.write_text("date,working,name\n2026-10-01,no,国庆节\n", encoding="utf-8")
    assert gezhi("load", "calendar", str(days), "--commit").exit_code == 0
    set_ = gezhi("hours", "1-6 9:00-17:00").output
    assert "1-6 09:00-17:00" in set_
    assert "2026" in set_
