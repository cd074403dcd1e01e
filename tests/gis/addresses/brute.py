"""The slow twin of names: every name is compared with the text, by sets and loops."""

import itertools

from gis.addresses.similarity import LEAST_DICE, LEAST_SIMILARITY, MOST_SIMILAR


def pairs_of(name: str) -> set[tuple[str, str]]:
    marked = ["^", *name, "$"]
    return set(itertools.pairwise(marked))


def edits(one: str, other: str) -> int:
    """Insertions, deletions, replacements and swaps of neighbours, over a full table."""
    table = [[i + j if i == 0 or j == 0 else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            options = [table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (one[i - 1] != other[j - 1])]
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                options.append(table[i - 2][j - 2] + 1)
            table[i][j] = min(options)
    return table[-1][-1]


def similar_names(text: str, names: list[str]) -> list[tuple[int, float]]:
    """Compare a text with every name."""
    found = []
    for position, name in enumerate(names):
        ours, theirs = pairs_of(text), pairs_of(name)
        if 2.0 * len(ours & theirs) / (len(ours) + len(theirs)) < LEAST_DICE:
            continue
        alike = 1.0 - edits(text, name) / max(len(text), len(name), 1)
        if alike >= LEAST_SIMILARITY:
            found.append((position, alike))
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:MOST_SIMILAR]
