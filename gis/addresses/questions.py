"""What to ask the caller, when two candidates differ in something that a caller can know."""

from gis.addresses.candidates import Candidate
from gis.addresses.query import Query
from gis.addresses.scoring import CERTAIN_GAP, CERTAIN_SCORE

MOST_NAMED = 4


def question(query: Query, candidates: list[Candidate]) -> str:
    """Return one question, in the language of the address, when no candidate is certain.

    Asked, in this order: for a street when only a number was typed; which quadrant; which area; which name; the
    house number, when the place is too large without one.
    """
    chinese = query.parsed.style == "chinese"
    if not candidates:
        return _no_candidate(query)
    best = candidates[0]
    close = [other for other in candidates if other.score > best.score - CERTAIN_GAP]
    close = [best, *(other for other in close[1:] if best.rivals(other))]
    if len(close) > 1:
        return _which(close, chinese=chinese)
    if best.score < CERTAIN_SCORE:
        return f"是 {best.address} 吗?" if chinese else f"Do you mean {best.address}?"
    return "门牌号是多少?附近有什么?" if chinese else "Which house number, or what is it near?"


def _which(close: list[Candidate], *, chinese: bool) -> str:
    """Ask for the first thing in which candidates differ: quadrant, area, or the address itself."""
    quadrants = list(dict.fromkeys(other.quadrant for other in close if other.quadrant))
    if len(quadrants) > 1 and not chinese:
        return f"Which quadrant, {_listed(quadrants, 'or')}?"
    areas = _differing(close)
    if len(areas) > 1:
        return f"在哪里:{_listed(areas, '还是')}?" if chinese else f"In which area, {_listed(areas, 'or')}?"
    names = list(dict.fromkeys(other.address for other in close))
    return f"是哪一个:{_listed(names, '还是')}?" if chinese else f"Which one: {_listed(names, 'or')}?"


def _no_candidate(query: Query) -> str:
    zh = "是哪条路、哪个小区或哪个村?"
    return zh if query.parsed.style == "chinese" else f"Which street? {zh}"


def _differing(close: list[Candidate]) -> list[str]:
    """Return the areas at the first level at which candidates differ."""
    paths = [candidate.path for candidate in close if candidate.path]
    for level in range(min(map(len, paths), default=0)):
        names = list(dict.fromkeys(path[level].name for path in paths))
        if len(names) > 1:
            return names
    return []


def _listed(words: list[str], word: str) -> str:
    """Return words as a list with a word before the last.

    Examples
    --------
    >>> _listed(["NE", "NW"], "or"), _listed(["NE", "NW", "SE"], "or")
    ('NE or NW', 'NE, NW or SE')
    >>> _listed(["蓬江区", "新会区"], "还是")
    '蓬江区还是新会区'
    """
    named = words[:MOST_NAMED]
    if len(named) == 1:
        return named[0]
    if word.isascii():
        return f"{', '.join(named[:-1])} {word} {named[-1]}"
    return f"{'、'.join(named[:-1])}{word}{named[-1]}"
