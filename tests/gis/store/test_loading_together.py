"""Loads at the same time: each sees what the other has stored, or waits for it."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from gis.loading import Kind
from gis.store.assigning import unassign_all
from gis.store.database import Database
from gis.store.divisions import read_editions
from gis.store.loading import LoadOptions, load
from tests.tiny_city import FILES

COMMIT = LoadOptions(crs="EPSG:4326", mode="commit")
PATIENCE_S = 100


def written(kind: Kind, folder: Path) -> Path:
    name, known = FILES[kind]
    path = folder / name
    path.write_text(known, encoding="utf-8")
    return path


def load_known(database: Database, kind: Kind, folder: Path) -> None:
    load(database, kind, written(kind, folder), options=COMMIT, progress=lambda _what, _share: None)


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
    assert not publishing.is_alive()


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


def load_again(database: Database, path: Path, say: Callable[[str], None]) -> None:
    load(database, Kind.INCIDENTS, path, options=COMMIT, progress=lambda what, _share: say(what))


def take_away(database: Database, _path: Path, say: Callable[[str], None]) -> None:
    with database.transaction() as connection:
        unassign_all(connection, waiting=lambda: say("waiting until a load has ended"))


@pytest.mark.parametrize("other", [load_again, take_away])
def test_whoever_writes_the_same_rows_waits_for_a_load_to_end_and_says_so(
    tiny: Database, folder: Path, other: Callable[..., None]
) -> None:
    path = written(Kind.INCIDENTS, folder)
    told: list[str] = []
    second = threading.Thread(target=other, args=(tiny, path, told.append))

    def begin_another() -> None:
        second.start()
        until_done_or_waiting(second, tiny)
        told.append("the first one stores")

    load(tiny, Kind.INCIDENTS, path, options=COMMIT, progress=just_before_storing(begin_another))
    second.join(PATIENCE_S)
    assert not second.is_alive()
    began, waited = (
        told.index("the first one stores"),
        [what.startswith("waiting until a") for what in told].index(True),
    )
    assert waited + 1 == began, told
