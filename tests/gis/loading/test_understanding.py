"""Tables as offices write them: Chinese names of columns, units, degrees, minutes and seconds."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InvalidInput
from gis.loading import ColumnPlan, cameras_from, grids_from, read_file, workers_from
from gis.loading.measures import measured
from tests.gis.loading.making import WGS84, incidents, reasons, write_csv

SHANGHAI = ZoneInfo("Asia/Shanghai")


def cameras(path, plan=None):
    return cameras_from(read_file(path), plan=plan or ColumnPlan(), crs=WGS84, time_zone=SHANGHAI)


def test_incidents_with_chinese_columns_need_no_plan(tmp_path):
    path = write_csv(
        tmp_path,
        "数据来源,事件编号,事件类别,上报时间,受理时间,办结时间,事件状态,经 度,纬度（°）",
        "12345,A1,噪声扰民,2025年3月4日 14时05分,2025-03-04 14:10,,已受理,113.08,22.58",
    )
    batch = incidents(path, time_zone=SHANGHAI)
    assert batch.rows.loc[0, ["source", "source_ref", "category", "state"]].tolist() == [
        "12345",
        "A1",
        "噪声扰民",
        "accepted",
    ]
    assert str(batch.rows["reported_at"][0]) == "2025-03-04 06:05:00+00:00"
    assert "reported_at from 上报时间" in " ".join(batch.understood)


def test_a_roster_and_cameras_with_chinese_columns_need_no_plan(tmp_path):
    roster = workers_from(
        read_file(write_csv(tmp_path, "工号,姓名,联系电话,网格编码,岗位", "7,示例甲,000,C1,网格长")), plan=ColumnPlan()
    )
    assert roster.rows.loc[0, ["worker_ref", "name", "phone", "grid_code", "role"]].tolist() == [
        "7",
        "示例甲",
        "000",
        "C1",
        "lead",
    ]
    path = write_csv(
        tmp_path,
        "来源,设备编码,设备名称,设备类型,安装高度(英尺),朝向,监控距离,经度,纬度,设备状态",
        "net,k1,路口,球机,10,东北,50米,113°04′48″,22度34分48秒,在线",
        "net,k2,路口,枪机,20,90,0.1km,E113:04:48,22°34.8'N,离线",
    )
    batch = cameras(path)
    assert reasons(batch) == []
    assert batch.rows["height_m"].tolist() == [3.048, 6.096]
    assert batch.rows["range_m"].tolist() == [50.0, 100.0]
    assert batch.rows["azimuth_deg"].tolist() == [45.0, 90.0]
    assert batch.lon.round(9).tolist() == [113.08] * 2
    assert batch.lat.round(9).tolist() == [22.58] * 2
    assert "height_m: numbers are in 英尺, multiplied by 0.3048" in batch.understood
    assert any(said.startswith("range_m: 2 cells with a unit") for said in batch.understood)


def test_two_columns_for_one_are_refused_by_naming_both_unless_they_are_equal(tmp_path):
    header = "source,source_ref,category,reported_at,经度,lng,纬度"
    with pytest.raises(InvalidInput, match=r"may be meant by lon: lng and 经度.*--column lon=经度"):
        incidents(write_csv(tmp_path, header, "s,1,c,2025-03-04T00:00Z,113.1,113.2,22"))
    assert incidents(write_csv(tmp_path, header, "s,1,c,2025-03-04T00:00Z,113.1,113.1,22")).lon.tolist() == [113.1]
    plan = ColumnPlan.parse(["lon=经度"])
    assert incidents(write_csv(tmp_path, header, "s,1,c,2025-03-04T00:00Z,113.1,113.2,22"), plan=plan).lon.tolist() == [
        113.1
    ]


def test_x_and_y_are_positions_only_where_nothing_else_is(tmp_path):
    header = "source,source_ref,category,reported_at,x,y"
    assert incidents(write_csv(tmp_path, header, "s,1,c,2025-03-04T00:00Z,113.1,22")).lon.tolist() == [113.1]
    assert incidents(
        write_csv(tmp_path, f"{header},经度,纬度", "s,1,c,2025-03-04T00:00Z,9,9,113.2,22")
    ).lon.tolist() == [113.2]


def test_a_unit_that_does_not_belong_turns_rows_away_and_in_a_mapping_is_refused(tmp_path):
    path = write_csv(tmp_path, "source,source_ref,安装高度,lon,lat", "n,1,3 kg,113,22", "n,2,3 m,113,22")
    assert [(line, column) for line, column, _ in reasons(cameras(path))] == [(2, "height_m")]
    with pytest.raises(InvalidInput, match="'kg' is no unit of height_m"):
        cameras(path, ColumnPlan(units={"height_m": "kg"}))


def test_words_of_a_plan_are_read_as_ours(tmp_path):
    path = write_csv(tmp_path, "source,source_ref,状态,lon,lat", "n,1,好,113,22", "n,2,坏,113,22")
    assert cameras(path, ColumnPlan(words={"status": {"好": "live", "坏": "dead"}})).rows["status"].tolist() == [
        "live",
        "dead",
    ]


def test_counts_may_be_told_in_ten_thousands(tmp_path):
    path = write_csv(
        tmp_path, "网格编码,所属社区,人口（万人）,geometry", 'C1,A,0.12,"POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))"'
    )
    assert grids_from(read_file(path), plan=ColumnPlan(), crs=WGS84).rows["population"].tolist() == [1200.0]


@given(st.integers(0, 179), st.integers(0, 59), st.integers(0, 5999))
def test_degrees_minutes_and_seconds_are_read_as_they_are_written(degrees, minutes, hundredths):
    expected = degrees + minutes / 60 + hundredths / 360_000
    for text in (f"{degrees}°{minutes}′{hundredths / 100}″", f"东经{degrees}度{minutes}分{hundredths / 100}秒"):
        assert measured(text, column="lon") == pytest.approx(expected, abs=1e-11)
    assert measured(f"{degrees}°{minutes}'{hundredths / 100}\"W", column="lon") == pytest.approx(-expected, abs=1e-11)
    assert measured(f"{degrees}°60'", column="lon") is None
