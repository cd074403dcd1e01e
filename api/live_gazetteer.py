"""The gazetteer that a replica keeps: read in the background, swapped whole, the last one served meanwhile.

Reading 300,000 addresses takes seconds; a snapshot of the division must not wait for it. An address that was
loaded is found as soon as the new gazetteer is there: within a second where it is small.
"""

import logging
import threading
from collections.abc import Hashable

from gis.addresses.gazetteer import Gazetteer
from gis.division.model import Division
from gis.errors import StoreUnavailable
from gis.store.database import Database
from gis.store.gazetteer import read_gazetteer

PATIENCE_S = 1.0
"""How long a lookup waits for a gazetteer that is being read, when there is an older one."""
FIRST_READING_S = 60.0
"""How long it waits when there is none."""
STOP_TIMEOUT_S = 10.0

log = logging.getLogger("gezhi.live")

Key = tuple[Hashable, ...]


class LiveGazetteer:
    """The gazetteer of a replica.

    Parameters
    ----------
    database
        Where it is read from.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._wanted: tuple[Key, Division | None] | None = None
        self._read: tuple[Key, Gazetteer] | None = None
        self._failed = False
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name="gezhi-live-gazetteer", daemon=True)

    def start(self) -> None:
        """Begin to read in the background."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; a reading in progress is left to end by itself."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._thread.join(timeout=STOP_TIMEOUT_S)

    def want(self, key: Key, division: Division | None) -> None:
        """Say which state of the data is current.

        Parameters
        ----------
        key
            Equal keys mean equal content.
        """
        with self._changed:
            if self._wanted is None or self._wanted[0] != key:
                self._wanted = (key, division)
                self._changed.notify_all()

    def get(self) -> Gazetteer:
        """Return the current gazetteer; while a newer one takes long to be read, the last one.

        Raises
        ------
        StoreUnavailable
            When none could be read yet.
        """
        with self._changed:
            self._changed.wait_for(self._is_settled, timeout=PATIENCE_S)
            if self._read is None:
                self._changed.wait_for(lambda: self._read is not None or self._failed, timeout=FIRST_READING_S)
            if self._read is None:
                what = "could not be read yet" if self._failed else "are still being read"
                raise StoreUnavailable(f"the addresses {what}", remedy="try again in a moment")
            return self._read[1]

    def _is_current(self) -> bool:
        return self._wanted is not None and self._read is not None and self._read[0] == self._wanted[0]

    def _is_settled(self) -> bool:
        """Say whether waiting brings nothing: the gazetteer is current, or what is wanted could not be read."""
        return self._is_current() or (self._wanted is None and self._read is not None)

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stopping or (self._wanted is not None and not self._is_current()))
                if self._stopping or self._wanted is None:
                    return
                key, division = self._wanted
            try:
                with self._database.transaction() as connection:
                    read = read_gazetteer(connection, division=division)
            except StoreUnavailable as error:
                log.warning("the addresses could not be read; the last ones go on being served: %s", error)
                self._forget(key)
                continue
            except Exception:
                # A state that cannot be read must not end the thread: it would freeze the addresses unseen.
                log.exception("the addresses could not be read; the last ones go on being served")
                self._give_up(key)
                continue
            with self._changed:
                self._read, self._failed = (key, read), False
                self._changed.notify_all()

    def _give_up(self, key: Key) -> None:
        """Keep what there is until something else is wanted; reading the same again would fail again."""
        with self._changed:
            kept = Gazetteer.build([]) if self._read is None else self._read[1]
            self._read = (key, kept)
            self._changed.notify_all()

    def _forget(self, key: Key) -> None:
        """Wait to be told again what is wanted, after a state could not be read."""
        with self._changed:
            if self._wanted is not None and self._wanted[0] == key:
                self._wanted = None
            self._failed = True
            self._changed.notify_all()
