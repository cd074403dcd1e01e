"""Working time agrees with a clock that is read minute by minute, in zones with and without summer time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.duty.calendar import OFFICE_HOURS, Calendar, CalendarDay
from gis.duty.hours import DAY_MIN, Hours
from gis.errors import InvalidInput

CHINA = ZoneInfo("Asia/Shanghai")
MINUTE = timedelta(minutes=1)
SLOW_TWIN = settings(max_examples=30)
"""Minute by minute takes its time."""

CHANGES = {
    "Asia/Shanghai": datetime(2026, 9, 28, tzinfo=UTC),
    "America/New_York": datetime(2026, 3, 7, 12, tzinfo=UTC),
    "Europe/Helsinki": datetime(2026, 10, 24, 12, tzinfo=UTC),
    "Australia/Lord_Howe": datetime(2026, 4, 4, tzinfo=UTC),
    "Pacific/Apia": datetime(2011, 12, 29, tzinfo=UTC),
}
"""A zone, and a moment shortly before its clocks do something (in China: before the national holiday)."""


def calendar(*days: CalendarDay, zone: ZoneInfo = CHINA, hours: Hours = OFFICE_HOURS) -> Calendar:
    return Calendar(zone, hours, {one.day: one for one in days})


def rest(*day: int) -> CalendarDay:
    return CalendarDay(date(*day), working=False)


def work(*day: int) -> CalendarDay:
    return CalendarDay(date(*day), working=True)


def china(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=CHINA)  # type: ignore[misc,arg-type]


def works_at(calendar: Calendar, moment: datetime) -> bool:
    """The slow twin: look at the clock on the wall, and at the calendar beside it."""
    local = moment.astimezone(calendar.zone)
    minute = local.hour * 60 + local.minute
    return any(
        calendar.is_working_day(day) and first <= at < end
        for day, at in ((local.date(), minute), (local.date() - timedelta(days=1), minute + DAY_MIN))
        for first, end in calendar.hours.spans
    )


@st.composite
def hours_of_a_day(draw: st.DrawFn) -> Hours:
    """Draw one to three spans; the last may go on past midnight."""
    edges = sorted(draw(st.lists(st.integers(0, DAY_MIN), min_size=2, max_size=6, unique=True)))
    spans = list(zip(edges[0::2], edges[1::2], strict=False))
    if draw(st.booleans()) and spans[0][0] > 1 and spans[-1][1] < DAY_MIN:
        spans[-1] = (spans[-1][0], DAY_MIN + draw(st.integers(1, spans[0][0])))
    days = draw(st.frozensets(st.integers(1, 7), min_size=1))
    return Hours(days, tuple(spans))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    """Draw a calendar with days out of turn, and a moment in the days about which it has something to say."""
    zone = draw(st.sampled_from(sorted(CHANGES)))
    start = CHANGES[zone] + MINUTE * draw(st.integers(0, 3 * DAY_MIN))
    days = [
        CalendarDay(start.date() + timedelta(days=ahead), draw(st.booleans()))
        for ahead in draw(st.sets(st.integers(-1, 6), max_size=4))
    ]
    return calendar(*days, zone=ZoneInfo(zone), hours=draw(hours_of_a_day())), start


@SLOW_TWIN
@given(cases(), st.integers(1, 2 * DAY_MIN))
def test_time_between_two_moments_is_what_the_clock_on_the_wall_shows(case: tuple[Calendar, datetime], n: int) -> None:
    told, start = case
    worked = sum(works_at(told, start + MINUTE * i) for i in range(n))
    assert told.hours_between(start, start + MINUTE * n) == pytest.approx(worked / 60, abs=1e-9)
    assert told.hours_between(start + MINUTE * n, start) == pytest.approx(-worked / 60, abs=1e-9)
    assert told.is_working(start) == works_at(told, start)


@SLOW_TWIN
@given(cases(), st.integers(1, 600))
def test_hours_are_used_up_at_the_earliest_moment(case: tuple[Calendar, datetime], minutes: int) -> None:
    told, start = case
    end = told.add_hours(start, hours=minutes / 60)
    assert told.hours_between(start, end) == pytest.approx(minutes / 60, abs=1e-9)
    assert works_at(told, end - MINUTE)
    moment, left = start, minutes
    while left and moment < start + timedelta(days=4):
        left -= works_at(told, moment)
        moment += MINUTE
    assert end > moment if left else end == moment


@SLOW_TWIN
@given(cases(), st.integers(1, 4))
def test_days_are_counted_from_the_next_one_to_the_last_closing(case: tuple[Calendar, datetime], n: int) -> None:
    told, start = case
    end = told.add_days(start, days=n)
    first_day = start.astimezone(told.zone).date()
    last_day = (end - MINUTE).astimezone(told.zone).date()
    spans_midnight = told.hours.spans[-1][1] > DAY_MIN
    worked = {
        day
        for ahead in range(1, (last_day - first_day).days + 1)
        if told.is_working_day(day := first_day + timedelta(days=ahead)) and _comes(told, day)
    }
    # A span that runs past midnight closes on the day after the one it belongs to.
    assert n <= len(worked) <= n + spans_midnight
    assert works_at(told, end - MINUTE)


def _comes(told: Calendar, day: date) -> bool:
    """Whether a date has any moment of working time (Apia had no 30 December 2011)."""
    reach = 1 + (told.hours.spans[-1][1] > DAY_MIN)
    noons = [datetime(day.year, day.month, day.day, 12, tzinfo=told.zone) + timedelta(days=i) for i in range(reach)]
    return any(noon.astimezone(UTC).astimezone(told.zone).date() == noon.date() for noon in noons)


@SLOW_TWIN
@given(cases(), st.lists(st.integers(0, 5 * DAY_MIN), max_size=6))
def test_many_moments_are_answered_as_one_by_one(case: tuple[Calendar, datetime], minutes: list[int]) -> None:
    told, start = case
    moments = [start + MINUTE * minute for minute in minutes]
    times = np.array([*(m.replace(tzinfo=None) for m in moments), "NaT"], dtype="datetime64[us]")
    assert told.are_working(times).tolist() == [*(told.is_working(m) for m in moments), False]
    expected = [told.add_hours(m, hours=1.5).replace(tzinfo=None) for m in moments]
    assert told.with_hours(times, hours=1.5).tolist() == [*expected, None]
    expected = [told.add_days(m, days=2).replace(tzinfo=None) for m in moments]
    assert told.with_days(times, days=2).tolist() == [*expected, None]
    between = told.hours_between_each(times, np.full(len(times), times[0]))
    assert between[:-1].tolist() == [told.hours_between(m, moments[0]) for m in moments]
    assert np.isnan(between[-1])


def test_an_order_given_before_a_holiday_is_due_after_it() -> None:
    golden_week = [rest(2026, 10, day) for day in range(1, 8)]
    told = calendar(*golden_week, work(2026, 9, 20), work(2026, 10, 10))
    assert told.add_hours(china(2026, 9, 30, 16, 30), hours=2) == china(2026, 10, 8, 9, 30)
    assert told.add_days(china(2026, 9, 30, 16, 30), days=3) == china(2026, 10, 10, 17, 30)
    assert told.is_working(china(2026, 9, 20, 9))
    assert not told.is_working(china(2026, 10, 5, 9))
    assert told.known_years == (2026,)


def test_hours_that_are_used_up_at_closing_time_end_there() -> None:
    assert calendar().add_hours(china(2026, 11, 2, 14, 30), hours=3) == china(2026, 11, 2, 17, 30)
    assert calendar().add_hours(china(2026, 11, 2, 13), hours=3) == china(2026, 11, 2, 17, 30)
    assert calendar().add_hours(china(2026, 11, 1, 9), hours=0) == china(2026, 11, 1, 9)


def test_round_the_clock_counts_every_hour_that_passes_also_when_clocks_change() -> None:
    always = calendar(zone=ZoneInfo("America/New_York"), hours=Hours.parse("1-7 00:00-24:00"))
    start = datetime(2026, 3, 7, 12, tzinfo=UTC)
    assert always.add_hours(start, hours=36) == start + timedelta(hours=36)


def test_far_ends_are_reached_and_what_never_comes_is_refused() -> None:
    seldom = calendar(hours=Hours.parse("1 09:00-10:00"))
    assert seldom.add_hours(china(2026, 1, 5, 8), hours=520) > china(2035, 1, 1)
    with pytest.raises(InvalidInput, match="2200"):
        seldom.add_hours(china(2026, 1, 5, 8), hours=100_000)
    with pytest.raises(InvalidInput, match="2200"):
        seldom.add_days(china(2026, 1, 5, 8), days=100_000)
    with pytest.raises(InvalidInput, match="1900 to 2199"):
        seldom.is_working(china(1800, 1, 1))


def test_what_no_caller_should_ask_is_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        calendar().add_hours(china(2026, 1, 5), hours=-1)
    with pytest.raises(ValueError, match="1 or more"):
        calendar().add_days(china(2026, 1, 5), days=0)
    with pytest.raises(ValueError, match="time zone"):
        calendar().is_working(datetime(2026, 1, 5))
    with pytest.raises(InvalidInput, match="weekdays"):
        calendar(hours=Hours.parse("workdays 09:00-17:00"))


def test_half_a_million_rows_take_a_fraction_of_a_second() -> None:
    rng = np.random.default_rng(1)
    moments = np.datetime64("2025-11-01", "us") + rng.integers(0, 365 * 86_400, 520_000).astype("timedelta64[s]")
    told = calendar(*(rest(2026, 10, day) for day in range(1, 8)))
    due = told.with_hours(moments, hours=rng.integers(1, 80, len(moments)).astype(np.float64))
    assert (due > moments).all()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1-5 8:30-12:00，14:30-17:30", "1-5 08:30-12:00,14:30-17:30"),
        ("工作日 08:00-18:00", "workdays 08:00-18:00"),
        ("休息日 09:00-17:00", "restdays 09:00-17:00"),
        ("1-7 20:00-08:00", "1-7 20:00-08:00"),
        ("1,3,5-6 00:00-24:00", "1,3,5,6 00:00-24:00"),
    ],
)
def test_hours_are_read_as_people_type_them_and_kept_in_one_form(typed: str, kept: str) -> None:
    assert str(Hours.parse(typed)) == kept
    assert Hours.parse(kept) == Hours.parse(typed)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "days"),
        ("8 08:00-18:00", "days"),
        ("5-1 08:00-18:00", "backwards"),
        ("1-5", "spans of time"),
        ("1-5 08:00-25:00", "no such time"),
        ("1-5 08:61-12:00", "no such time"),
        ("1-5 08:00-12:00,11:00-13:00", "overlap"),
        ("1-5 09:00-12:00,20:00-10:00", "overlap"),
    ],
)
def test_hours_that_make_no_sense_are_refused(typed: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        Hours.parse(typed)


@given(hours_of_a_day())
def test_hours_survive_being_written_and_read(hours: Hours) -> None:
    assert Hours.parse(str(hours)) == hours


@given(cases())
def test_a_shift_on_working_days_is_the_office_itself(case: tuple[Calendar, datetime]) -> None:
    told, start = case
    shift = Hours.parse("workdays " + str(told.hours).split(" ", 1)[1])
    local = start.astimezone(told.zone).replace(tzinfo=None)
    assert shift.include(local, is_working_day=told.is_working_day) == told.is_working(start)
    resting = Hours.parse("restdays 00:00-24:00")
    assert resting.include(local, is_working_day=told.is_working_day) != told.is_working_day(local.date())
