"""Answer a question about incident figures: find the scope, count, divide, compare."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from gis.division.model import Division
from gis.errors import InvalidInput
from gis.figures import Compared, Group, IncidentCounts, IncidentQuestion, IncidentReport, Look
from gis.figures.reports import group_of_grid, groups_by_area, groups_by_grid, groups_by_word, heads_by_area
from gis.store.incident_counts import Counter, read_collected
from gis.store.incident_sums import Dimension, Scope
from gis.store.tables import figure_series

_WORDS: Mapping[str, Dimension] = {"category": "category", "kind": "kind", "source": "source"}


def read_incident_figures(
    connection: Connection, division: Division, question: IncidentQuestion, *, zone: ZoneInfo, now: datetime
) -> IncidentReport:
    """Return the total, its parts, and the totals of the period before and of the year before.

    Parameters
    ----------
    division
        The edition in force, by which incidents are divided also for past moments.
    zone
        The city's own time zone, in which days begin.

    Raises
    ------
    NotFound
        When there is no such area or grid.
    InvalidInput
        When the days or the moment make no sense, or no incident has the category or source.
    """
    look = question.look(zone, now=now)
    _refuse_unknown_words(connection, question)
    counting = Counter.of(connection, _scope(division, question), zone=zone, now=now)
    total, groups = _divided(counting, division, question, parts=_parts(question, look, zone), look=look)
    previous, last_year = (Compared(then, counting.total(then)) for then in (look.before(zone), look.last_year(zone)))
    return IncidentReport(look, total, groups, previous, last_year, read_collected(connection))


def _parts(question: IncidentQuestion, look: Look, zone: ZoneInfo) -> tuple[Look, ...]:
    return question.parts(look, zone) if question.by == "period" else ()


def _scope(division: Division, question: IncidentQuestion) -> Scope:
    root = division.areas.root.id
    grid_ids = None
    if question.area_id is not None and division.areas[question.area_id].id != root:
        grid_ids = division.grids_within(question.area_id)
    if question.grid_id is not None:
        grid = division.grids[division.position(question.grid_id)]
        grid_ids = [grid.id] if grid_ids is None or grid.id in set(grid_ids) else []
    kind = None if question.kind is None else question.kind.value
    return Scope(grid_ids, question.category, kind, question.source)


def _refuse_unknown_words(connection: Connection, question: IncidentQuestion) -> None:
    """See that a misspelt category or source is not answered with zeros."""
    for name, word in (("category", question.category), ("source", question.source)):
        if word is None:
            continue
        column = figure_series.c[name]
        known = list(connection.scalars(select(column).distinct().order_by(column)))
        if word not in known:
            raise InvalidInput(
                f"no incident has this {name}",
                where=f"{name}={word}",
                remedy="known are: " + ", ".join(known) if known else "there are no incidents yet",
            )


def _divided(
    counting: Counter, division: Division, question: IncidentQuestion, *, parts: tuple[Look, ...], look: Look
) -> tuple[IncidentCounts, tuple[Group, ...]]:
    by = question.by
    if by is None:
        return counting.total(look), ()
    if by == "period":
        labels, found = [part.period.label for part in parts], counting.by_period(parts)
        # What is open does not add up over periods: the last part's is the whole's.
        total = replace(IncidentCounts.total(found), open=found[-1].open, overdue=found[-1].overdue)
        return total, tuple(map(Group, labels, labels, found))
    if by in _WORDS:
        words = {str(key): counts for key, counts in counting.divided(look, _WORDS[by]).items()}
        return IncidentCounts.total(words.values()), groups_by_word(by, words)
    within = question.area_id or division.areas.root.id
    heads = heads_by_area(division, within=within) if by == "area" and question.grid_id is None else None
    by_grid = counting.divided(look, "grid_id", heads=heads)
    counts = {None if key is None else int(key): part for key, part in by_grid.items()}
    total = IncidentCounts.total(counts.values())
    if question.grid_id is not None:
        return total, group_of_grid(division, total, question.grid_id)
    grouped = groups_by_area if by == "area" else groups_by_grid
    return total, grouped(division, counts, within=within)
