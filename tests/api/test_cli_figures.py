"""`gezhi figures`: every option does what the API's parameter does, and what cannot be is refused with what could."""

import json
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from api.cli.main import app
from gis.store.address import DatabaseAddress
from gis.store.database import Database

WIDE = {"COLUMNS": "220"}
NOVEMBER = ("--period", "month", "--from", "2026-11-01")


@pytest.fixture
def city(tiny_address: DatabaseAddress, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny city that the API's tests read too; commands use it."""
    monkeypatch.setenv("GEZHI_DATABASE_URL", tiny_address.owner_url)


def gezhi(*arguments: str) -> Result:
    return CliRunner(env=WIDE).invoke(app, ["figures", *arguments])


def told(*arguments: str) -> dict[str, Any]:
    answer = gezhi(*arguments, "--json")
    assert answer.exit_code == 0, answer.output
    body: dict[str, Any] = json.loads(answer.stdout)
    return body


def row(output: str, name: str) -> list[str]:
    """Return the cells of the line of a table that begins with a name."""
    (line,) = [line for line in output.splitlines() if line.strip().startswith(name)]
    return line.replace(name, "", 1).split()


@pytest.mark.usefixtures("city")
def test_without_options_the_five_figures_are_printed_with_their_definitions() -> None:
    output = gezhi().output
    for saying in ("网中有格", "格中有人", "人在格上", "事在格中", "格事尽知"):
        assert saying in output
    assert "小城" in output
    assert "1 / 4" in next(line for line in output.splitlines() if "roster gives no lead" in line)
    assert "甲社区" in gezhi("--area", "A").output
    five = told("--area", "B")
    assert five["area"]["code"] == "B"
    assert [figure["key"] for figure in five["figures"]] == ["net", "people", "on_grid", "matters", "known"]


@pytest.mark.usefixtures("city")
def test_a_table_has_the_parts_the_total_and_both_comparisons() -> None:
    output = gezhi(*NOVEMBER, "--by", "area").output
    assert row(output, "示例镇")[0] == "3"
    assert row(output, "网格外或未划入网格")[0] == "1"
    assert row(output, "合计 total")[0] == "4"
    assert row(output, "合计 total")[3] == "50.00%"
    assert row(output, "2026-10 (比较 compare)")[0] == "0"
    assert row(output, "2025-11 (比较 compare)")[0] == "0"


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    ("option", "reported"),
    [
        (("--category", "噪声扰民"), 1),
        (("--kind", "request"), 1),
        (("--kind", "referral"), 0),
        (("--source", "hotline"), 4),
        (("--area", "A"), 2),
        (("--area", "A", "--category", "市容环境"), 1),
    ],
)
def test_an_option_leaves_what_it_names(option: tuple[str, ...], reported: int) -> None:
    assert told(*NOVEMBER, *option)["total"]["reported"] == reported


@pytest.mark.usefixtures("city")
def test_the_moment_is_the_city_s_own_time_or_has_a_zone() -> None:
    own, zoned = told("--at", "2026-11-01T09:30"), told("--at", "2026-11-01T01:30+00:00")
    assert own == zoned
    assert own["at"] == "2026-11-01T01:30:00Z"
    assert own["total"]["reported"] == 2


@pytest.mark.usefixtures("city")
def test_a_range_is_divided_into_the_periods_that_are_asked_for() -> None:
    weeks = told("--from", "2026-10-26", "--to", "2026-11-09", "--period", "week", "--by", "period")
    assert [(group["key"], group["reported"]) for group in weeks["groups"]] == [("2026-W44", 4), ("2026-W45", 0)]
    assert weeks["period"]["from"] == "2026-10-26"


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("by", ["area", "grid", "category", "kind", "source", "period"])
def test_the_answer_is_that_of_the_api(admin: TestClient, by: str) -> None:
    moment = "2026-11-01T20:00"
    asked = {"period": "month", "at": moment, "by": by}
    assert (
        told("--period", "month", "--at", moment, "--by", by)
        == admin.get("/api/v1/figures/incidents", params=asked).json()
    )


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("--area", "Z9"), 1, "--area Z9"),
        (("--at", "yesterday"), 1, "2026-11-01T08:00"),
        (("--at", "2999-01-01"), 1, "ahead"),
        (("--to", "2026-11-01"), 1, "to=2026-11-01"),
        (("--from", "2026-11-02", "--to", "2026-11-01"), 1, "empty"),
        (("--from", "2020-01-01", "--to", "2026-01-01", "--period", "day", "--by", "period"), 1, "parts"),
        (("--category", "没有这一类"), 1, "噪声扰民"),
        (("--source", "nobody"), 1, "hotline"),
        (("--period", "decade"), 2, "decade"),
        (("--by", "colour"), 2, "colour"),
        (("--kind", "rumour"), 2, "rumour"),
        (("--from", "1.11.2026"), 2, "1.11.2026"),
    ],
)
def test_what_cannot_be_is_refused_with_what_could(arguments: tuple[str, ...], code: int, word: str) -> None:
    refused = gezhi(*arguments)
    assert refused.exit_code == code, refused.output
    assert word in refused.output


def test_the_kept_counts_are_verified(
    tiny: Database, tiny_city_address: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEZHI_DATABASE_URL", tiny_city_address.owner_url)
    assert "those of the incidents" in gezhi("--verify").output
    with tiny.transaction() as connection:
        connection.execute(text("UPDATE figure_place_day SET reported = reported + 1 WHERE reported > 0"))
    refused = gezhi("--verify")
    assert refused.exit_code == 1
    assert "are not those of the incidents" in refused.output
