from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from gis.errors import InvalidLayer
from gis.loading import ColumnPlan, areas_from, cameras_from, grids_from, read_file
from tests.gis.loading.making import WGS84, incidents


def test_the_incidents_of_washington_are_all_read(shared_data):
    plan = ColumnPlan.parse(["source_ref=OBJECTID", "category=OFFENSE", "reported_at=REPORTDATETIME"], ["source=mpd"])
    batch = incidents(shared_data / "dc" / "incidents_2016.csv", plan=plan)
    assert (len(batch), batch.rejects, batch.repeated) == (2898, (), 0)
    assert batch.rows["reported_at"].iloc[0] == datetime(2016, 8, 5, 19, 36, 7, tzinfo=UTC)
    assert batch.rows["category"].iloc[1] == "THEFT F/AUTO"


def test_the_requests_of_washington_are_all_read(shared_data):
    plan = ColumnPlan.parse(
        ["source_ref=SERVICEREQUESTID", "category=SERVICECODEDESCRIPTION", "reported_at=ADDDATE"],
        ["source=311", "kind=request"],
    )
    batch = incidents(shared_data / "dc" / "requests311_addresses_2016.csv", plan=plan)
    assert (len(batch), batch.rejects, batch.repeated) == (5559, (), 0)


@pytest.mark.parametrize(
    ("name", "reference", "count"),
    [
        ("cctv", "ID+NAME+ADDRESS+lon", 596),
        ("enforcement", "OBJECTID", 143),
        ("speed", "OBJECTID", 127),
        ("redlight", "OBJECTID", 50),
        ("traffic", "CAMERAID", 339),
    ],
)
def test_the_cameras_of_washington_are_all_read_and_nothing_is_made_up(shared_data, name, reference, count):
    raw = read_file(shared_data / "dc" / f"cameras_{name}.csv")
    plan = ColumnPlan.parse([f"source_ref={reference}"], [f"source={name}"])
    batch = cameras_from(raw, plan=plan, crs=WGS84, time_zone=None)
    assert (len(batch), batch.rejects, batch.repeated) == (count, (), 0)
    assert batch.rows["azimuth_deg"].isna().all()
    assert set(batch.rows["kind"]) == {"unknown"}


def test_numbers_that_stand_for_many_cameras_are_no_references(shared_data):
    raw = read_file(shared_data / "dc" / "cameras_cctv.csv")
    plan = ColumnPlan.parse(["source_ref=ID"], ["source=cctv"])
    batch = cameras_from(raw, plan=plan, crs=WGS84, time_zone=None)
    assert (len(batch), batch.rejected_rows) == (540, 56)


def test_san_franciscos_date_and_time_are_joined_and_the_order_proven(shared_data):
    plan = ColumnPlan.parse(["source_ref=IncidntNum+Category", "reported_at=Date+Time"], ["source=sfpd"])
    batch = incidents(
        shared_data / "sf" / "incidents_2013_12.csv", plan=plan, time_zone=ZoneInfo("America/Los_Angeles")
    )
    assert batch.rows["reported_at"].iloc[0] == datetime(2014, 1, 1, 5, 33, tzinfo=UTC)
    assert len(batch) + batch.repeated + batch.rejected_rows == 9030
    assert any("month first" in sentence for sentence in batch.understood)


def test_the_police_service_areas_of_washington_are_a_division(shared_data):
    plan = ColumnPlan.parse(["code=NAME", "area_code=DISTRICT", "population=TOTALPOP"])
    batch = grids_from(read_file(shared_data / "dc" / "psa.geojson"), plan=plan, crs=WGS84, overlaps="pass_on")
    assert len(batch) == 56
    assert sorted(set(batch.rows["area_code"])) == list("1234567")
    assert batch.rows["population"].sum() > 600_000


def test_the_districts_of_washington_keep_their_official_lines(shared_data):
    plan = ColumnPlan.parse(["code=DISTRICT"], ["level=county", "parent_code=DC"])
    batch = areas_from(read_file(shared_data / "dc" / "police_districts.geojson"), plan=plan, crs=WGS84)
    assert len(batch) == 7


def test_the_faulty_district_map_of_san_francisco_is_refused_with_names_and_places(shared_data):
    plan = ColumnPlan.parse(["code=DISTRICT"], ["area_code=SF"])
    with pytest.raises(InvalidLayer, match=r"feature 6 \(RICHMOND\) is invalid .* at -122\.448") as caught:
        grids_from(read_file(shared_data / "sf" / "police_districts.geojson"), plan=plan, crs=WGS84)
    assert {problem["kind"] for problem in caught.value.facts["problems"]} == {"invalid", "overlap"}
