"""What a replica keeps in memory: the division in force, the roster, addresses, and the coverage computed from them.

Lookups are answered from here and never touch the database. A thread listens for changes (within a second) and
polls every five seconds; a snapshot is replaced whole, so that a request sees one state from beginning to end.
When the database is away the last good snapshot goes on answering; one of our own that has died is started again.
"""

import logging
import threading
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple, TypeVar

from api.keeping import Keeper
from api.live_gazetteer import LiveGazetteer
from gis.addresses.gazetteer import Gazetteer
from gis.coverage import DEFAULT_RANGES, RangeTable
from gis.division.check import DivisionCheck
from gis.division.model import Division
from gis.duty.ladder import Roster
from gis.errors import GisError, NoEdition, NotFound, StoreUnavailable
from gis.store.cities import City, read_city, row_counts
from gis.store.coverages import CityCoverage, CoveredGround, cover_ground, weigh_coverage
from gis.store.database import Connection, Database, change_counts
from gis.store.divisions import edition_in_force, read_areas, read_division
from gis.store.duties import read_roster
from gis.store.incident_queries import IncidentFilter, count_incidents, counts_by_grid
from gis.store.listening import Listener
from gis.units import IntArray
from tiles.outlines import Outlines, outlines, scale_of

POLL_S = 5.0
RETRY_S = 1.0
"""How often a database that is away is tried again."""
REVIVE_S = 10.0
"""How often one of our own that has died is started again, when it does not stay up."""
WAKE_S = 0.25
"""How long the watching thread may notice nothing else, such as that it should stop."""
STOP_TIMEOUT_S = 10.0
FIRST_ZOOM = 9
"""The scale at which a map of a whole city begins."""
KEPT = 64
"""Things derived from the division, and counts."""
KEPT_ANSWERS = 4096
"""Finished bytes, such as tiles: some 20 kB each."""

Kept = TypeVar("Kept")

log = logging.getLogger("gezhi.live")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One consistent state. ``division`` and ``roster`` are None until an edition is in force."""

    city: City | None
    division: Division | None
    roster: Roster | None
    counts: Mapping[str, int]
    read_at: datetime


class GridCounts(NamedTuple):
    """Incidents of each grid, in the division's order: all, and those that somebody still has to act on."""

    incidents: IntArray
    open_incidents: IntArray


class LiveCity:
    """The city that a replica serves.

    Parameters
    ----------
    database
        Where snapshots are read from; must be reachable when `start` is called.
    assumed_ranges
        Angles and ranges for cameras that do not tell theirs.
    """

    def __init__(self, database: Database, *, assumed_ranges: RangeTable = DEFAULT_RANGES) -> None:
        self.database = database
        self.assumed_ranges = assumed_ranges
        self._snapshot = Snapshot(None, None, None, {}, datetime.now(UTC))
        self._gazetteer = LiveGazetteer(database)
        self._derived = Keeper(KEPT)
        self._answers = Keeper(KEPT_ANSWERS)
        self._stopping = threading.Event()
        self._reachable = True
        self._next_revival = time.monotonic()
        self._threads = [
            threading.Thread(target=work, name=f"gezhi-live-{name}", daemon=True)
            for name, work in (("watch", self._watch), ("warm", self._warm))
        ]

    def start(self) -> None:
        """Read the first snapshot and keep it fresh from now on."""
        self.refresh()
        self._gazetteer.start()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the threads."""
        self._stopping.set()
        self._gazetteer.stop()
        for thread in self._threads:
            thread.join(timeout=STOP_TIMEOUT_S)

    @property
    def snapshot(self) -> Snapshot:
        """The present state."""
        return self._snapshot

    @property
    def reachable(self) -> bool:
        """Whether the database answered when it was asked last."""
        return self._reachable

    def city(self) -> City:
        """Return the city, or raise NotFound with what to do."""
        if self._snapshot.city is None:
            raise NotFound("this database has no city yet", remedy="try: gezhi demo")
        return self._snapshot.city

    def division(self) -> tuple[Division, Roster]:
        """Return division and roster of one snapshot, or raise NoEdition with what to do."""
        snapshot = self._snapshot
        if snapshot.division is None or snapshot.roster is None:
            raise NoEdition(
                "no edition of the division is in force yet",
                remedy="load one with: gezhi load grids FILE --crs … --commit",
            )
        return snapshot.division, snapshot.roster

    def gazetteer(self) -> Gazetteer:
        """Return the gazetteer; see `api.live_gazetteer`."""
        return self._gazetteer.get()

    def check(self) -> DivisionCheck:
        """Return holes and overlaps of the division in force; found once an edition."""
        division, _ = self.division()
        return self._derived.get("check", division, lambda: DivisionCheck.of(division))

    def coverage(self) -> CityCoverage:
        """Return the camera coverage: what is seen anew when cameras or division change, its weights with incidents."""
        return self.derived(
            "coverage",
            ("cameras", "incidents"),
            lambda connection: weigh_coverage(connection, self._covered_ground()),
        )

    def _covered_ground(self) -> CoveredGround:
        division, _ = self.division()
        return self.derived(
            "covered ground",
            ("cameras",),
            lambda connection: cover_ground(connection, division, assumed=self.assumed_ranges),
        )

    def grid_counts(self) -> GridCounts:
        """Return incidents by grid of the division in force; counted anew when incidents or division have changed."""
        division, _ = self.division()
        return self.derived("counts", ("incidents",), lambda connection: _counted(connection, division))

    def outlines(self, zoom: int) -> Outlines:
        """Return the division as a map draws it at a zoom; made once an edition and scale."""
        division, _ = self.division()
        return self.kept(("outlines", division, scale_of(zoom)), lambda: outlines(division, zoom=zoom))

    def row_counts(self) -> dict[str, int]:
        """Return how many rows each kind of thing has, and how many incidents are open."""
        return self.derived("rows", ("city", "division", "duty", "incidents", "cameras", "sites"), _rows)

    def derived(self, name: Hashable, follows: Sequence[str], make: Callable[[Connection], Kept]) -> Kept:
        """Return something that follows from the database, made anew when what it follows from has changed.

        Parameters
        ----------
        follows
            The kinds of change (`gis.store.database.announce`) that make it old; the division always does.
        make
            Reads it in one transaction.
        """
        with self.database.transaction() as connection:
            counts = change_counts(connection)
        version = (self._snapshot.division, *(counts.get(what) for what in follows))

        def read() -> Kept:
            with self.database.transaction() as connection:
                return make(connection)

        return self._derived.get(name, version, read)

    def kept(self, key: tuple[Hashable, Division, Hashable], compute: Callable[[], Kept]) -> Kept:
        """Return something derived from a division, computed once while that division is in force.

        Parameters
        ----------
        key
            What it is, the division it follows from, and its parameter. Only the last `KEPT` are held.
        """
        what, division, parameter = key
        return self._derived.get((what, parameter), division, compute)

    def answer(
        self, name: Hashable, follows: Sequence[str], make: Callable[[], Kept], *, since: datetime | None = None
    ) -> Kept:
        """Return finished bytes or numbers, made once until a change that they follow from is heard of.

        That is within a second. While the database is away, what was made before goes on being given.

        Parameters
        ----------
        since
            The moment rounded down, where the answer follows from it too: after the next one it is made anew.
        """
        snapshot = self._snapshot
        version = (snapshot.division, *(snapshot.counts.get(what) for what in follows), since)
        return self._answers.get(name, version, make)

    def refresh(self) -> None:
        """Read what has changed since the last snapshot."""
        now = datetime.now(UTC)
        before = self._snapshot
        with self.database.transaction() as connection:
            counts = change_counts(connection)
            same_city = counts.get("city") == before.counts.get("city")
            city = before.city if same_city else _city_if_any(connection)
            division = before.division
            edition_id = None
            try:
                edition_id = edition_in_force(connection, at=now).id
            except NoEdition:
                division = None
            same_areas = counts.get("division") == before.counts.get("division")
            if edition_id is not None and not (same_areas and division and division.edition.id == edition_id):
                division = read_division(connection, at=now)
            same_duty = counts.get("duty") == before.counts.get("duty") and division is before.division
            roster = before.roster if same_duty else read_roster(connection, read_areas(connection))
        self._snapshot = Snapshot(city, division, roster, counts, now)
        self._gazetteer.want((division, counts.get("addresses"), counts.get("sites")), division)
        self._reachable = True

    def _watch(self) -> None:
        """Refresh when something is announced, when a poll is due, and when the line to the database came back."""
        connected, polled_at = False, time.monotonic()
        with Listener(self.database.address) as listener:
            while not self._stopping.is_set():
                heard = listener.wait(WAKE_S)
                came_back, connected = listener.connected and not connected, listener.connected
                due = time.monotonic() - polled_at >= (POLL_S if connected and self._reachable else RETRY_S)
                if heard or came_back or due:
                    self._refresh_or_go_on()
                    polled_at = time.monotonic()

    def _warm(self) -> None:
        """Compute what the first map will ask for, so that its reader does not wait for it."""
        try:
            self.outlines(FIRST_ZOOM)
            self.row_counts()
            self.grid_counts()
            self.coverage()
            self.check()
        except GisError as error:
            log.info("nothing to prepare yet: %s", error)

    def _refresh_or_go_on(self) -> None:
        try:
            self.refresh()
        except StoreUnavailable as error:
            if self._reachable:
                log.warning("the last state goes on being served: %s", error)
            self._reachable = False
            self._revive()
        except Exception:
            # A state that cannot be read must not end the thread: it would freeze this replica unseen.
            log.exception("a new state could not be read; the last one goes on being served")

    def _revive(self) -> None:
        """Start the database again if it is our own and has died."""
        if time.monotonic() < self._next_revival:
            return
        try:
            if self.database.revive():
                log.warning("the database had died and has been started again")
                self._next_revival = time.monotonic() + REVIVE_S
        except StoreUnavailable as error:
            log.warning("the database cannot be started again yet: %s", error)
            self._next_revival = time.monotonic() + REVIVE_S


def _counted(connection: Connection, division: Division) -> GridCounts:
    return GridCounts(*counts_by_grid(connection, division))


def _rows(connection: Connection) -> dict[str, int]:
    return row_counts(connection) | {"open_incidents": count_incidents(connection, IncidentFilter("open"))}


def _city_if_any(connection: Connection) -> City | None:
    try:
        return read_city(connection)
    except NotFound:
        return None
