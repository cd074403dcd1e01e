"""The five figures: a saying is true exactly when its invariant holds, and unknown stays unknown."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.figures import Facts, Figure, five_figures

NOW = datetime(2026, 11, 1, 8, tzinfo=UTC)

PERFECT = Facts(
    grids=4,
    area_m2=4e6,
    holes=0,
    holes_m2=0.0,
    overlaps=0,
    official_m2=4e6,
    outside_official_m2=0.0,
    missing_official_m2=0.0,
    grids_without_lead=0,
    grids_never_led=0,
    workers=4,
    workers_without_grid=0,
    silent_grids=0,
    incidents=10,
    open_incidents=3,
    incidents_unassigned=0,
    incidents_outside=0,
    open_without_person=0,
    open_overdue=0,
    open_with_due_time=2,
    cameras=5,
    cameras_outside=0,
    grids_with_basic_data=4,
    found_by_grid=6,
    with_finder_known=9,
    newest_report_at=NOW - timedelta(minutes=90),
    feeds=3,
    stale_feeds=0,
)
OPTIONAL = (
    "official_m2",
    "outside_official_m2",
    "missing_official_m2",
    "silent_grids",
    "newest_report_at",
    "feeds",
    "stale_feeds",
)

counts = st.integers(0, 10**6)
any_facts = st.builds(
    Facts,
    **{field.name: counts for field in fields(Facts) if field.name not in OPTIONAL},
    **{name: st.none() | counts for name in OPTIONAL if name != "newest_report_at"},
    newest_report_at=st.none() | st.datetimes(datetime(2020, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC)),
)


def met(facts: Facts) -> dict[str, bool | None]:
    return {figure.key: figure.met for figure in five_figures(facts, at=NOW)}


def values(facts: Facts) -> dict[str, float | None]:
    return {value.key: value.value for figure in five_figures(facts, at=NOW) for value in figure.values}


def test_the_saying_is_true_of_a_perfect_city() -> None:
    assert met(PERFECT) == dict.fromkeys(("net", "people", "on_grid", "matters", "known"), True)
    assert [figure.saying_zh for figure in five_figures(PERFECT, at=NOW)] == [
        "网中有格",
        "格中有人",
        "人在格上",
        "事在格中",
        "格事尽知",
    ]


@pytest.mark.parametrize(
    ("fault", "part"),
    [
        ({"holes": 1}, "net"),
        ({"overlaps": 1}, "net"),
        ({"grids_without_lead": 1}, "people"),
        ({"workers_without_grid": 1}, "on_grid"),
        ({"silent_grids": 1}, "on_grid"),
        ({"workers_without_grid": 1, "silent_grids": None}, "on_grid"),
        ({"incidents_outside": 1}, "matters"),
        ({"incidents_unassigned": 1}, "matters"),
        ({"cameras_outside": 1}, "matters"),
        ({"open_without_person": 1}, "matters"),
        ({"open_overdue": 1}, "matters"),
        ({"grids_with_basic_data": 3}, "known"),
        ({"stale_feeds": 1}, "known"),
    ],
)
def test_one_fault_breaks_one_part_of_the_saying(fault: dict[str, int], part: str) -> None:
    told = met(replace(PERFECT, **fault))
    assert [key for key, is_met in told.items() if not is_met] == [part]
    assert told[part] is False


def test_what_nobody_collects_is_neither_true_nor_false() -> None:
    silent = replace(PERFECT, silent_grids=None)
    assert met(silent)["on_grid"] is None
    assert values(silent)["silent_grids"] is None


def test_a_city_without_grids_has_no_net_and_no_people() -> None:
    empty = replace(PERFECT, grids=0, grids_with_basic_data=0)
    assert (met(empty)["net"], met(empty)["people"], met(empty)["known"]) == (False, False, None)


def test_the_age_of_the_newest_report_is_told_in_hours() -> None:
    assert values(PERFECT)["newest_report_age_h"] == 1.5
    assert values(replace(PERFECT, newest_report_at=None))["newest_report_age_h"] is None


@given(any_facts)
def test_every_number_is_the_one_that_was_counted(facts: Facts) -> None:
    told = values(facts)
    counted = {field.name for field in fields(Facts)}
    assert {key for key in told if key not in counted} == {"newest_report_age_h"}
    assert counted - set(told) == {
        "feeds",
        "cameras",
        "newest_report_at",
        "official_m2",
        "open_with_due_time",
        "with_finder_known",
    }
    for key in set(told) & counted:
        assert told[key] == getattr(facts, key)


@given(any_facts)
def test_every_number_is_defined_in_both_languages_and_stands_once(facts: Facts) -> None:
    figures: tuple[Figure, ...] = five_figures(facts, at=NOW)
    everything = [value for figure in figures for value in figure.values]
    assert len({value.key for value in everything}) == len(everything)
    for value in everything:
        assert value.definition_zh
        assert value.definition_en
        assert value.unit in {"", "m2", "h"}
