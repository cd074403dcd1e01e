"""Rosters, leave, roles and calendars through the loader: who was in charge then, and whom we took for it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from gis.division.model import Grid
from gis.duty.hours import Hours
from gis.duty.ladder import Roster, Why
from gis.duty.people import Role
from gis.errors import Conflict
from gis.loading import Kind
from gis.store.calendars import read_calendar, write_office_hours
from gis.store.database import Database
from gis.store.division_queries import grid_ids_by_code, people_without_grid
from gis.store.divisions import read_areas
from gis.store.duties import read_roster
from gis.store.loading import LoadReport
from gis.store.points import Written
from gis.store.roles import read_roles, write_roles
from gis.units import AreaId, GridId
from tests.tiny_city import load_text

HEAD = "worker_ref,name,phone,grid_code,role,since,until\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def load(database: Database, folder: Path, kind: Kind, body: str) -> LoadReport:
    return load_text(database, kind, folder, name=f"{kind}.csv", text=body)


def now(database: Database) -> datetime:
    with database.transaction() as connection:
        moment = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    assert isinstance(moment, datetime)
    return moment


def roster(database: Database, *, known_at: datetime | None = None) -> Roster:
    with database.transaction() as connection:
        return read_roster(connection, read_areas(connection), known_at=known_at)


def grid(database: Database, code: str) -> Grid:
    with database.transaction() as connection:
        grid_id = grid_ids_by_code(connection, at=datetime.now(UTC))[code]
        areas = {area.code: area.id for area in read_areas(connection)}
    return Grid(GridId(grid_id), code, code, AreaId(areas["A" if code in ("C1", "C2") else "B"]))


def lead(database: Database, code: str, at: datetime, *, known_at: datetime | None = None) -> str:
    return roster(database, known_at=known_at).in_charge(grid(database, code), at=at).name


def china(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def test_a_change_of_lead_with_dates_tells_who_it_was_then(tiny: Database, folder: Path) -> None:
    body = HEAD + (
        "W7,示例网格员7,,C4,lead,2025-01-01,2026-03-31\n"
        "W8,示例网格员8,,C4,lead,2026-04-01,\n"
        "W7,示例网格员7,,C4,part_time,2026-04-01,2026-06-30\n"
    )
    assert load(tiny, folder, Kind.WORKERS, body).written == Written(2, 0, 0)
    assert lead(tiny, "C4", china("2026-03-31T23:59:59")) == "示例网格员7"
    assert lead(tiny, "C4", china("2026-04-01T00:00:00")) == "示例网格员8"
    assert lead(tiny, "C4", china("2024-12-31T23:59:59")) == "示例镇综治中心"
    assert load(tiny, folder, Kind.WORKERS, body).written == Written(0, 0, 2)


def test_a_correction_changes_what_was_true_and_keeps_what_was_known(tiny: Database, folder: Path) -> None:
    load(tiny, folder, Kind.WORKERS, HEAD + "W7,示例网格员7,,C4,lead,2026-01-01,\n")
    before = now(tiny)
    then = china("2026-06-15T12:00:00")
    corrected = "W7,示例网格员7,,C4,lead,2026-01-01,2026-05-31\nW8,示例网格员8,,C4,lead,2026-06-01,\n"
    assert load(tiny, folder, Kind.WORKERS, HEAD + corrected).written == Written(1, 1, 0)
    assert lead(tiny, "C4", then) == "示例网格员8"
    assert lead(tiny, "C4", then, known_at=before) == "示例网格员7"
    assert lead(tiny, "C4", then, known_at=before - timedelta(days=365)) == "示例镇综治中心"


def test_another_time_for_the_same_role_replaces_the_one_it_touches(tiny: Database, folder: Path) -> None:
    load(tiny, folder, Kind.WORKERS, HEAD + "W7,示例网格员7,,C4,lead,2026-01-01,\n")
    load(tiny, folder, Kind.WORKERS, HEAD + "W7,示例网格员7,,C4,lead,2026-02-01,\n")
    assert lead(tiny, "C4", china("2026-01-15T12:00:00")) == "示例镇综治中心"
    assert lead(tiny, "C4", china("2026-02-15T12:00:00")) == "示例网格员7"


def test_duty_weeks_stand_beside_each_other(tiny: Database, folder: Path) -> None:
    weeks = "W7,示例网格员7,,C4,lead,2026-01-05,2026-01-11\nW7,示例网格员7,,C4,lead,2026-01-19,2026-01-25\n"
    load(tiny, folder, Kind.WORKERS, HEAD + weeks)
    leads = [lead(tiny, "C4", china(f"2026-01-{day:02d}T12:00:00")) for day in (6, 13, 20, 27)]
    assert leads == ["示例网格员7", "示例镇综治中心", "示例网格员7", "示例镇综治中心"]


def test_a_person_who_leaves_ends_every_place_and_is_no_longer_counted(tiny: Database, folder: Path) -> None:
    left = china("2026-05-01T00:00:00")
    load(
        tiny,
        folder,
        Kind.WORKERS,
        HEAD + "W7,示例网格员7,,C4,lead,2026-01-01,\nW7,示例网格员7,,C1,deputy,2026-01-01,\n",
    )
    gone = HEAD + "W7,示例网格员7,,,,,2026-04-30\n"
    assert load(tiny, folder, Kind.WORKERS, gone).written == Written(0, 1, 0)
    assert load(tiny, folder, Kind.WORKERS, gone).written == Written(0, 0, 1)
    assert lead(tiny, "C4", left - timedelta(seconds=1)) == "示例网格员7"
    assert lead(tiny, "C4", left) == "示例镇综治中心"
    with tiny.transaction() as connection:
        idle_before, people_before = people_without_grid(connection, at=left - timedelta(seconds=1))
        idle_after, people_after = people_without_grid(connection, at=left)
    assert people_before - people_after == 1
    load(tiny, folder, Kind.WORKERS, HEAD + "W7,示例网格员7,,C4,lead,2026-07-01,\n")
    assert lead(tiny, "C4", china("2026-07-02T12:00:00")) == "示例网格员7"
    assert idle_after >= idle_before


def test_a_file_without_ends_leaves_the_known_ends_alone(tiny: Database, folder: Path) -> None:
    load(tiny, folder, Kind.WORKERS, HEAD + "W7,示例网格员7,,C4,lead,2026-01-01,2199-01-01\n")
    export = "worker_ref,name,phone,grid_code,role\nW7,示例网格员7,,C4,lead\n"
    assert load(tiny, folder, Kind.WORKERS, export).written == Written(0, 0, 1)
    assert load(tiny, folder, Kind.WORKERS, export.replace("role", "role,until").replace("lead", "lead,")).written == (
        Written(0, 1, 0)
    )


def test_a_place_that_was_over_before_it_began_is_told(tiny: Database, folder: Path) -> None:
    report = load(tiny, folder, Kind.WORKERS, HEAD + "W7,示例网格员7,,C4,lead,,2020-01-01\n")
    assert any("give since" in line for line in report.noticed)
    assert report.written == Written(1, 0, 0)


LEAVE = "worker_ref,from,until,stand_in_ref\n"


def test_the_stand_in_answers_while_the_lead_is_away_to_the_last_day(tiny: Database, folder: Path) -> None:
    people = HEAD + "W1,示例网格员1,000-1001,C1,lead,2020-01-01,\nW3,示例网格员3,000-1003,C3,lead,2020-01-01,\n"
    load(tiny, folder, Kind.WORKERS, people)
    body = LEAVE + "W1,2026-11-02,2026-11-06,W4\nW3,2026-11-02,2026-11-06,\nW99,2026-11-02,2026-11-06,\n"
    report = load(tiny, folder, Kind.LEAVE, body)
    assert report.written == Written(2, 0, 0)
    assert any("'W99'" in line for line in report.noticed)
    assert lead(tiny, "C1", china("2026-11-06T23:59:00")) == "示例网格员4"
    assert lead(tiny, "C1", china("2026-11-07T00:00:00")) == "示例网格员1"
    away = roster(tiny).rungs(grid(tiny, "C3"), at=china("2026-11-03T12:00:00"))
    assert [rung.why for rung in away] == [Why.ON_LEAVE, Why.NO_DESK, Why.DESK, Why.DESK]
    assert away[0].until == china("2026-11-07T00:00:00")


def test_leave_that_is_corrected_was_known_otherwise_before(tiny: Database, folder: Path) -> None:
    load(tiny, folder, Kind.WORKERS, HEAD + "W1,示例网格员1,000-1001,C1,lead,2020-01-01,\n")
    load(tiny, folder, Kind.LEAVE, LEAVE + "W1,2026-11-02,2026-11-06,W4\n")
    before = now(tiny)
    shorter = LEAVE + "W1,2026-11-02,2026-11-03,W4\n"
    assert load(tiny, folder, Kind.LEAVE, shorter).written == Written(0, 1, 0)
    assert load(tiny, folder, Kind.LEAVE, shorter).written == Written(0, 0, 1)
    then = china("2026-11-05T12:00:00")
    assert lead(tiny, "C1", then) == "示例网格员1"
    assert lead(tiny, "C1", then, known_at=before) == "示例网格员4"


def test_a_shift_ends_with_its_hours_and_the_desk_answers_at_night(tiny: Database, folder: Path) -> None:
    body = "worker_ref,name,phone,grid_code,role,since,hours\nW7,示例网格员7,,C4,lead,2026-01-01,1-7 08:00-20:00\n"
    load(tiny, folder, Kind.WORKERS, body)
    assert lead(tiny, "C4", china("2026-11-03T19:59:59")) == "示例网格员7"
    night = roster(tiny).rungs(grid(tiny, "C4"), at=china("2026-11-03T20:00:00"))
    assert night[0].why == Why.OFF_SHIFT
    assert lead(tiny, "C4", china("2026-11-03T20:00:00")) == "示例镇综治中心"


def test_days_and_hours_of_the_city_make_its_calendar(tiny: Database, folder: Path) -> None:
    body = "日期,结束日期,类型,名称\n2026年10月1日,2026年10月7日,放假,国庆节\n2026-10-10,,上班,国庆节调休\n"
    report = load(tiny, folder, Kind.CALENDAR, body)
    assert report.written == Written(8, 0, 0)
    assert load(tiny, folder, Kind.CALENDAR, body).written == Written(0, 0, 8)
    with tiny.transaction() as connection:
        write_office_hours(connection, Hours.parse("1-5 09:00-17:00"))
        calendar = read_calendar(connection)
    assert calendar.zone.key == "Asia/Shanghai"
    assert [calendar.is_working_day(date(2026, 10, day)) for day in (7, 8, 9, 10, 11)] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert calendar.add_hours(china("2026-09-30T16:00:00"), hours=2) == china("2026-10-08T10:00:00")


def test_roles_are_the_citys_own(tiny: Database, folder: Path) -> None:
    body = "code,name_zh,rank,leads\nhousehold_head,治安户长,70,否\nlead,总网格长,20,是\ndeputy,副网格长,10,是\n"
    assert load(tiny, folder, Kind.ROLES, body).written == Written(1, 2, 0)
    with tiny.transaction() as connection:
        assert list(read_roles(connection))[:2] == ["deputy", "lead"]
    with pytest.raises(Conflict, match="rank 70"), tiny.transaction() as connection:
        write_roles(connection, [Role("patrol", "巡防队员", "Patrol", 70, leads=False)])
    people = "worker_ref,name,grid_code,role\nW8,示例网格员8,C1,治安户长\n"
    assert load(tiny, folder, Kind.WORKERS, people).written == Written(1, 0, 0)
