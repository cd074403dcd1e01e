"""Loading: a dry run tells what a commit does, twice changes nothing, good rows stay, bad rows come back."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from gis.errors import DoubtfulCrs, InvalidInput, MissingCrs
from gis.loading import Kind
from gis.store.database import Database, change_counts
from gis.store.loading import LoadOptions, LoadReport, load
from gis.store.points import Written
from tests.gis.store.states import content, versions
from tests.tiny_city import FILES, INCIDENTS, WORKERS, load_text

COMMIT = LoadOptions(crs="EPSG:4326", mode="commit")
DRY = LoadOptions(crs="EPSG:4326")
HEADER = INCIDENTS.splitlines()[0]
POINTS_AND_PEOPLE = [Kind.WORKERS, Kind.CAMERAS, Kind.INCIDENTS]


def load_kind(
    database: Database, kind: Kind, folder: Path, *, body: str | None = None, **options: object
) -> LoadReport:
    """Load a kind's file of the tiny city, or another text under its name."""
    name, known = FILES[kind]
    chosen = replace(COMMIT, **{"crs": None if kind is Kind.WORKERS else "EPSG:4326", **options})
    return load_text(database, kind, folder, name=name, text=known if body is None else body, options=chosen)


def values(database: Database, statement: str) -> list[object]:
    with database.transaction() as connection:
        return list(connection.execute(text(statement)).scalars())


def counted(database: Database) -> dict[str, int]:
    with database.transaction() as connection:
        return change_counts(connection)


@pytest.mark.parametrize("kind", list(FILES))
def test_a_dry_run_changes_nothing_and_tells_what_a_commit_does(named: Database, folder: Path, kind: Kind) -> None:
    for before in FILES:
        if before is kind:
            break
        load_kind(named, before, folder)
    state = content(named)
    tried = load_kind(named, kind, folder, mode="dry_run")
    assert content(named) == state
    assert not tried.committed
    assert tried.written.new > 0
    done = load_kind(named, kind, folder)
    assert replace(tried, committed=True) == done
    assert content(named) != state


@pytest.mark.parametrize("kind", [Kind.AREAS, *POINTS_AND_PEOPLE, Kind.SITES, Kind.GATES, Kind.KEY_AREAS])
def test_loading_a_file_twice_writes_no_row_and_announces_nothing(tiny: Database, folder: Path, kind: Kind) -> None:
    state, counts = versions(tiny), counted(tiny)
    again = load_kind(tiny, kind, folder)
    assert again.written == Written(0, 0, len(FILES[kind][1].splitlines()) - 1 - (kind is Kind.WORKERS))
    assert again.noticed == load_kind(tiny, kind, folder).noticed
    assert versions(tiny) == state
    assert counted(tiny) == counts


def test_changed_rows_are_counted_and_the_others_are_left_alone(tiny: Database, folder: Path) -> None:
    changed = INCIDENTS.replace("噪声扰民,handling", "噪声扰民,closed").replace(",113.015,22.515", ",113.016,22.515")
    written = load_kind(tiny, Kind.INCIDENTS, folder, body=changed).written
    assert written == Written(0, 2, 2)
    assert values(tiny, "SELECT state FROM incident WHERE source_ref = '2'") == ["closed"]
    assert values(tiny, "SELECT ST_X(point) FROM incident WHERE source_ref = '3'") == [113.016]
    longer = changed + "hotline,5,incident,a,,2026-11-02,,,,113,22.5\n"
    assert load_kind(tiny, Kind.INCIDENTS, folder, body=longer).written == Written(1, 0, 4)


def test_good_rows_are_stored_and_bad_ones_mended_and_loaded_again(tiny: Database, folder: Path) -> None:
    good = "hotline,5,incident,市容环境,reported,2026-11-01T08:00:00Z,,0,,113.005,22.505"
    bad = "hotline,6,incident,市容环境,reported,soon,,0,,113.005,22.505"
    report = load_kind(tiny, Kind.INCIDENTS, folder, body="\n".join([HEADER, good, bad]) + "\n")
    assert (report.read, report.written, report.rejected) == (2, Written(1, 0, 0), 1)
    assert report.rejects_path == folder / "incidents.csv.rejects.csv"
    with report.rejects_path.open(encoding="utf-8-sig", newline="") as file:
        header, row = csv.reader(file)
    assert row[:2] == ["3", "reported_at"]
    assert header[3:] == HEADER.split(",")
    mended = report.rejects_path.read_text(encoding="utf-8-sig").replace("soon", "2026-11-02T08:00:00Z")
    report.rejects_path.write_text(mended, encoding="utf-8-sig")
    again = load(tiny, Kind.INCIDENTS, report.rejects_path, options=COMMIT, progress=lambda _what, _share: None)
    assert (again.written, again.rejected, again.rejects_path) == (Written(1, 0, 0), 0, None)
    assert values(tiny, "SELECT count(*) FROM incident") == [6]


def test_rejects_never_replace_the_file_they_come_from(tiny: Database, folder: Path) -> None:
    with pytest.raises(InvalidInput, match="would replace the file"):
        load_kind(tiny, Kind.INCIDENTS, folder, rejects=folder / "incidents.csv")
    assert (folder / "incidents.csv").read_text(encoding="utf-8") == INCIDENTS


def test_a_file_of_which_every_row_is_bad_stores_nothing_and_keeps_all(tiny: Database, folder: Path) -> None:
    state = content(tiny)
    body = HEADER + "\nhotline,6,incident,a,reported,soon,,0,,113.005,22.505\n"
    report = load_kind(tiny, Kind.INCIDENTS, folder, body=body)
    assert (report.written, report.rejected) == (Written(0, 0, 0), 1)
    assert content(tiny) == state


def test_positions_need_a_declared_system_and_people_do_not(named: Database, folder: Path) -> None:
    for kind in (Kind.GRIDS, Kind.CAMERAS, Kind.INCIDENTS):
        with pytest.raises(MissingCrs):
            load_kind(named, kind, folder, crs=None)
    assert load_kind(named, Kind.AREAS, folder, crs=None).written.new == 3


def test_swapped_axes_are_refused_and_accepted_by_name(tiny: Database, folder: Path) -> None:
    state = content(tiny)
    swapped = [HEADER.replace("lon,lat", "lat,lon")]
    swapped += [f"hotline,s{n},incident,a,reported,2026-11-01,,0,,113.00{n},22.50{n}" for n in range(1, 9)]
    with pytest.raises(DoubtfulCrs, match="swapped"):
        load_kind(tiny, Kind.INCIDENTS, folder, body="\n".join(swapped))
    assert content(tiny) == state


def test_points_of_another_city_are_refused_and_loaded_when_the_doubt_is_accepted(tiny: Database, folder: Path) -> None:
    rows = [HEADER, *(f"hotline,n{n},incident,a,reported,2026-11-01,,0,,115.9{n},28.6{n}" for n in range(10, 40))]
    with pytest.raises(DoubtfulCrs, match=r"nothing lies in the city.*--accept-doubt"):
        load_kind(tiny, Kind.INCIDENTS, folder, body="\n".join(rows))
    report = load_kind(tiny, Kind.INCIDENTS, folder, body="\n".join(rows), on_doubt="accept")
    assert report.written == Written(30, 0, 0)
    assert report.noticed[0].startswith("doubt accepted: nothing lies in the city")
    assert "30 of 30 points lie outside every grid" in report.noticed


def test_an_incident_outside_the_city_keeps_the_nearest_grid_its_distance_and_somebody_in_charge(
    tiny: Database,
) -> None:
    with tiny.transaction() as connection:
        row = connection.execute(
            text(
                "SELECT incident.grid_id, nearest_distance_m, charge_level, code FROM incident "
                "JOIN grid_version ON grid_version.grid_id = nearest_grid_id WHERE source_ref = '4'"
            )
        ).one()
    assert row.grid_id is None
    assert row.code in {"C2", "C4"}
    assert row.nearest_distance_m == pytest.approx(1029, abs=2)
    assert row.charge_level == "city"


def test_points_loaded_before_the_grids_get_their_place_from_the_grids(
    named: Database, tiny: Database, folder: Path
) -> None:
    for kind in (Kind.AREAS, Kind.CAMERAS, Kind.INCIDENTS):
        report = load_kind(named, kind, folder)
    assert report.noticed == ("no edition is in force yet: the rows get their grids when one is loaded",)
    assert set(values(named, "SELECT edition_id FROM incident")) == {None}
    noticed = load_kind(named, Kind.GRIDS, folder).noticed
    assert "4 incidents loaded before have got their place: 3 lie in a grid" in noticed
    assert "4 cameras loaded before have got their place: 4 lie in a grid" in noticed
    placed = "SELECT (source_ref, g.code, on_border, c.code)::text FROM incident " + "".join(
        f"LEFT JOIN grid_version {alias} ON {alias}.grid_id = incident.{column} "
        for alias, column in (("g", "grid_id"), ("c", "nearest_grid_id"))
    )
    assert values(named, placed + "ORDER BY 1") == values(tiny, placed + "ORDER BY 1")
    pairs = "SELECT count(*) FROM camera_grid"
    assert values(named, pairs) == values(tiny, pairs)


def test_a_camera_that_moves_leaves_the_grids_it_was_near(tiny: Database, folder: Path) -> None:
    moved = FILES[Kind.CAMERAS][1].replace("113.01,22.505", "113.015,22.505")
    assert load_kind(tiny, Kind.CAMERAS, folder, body=moved).written == Written(0, 1, 3)
    codes = (
        "SELECT code FROM camera_grid JOIN grid_version USING (grid_id) JOIN camera ON camera.id = camera_id "
        "WHERE source_ref = 'k2' ORDER BY 1"
    )
    assert values(tiny, codes) == ["C2"]
    load_kind(tiny, Kind.CAMERAS, folder)
    assert values(tiny, codes) == ["C1", "C2"]


def test_people_of_a_grid_that_is_unknown_are_kept_without_it_and_told(tiny: Database, folder: Path) -> None:
    body = WORKERS.splitlines()[0] + "\nW9,示例网格员9,,C99,lead\n"
    report = load_kind(tiny, Kind.WORKERS, folder, body=body)
    assert report.written == Written(1, 0, 0)
    assert any("'C99'" in line for line in report.noticed)
    assert values(tiny, "SELECT count(*) FROM team_member JOIN worker ON worker.id = worker_id "
                        "WHERE worker_ref = 'W9'") == [0]  # fmt: skip


MEMBERS = (
    "SELECT (worker_ref, code, role)::text FROM team_member JOIN worker ON worker.id = worker_id "
    "JOIN team ON team.id = team_id JOIN grid_version ON grid_version.grid_id = team.grid_id "
    "WHERE until IS NULL AND retracted_at IS NULL ORDER BY 1"
)


def test_a_person_may_serve_several_grids(tiny: Database) -> None:
    assert values(tiny, MEMBERS) == ["(W1,C1,lead)", "(W2,C2,lead)", "(W3,C3,lead)", "(W3,C4,part_time)"]


def test_a_roster_without_a_row_removes_nobody(tiny: Database, folder: Path) -> None:
    before = values(tiny, MEMBERS)
    shorter = "\n".join(WORKERS.splitlines()[:2]) + "\n"
    assert load_kind(tiny, Kind.WORKERS, folder, body=shorter).written == Written(0, 0, 1)
    assert values(tiny, MEMBERS) == before


def test_another_role_in_the_same_grid_ends_the_former_one_and_keeps_it_as_the_past(
    tiny: Database, folder: Path
) -> None:
    promoted = WORKERS.replace("C4,part_time", "C4,lead")
    assert load_kind(tiny, Kind.WORKERS, folder, body=promoted).written == Written(0, 1, 3)
    assert values(tiny, MEMBERS) == ["(W1,C1,lead)", "(W2,C2,lead)", "(W3,C3,lead)", "(W3,C4,lead)"]
    assert values(tiny, "SELECT role FROM team_member WHERE until IS NOT NULL AND retracted_at IS NULL") == [
        "part_time"
    ]
    assert load_kind(tiny, Kind.WORKERS, folder).written == Written(0, 1, 3)
    assert values(tiny, "SELECT count(*) FROM team_member WHERE retracted_at IS NULL") == [6]


def test_a_person_who_gets_a_grid_more_has_changed_and_incidents_are_told_of(tiny: Database, folder: Path) -> None:
    report = load_kind(tiny, Kind.WORKERS, folder, body=WORKERS + "W1,示例网格员1,000-1001,C4,deputy\n")
    assert report.written == Written(0, 1, 3)
    assert any("gezhi assign" in line for line in report.noticed)


def test_incidents_stay_with_whom_they_were_given_when_loaded_again_until_they_move(
    tiny: Database, folder: Path
) -> None:
    led = "SELECT worker.name FROM incident LEFT JOIN worker ON worker.id = charge_worker_id ORDER BY source_ref"
    before = values(tiny, led)
    roster = WORKERS.replace("C1,lead", "C1,deputy") + "W9,新网格长,000-1009,C1,lead\n"
    assert load_kind(tiny, Kind.WORKERS, folder, body=roster).written.new == 1
    assert load_kind(tiny, Kind.INCIDENTS, folder).written == Written(0, 0, 4)
    closed = INCIDENTS.replace("市容环境,reported", "市容环境,closed")
    assert load_kind(tiny, Kind.INCIDENTS, folder, body=closed).written == Written(0, 2, 2)
    assert values(tiny, led) == before
    for moved in (closed.replace(",113.005,22.505", ",113.006,22.505"), closed.replace(",0,1,113.005", ",1,1,113.005")):
        assert load_kind(tiny, Kind.INCIDENTS, folder, body=moved).written == Written(0, 1, 3)
        assert values(tiny, led) == ["新网格长", *before[1:]]


def test_a_dry_run_is_the_default() -> None:
    assert LoadOptions().mode == DRY.mode == "dry_run"
