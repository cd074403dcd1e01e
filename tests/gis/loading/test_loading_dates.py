from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InvalidInput
from gis.loading.clocks import to_utc
from gis.loading.dates import DateOrder, read_times
from gis.loading.raw import object_array

NEW_YORK = ZoneInfo("America/New_York")
SHANGHAI = ZoneInfo("Asia/Shanghai")
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31))
ZONES = st.sampled_from(["America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "Europe/Dublin", "UTC"])

FORMS = [
    "%Y-%m-%dT%H:%M:%S.%fZ",
    "%Y-%m-%d %H:%M:%S+00:00",
    "%Y/%m/%d %H:%M:%S.%f UTC",
    "%Y%m%dT%H%M%SZ",
    "%Y.%m.%d %H:%M:%SZ",
    "%m/%d/%Y %I:%M:%S %p +0000",
    "%Y年%m月%d日 %H时%M分%S秒Z",
]


def read(*texts, zone=None, order=None):
    return read_times(object_array(list(texts)), column="reported_at", time_zone=zone, date_order=order)


def read_one(text, **declared):
    times = read(text, **declared)
    assert not times.faults, times.faults
    return times.utc[0].item()


@given(moments=st.lists(st.tuples(MOMENTS, st.sampled_from(FORMS)), min_size=1, max_size=20))
def test_what_the_standard_library_writes_is_read_back(moments):
    texts = [moment.strftime(form) for moment, form in moments]
    wanted = [
        datetime.strptime(text.replace("Z", "").replace(" UTC", "").replace("+00:00", "").replace(" +0000", ""),
                          form.replace("Z", "").replace(" UTC", "").replace("+00:00", "").replace(" +0000", ""))
        for text, (_, form) in zip(texts, moments, strict=True)
    ]  # fmt: skip
    times = read(*texts, order=DateOrder.MONTH_FIRST)
    assert not times.faults
    assert times.utc.tolist() == wanted


@given(moment=MOMENTS, minutes=st.integers(-14 * 60, 14 * 60))
def test_an_offset_is_taken_off(moment, minutes):
    sign = "-" if minutes < 0 else "+"
    text = f"{moment:%Y-%m-%dT%H:%M:%S}{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    assert read_one(text) == moment.replace(microsecond=0) - timedelta(minutes=minutes)


@given(moments=st.lists(MOMENTS, min_size=1, max_size=30), name=ZONES)
def test_local_times_agree_with_asking_the_zone_one_by_one(moments, name):
    zone = ZoneInfo(name)
    utc, skipped, twice = to_utc(np.array(moments, "M8[us]"), zone)
    for row, moment in enumerate(moments):
        back = {
            fold: moment.replace(tzinfo=zone, fold=fold).astimezone(UTC).astimezone(zone).replace(tzinfo=None)
            for fold in (0, 1)
        }
        answers = {moment.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
        exists = back[0] == moment
        assert skipped[row] == (not exists)
        assert twice[row] == (exists and len(answers) == 2)
        if exists and len(answers) == 1:
            assert utc[row].item().replace(tzinfo=UTC) == answers.pop()
        else:
            assert np.isnat(utc[row])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2016-08-05T19:36:07.000Z", "2016-08-05T19:36:07"),
        ("2016-08-05 19:36:07", "2016-08-05T11:36:07"),
        ("2016/8/5 19:36", "2016-08-05T11:36:00"),
        ("2016年8月5日 19时36分", "2016-08-05T11:36:00"),
        ("2016年8月5日19时", "2016-08-05T11:00:00"),
        ("2016年8月5日", "2016-08-04T16:00:00"),
        ("12/31/2013 09:15 PM", "2013-12-31T13:15:00"),
        ("12/31/2013 12:15 AM", "2013-12-30T16:15:00"),
        ("20160805193607", "2016-08-05T11:36:07"),
        ("２０１６-08-05 19：36", "2016-08-05T11:36:00"),
        ("2016-08-05T19:36:07+0800", "2016-08-05T11:36:07"),
        ("2016-08-05T19:36:07-05", "2016-08-06T00:36:07"),
        ("2016-02-29", "2016-02-28T16:00:00"),
    ],
)
def test_the_forms_people_write_are_read(text, wanted):
    assert read_one(text, zone=SHANGHAI) == datetime.fromisoformat(wanted)


@pytest.mark.parametrize(
    "text",
    ["2015-02-29", "2016-13-01", "2016-00-10", "2016-08-05 24:00", "2016-08-05 10:60", "0000-00-00 00:00:00",
     "1816-08-05", "12/31/2013 13:00 PM", "2016-08-05T10:00+15:00"],
)  # fmt: skip
def test_times_that_do_not_exist_are_faults(text):
    times = read(text, zone=SHANGHAI, order=DateOrder.MONTH_FIRST)
    assert list(times.faults) == ["there is no such date or time"]
    assert np.isnat(times.utc[0])


@pytest.mark.parametrize("text", ["soon", "42587.8", "2016-08", "2016-08-05T", "5 Aug 2016", "1470425767", "x" * 3000])
def test_texts_that_are_no_times_are_faults(text):
    assert list(read(text, zone=SHANGHAI).faults) == ["this is no form of date and time that is read"]


def test_unknown_times_stay_unknown_and_good_ones_stay_beside_bad_ones():
    times = read("2016-08-05T00:00Z", None, "soon", "2016-08-06T00:00Z")
    assert np.isnat(times.utc).tolist() == [False, True, True, False]
    assert [rows.tolist() for rows in times.faults.values()] == [[2]]


def test_times_without_zone_are_refused_when_no_zone_is_declared():
    with pytest.raises(InvalidInput, match=r"carry no zone.*reported_at, e\.g\. '2016-08-05 19:36'.*Asia/Shanghai"):
        read("2016-08-05T19:36Z", "2016-08-05 19:36")


def test_the_zone_that_was_assumed_is_said():
    said = read("2016-08-05 19:36", "2016-08-05", "2016-08-05T19:36Z", zone=SHANGHAI).said
    assert said == (
        "reported_at: 2 times without a zone, read as local time of Asia/Shanghai",
        "reported_at: 1 date without a time of day, read as midnight",
    )


def test_a_time_the_clocks_skipped_and_one_they_showed_twice_are_faults():
    times = read("2016-03-13 02:30", "2016-11-06 01:30", "2016-11-06 02:30", zone=NEW_YORK)
    assert {reason.split(" this")[0]: rows.tolist() for reason, rows in times.faults.items()} == {
        "the clocks of America/New_York skipped": [0],
        "the clocks of America/New_York showed": [1],
    }
    assert times.utc[2].item() == datetime(2016, 11, 6, 7, 30)


def test_the_order_of_month_and_day_is_proven_by_a_date_of_the_column():
    first = read("01/02/2013", "12/31/2013", zone=SHANGHAI)
    assert first.utc.astype("M8[h]").tolist() == [datetime(2013, 1, 1, 16), datetime(2013, 12, 30, 16)]
    assert "reported_at: month first, '12/31/2013' proves it" in first.said
    second = read("01/02/2013", "31/12/2013", zone=SHANGHAI)
    assert second.utc[0].item() == datetime(2013, 1, 31, 16)


@pytest.mark.parametrize("texts", [("01/02/2013", "03/04/2013"), ("31/12/2013", "12/31/2013")])
def test_an_open_or_contradictory_order_of_month_and_day_is_refused(texts):
    with pytest.raises(InvalidInput, match=r"whether the month or the day comes first.*--date-order mdy"):
        read(*texts, zone=SHANGHAI)


def test_a_declared_order_is_followed_and_what_contradicts_it_is_a_fault():
    times = read("01/02/2013", "12/31/2013", zone=SHANGHAI, order=DateOrder.DAY_FIRST)
    assert times.utc[0].item() == datetime(2013, 1, 31, 16)
    assert [rows.tolist() for rows in times.faults.values()] == [[1]]
