"""What a replica keeps in memory: the division in force, the roster, and the coverage computed from them.

Lookups are answered from here and never touch the database. A thread listens for changes (within a second) and
polls every five seconds; a snapshot is replaced whole, so that a request sees one state from beginning to end.
When the database is away the last good snapshot goes on answering.
"""

import logging
import threading
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from gis.coverage import DEFAULT_RANGES, RangeTable
from gis.division.check import DivisionCheck
from gis.division.model import Division
from gis.duty.ladder import Roster
from gis.errors import GisError, NoEdition, NotFound, StoreUnavailable
from gis.store.cities import City, read_city
from gis.store.coverages import CityCoverage, compute_coverage
from gis.store.database import Connection, Database, change_counts
from gis.store.divisions import edition_in_force, read_areas, read_division
from gis.store.duties import read_roster
from gis.store.listening import Listener

POLL_S = 5.0
RETRY_S = 1.0
"""How often a database that is away is tried again."""
WAKE_S = 0.25
"""How long the watching thread may notice nothing else, such as that it should stop."""
STOP_TIMEOUT_S = 10.0
KEPT = 16

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
        self._assumed_ranges = assumed_ranges
        self._snapshot = Snapshot(None, None, None, {}, datetime.now(UTC))
        self._coverage: tuple[tuple[object, ...], CityCoverage] | None = None
        self._check: DivisionCheck | None = None
        self._computing = threading.Lock()
        self._kept: dict[tuple[Hashable, Division, Hashable], Any] = {}
        self._stopping = threading.Event()
        self._reachable = True
        self._threads = [
            threading.Thread(target=work, name=f"gezhi-live-{name}", daemon=True)
            for name, work in (("watch", self._watch), ("warm", self._warm))
        ]

    def start(self) -> None:
        """Read the first snapshot and keep it fresh from now on."""
        self.refresh()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the threads."""
        self._stopping.set()
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

    def check(self) -> DivisionCheck:
        """Return holes and overlaps of the division in force; found once an edition."""
        division, _ = self.division()
        with self._computing:
            if self._check is None or self._check.division is not division:
                self._check = DivisionCheck.of(division)
            return self._check

    def coverage(self) -> CityCoverage:
        """Return the camera coverage; computed anew when cameras, incidents or division have changed."""
        division, _ = self.division()
        with self._computing:
            with self.database.transaction() as connection:
                counts = change_counts(connection)
                key = (division, counts.get("cameras"), counts.get("incidents"))
                if self._coverage is None or self._coverage[0] != key:
                    self._coverage = (key, compute_coverage(connection, division, assumed=self._assumed_ranges))
            return self._coverage[1]

    def kept(self, key: tuple[Hashable, Division, Hashable], compute: Callable[[], Kept]) -> Kept:
        """Return something derived from a division, computed once while that division is in force.

        Parameters
        ----------
        key
            What it is, the division it follows from, and its parameter. Only the last `KEPT` are held.
        """
        with self._computing:
            if key not in self._kept:
                current = {held: value for held, value in self._kept.items() if held[1] is key[1]}
                self._kept = dict(list(current.items())[-(KEPT - 1) :]) | {key: compute()}
            found: Kept = self._kept[key]
            return found

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
        except Exception:
            # A state that cannot be read must not end the thread: it would freeze this replica unseen.
            log.exception("a new state could not be read; the last one goes on being served")


def _city_if_any(connection: Connection) -> City | None:
    try:
        return read_city(connection)
    except NotFound:
        return None
