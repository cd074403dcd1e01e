"""Cut a run of Chinese text into areas and names that the gazetteer knows, and what it does not.

The cut with the least unread text wins, then that with the fewest pieces. Abbreviated areas cost more than full
ones, so that 江门大道 is a street where one is known. O(length x longest name).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gis.addresses.names import Names
from gis.units import AreaId

UNREAD_COST = 1.0
NAME_COST = 0.30
AREA_COST = 0.25
SHORT_AREA_COST = 0.45
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text: names and areas that are called so; neither: it could not be read."""

    text: str
    names: tuple[int, ...] = ()
    areas: tuple[AreaId, ...] = ()
    full: bool = True

    @property
    def read(self) -> bool:
        """Whether the gazetteer knows it."""
        return bool(self.names or self.areas)


def cut(run: str, *, names: Names, areas: Mapping[str, list[AreaId]], full_areas: frozenset[str]) -> list[Piece]:
    """Return the pieces of a run, in order; neighbouring unread characters are one piece.

    Parameters
    ----------
    run
        A name key.
    areas
        Areas by every key under which they are known.
    full_areas
        Those keys that are an area's full name.
    """
    longest = max(names.longest, max(map(len, areas), default=0))
    best: list[tuple[float, int, Piece | None]] = [(0.0, 0, None)]
    for end in range(1, len(run) + 1):
        options = [(best[end - 1][0] + UNREAD_COST, end - 1, Piece(run[end - 1]))]
        for start in range(max(0, end - longest), end - SHORTEST + 1):
            text = run[start:end]
            piece = Piece(text, tuple(names.with_core(text)), tuple(areas.get(text, ())), text in full_areas)
            if piece.read:
                options.append((best[start][0] + _cost(piece), start, piece))
        best.append(min(options, key=lambda option: (option[0], option[1])))
    return _pieces(best)


def _cost(piece: Piece) -> float:
    costs = [NAME_COST] if piece.names else []
    if piece.areas:
        costs.append(AREA_COST if piece.full else SHORT_AREA_COST)
    return min(costs)


def _pieces(best: list[tuple[float, int, Piece | None]]) -> list[Piece]:
    backwards: list[Piece] = []
    end = len(best) - 1
    while end > 0:
        _, start, piece = best[end]
        if piece is not None:
            if backwards and not piece.read and not backwards[-1].read:
                backwards[-1] = Piece(piece.text + backwards[-1].text)
            else:
                backwards.append(piece)
        end = start
    return backwards[::-1]
