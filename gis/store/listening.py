"""Hear from the database when something changed, within a second; a lost connection is opened again."""

import time
from types import TracebackType
from typing import Self

import psycopg

from gis.store.address import CONNECT_TIMEOUT_S, DatabaseAddress
from gis.store.database import CHANNEL


class Listener:
    """A connection that waits for notifications of `gis.store.database.announce`.

    Losing the server is not an error here: `wait` then lasts its whole time, and the next one tries again.
    """

    def __init__(self, address: DatabaseAddress) -> None:
        self._url = address.service_url
        self._connection: psycopg.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def connected(self) -> bool:
        """Whether the last attempt reached the server."""
        return self._connection is not None

    def wait(self, timeout_s: float) -> bool:
        """Return True as soon as something was announced, False after ``timeout_s`` seconds."""
        deadline = time.monotonic() + timeout_s
        try:
            if self._connection is None:
                self._connection = psycopg.connect(self._url, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S)
                self._connection.execute(f"LISTEN {CHANNEL}")
            for _ in self._connection.notifies(timeout=timeout_s, stop_after=1):
                return True
        except psycopg.OperationalError:
            self.close()
            time.sleep(max(0.0, deadline - time.monotonic()))
        return False

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None
