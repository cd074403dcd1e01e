"""Loads at the same time: each sees what the other has stored, or waits for it."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from gis.loading import Kind
from gis.store.database import Database
from gis.store.divisions import read_editions
from gis.store.loading import LoadOptions, load
from tests.tiny_city import FILES, load_text

COMMIT = LoadOptions(crs="EPSG:4326", mode="commit")
PATIENCE_S = 100


def written(kind: Kind, folder: Path) -> Path:
    name, known = FILES[kind]
    path = folder / name
    path.write_text(known, encoding="utf-8")
    return path


def load_known(database: Database, kind: Kind, folder: Path) -> None:
    name, known = FILES[kind]
    load_text(database, kind, folder, name=name, text=known, options=COMMIT)


def waits(database: Database) -> bool:
    """Whether anybody waits for a lock."""
    with database.transaction() as connection:
        return bool(connection.scalar(text("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")))


def until_done_or_waiting(worker: threading.Thread, database: Database) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while worker.is_alive() and not waits(database):
        assert time.monotonic() < deadline, "neither done nor waiting"
        time.sleep(0.02)


def just_before_storing(then: Callable[[], None]) -> Callable[[str, float], None]:
    """Return a progress that does something when a load has read the city and not yet stored its rows."""

    def progress(what: str, _share: float) -> None:
        if what.startswith("storing "):
            then()

    return progress


def test_points_that_are_loaded_while_the_division_is_published_get_their_place(named: Database, folder: Path) -> None:
    load_known(named, Kind.AREAS, folder)
    publishing = threading.Thread(target=load_known, args=(named, Kind.GRIDS, folder))

    def publish() -> None:
        publishing.start()
        until_done_or_waiting(publishing, named)

    load(named, Kind.INCIDENTS, written(Kind.INCIDENTS, folder), options=COMMIT, progress=just_before_storing(publish))
    publishing.join(PATIENCE_S)
    with named.transaction() as connection:
        placed = connection.scalars(text("SELECT edition_id FROM incident")).all()
    assert placed == [1, 1, 1, 1]


def test_a_load_of_points_holds_up_neither_readers_nor_loads_of_another_kind(tiny: Database, folder: Path) -> None:
    other = threading.Thread(target=load_known, args=(tiny, Kind.CAMERAS, folder))
    seen = []

    def look_and_load() -> None:
        with tiny.transaction() as connection:
            seen.extend(read_editions(connection))
        other.start()
        other.join(PATIENCE_S)
        seen.append(other.is_alive())

    path = written(Kind.INCIDENTS, folder)
    load(tiny, Kind.INCIDENTS, path, options=COMMIT, progress=just_before_storing(look_and_load))
    assert len(seen) == 2
    assert seen[1] is False
