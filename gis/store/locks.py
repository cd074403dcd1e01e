"""Locks that the kernel gives back when their holder dies.

A process id in a file lies after a crash: the number may belong to somebody else by then. A lock (``flock``)
on an open file does not: it lives exactly as long as some process holds that file open, children that
inherited it included, and it is seen from other containers on the same host too.
"""

import fcntl
import os
import time
from pathlib import Path
from typing import Self

from gis.errors import StoreUnavailable

POLL_S = 0.02


class FileLock:
    """One open file and the lock this program holds on it, if any.

    The file is created when missing, readable by its owner only. Usable with ``with``, which closes the file
    and so gives the lock back unless a child has inherited it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreUnavailable(
                "the data directory cannot be written",
                where=str(path.parent),
                remedy="run as the user who owns it, or choose another directory by GEZHI_DATA",
                facts={"reason": error.strerror or str(error)},
            ) from error

    @property
    def fd(self) -> int:
        """The open file, to be inherited by a child that shall hold the lock."""
        return self._fd

    def try_exclusive(self) -> bool:
        """Take the lock for this program alone; False when anybody else holds it."""
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def take_shared(self) -> None:
        """Take the lock together with others, waiting while somebody holds it alone."""
        fcntl.flock(self._fd, fcntl.LOCK_SH)

    def wait_exclusive(self, *, timeout_s: float) -> bool:
        """Take the lock alone within a time; False when it stayed with somebody else."""
        deadline = time.monotonic() + timeout_s
        while not self.try_exclusive():
            if time.monotonic() >= deadline:
                return False
            time.sleep(POLL_S)
        return True

    def close(self) -> None:
        """Close the file; the lock is given back unless a child holds the file too."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
