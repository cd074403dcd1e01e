"""`/figures/incidents`: its shape, its comparisons, and what it refuses."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.schemas.incident_figures import IncidentFiguresAnswer, IncidentNumbers
from gis.figures import DEFINITIONS

pytestmark = pytest.mark.database

PATH = "/api/v1/figures/incidents"
NOVEMBER = {"period": "month", "from": "2026-11-01"}


def asked(client: TestClient, **params: Any) -> dict[str, Any]:
    answer = client.get(PATH, params=params)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    IncidentFiguresAnswer.model_validate(body)
    return body


def test_every_figure_is_told_with_its_definition_in_both_languages(admin: TestClient) -> None:
    body = asked(admin, **NOVEMBER)
    assert list(body["total"]) == list(DEFINITIONS) == list(body["definitions"]) == list(IncidentNumbers.model_fields)
    for meaning in body["definitions"].values():
        assert meaning["zh"]
        assert meaning["en"]
        assert (meaning["numerator"] is None) == (meaning["denominator"] is None)


def test_rates_are_their_numerator_over_their_denominator(admin: TestClient) -> None:
    body = asked(admin, **NOVEMBER)
    rates = {key: meaning for key, meaning in body["definitions"].items() if meaning["denominator"]}
    assert set(rates) == {"closing_rate", "in_time_rate", "found_share"}
    for key, meaning in rates.items():
        part, whole = body["total"][meaning["numerator"]], body["total"][meaning["denominator"]]
        assert body["total"][key] == (part / whole if whole else None)


def test_the_tiny_city_has_the_figures_one_counts_by_hand(admin: TestClient) -> None:
    total = asked(admin, **NOVEMBER)["total"]
    assert total["reported"] == 4
    assert (total["accepted"], total["closed"], total["closing_rate"]) == (2, 1, 0.5)
    assert (total["open"], total["overdue"]) == (3, 1)
    assert (total["due"], total["in_time_rate"]) == (0, None)
    assert (total["found_by_grid"], total["finder_known"]) == (2, 3)
    assert (total["urged"], total["returned"]) == (None, None)


def test_the_parts_of_the_city_are_its_towns_and_what_lies_outside(admin: TestClient) -> None:
    body = asked(admin, by="area", **NOVEMBER)
    assert [(group["key"], group["level"], group["reported"]) for group in body["groups"]] == [
        ("T1", "town", 3),
        ("outside", None, 1),
    ]


def test_one_goes_down_from_the_city_to_a_grid(admin: TestClient) -> None:
    place: dict[str, Any] = {}
    levels = []
    while True:
        body = asked(admin, by="area", **place, **NOVEMBER)
        inside = [group for group in body["groups"] if group["id"]]
        assert sum(group["reported"] for group in body["groups"]) == body["total"]["reported"]
        levels.append(inside[0]["level"])
        if inside[0]["level"] == "grid":
            break
        place = {"area_id": inside[0]["id"]}
    assert levels == ["town", "community", "grid"]
    alone = asked(admin, grid_id=inside[0]["id"], by="area", **NOVEMBER)
    assert [group["id"] for group in alone["groups"]] == [inside[0]["id"]]


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        ("grid", ["C1", "C2", "C3", "C4", "outside"]),
        ("category", ["市容环境", "噪声扰民"]),
        ("kind", ["incident", "request"]),
        ("source", ["hotline"]),
    ],
)
def test_the_total_is_divided_and_adds_up(admin: TestClient, by: str, keys: list[str]) -> None:
    body = asked(admin, by=by, **NOVEMBER)
    assert [group["key"] for group in body["groups"]] == keys
    for figure in ("reported", "accepted", "closed", "open", "overdue"):
        assert sum(group[figure] for group in body["groups"]) == body["total"][figure]


def test_a_filter_leaves_what_it_names(admin: TestClient) -> None:
    assert asked(admin, category="噪声扰民", **NOVEMBER)["total"]["reported"] == 1
    assert asked(admin, kind="request", **NOVEMBER)["total"]["reported"] == 1
    assert asked(admin, kind="referral", **NOVEMBER)["total"]["reported"] == 0


def test_a_year_is_divided_into_months_and_a_range_into_what_is_asked_for(admin: TestClient) -> None:
    year = asked(admin, period="year", **{"from": "2026-11-01"}, by="period")
    assert [group["key"] for group in year["groups"]] == [f"2026-{month:02d}" for month in range(1, 13)]
    weeks = asked(admin, period="week", **{"from": "2026-11-02", "to": "2026-11-16"}, by="period")
    assert [group["key"] for group in weeks["groups"]] == ["2026-W45", "2026-W46"]
    assert weeks["period"]["kind"] == "range"


def test_an_unfinished_period_says_up_to_when_it_and_the_earlier_ones_are_counted(admin: TestClient) -> None:
    body = asked(admin, period="month", at="2026-11-10T12:00:00")
    assert body["period"] == {
        "kind": "month",
        "label": "2026-11",
        "from": "2026-11-01",
        "to": "2026-12-01",
        "complete": False,
        "counted_until": "2026-11-10T04:00:00Z",
    }
    assert body["previous"]["period"]["counted_until"] == "2026-10-10T04:00:00Z"
    assert body["last_year"]["period"]["counted_until"] == "2025-11-10T04:00:00Z"


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({"period": "decade"}, "period"),
        ({"by": "colour"}, "by"),
        ({"kind": "rumour"}, "kind"),
        ({"from": "yesterday"}, "from"),
        ({"to": "2026-01-01"}, "to=2026-01-01"),
        ({"from": "2026-02-01", "to": "2026-01-01"}, "empty"),
        ({"from": "2020-01-01", "to": "2026-01-01", "period": "day", "by": "period"}, "parts"),
        ({"at": (datetime.now(UTC) + timedelta(days=1)).isoformat()}, "ahead"),
        ({"at": "0001-01-01T00:00:00"}, "range"),
        ({"category": "没有这一类"}, "噪声扰民"),
        ({"source": "\0"}, "source"),
    ],
)
def test_bad_parameters_are_422_with_their_reason(admin: TestClient, params: dict[str, str], word: str) -> None:
    answer = admin.get(PATH, params=params)
    assert answer.status_code == 422
    assert word in answer.text


def test_places_that_are_not_there_are_404(admin: TestClient) -> None:
    assert admin.get(PATH, params={"area_id": 999}).status_code == 404
    assert admin.get(PATH, params={"grid_id": 999}).status_code == 404
