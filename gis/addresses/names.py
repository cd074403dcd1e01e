"""Every name of the gazetteer once: found exactly by its key, or by shared bigrams.

A western street is found by its own name alone; type and quadrant are compared afterwards, since callers leave them
out. Cost: one dictionary look-up; similar names O(names that share a bigram).
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from itertools import islice, takewhile

import numpy as np

from gis.addresses.components import Street
from gis.addresses.entries import ABSENT, NAMES, Vocabulary
from gis.addresses.similarity import BigramIndex
from gis.addresses.western import read_street
from gis.addresses.writing import is_chinese, name_key, plain
from gis.units import Int32Array


def street_of(text: str) -> Street:
    """Return a name as it is compared: Chinese ones whole, western ones with type and quadrant apart."""
    if is_chinese(text):
        return Street(name_key(text))
    return read_street(plain(text)[0].replace(".", ""))[0]


class Names:
    """The names of a gazetteer.

    Parameters
    ----------
    vocabularies
        The texts of each column of `NAMES`.

    Attributes
    ----------
    shown
        (names,) as first written.
    streets
        (names,) as they are compared.
    ids
        Column to (texts,) position of each text's name.
    """

    def __init__(self, vocabularies: Mapping[str, Vocabulary]) -> None:
        self.shown: list[str] = []
        self.streets: list[Street] = []
        self._by_street: dict[Street, int] = {}
        self.ids: dict[str, Int32Array] = {
            column: np.array([*map(self._add, vocabularies[column].texts), ABSENT], dtype=np.int32) for column in NAMES
        }
        self._by_core: dict[str, list[int]] = {}
        for position, street in enumerate(self.streets):
            self._by_core.setdefault(street.core, []).append(position)
        self._cores = list(self._by_core)
        self._bigrams = BigramIndex(self._cores)
        self.longest = max(map(len, self._cores), default=0)
        self._by_key = sorted((street.key, position) for position, street in enumerate(self.streets))

    def __len__(self) -> int:
        return len(self.shown)

    def with_core(self, core: str) -> list[int]:
        """Return the names of this core, whatever their type and quadrant."""
        return self._by_core.get(core, [])

    def similar(self, core: str) -> list[tuple[int, float]]:
        """Return names whose core is similar but not equal, with the similarity, best first."""
        return [
            (position, alike)
            for found, alike in self._bigrams.similar(core)
            if alike < 1.0
            for position in self._by_core[self._cores[found]]
        ]

    def beginning_with(self, text: str, *, limit: int) -> list[int]:
        """Return the names whose whole key begins with a text, in the order of keys."""
        first = bisect_left(self._by_key, (text, -1))
        alike = takewhile(lambda keyed: keyed[0].startswith(text), islice(self._by_key, first, first + limit))
        return [position for _, position in alike]

    def cores(self) -> Iterable[str]:
        """Return all cores, in the order of first sight."""
        return iter(self._cores)

    def _add(self, text: str) -> int:
        street = street_of(text)
        if street not in self._by_street:
            self._by_street[street] = len(self.shown)
            self.shown.append(text)
            self.streets.append(street)
        return self._by_street[street]
