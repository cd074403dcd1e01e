"""An empty table of incidents is filled first and gets its indexes then; nobody can tell afterwards."""

from pathlib import Path

import pytest
from sqlalchemy import text

from gis.errors import InvalidInput
from gis.loading import Kind
from gis.store import points
from gis.store.database import Database
from gis.store.loading import LoadOptions, load
from gis.store.points import Written

COMMIT = LoadOptions(crs="EPSG:4326", mode="commit")
INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'incident' ORDER BY 1"
ROWS = "SELECT (to_jsonb(incident) - 'id')::text FROM incident ORDER BY 1"
COUNTS = "SELECT (to_jsonb(figure_city_day) - 'series_id')::text FROM figure_city_day ORDER BY 1"


def write_incidents(path: Path, *, count: int = 300, title: str = "") -> Path:
    lines = [f"s,{n},a,2026-11-01T00:00:00Z,{113 + n % 200 / 10000},22.505,{title}" for n in range(count)]
    path.write_text("\n".join(["source,source_ref,category,reported_at,lon,lat,title", *lines]), encoding="utf-8")
    return path


def read(database: Database, question: str) -> list[tuple[object, ...]]:
    with database.transaction() as connection:
        return [tuple(row) for row in connection.execute(text(question))]


def stored(database: Database, path: Path, options: LoadOptions = COMMIT) -> Written:
    return load(database, Kind.INCIDENTS, path, options=options, progress=lambda _what, _share: None).written


@pytest.fixture
def empty(tiny: Database) -> Database:
    """The tiny city without incidents."""
    with tiny.transaction() as connection:
        connection.execute(text("DELETE FROM incident"))
    return tiny


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rows are many."""
    monkeypatch.setattr(points, "MANY_ROWS", 1)


def test_rows_counts_and_indexes_are_those_of_a_table_filled_row_by_row(
    empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_incidents(tmp_path / "incidents.csv")
    assert stored(empty, path) == Written(300, 0, 0)
    row_by_row = [read(empty, question) for question in (INDEXES, ROWS, COUNTS)]
    with empty.transaction() as connection:
        connection.execute(text("DELETE FROM incident"))
    monkeypatch.setattr(points, "MANY_ROWS", 1)
    assert stored(empty, path, LoadOptions(crs="EPSG:4326")) == Written(300, 0, 0)
    assert (read(empty, INDEXES), read(empty, ROWS)) == (row_by_row[0], [])
    monkeypatch.setattr(points, "upsert", None)
    assert stored(empty, path) == Written(300, 0, 0)
    assert [read(empty, question) for question in (INDEXES, ROWS, COUNTS)] == row_by_row


@pytest.mark.usefixtures("at_once")
def test_a_second_load_stores_only_what_differs(empty: Database, tmp_path: Path) -> None:
    path = write_incidents(tmp_path / "incidents.csv")
    assert stored(empty, path) == Written(300, 0, 0)
    assert stored(empty, path) == Written(0, 0, 300)
    assert stored(empty, write_incidents(path, count=310, title="改")) == Written(10, 300, 0)


@pytest.mark.usefixtures("at_once")
def test_a_table_that_is_read_at_this_moment_is_filled_row_by_row(empty: Database, tmp_path: Path) -> None:
    with empty.transaction() as reader:
        assert reader.scalar(text("SELECT count(*) FROM incident")) == 0
        assert stored(empty, write_incidents(tmp_path / "incidents.csv")) == Written(300, 0, 0)


@pytest.mark.usefixtures("at_once")
def test_a_load_that_fails_while_filling_leaves_the_indexes(
    empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read(empty, INDEXES)
    path = write_incidents(tmp_path / "incidents.csv")

    def failing(*_rows: object, **_kinds: object) -> None:
        raise InvalidInput("broken off")

    monkeypatch.setattr(points, "copy_rows", failing)
    with pytest.raises(InvalidInput):
        stored(empty, path)
    assert (read(empty, INDEXES), read(empty, ROWS)) == (before, [])


def test_progress_tells_how_many_rows_are_read_and_stored(empty: Database, tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    path = write_incidents(tmp_path / "incidents.csv")
    load(empty, Kind.INCIDENTS, path, options=COMMIT, progress=lambda what, share: told.append((what, share)))
    said = [what for what, _ in told]
    assert "reading incidents.csv: 300 rows" in said
    assert "stored 0 of 300 rows" in said
    assert "comparing, counting and indexing 300 rows" in said
    shares = [share for _, share in told]
    assert shares == sorted(shares)
