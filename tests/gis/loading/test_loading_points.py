import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.crs import parse_crs, to_wgs84
from gis.errors import DoubtfulCrs, InvalidInput, MissingColumn
from gis.incidents.life import OPEN_STATES, IncidentState, is_open
from gis.loading import ColumnPlan, cameras_from, read_file, workers_from
from gis.loading.numbers import read_numbers
from gis.loading.raw import object_array
from gis.loading.repeats import repeats
from tests.gis.loading.making import (
    GOOD,
    HEADER,
    PLAN,
    WGS84,
    feature,
    incidents,
    reasons,
    square,
    write_csv,
    write_geojson,
)


def rejected_alone(folder, row, header=HEADER):
    """Load a bad row between good ones; return its one reason."""
    batch = incidents(write_csv(folder, header, GOOD, row, GOOD.replace("A1", "A3")))
    assert batch.rows["source_ref"].tolist() == ["A1", "A3"]
    assert batch.lines.tolist() == [2, 4]
    assert batch.rejected_rows == 1
    (line, column, reason) = reasons(batch)[0]
    assert line == 3
    return column, reason


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("city,A2,noise,2016-08-05T19:36:07Z,NaN,22.58", "lon", "not a finite number"),
        ("city,A2,noise,2016-08-05T19:36:07Z,113.08,inf", "lat", "not a finite number"),
        ("city,A2,noise,2016-08-05T19:36:07Z,113.08E,22.58", "lon", "not a finite number"),
        ("city,A2,noise,2016-08-05T19:36:07Z,,22.58", "lon", "lon is empty"),
        ("city,A2,noise,2016-08-05T19:36:07Z,22.58,113.08", "lat", "113.08 is beyond 90.*look swapped"),
        ("city,A2,noise,2016-08-05T19:36:07Z,1130.8,22.58", "lon", "1130.8 is beyond 180 degrees$"),
        ("city,A2,noise,2016-08-05T19:36:07Z,0,0.0", None, r"\(0, 0\), the mark of an unknown"),
        ("city,,noise,2016-08-05T19:36:07Z,113.08,22.58", "source_ref", "source_ref is empty"),
        ("city,　 ,noise,2016-08-05T19:36:07Z,113.08,22.58", "source_ref", "source_ref is empty"),
        ("city,A2,,2016-08-05T19:36:07Z,113.08,22.58", "category", "category is empty"),
        ("city,A2,noise,,113.08,22.58", "reported_at", "reported_at is empty"),
        ("city,A2,noise,yesterday,113.08,22.58", "reported_at", "no form of date"),
        ("city,A1,fire,2016-08-05T19:36:07Z,113.08,22.58", "source_ref", "'A1' stands in line 2 already"),
        ("city,A\x002,noise,2016-08-05T19:36:07Z,113.08,22.58", "source_ref", r"U\+0000 \(NUL\)"),
        ('city,"A\n2",noise,2016-08-05T19:36:07Z,113.08,22.58', "source_ref", r"U\+000A \(line break\)"),
        ("city,A2\u200b,noise,2016-08-05T19:36:07Z,113.08,22.58", "source_ref", "ZERO WIDTH SPACE"),
        (f"city,A2,{'x' * 2001},2016-08-05T19:36:07Z,113.08,22.58", "category", "2,001 characters"),
        ("city,A2,noise", None, "3 cells and the header 6"),
    ],
)  # fmt: skip
def test_a_bad_row_is_turned_away_with_line_column_and_reason_and_the_good_ones_kept(tmp_path, row, column, reason):
    if "\n" in row:
        batch = incidents(write_csv(tmp_path, HEADER, GOOD, row))
        found = reasons(batch)[0][1:]
    else:
        found = rejected_alone(tmp_path, row)
    assert found[0] == column
    assert re.search(reason, found[1]), found[1]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("state", "lost", "'lost' is none of reported, accepted"),
        ("kind", "robbery", "'robbery' is none of incident, request, referral"),
        ("accuracy_m", "-1", "not a number from 0"),
        ("accuracy_m", "5 kg", "not a finite number"),
        ("accuracy_m", "1_000", "not a finite number"),
        ("found_by_grid", "maybe", "'maybe' is none of"),
        ("closed_at", "2016-02-30T00:00Z", "no such date"),
    ],
)
def test_an_optional_cell_that_cannot_be_read_turns_its_row_away(tmp_path, column, value, reason):
    path = write_csv(tmp_path, f"{HEADER},{column}", f"{GOOD},", f"{GOOD.replace('A1', 'A2')},{value}")
    batch = incidents(path)
    assert batch.rows["source_ref"].tolist() == ["A1"]
    assert [(line, name) for line, name, _ in reasons(batch)] == [(3, column)]
    assert reason in reasons(batch)[0][2]


def test_a_row_with_two_faults_is_told_both(tmp_path):
    batch = incidents(write_csv(tmp_path, HEADER, GOOD, "city,,noise,soon,113.08,22.58"))
    assert [column for _, column, _ in reasons(batch)] == ["reported_at", "source_ref"]
    assert batch.rejected_rows == 1


def test_all_good_columns_arrive_in_their_types(tmp_path):
    header = f"{HEADER},kind,state,title,accuracy_m,found_by_grid,closed_at,simulated,due_at"
    row = f'{GOOD},群众诉求,已办结,"pipe, ""5""\nleaks",１２.5,是,2016-08-06 08:00,1,'
    batch = incidents(write_csv(tmp_path, header, row), time_zone=ZoneInfo("Asia/Shanghai"))
    incident = batch.rows.iloc[0]
    assert incident["kind"] == "request"
    assert incident["state"] == "closed"
    assert incident["title"] == 'pipe, "5"\nleaks'
    assert incident["accuracy_m"] == 12.5
    assert incident["found_by_grid"] is True
    assert incident["closed_at"] == datetime(2016, 8, 6, tzinfo=UTC)
    assert incident["reported_at"] == datetime(2016, 8, 5, 19, 36, 7, tzinfo=UTC)
    assert bool(incident["simulated"]) is True
    assert incident["due_at"] is pd.NaT
    assert incident["occurred_at"] is pd.NaT
    assert incident["reporter_ref"] is None
    assert (batch.lon.tolist(), batch.lat.tolist()) == ([113.08], [22.58])


def test_a_state_that_is_not_told_follows_from_the_closing_and_that_is_said(tmp_path):
    path = write_csv(tmp_path, f"{HEADER},closed_at", f"{GOOD},", f"{GOOD.replace('A1', 'A2')},2016-08-06T00:00Z")
    batch = incidents(path)
    assert batch.rows["state"].tolist() == ["reported", "closed"]
    assert any("state: not told for 2 rows; 1 with closed_at" in sentence for sentence in batch.understood)


def test_identical_rows_are_counted_and_differing_ones_turned_away(tmp_path):
    other = GOOD.replace("113.08", "113.09")
    batch = incidents(write_csv(tmp_path, HEADER, GOOD, GOOD, other, GOOD, other))
    assert len(batch) == 1
    assert batch.repeated == 2
    assert [line for line, _, _ in reasons(batch)] == [4, 6]
    assert len(batch) + batch.repeated + batch.rejected_rows == 5


def test_the_same_reference_from_two_sources_is_two_incidents(tmp_path):
    batch = incidents(write_csv(tmp_path, HEADER, GOOD, GOOD.replace("city", "hotline")))
    assert len(batch) == 2


@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from([1.0, 2.0, np.nan])), max_size=12),
    st.data(),
)
def test_repeats_agree_with_looking_at_every_pair(rows, data):
    among = np.array([n for n in range(len(rows)) if data.draw(st.booleans(), label=f"look at {n}")], dtype=np.int64)
    values = {"key": object_array([key for key, _ in rows]), "x": np.array([x for _, x in rows], dtype=np.float64)}
    found = repeats(values, key=("key",), among=among)
    identical, differing = [], []
    for place, row in enumerate(among.tolist()):
        first = next(other for other in among.tolist() if rows[other][0] == rows[row][0])
        if first != row:
            same = repr(rows[first]) == repr(rows[row])
            (identical if same else differing).append(row)
        assert place >= 0
    assert found.identical.tolist() == identical
    assert found.differing.tolist() == differing


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_numbers_written_in_full_are_read_exactly(numbers):
    values, faulty = read_numbers(object_array([repr(number) for number in numbers]))
    assert values.tolist() == numbers
    assert not faulty.any()


@given(
    st.lists(
        st.tuples(st.floats(73, 135, exclude_min=True), st.floats(18, 53, exclude_min=True)), min_size=1, max_size=20
    )
)
def test_positions_in_a_file_are_those_that_were_written(places):
    with tempfile.TemporaryDirectory() as folder:
        rows = [f"city,{n},noise,2016-08-05T19:36:07Z,{lon!r},{lat!r}" for n, (lon, lat) in enumerate(places)]
        batch = incidents(write_csv(Path(folder), HEADER, *rows))
    assert list(zip(batch.lon.tolist(), batch.lat.tolist(), strict=True)) == places


@pytest.mark.parametrize("name", ["GCJ-02", "BD-09", "EPSG:4526"])
def test_positions_are_brought_to_wgs84(tmp_path, name):
    crs = parse_crs(name)
    x, y = (38_405_000.0, 2_498_000.0) if name == "EPSG:4526" else (113.08, 22.58)
    batch = incidents(write_csv(tmp_path, HEADER, f"city,A1,noise,2016-08-05T19:36:07Z,{x},{y}"), crs=crs)
    lon, lat = to_wgs84([x], [y], crs=crs)
    assert (batch.lon[0], batch.lat[0]) == (lon[0], lat[0])
    assert any(sentence.startswith(f"positions: {name}") for sentence in batch.understood)


def test_a_file_whose_every_position_is_swapped_is_refused(tmp_path):
    path = write_csv(tmp_path, HEADER, "city,A1,noise,2016-08-05T19:36:07Z,22.58,113.08")
    with pytest.raises(DoubtfulCrs, match=r"swapped.*line 2: lon 22.58, lat 113.08; name the columns"):
        incidents(path)


@pytest.mark.parametrize("header", ["经度,纬度", "lng,lat", "X,Y", "Longitude,LATITUDE"])
def test_positions_are_found_under_their_usual_names(tmp_path, header):
    path = write_csv(tmp_path, f"source,source_ref,category,reported_at,{header}", GOOD)
    assert incidents(path).lon.tolist() == [113.08]


def test_positions_are_read_from_wkt(tmp_path):
    header = "source,source_ref,category,reported_at,wkt"
    start = "city,A{},noise,2016-08-05T19:36:07Z,"
    batch = incidents(
        write_csv(
            tmp_path, header, start.format(1) + "POINT (113.08 22.58)", start.format(2) + "POINT (113.08",
            start.format(3), start.format(4) + '"LINESTRING (0 0, 1 1)"', start.format(5) + "POINT EMPTY",
            start.format(6) + "MULTIPOINT ((113 22))",
        )
    )  # fmt: skip
    assert batch.rows["source_ref"].tolist() == ["A1", "A6"]
    assert [line for line, _, _ in reasons(batch)] == [3, 4, 5, 6]
    assert {column for _, column, _ in reasons(batch)} == {"geometry"}


def test_a_file_of_points_without_positions_is_refused(tmp_path):
    with pytest.raises(MissingColumn, match=r"no positions.*--column lon=THEIRS"):
        incidents(write_csv(tmp_path, "source,source_ref,category,reported_at", GOOD.rsplit(",", 2)[0]))


def test_geojson_features_that_are_no_points_are_turned_away(tmp_path):
    facts = {"source": "s", "kind": "fixed", "name": "No. 1"}
    path = write_geojson(
        tmp_path,
        feature({"type": "Point", "coordinates": [113.08, 22.58]}, source_ref="1", **facts),
        feature(square(113, 22), source_ref="2", **facts),
        feature(None, source_ref="3", **facts),
        feature({"type": "Point", "coordinates": [113.08]}, source_ref="4", **facts),
    )
    batch = cameras_from(read_file(path), plan=PLAN, crs=WGS84, time_zone=None)
    assert batch.rows["source_ref"].tolist() == ["1"]
    assert [(line, reason) for line, _, reason in reasons(batch)] == [
        (2, "the feature is a Polygon, not a point"),
        (3, "the feature has no position"),
        (4, "the coordinates are not two finite numbers"),
    ]


def test_dates_without_zone_are_refused_as_a_file_when_the_city_has_none(tmp_path):
    with pytest.raises(InvalidInput, match=r"carry no zone"):
        incidents(write_csv(tmp_path, HEADER, GOOD.replace("Z", "")))


CAMERA_HEADER = "source,source_ref,lon,lat,kind,status,azimuth_deg,hfov_deg,range_m,pixels_h,networks,gb_id,last_seen"


def cameras(folder, *rows):
    path = write_csv(folder, CAMERA_HEADER, *rows)
    return cameras_from(read_file(path), plan=PLAN, crs=WGS84, time_zone=None)


def test_what_is_not_told_of_a_camera_stays_unknown(tmp_path):
    camera = cameras(tmp_path, "police,C1,113,22,,,,,,,,,").rows.iloc[0]
    assert (camera["kind"], camera["status"], camera["networks"], camera["gb_id"]) == ("unknown", "unknown", (), None)
    assert all(np.isnan(camera[name]) for name in ("azimuth_deg", "hfov_deg", "range_m", "pixels_h", "height_m"))
    assert camera["last_seen"] is pd.NaT
    assert bool(camera["secrecy"]) is False


def test_what_is_told_of_a_camera_is_kept(tmp_path):
    row = "police,C1,113,22,球机,ON,360,90,50,1920,police; village；police,44070300011320000001,2024-01-01T00:00Z"
    camera = cameras(tmp_path, row).rows.iloc[0]
    assert (camera["kind"], camera["status"], camera["azimuth_deg"]) == ("ptz", "live", 0.0)
    assert camera["networks"] == ("police", "village")
    assert camera["gb_id"] == "44070300011320000001"


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ("laser,,,,,,,,", "kind"),
        (",asleep,,,,,,,", "status"),
        (",,361,,,,,,", "azimuth_deg"),
        (",,ahead,,,,,,", "azimuth_deg"),
        (",,,0,,,,,", "hfov_deg"),
        (",,,,0,,,,", "range_m"),
        (",,,,,1920.5,,,", "pixels_h"),
        (",,,,,,,4407,", "gb_id"),
        (",,,,,,,,never", "last_seen"),
    ],
)
def test_a_camera_with_an_impossible_value_is_turned_away(tmp_path, cells, column):
    batch = cameras(tmp_path, "police,C1,113,22,,,,,,,,,", f"police,C2,113,22,{cells}")
    assert batch.rows["source_ref"].tolist() == ["C1"]
    assert [(line, name) for line, name, _ in reasons(batch)] == [(3, column)]


def workers(folder, *rows):
    path = write_csv(folder, "worker_ref,name,phone,grid_code,role", *rows)
    return workers_from(read_file(path), plan=PLAN)


def test_a_worker_has_one_row_for_each_grid_and_may_have_none(tmp_path):
    batch = workers(tmp_path, "W1,Li,138,G1,lead", "W1,Li,138,G2,专职网格员", "W2,Wu,,,", "W1,Li,138,G1,lead")
    assert batch.rows[["worker_ref", "grid_code", "role"]].to_numpy().tolist() == [
        ["W1", "G1", "lead"],
        ["W1", "G2", "full_time"],
        ["W2", None, None],
    ]
    assert (batch.repeated, batch.rejects) == (1, ())
    assert batch.lon is None


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("W1,Wang,138,G2,lead", "worker_ref", "another name or phone in line 2"),
        ("W1,Li,138,G1,deputy", "grid_code", "stands in line 2 already"),
        ("W2,Wu,139,G1,king", "role", "'king' is none of lead"),
        ("W2,Wu,139,G1,", "role", "role is empty"),
        ("W2,,139,G1,lead", "name", "name is empty"),
        (f"W2,Wu,{'1' * 33},G1,lead", "phone", "at most 32"),
    ],
)
def test_a_worker_who_contradicts_the_roster_is_turned_away(tmp_path, row, column, reason):
    batch = workers(tmp_path, "W1,Li,138,G1,lead", row)
    assert len(batch) == 1
    assert [(line, name) for line, name, _ in reasons(batch)] == [(3, column)]
    assert reason in reasons(batch)[0][2]


def test_roles_of_the_citys_own_are_accepted(tmp_path):
    path = write_csv(tmp_path, "worker_ref,name,grid_code,role", "W1,Li,G1,治安户长")
    batch = workers_from(read_file(path), plan=PLAN, roles={"household_head": "治安户长"})
    assert batch.rows["role"].tolist() == ["household_head"]


def test_open_states_are_those_in_which_somebody_has_to_act():
    closed = {IncidentState.REFUSED, IncidentState.CLOSED, IncidentState.RATED}
    assert OPEN_STATES.isdisjoint(closed)
    assert {state for state in IncidentState if not is_open(state)} == closed


def test_a_constant_fills_a_column_and_beats_the_files_own(tmp_path):
    path = write_csv(tmp_path, f"{HEADER},kind", f"{GOOD},robbery")
    batch = incidents(path, plan=ColumnPlan.parse([], ["kind=request"]))
    assert batch.rows["kind"].tolist() == ["request"]
