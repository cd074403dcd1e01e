"""Places are derived from points: they can be taken away and given again, and are the same."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sqlalchemy import text

from gis.loading import Kind
from gis.store.assigning import Assigned, assign_all, unassign_all
from gis.store.database import Database
from gis.store.divisions import read_areas, read_division
from gis.store.duties import read_roster
from gis.store.loading import LoadOptions
from tests.gis.store.states import content
from tests.tiny_city import load_text

SITES = (
    "source,source_ref,kind,name,lon,lat\nmore,1,school,示例学校,113.005,22.515\nmore,2,market,示例市场,113.1,22.515\n"
)

ADDRESSES = "source,source_ref,full_text,lon,lat\ns,1,示例路1号,113.005,22.515\n"


def redo(database: Database) -> list[Assigned]:
    now = datetime.now(UTC)
    with database.transaction() as connection:
        roster = read_roster(connection, read_areas(connection))
        return assign_all(connection, read_division(connection, at=now), roster, at=now)


def undo(database: Database) -> list[Assigned]:
    with database.transaction() as connection:
        return unassign_all(connection)


def without_counts(rows: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the rows that tell something: no counters of changes, and no figures of which nothing is left."""
    kept = {table: found for table, found in rows.items() if table != "change_count"}
    for table in ("figure_city_day", "figure_grid_month", "figure_grid_total", "figure_place_day"):
        kept[table] = [row for row in kept[table] if any(count != "0" for count in counts_of(row))]
    return kept


def counts_of(row: str) -> list[str]:
    """Return the nine counts of a row of figures, which stand last."""
    return row.strip("()").split(",")[-9:]


def scatter(database: Database, folder: Path, *, number: int) -> None:
    """Load incidents over the city, on its borders and around it."""
    rng = np.random.default_rng(5)
    lon, lat = 113.0 + 0.02 * rng.random(number) * 1.2, 22.5 + 0.02 * rng.random(number) * 1.2
    lon[: number // 4] = 113.01
    places = np.column_stack([lon, lat]).tolist()
    rows = [f"s,{n},a,2026-11-01T00:00:00Z,{x!r},{y!r}" for n, (x, y) in enumerate(places)]
    body = "\n".join(["source,source_ref,category,reported_at,lon,lat", *rows])
    commit = LoadOptions(crs="EPSG:4326", mode="commit")
    load_text(database, Kind.INCIDENTS, folder, name="scattered.csv", text=body, options=commit)
    load_text(database, Kind.SITES, folder, name="sites.csv", text=SITES, options=commit)
    load_text(database, Kind.ADDRESSES, folder, name="addresses.csv", text=ADDRESSES, options=commit)


def test_undo_and_redo_give_every_row_as_it_was(tiny: Database, folder: Path) -> None:
    scatter(tiny, folder, number=400)
    before = without_counts(content(tiny))
    undone = undo(tiny)
    assert {row.table: (row.rows, row.changed) for row in undone} == {
        "incident": (404, 404), "camera": (4, 4), "site": (6, 6), "gate": (2, 2), "address": (1, 1), "key_area": (4, 4),
    }  # fmt: skip
    with tiny.transaction() as connection:
        for table in ("incident", "camera", "site", "gate", "address"):
            placed = text(f"SELECT count(*) FROM {table} WHERE num_nonnulls(edition_id, grid_id, nearest_grid_id) > 0")
            assert connection.scalar(placed) == 0
        for pairs in ("camera_grid", "key_area_grid"):
            assert connection.scalar(text(f"SELECT count(*) FROM {pairs}")) == 0
        assert connection.scalar(text("SELECT count(edition_id) FROM key_area")) == 0
    assert [row.changed for row in redo(tiny)] == [404, 4, 6, 2, 1, 4]
    assert without_counts(content(tiny)) == before


def test_assigning_again_changes_nothing(tiny: Database, folder: Path) -> None:
    scatter(tiny, folder, number=50)
    before = content(tiny)
    assert [row.changed for row in redo(tiny)] == [0, 0, 0, 0, 0, 0]
    assert content(tiny) == before
    undo(tiny)
    assert [row.changed for row in undo(tiny)] == [0, 0, 0, 0, 0, 0]


def test_people_who_came_later_are_given_the_incidents_by_assigning(tiny: Database, folder: Path) -> None:
    charge = text("SELECT charge_level FROM incident WHERE source_ref = '3'")
    with tiny.transaction() as connection:
        assert connection.scalar(charge) == "town"
    roster = "worker_ref,name,phone,grid_code,role\nW9,示例网格员9,,C4,lead\n"
    report = load_text(tiny, Kind.WORKERS, folder, name="more.csv", text=roster)
    assert any(line.endswith("to give them anew: gezhi assign") for line in report.noticed)
    assert redo(tiny)[0].changed == 1
    with tiny.transaction() as connection:
        assert connection.scalar(charge) == "lead"
