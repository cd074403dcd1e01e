"""What is counted of incidents in a period, and the rates that follow: sums first, division last.

Invariant: every member of `IncidentCounts` is a number of incidents that can be added over areas, categories, kinds
and sources, so that the parts of a whole add up to it exactly; rates are made from sums, never averaged. A
figure nobody collects is None, never 0. What each means is told by `gis.figures.definitions`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from operator import attrgetter


@dataclass(frozen=True, slots=True)
class IncidentCounts:
    """Numbers of incidents seen from one moment.

    Parameters
    ----------
    reported, accepted, refused, ended
        Steps taken in the period; ``ended`` are closings, whenever their incident was accepted.
    closed, in_time, late, missed
        Of those accepted in the period: closed by the moment; closed by their due time; closed after it; still
        open past it.
    returned
        Given back at least once, the last time in the period.
    found, finder_known
        Of those reported in the period: found by the grid itself; whose finder is told.
    open, overdue
        At the end of the period, or at the moment when it is not over, whenever reported: open; open past the due
        time.
    """

    reported: int = 0
    accepted: int = 0
    refused: int = 0
    ended: int = 0
    closed: int = 0
    in_time: int = 0
    late: int = 0
    missed: int = 0
    returned: int = 0
    found: int = 0
    finder_known: int = 0
    open: int = 0
    overdue: int = 0

    @classmethod
    def total(cls, parts: Iterable["IncidentCounts"]) -> "IncidentCounts":
        """Return the sum of parts; of none it is all zero.

        Examples
        --------
        >>> IncidentCounts.total([IncidentCounts(reported=2), IncidentCounts(reported=3, open=1)]).reported
        5
        """
        columns = list(zip(*map(_numbers, parts), strict=True))
        return cls(*map(sum, columns)) if columns else cls()


_numbers = attrgetter(*(field.name for field in fields(IncidentCounts)))


@dataclass(frozen=True, slots=True)
class Collected:
    """What the city's data tells at all, at any time, in any row.

    Parameters
    ----------
    steps
        Whether incidents are accepted, refused or closed, or all stay as reported.
    due
        Whether any has a due time.
    returned
        Whether any was ever given back.
    finder
        Whether it is told of any who found it.
    """

    steps: bool
    due: bool
    returned: bool
    finder: bool


def figures_of(counts: IncidentCounts, collected: Collected) -> dict[str, float | None]:
    """Return the figures by key, in the order of `gis.figures.DEFINITIONS`.

    Rates are shares (0 to 1), None where the denominator is 0.

    Examples
    --------
    >>> everything = Collected(steps=True, due=True, returned=True, finder=True)
    >>> figures_of(IncidentCounts(accepted=4, closed=3), everything)["closing_rate"]
    0.75
    """
    due = counts.in_time + counts.late + counts.missed
    judged = collected.steps and collected.due
    return {
        "reported": counts.reported,
        "accepted": _if(collected.steps, counts.accepted),
        "refused": _if(collected.steps, counts.refused),
        "closed": _if(collected.steps, counts.closed),
        "closing_rate": _if(collected.steps, share(counts.closed, counts.accepted)),
        "due": _if(judged, due),
        "closed_in_time": _if(judged, counts.in_time),
        "in_time_rate": _if(judged, share(counts.in_time, due)),
        "closed_late": _if(judged, counts.late),
        "closed_in_period": _if(collected.steps, counts.ended),
        "open": counts.open,
        "overdue": _if(collected.due, counts.overdue),
        "returned": _if(collected.returned, counts.returned),
        "urged": None,
        "found_by_grid": _if(collected.finder, counts.found),
        "finder_known": _if(collected.finder, counts.finder_known),
        "found_share": _if(collected.finder, share(counts.found, counts.finder_known)),
    }


def share(part: int, whole: int) -> float | None:
    """Return part / whole, None where there is no whole."""
    return part / whole if whole else None


def _if(is_collected: bool, value: float | None) -> float | None:
    return value if is_collected else None
