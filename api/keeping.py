"""Things that many ask for and that follow from what changes seldom: made once, kept while that does not change.

Each thing has a name and the version of what it follows from. Whoever asks first makes it, and only those who want the
same thing wait: each name has a lock of its own. A new version takes the place of the old one; beyond a number of
things, those that nobody asked for the longest go. Cost of a hit: two lookups in dictionaries.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Kept = TypeVar("Kept")


class Keeper:
    """Keeps at most a number of things.

    Parameters
    ----------
    most
        How many things are kept.

    Examples
    --------
    >>> keeper = Keeper(2)
    >>> keeper.get("square", 3, lambda: 3 * 3), keeper.get("square", 3, lambda: 0), keeper.get("square", 4, lambda: 16)
    (9, 9, 16)
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[Hashable, Any]] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, name: Hashable, version: Hashable, make: Callable[[], Kept]) -> Kept:
        """Return a thing, made anew when its version is not the one that is kept.

        What ``make`` raises goes to the one who asked; the next one tries again.
        """
        with self._lock:
            making = self._making.setdefault(name, threading.Lock())
        with making:
            with self._lock:
                held = self._kept.get(name)
                if held is not None and held[0] == version:
                    self._kept.move_to_end(name)
                    found: Kept = held[1]
                    return found
            made = make()
            with self._lock:
                self._kept[name] = (version, made)
                self._kept.move_to_end(name)
                while len(self._kept) > self._most:
                    gone, _ = self._kept.popitem(last=False)
                    self._making.pop(gone, None)
            return made
