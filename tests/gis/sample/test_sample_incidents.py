"""A year of incidents: exact counts, seasons by the weights, places that return, and lives that could be real."""

from datetime import date, datetime, timedelta
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.incidents.life import OPEN_STATES, IncidentKind, IncidentState
from gis.sample.categories import CATEGORIES, drawn
from gis.sample.chance import first_of_race
from gis.sample.handling import HANDLING
from gis.sample.incidents import COUNT, REFERRALS, REQUESTS
from gis.sample.times import UNTIL, local_texts
from gis.sample.year import (
    AFTERNOON_S,
    CLOSES_S,
    LUNCH_S,
    OPENS_S,
    OfficeClock,
    Year,
    holidays,
    month,
    weekday,
)
from tests.gis.sample.conftest import Written

STEPS = ("reported", "accepted", "handed_on", "signed", "handled", "fed_back", "checked", "closed", "rated")


def moments(rows: pd.DataFrame, name: str) -> "pd.Series[pd.Timestamp]":
    """Return a column of times as local times of China."""
    return pd.to_datetime(rows[f"{name}_at"].replace("", None), utc=True).dt.tz_convert("Asia/Shanghai")


@pytest.fixture(scope="module")
def rows(county: Written) -> pd.DataFrame:
    return county.incidents.assign(
        **{f"{name}_at": moments(county.incidents, name) for name in (*STEPS, "due", "returned", "refused")}
    )


def test_a_part_of_the_city_has_its_exact_share_of_every_kind(county: Written) -> None:
    share = len(county.grids) / 2954
    kinds = county.incidents.kind.value_counts()
    assert len(county.incidents) == county.summary.incidents == round(COUNT * share)
    assert kinds[IncidentKind.REQUEST] == round(REQUESTS * share)
    assert kinds[IncidentKind.REFERRAL] == round(REFERRALS * share)


def test_exactly_as_much_is_closed_as_the_year_end_report_says(rows: pd.DataFrame) -> None:
    for kinds, share in ((list(IncidentKind), 0.9878), ([IncidentKind.REQUEST], 0.9827)):
        own = rows[rows.kind.isin(kinds)]
        accepted = own.accepted_at.notna().sum()
        assert own.closed_at.notna().sum() == round(share * accepted)


def test_every_step_comes_after_those_before_it(rows: pd.DataFrame) -> None:
    once = rows[rows.returned_at.isna()]
    for number, later in enumerate(STEPS):
        for earlier in STEPS[:number]:
            both = once[f"{earlier}_at"].notna() & once[f"{later}_at"].notna()
            assert (once.loc[both, f"{earlier}_at"] <= once.loc[both, f"{later}_at"]).all(), (earlier, later)
    assert (rows[[f"{name}_at" for name in STEPS]].max(axis=1) <= UNTIL).all()


def test_what_was_returned_counts_it_and_was_handed_on_again_or_waits(rows: pd.DataFrame) -> None:
    returned = rows[rows.returned_at.notna()]
    assert 0.01 < len(returned) / len(rows) < 0.05
    assert (returned.returns.astype(int) >= 1).all()
    assert (rows.returns[rows.returned_at.isna()] == "0").all()
    waits = returned.state == IncidentState.RETURNED
    assert (returned.handed_on_at[waits] <= returned.returned_at[waits]).all()
    assert (returned.handed_on_at[~waits] >= returned.returned_at[~waits]).all()


def test_what_is_settled_on_the_spot_goes_to_no_office_and_is_done_within_hours(rows: pd.DataFrame) -> None:
    spot = rows[rows.closed_at.notna() & rows.handed_on_at.isna()]
    assert set(spot.kind) == {IncidentKind.INCIDENT}
    assert 0.35 < len(spot) / len(rows) < 0.60
    assert (spot.handling_unit == "").all()
    took = spot.closed_at - spot.accepted_at
    assert took.median() < pd.Timedelta(minutes=30)
    assert took.quantile(0.99) < pd.Timedelta(hours=4)
    handed_on = rows[rows.handed_on_at.notna()]
    assert handed_on.handling_unit.str.endswith("(示例)").all()


def test_each_category_is_handled_by_its_own_kind_of_office(rows: pd.DataFrame) -> None:
    assert set(HANDLING) == {category.name for category in CATEGORIES}
    for category, units in rows[rows.handling_unit != ""].groupby("category").handling_unit:
        assert units.str.contains(HANDLING[category].unit, regex=False).all()


def test_offices_act_in_working_hours_unless_it_cannot_wait(rows: pd.DataFrame) -> None:
    handed_on = rows[rows.fed_back_at.notna()]
    always = handed_on.category.map(lambda name: HANDLING[name].clock) == "always"
    hour = handed_on.fed_back_at.dt.hour
    assert hour[~always].between(8, 17).all()
    assert (handed_on.fed_back_at[~always].dt.day_of_week < 5).all()
    assert (~hour[always].between(8, 17)).mean() > 0.2


def test_most_is_done_in_time_and_trouble_differs_by_category(rows: pd.DataFrame) -> None:
    due = rows[rows.due_at.notna() & (rows.closed_at.notna() | (rows.due_at <= UNTIL))]
    in_time = due.closed_at <= due.due_at
    assert 0.95 < in_time.mean() < 0.99
    by_category = in_time.groupby(due.category).mean()
    assert by_category["违章搭建"] < 0.95 < by_category["占道经营"]


def test_open_ones_stand_at_many_steps_and_some_are_suspended_with_a_later_limit(rows: pd.DataFrame) -> None:
    still_open = rows[rows.state.isin([str(state) for state in OPEN_STATES])]
    assert set(still_open.state) >= {"accepted", "handed_on", "signed", "handling", "suspended"}
    suspended = rows[rows.state == IncidentState.SUSPENDED]
    assert (suspended.due_at > UNTIL).all()
    assert ((still_open.due_at < UNTIL) & still_open.accepted_at.notna()).any()


def test_refused_ones_have_a_time_and_nothing_else(rows: pd.DataFrame) -> None:
    refused = rows[rows.state == IncidentState.REFUSED]
    assert 0.001 < len(refused) / len(rows) < 0.02
    assert (rows.refused_at.notna() == (rows.state == IncidentState.REFUSED)).all()
    assert refused[["accepted_at", "handed_on_at", "closed_at", "due_at"]].isna().all(axis=None)


def test_months_and_days_follow_the_weights_of_the_year(rows: pd.DataFrame) -> None:
    year = Year.before(np.datetime64(UNTIL.replace(tzinfo=None), "D"))
    day = rows.reported_at.dt.tz_localize(None).to_numpy().astype("datetime64[D]")
    counts = np.bincount((day - year.days[0]).astype(int), minlength=len(year.days))
    expected = len(rows) * year.weight / year.weight.sum()
    for number in range(12):
        own = month(year.days) == number
        assert counts[own].sum() == pytest.approx(expected[own].sum(), rel=0.12)
    assert counts[weekday(year.days) < 5].sum() == pytest.approx(expected[weekday(year.days) < 5].sum(), rel=0.03)
    festival = holidays(year.days) & np.isin(month(year.days), (0, 1))
    assert counts[festival].mean() < 0.75 * counts.mean()
    assert counts[year.storm > 0.4].mean() > 1.8 * counts.mean()


def test_the_storm_has_its_own_mix_and_places(rows: pd.DataFrame) -> None:
    day = rows.reported_at.dt
    stormy = (day.month == 9) & day.day.between(5, 8)
    wet = rows.category.isin(["积水内涝", "树木倒伏", "地质灾害隐患", "广告牌隐患"])
    assert wet[stormy].mean() > 4 * wet[~stormy].mean()
    rubbish = rows.category == "占道经营"
    assert rubbish[stormy].mean() < 0.4 * rubbish[~stormy].mean()


def test_a_few_addresses_return_again_and_again_by_a_steep_law(rows: pd.DataFrame) -> None:
    asked = rows[rows.kind == IncidentKind.REQUEST]
    same = (asked.lon + " " + asked.lat).value_counts()
    again = same[same > 1]
    assert 0.05 < again.sum() / len(asked) < 0.25
    assert again.iloc[0] > 4 * again.median()
    # By chance alone hardly two requests would name one place to the centimetre.
    assert len(again) < 0.05 * len(asked)


def test_incidents_cluster_along_some_streets(rows: pd.DataFrame) -> None:
    cell = (rows.lon.astype(float) // 0.002).astype(int) * 100_000 + (rows.lat.astype(float) // 0.002).astype(int)
    counts = cell.value_counts()
    assert counts.var() > 10 * counts.mean()


@cache
def is_worked(day: date) -> bool:
    return day.weekday() < 5 and not holidays(np.array([day], dtype="datetime64[D]"))[0]


def obviously_after(moment: datetime, work_s: int) -> datetime:
    """Return when so many working seconds have passed, minute by minute; both are whole minutes."""
    while work_s > 0:
        second = moment.hour * 3600 + moment.minute * 60
        if is_worked(moment.date()) and (OPENS_S <= second < LUNCH_S or AFTERNOON_S <= second < CLOSES_S):
            work_s -= 60
        moment += timedelta(minutes=1)
    return moment


@given(st.datetimes(datetime(2025, 9, 25), datetime(2025, 10, 9)), st.integers(0, 500))
def test_working_time_passes_as_counted_minute_by_minute(moment: datetime, minutes: int) -> None:
    moment = moment.replace(second=0, microsecond=0)
    clock = OfficeClock(np.datetime64("2025-09-01"), np.datetime64("2025-12-01"))
    found = clock.after(np.array([moment], dtype="datetime64[s]"), np.array([60 * minutes]))[0].item()
    assert found == obviously_after(moment, 60 * minutes)


def test_the_year_has_a_day_of_each_date_and_one_storm() -> None:
    for last in ("2024-02-29", "2025-09-06", "2025-12-31", "2041-03-01"):
        year = Year.before(np.datetime64(last))
        assert len(year.days) == 365
        assert str(year.days[-1]) == last
        assert (year.weight > 0).all()
        assert 0 < (year.storm > 0).sum() <= 7


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=30), st.integers(0, 40))
def test_a_race_has_distinct_winners_as_many_as_asked(weights: list[float], count: int) -> None:
    winners = first_of_race(np.array(weights), count, np.random.default_rng(5))
    assert len(set(winners.tolist())) == len(winners) == min(count, len(weights))


def test_a_race_is_won_as_often_as_the_weights_say_and_never_by_weight_zero() -> None:
    rng = np.random.default_rng(5)
    wins = np.zeros(3)
    for _ in range(3000):
        wins[first_of_race(np.array([1.0, 3.0, 0.0]), 1, rng)] += 1
    assert wins[2] == 0
    assert wins[1] / wins.sum() == pytest.approx(0.75, abs=0.04)


def test_columns_are_drawn_as_often_as_their_weights_say() -> None:
    rng = np.random.default_rng(5)
    columns = drawn(np.tile([1.0, 0.0, 3.0], (20_000, 1)), rng.random(20_000))
    assert np.bincount(columns, minlength=3) / 20_000 == pytest.approx([0.25, 0.0, 0.75], abs=0.02)


@given(st.lists(st.datetimes(datetime(1999, 1, 1), datetime(2030, 1, 1)) | st.none(), max_size=20))
def test_local_times_are_written_as_python_writes_them(moments: list[datetime | None]) -> None:
    times = np.array(
        [np.datetime64("NaT") if one is None else np.datetime64(one, "s") for one in moments], dtype="datetime64[s]"
    )
    wanted = ["" if one is None else one.replace(microsecond=0).isoformat() + "+08:00" for one in moments]
    assert local_texts(times) == wanted
