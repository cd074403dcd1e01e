"""The slow twins: every name is compared with the text, every row with the door, by sets and loops."""

import itertools
from dataclasses import dataclass

from gis.addresses.scoring import FACTORS
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


@dataclass(frozen=True)
class Row:
    """A registered door: street, number, and what may stand behind it."""

    street: str
    number: int
    sub: str | None
    building: str | None

    @property
    def text(self) -> str:
        """The whole address."""
        sub = f"之{self.sub}" if self.sub else ""
        return f"{self.street}{self.number}{sub}号" + (f"{self.building}栋" if self.building else "")


def agreement(row: Row, asked: Row) -> tuple[int, int, int]:
    """Return how far a row of the street asked for agrees, outermost part first; what follows a miss is missed."""
    if row.number != asked.number:
        return 0, 0, 0
    sub = int(row.sub == asked.sub)
    if asked.sub and not sub:
        return 1, 0, 0
    return 1, sub, int(asked.building is None or row.building == asked.building)


def score(rows: list[Row], asked: Row, *, alike: float) -> float:
    """Return the score of a street by going through all its rows."""
    best = max(agreement(row, asked) for row in rows)
    number, sub, building = best
    found = alike
    if not number:
        known = [row.number for row in rows]
        between = min(known) < asked.number < max(known)
        found *= FACTORS["number_between" if between else "number_beyond"]
    if asked.sub and not sub:
        found *= FACTORS["sub_missing"]
    if number and not asked.sub and not sub:
        found *= FACTORS["sub_untyped"]
    if asked.building and not building:
        found *= FACTORS["building_missing"]
    return found
