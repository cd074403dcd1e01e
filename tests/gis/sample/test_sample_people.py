"""The sample city's roster: who serves, who did, who is away, and the calendar by which offices work."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.duty.calendar import Calendar, CalendarDay
from gis.loading import ColumnPlan, calendar_from, leave_from, read_file, workers_from
from gis.sample.holidays import HOLIDAYS, SWAPPED, calendar_rows
from gis.sample.people import apportioned
from tests.gis.sample.conftest import Written

CHINA = ZoneInfo("Asia/Shanghai")
ROLES = {"lead", "deputy", "full_time", "part_time", "adviser", "community_officer"}


def now_serving(city: Written) -> pd.DataFrame:
    today = city.summary.until.date().isoformat()
    rows = city.workers[city.workers.grid_code != ""]
    return rows[(rows.since <= today) & ((rows.until == "") | (rows.until >= today))]


def test_all_but_a_few_grids_have_exactly_one_lead(county: Written) -> None:
    rows = now_serving(county)
    leads = rows[rows.role == "lead"]
    assert leads.grid_code.is_unique
    without = {grid["code"] for grid in county.grids} - set(leads.grid_code)
    assert 2 <= len(without) == county.summary.grids_without_lead <= 0.02 * len(county.grids) + 2


def test_workers_are_labels_with_numbers_no_telephone_can_have(county: Written) -> None:
    assert county.workers.name.str.fullmatch("示例(网格员|社区民警)[0-9]{4,5}").all()
    assert county.workers.phone.str.fullmatch("100[0-9]{8}").all()
    people = county.workers.drop_duplicates("worker_ref")
    assert people.name.is_unique
    assert len(people) == county.summary.workers


def test_the_roster_names_known_grids_and_all_roles(county: Written) -> None:
    placed = county.workers[county.workers.grid_code != ""]
    assert set(placed.grid_code) == {grid["code"] for grid in county.grids}
    assert set(placed.role) == ROLES
    assert not county.workers.duplicated(["worker_ref", "grid_code", "since"]).any()


def test_a_part_of_the_city_has_its_part_of_the_workers_and_each_grid_a_full_time_one(county: Written) -> None:
    people = now_serving(county).groupby("role").worker_ref.nunique()
    grids = len(county.grids)
    assert people["full_time"] == round(4500 * grids / 2954)
    assert people["part_time"] == round(28_000 * grids / 2954)
    full_time = county.workers[county.workers.role == "full_time"]
    assert set(full_time.grid_code) == {grid["code"] for grid in county.grids}
    assert 0 < full_time.worker_ref.duplicated().mean() < 0.1


def test_former_leads_left_the_day_before_their_successor_began(county: Written) -> None:
    leads = county.workers[county.workers.role == "lead"]
    former = leads[leads.until != ""]
    assert len(former) > 5
    successors = leads[leads.until == ""].set_index("grid_code")
    began = pd.to_datetime(successors.since.reindex(former.grid_code).to_numpy())
    assert (began - pd.to_datetime(former.until.to_numpy()) == pd.Timedelta(days=1)).all()
    left = county.workers[county.workers.grid_code == ""]
    assert set(left.worker_ref) == set(former.worker_ref)


def test_leads_are_on_leave_now_and_were_and_will_be_with_and_without_stand_ins(county: Written) -> None:
    today = county.summary.until.date().isoformat()
    leave, leads = county.leave, set(county.workers.worker_ref[county.workers.role == "lead"])
    assert set(leave.worker_ref) <= leads
    assert (leave["from"] <= leave.until).all()
    assert ((leave["from"] <= today) & (leave.until >= today)).any()
    assert (leave.until < today).any()
    assert (leave["from"] > today).any()
    assert 0.05 < (leave.stand_in_ref == "").mean() < 0.5
    assert (leave.stand_in_ref != leave.worker_ref).all()


def test_the_loader_takes_every_row(county: Written) -> None:
    folder, plan = county.summary.directory, ColumnPlan()
    people = workers_from(read_file(folder / "workers.csv"), plan=plan, time_zone=CHINA)
    away = leave_from(read_file(folder / "leave.csv"), plan=plan, time_zone=CHINA)
    days = calendar_from(read_file(folder / "calendar.csv"), plan=plan)
    assert [batch.rejects for batch in (people, away, days)] == [(), (), ()]
    assert [len(people), len(away)] == [len(county.workers), len(county.leave)]


def test_every_center_of_the_city_has_a_desk(county: Written) -> None:
    names = [area["desk_name"] for area in county.areas]
    phones = [area["desk_phone"] for area in county.areas]
    assert all(name.endswith("综治中心") for name in names)
    assert len(set(phones)) == len(phones) == county.summary.areas


def test_holidays_add_up_as_the_notices_say() -> None:
    days = {
        day.item(): CalendarDay(day.item(), row.working == "yes", row.name)
        for row in calendar_rows().itertuples(index=False)
        for day in np.arange(np.datetime64(row.date), np.datetime64(row.until) + 1)
    }
    calendar = Calendar(CHINA, days=days)
    assert all(date.fromisoformat(day).isoweekday() > 5 for day, _ in SWAPPED)
    lengths = [(date.fromisoformat(last) - date.fromisoformat(first)).days + 1 for first, last, _ in HOLIDAYS]
    assert lengths == [1, 8, 3, 5, 3, 8, 3, 9, 3, 5, 3, 3, 7]
    # Weekdays, less the legal holidays (13 a year since 2025) that fall on one or were moved onto one.
    working = [
        sum(
            calendar.is_working_day(day.item())
            for day in np.arange(f"{year}-01-01", f"{year + 1}-01-01", dtype="M8[D]")
        )
        for year in (2025, 2026)
    ]
    assert working == [248, 248]
    assert calendar.add_days(datetime(2026, 9, 30, 10, tzinfo=CHINA), days=3) == datetime(
        2026, 10, 10, 17, 30, tzinfo=CHINA
    )


@given(st.integers(0, 10_000), st.lists(st.floats(0.01, 1e6), min_size=1, max_size=50))
def test_shares_add_up_and_are_never_negative(total: int, weights: list[float]) -> None:
    shares = apportioned(total, np.array(weights))
    assert shares.sum() == total
    assert (shares >= 0).all()


@pytest.mark.slow
def test_the_whole_city_has_its_4500_full_time_and_28000_part_time_workers(whole_city: Written) -> None:
    people = now_serving(whole_city).groupby("role").worker_ref.nunique()
    assert (people["full_time"], people["part_time"]) == (4500, 28_000)
