"""Periods tile the calendar in the city's own zone; an unfinished one is compared with the same stretch."""

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InvalidInput
from gis.figures import Look, Period
from gis.figures.periods import MOST_PARTS, TICK, day_begins, shifted

UNITS = ("day", "week", "month", "quarter", "year")
SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")

days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
units = st.sampled_from(UNITS)
zones = st.sampled_from([SHANGHAI, NEW_YORK, ZoneInfo("UTC")])
moments = st.datetimes(datetime(2001, 1, 1), datetime(2098, 1, 1), timezones=st.just(UTC))


@given(units, days)
def test_a_period_holds_its_day_and_begins_where_the_one_before_ends(unit: str, day: date) -> None:
    period = Period.around(unit, day)
    assert period.first <= day < period.end
    assert period.before().end == period.first
    assert Period.around(unit, period.first) == Period.around(unit, period.end - timedelta(days=1)) == period
    assert period.before() == Period.around(unit, period.first - timedelta(days=1))


@given(units, days, units)
def test_the_parts_of_a_period_tile_it(unit: str, day: date, part_unit: str) -> None:
    period = Period.around(unit, day)
    parts = period.parts(part_unit)
    assert (parts[0].first, parts[-1].end) == (period.first, period.end)
    assert all(one.end == other.first for one, other in itertools.pairwise(parts))


@given(units, days, moments, zones)
def test_what_is_seen_of_a_period_ends_with_it_or_with_the_moment(
    unit: str, day: date, at: datetime, zone: ZoneInfo
) -> None:
    look = Look.at(Period.around(unit, day), at=at, zone=zone)
    assert look.start <= look.end
    assert look.moment == at
    assert look.complete == (day_begins(look.period.end, zone) <= at)
    if look.complete:
        assert look.end == look.stock_until == day_begins(look.period.end, zone)
    else:
        assert look.stock_until == at + TICK
        assert look.end == max(look.start, at + TICK)


@given(units, moments, zones)
def test_an_unfinished_period_is_compared_with_a_stretch_that_is_not_longer_than_the_earlier_period(
    unit: str, at: datetime, zone: ZoneInfo
) -> None:
    look = Look.at(Period.around(unit, at.astimezone(zone).date()), at=at, zone=zone)
    for earlier in (look.before(zone), look.last_year(zone)):
        assert earlier.start < earlier.end <= day_begins(earlier.period.end, zone)
        assert earlier.moment < look.moment
    same_clock = look.before(zone).moment.astimezone(zone).time()
    assert same_clock in {at.astimezone(zone).time(), datetime.max.time()} or zone is NEW_YORK


@pytest.mark.parametrize(
    ("unit", "at", "previous", "last_year"),
    [
        ("day", "2026-11-25T10:00", "2026-11-24T10:00", "2025-11-25T10:00"),
        ("week", "2026-11-25T10:00", "2026-11-18T10:00", "2025-11-26T10:00"),
        ("month", "2026-11-25T10:00", "2026-10-25T10:00", "2025-11-25T10:00"),
        ("month", "2026-03-30T10:00", "2026-02-28T23:59:59.999999", "2025-03-30T10:00"),
        ("month", "2028-02-29T10:00", "2028-01-29T10:00", "2027-02-28T23:59:59.999999"),
        ("quarter", "2026-11-25T10:00", "2026-08-25T10:00", "2025-11-25T10:00"),
        ("year", "2026-11-25T10:00", "2025-11-25T10:00", "2025-11-25T10:00"),
    ],
)
def test_the_moment_moves_back_with_the_calendar(unit: str, at: str, previous: str, last_year: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)
    look = Look.at(Period.around(unit, moment.date()), at=moment, zone=SHANGHAI)
    told = [
        earlier.moment.astimezone(SHANGHAI).replace(tzinfo=None)
        for earlier in (look.before(SHANGHAI), look.last_year(SHANGHAI))
    ]
    assert told == [datetime.fromisoformat(previous), datetime.fromisoformat(last_year)]


def test_a_finished_period_is_compared_as_it_stood_equally_long_after_its_end() -> None:
    at = datetime(2026, 11, 25, 10, tzinfo=SHANGHAI)
    look = Look.at(Period.around("month", date(2026, 10, 1)), at=at, zone=SHANGHAI)
    before = look.before(SHANGHAI)
    assert look.complete
    assert before.complete
    assert before.moment == datetime(2026, 10, 25, 10, tzinfo=SHANGHAI)


def test_a_day_of_the_change_of_clocks_has_its_true_length() -> None:
    look = Look.at(Period.around("day", date(2026, 3, 8)), at=datetime(2026, 4, 1, tzinfo=UTC), zone=NEW_YORK)
    assert look.end - look.start == timedelta(hours=23)


def test_a_range_is_compared_with_as_many_days_before_it() -> None:
    period = Period.between(date(2026, 3, 10), date(2026, 3, 20))
    assert period.before() == Period("range", date(2026, 2, 28), date(2026, 3, 10))
    assert period.last_year() == Period("range", date(2025, 3, 10), date(2025, 3, 20))


def test_labels_are_those_of_tables() -> None:
    labels = [Period.around(unit, date(2027, 1, 1)).label for unit in UNITS]
    assert labels == ["2027-01-01", "2026-W53", "2027-01", "2027-Q1", "2027"]
    assert Period.between(date(2026, 1, 1), date(2026, 2, 1)).label == "2026-01-01/2026-02-01"


@given(days, st.integers(-500, 500))
def test_shifting_by_months_keeps_the_day_where_there_is_one(day: date, months: int) -> None:
    there = shifted(day, months)
    assert (there.year * 12 + there.month) - (day.year * 12 + day.month) == months
    assert there.day == day.day or (there.day < day.day and (there + timedelta(days=1)).day == 1)


def test_ranges_that_hold_nothing_or_too_many_parts_are_refused() -> None:
    with pytest.raises(InvalidInput):
        Period.between(date(2026, 1, 2), date(2026, 1, 2))
    with pytest.raises(InvalidInput, match=str(MOST_PARTS)):
        Period.between(date(2020, 1, 1), date(2026, 1, 1)).parts("day")
