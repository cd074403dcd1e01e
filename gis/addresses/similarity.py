"""How alike two names are: shared bigrams to find them, edit distance to judge them."""

import numpy as np

from gis.units import FloatArray, IntArray

BEGIN, END = "\x02", "\x03"
LEAST_DICE = 0.3
"""Names that share fewer bigrams are not looked at."""
LEAST_SIMILARITY = 0.55
MOST_SIMILAR = 12
"""So many similar names are followed; equal ones beyond are cut by their order."""


def bigrams(name: str) -> frozenset[str]:
    r"""Return the pairs of neighbouring characters of a name, its two ends marked.

    Examples
    --------
    >>> sorted(bigrams("建设")) == ["\x02建", "建设", "设\x03"]
    True
    """
    marked = f"{BEGIN}{name}{END}"
    return frozenset(marked[at : at + 2] for at in range(len(marked) - 1))


def similarity(one: str, other: str) -> float:
    """Return 1 minus the edits (insert, delete, replace, swap of neighbours) per character of the longer name.

    Examples
    --------
    >>> similarity("建没路", "建设路") == similarity("设建路", "建设路") == 1 - 1 / 3
    True
    """
    longest = max(len(one), len(other))
    if longest == 0:
        return 1.0
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, left in enumerate(one, start=1):
        row = [i]
        for j, right in enumerate(other, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return 1.0 - last[-1] / longest


class BigramIndex:
    """Finds names that share bigrams with another; the answer equals that of comparing with every name.

    Parameters
    ----------
    names
        Distinct names; positions in this sequence are what is found.
    """

    def __init__(self, names: list[str]) -> None:
        grams = [bigrams(name) for name in names]
        self._names = names
        self._sizes: IntArray = np.array([len(found) for found in grams], dtype=np.int64)
        codes: dict[str, int] = {}
        flat = np.array([codes.setdefault(gram, len(codes)) for found in grams for gram in found], dtype=np.int64)
        owner = np.repeat(np.arange(len(names), dtype=np.int32), self._sizes)
        order = np.argsort(flat, kind="stable")
        self._codes = codes
        self._owner = owner[order]
        self._starts = np.searchsorted(flat[order], np.arange(len(codes) + 1))

    def similar(self, name: str) -> list[tuple[int, float]]:
        """Return positions of the most similar names with their similarity, best first; equal ones in order."""
        grams = bigrams(name)
        found = [self._codes[gram] for gram in grams if gram in self._codes]
        if not found:
            return []
        hits = np.concatenate([self._owner[self._starts[code] : self._starts[code + 1]] for code in found])
        positions, shared = np.unique(hits, return_counts=True)
        dice: FloatArray = 2.0 * shared / (len(grams) + self._sizes[positions])
        near = positions[dice >= LEAST_DICE].tolist()
        return most_similar(name, [(position, self._names[position]) for position in near])


def most_similar(name: str, others: list[tuple[int, str]]) -> list[tuple[int, float]]:
    """Return the positions of names that are similar enough, best first, then by position."""
    judged = [(position, similarity(name, other)) for position, other in others]
    kept = [pair for pair in judged if pair[1] >= LEAST_SIMILARITY]
    return sorted(kept, key=lambda pair: (-pair[1], pair[0]))[:MOST_SIMILAR]
