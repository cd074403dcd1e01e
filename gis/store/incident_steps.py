"""Steps that incidents took in a stretch of time: sums of kept counts, and rows only where a day or month is cut.

Counts are kept at four grains, each right in every transaction (migrations 0007 and 0009): by day and series of the
city, by day and *place*, by month and grid, by month, grid and series. A place is a fixed set of grids (those of one
town, when they were first counted); it stands for its grids wherever a question wants all of them alike, and its
other grids are counted one by one, so what is answered never depends on how places were drawn.

Where a stretch cuts a day or month, rows are counted: those inside, or those outside that are taken away from the
whole, whichever are fewer. Cost: O(days x series) for the city, O(days x places) for areas, else O(months x series of
the grids) and rows of at most half a month at each end.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, false, func, or_, select, true, union_all

from gis.figures import Look
from gis.figures.periods import TICK, Period, day_begins
from gis.store.incident_stocks import grouped, instants
from gis.store.incident_sums import IS_JUDGED, IS_REFUSED, Dimension, Key, Scope, is_among
from gis.store.tables import (
    figure_city_day,
    figure_grid_month,
    figure_grid_total,
    figure_place,
    figure_place_day,
    figure_series,
    incident,
)
from gis.store.tables.figures import STEPS
from gis.units import GridId

Steps = dict[Key, list[int]]
"""Counts in the order of `STEPS` by key."""
NO_STEPS = (0,) * len(STEPS)

_i = incident.c
_MOMENTS = (_i.reported_at, _i.taken_at, _i.ended_at, _i.last_return_at)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time as whole days or months (dates, the last not included), and pieces to add or take away."""

    whole: tuple[date, date] | None
    pieces: tuple[tuple[int, tuple[datetime, datetime]], ...]

    @classmethod
    def of(
        cls, start: datetime, end: datetime, *, zone: ZoneInfo, unit: Literal["day", "month"], now: datetime
    ) -> "Stretch":
        """Cover a stretch by whole units, each end by what is nearer: rows inside, or the unit minus rows outside."""
        if start >= end:
            return cls(None, ())
        before = Period.around(unit, start.astimezone(zone).date())
        after = Period.around(unit, (end - TICK).astimezone(zone).date())
        outside = [(day_begins(before.first, zone), start), (end, day_begins(after.end, zone))]
        if before == after:
            missing = sum((_span(piece, now) for piece in outside), timedelta())
            if missing > _span((start, end), now):
                return cls(None, ((1, (start, end)),))
            return cls((before.first, before.end), _given(-1, outside))
        first, last = before.first, after.end
        pieces: list[tuple[int, tuple[datetime, datetime]]] = []
        head, tail = (start, day_begins(before.end, zone)), (day_begins(after.first, zone), end)
        if _span(head, now) < _span(outside[0], now):
            first = before.end
            pieces += _given(1, [head])
        else:
            pieces += _given(-1, outside[:1])
        if _span(tail, now) < _span(outside[1], now):
            last = after.first
            pieces += _given(1, [tail])
        else:
            pieces += _given(-1, outside[1:])
        return cls((first, last) if first < last else None, tuple(pieces))


def _span(piece: tuple[datetime, datetime], now: datetime) -> timedelta:
    """Return how long a piece is; what lies ahead of now counts as nothing."""
    return max(min(piece[1], now) - piece[0], timedelta())


def _given(sign: int, pieces: Sequence[tuple[datetime, datetime]]) -> tuple[tuple[int, tuple[datetime, datetime]], ...]:
    return tuple((sign, piece) for piece in pieces if piece[0] < piece[1])


@dataclass(frozen=True, slots=True)
class StepCounter:
    """Counts the steps of a scope.

    Parameters
    ----------
    heads
        By grid the key under which its steps may be counted together with others' when divided by grid; None where
        each counts alone. A grid that is not named counts under None.
    now
        After it there is hardly anything, so that a month that is not over is taken whole and the few rows beyond the
        moment are taken away.
    """

    connection: Connection
    scope: Scope
    zone: ZoneInfo
    now: datetime
    heads: Mapping[GridId, GridId] | None = None

    def between(self, start: datetime, end: datetime, by: Dimension | None) -> Steps:
        """Return the steps of a stretch by the values of a column; under None alone when it is not divided."""
        found: Steps = defaultdict(lambda: list(NO_STEPS))
        for source in self._sources(by):
            stretch = Stretch.of(start, end, zone=self.zone, unit=source.unit, now=self.now)
            if stretch.whole is not None:
                _add(found, source.summed(self.connection, *stretch.whole), sign=1)
            for sign, (first, last) in stretch.pieces:
                _add(found, self.connection.execute(_from_rows(source.scope, first, last, by)), sign=sign)
        return found

    def by_part(self, parts: Sequence[Look]) -> list[list[int]]:
        """Return the steps of periods that follow on each other, seen from the same moment."""
        start, end = parts[0].start, min(parts[-1].end, parts[-1].until)
        found: Steps = defaultdict(lambda: list(NO_STEPS))
        if start < end:
            for source in self._sources(None):
                self._add_parts(found, source, parts, (start, end))
        return [found[number] for number in range(len(parts))]

    def _add_parts(
        self, found: Steps, source: "_Source", parts: Sequence[Look], bounds: tuple[datetime, datetime]
    ) -> None:
        firsts = [part.period.first for part in parts]
        if source.unit == "month" and any(day.day != 1 for day in firsts[1:]):
            starts = instants([part.start for part in parts])
            query = _one_by_one(source.scope, *bounds, lambda moment: func.width_bucket(moment, starts) - 1)
            _add(found, self.connection.execute(query), sign=1)
            return
        stretch = Stretch.of(*bounds, zone=self.zone, unit=source.unit, now=self.now)
        if stretch.whole is not None:
            rows = source.by_unit(self.connection, *stretch.whole)
            _add(found, ((max(bisect_right(firsts, day) - 1, 0), *counts) for day, *counts in rows), sign=1)
        for sign, (first, last) in stretch.pieces:
            # What a piece adds or takes away lies at the beginning of the first part, or at the end of the last.
            number = max(bisect_right([part.start for part in parts], min(first, bounds[1] - TICK)) - 1, 0)
            rows = self.connection.execute(_from_rows(source.scope, first, last, None))
            _add(found, ((number, *counts) for _, *counts in rows), sign=sign)

    def _sources(self, by: Dimension | None) -> Iterator["_Source"]:
        """Yield the kept counts that together make up the scope, the coarsest that can tell it."""
        scope = self.scope
        if scope.grid_ids is None and by != "grid_id":
            yield _city(scope, by)
        elif scope.is_narrowed or by not in {None, "grid_id"}:
            yield _grids_by_series(scope, by)
        elif by == "grid_id" and self.heads is None:
            yield _grids(scope, by)
        else:
            yield from self._places_and_grids(by)

    def _places_and_grids(self, by: Dimension | None) -> Iterator["_Source"]:
        whole, members, rest = self._whole_places(by)
        if whole:
            yield _places(replace(self.scope, grid_ids=members), whole, by)
        if rest:
            yield _grids(replace(self.scope, grid_ids=rest), by)

    def _whole_places(self, by: Dimension | None) -> tuple[dict[int, Key], list[int], list[int]]:
        """Return places whose grids are all wanted under one key, their grids, and the grids of other places."""
        wanted = None if self.scope.grid_ids is None else set(self.scope.grid_ids)
        whole: dict[int, Key] = {}
        members: list[int] = []
        rest: list[int] = []
        for place, grid_ids in self.connection.execute(_places_query()):
            mine = grid_ids if wanted is None else [grid_id for grid_id in grid_ids if grid_id in wanted]
            keys = {self.heads.get(grid_id) if by and self.heads else None for grid_id in mine}
            if len(mine) == len(grid_ids) and len(keys) == 1:
                whole[place] = keys.pop()
                members += mine
            else:
                rest += mine
        return whole, members, rest


@dataclass(frozen=True, slots=True)
class _Source:
    """Kept counts: of which rows of which table, whole units of what length.

    Parameters
    ----------
    scope
        The incidents that are counted in them, for the pieces that cut a unit.
    keys
        What the table's own key stands for; None where it stands for itself.
    """

    unit: Literal["day", "month"]
    scope: Scope
    table: Table
    key: ColumnElement[Any] | None = None
    word: Dimension | None = None
    conditions: Sequence[ColumnElement[bool]] = ()
    keys: Mapping[int, Key] | None = None

    def summed(self, connection: Connection, first: date, last: date) -> Iterator[Any]:
        """Yield the key and the counts of whole units."""
        if self.word is None:
            rows = connection.execute(self._by(self.key, first, last))
        else:
            rows = connection.execute(self._by_word(self.word, first, last))
        for key, *counts in rows:
            yield (key if self.keys is None else self.keys[key]), *counts

    def by_unit(self, connection: Connection, first: date, last: date) -> Iterator[Any]:
        """Yield the first day and the counts of every unit."""
        yield from connection.execute(self._by(self.table.c[self.unit], first, last))

    def _by(self, key: ColumnElement[Any] | None, first: date, last: date) -> Select[Any]:
        c = self.table.c
        summed = grouped(key, *(func.sum(c[name]).label(name) for name in STEPS)).select_from(self.table)
        return summed.where(c[self.unit] >= first, c[self.unit] < last, *self.conditions)

    def _by_word(self, word: Dimension, first: date, last: date) -> Select[Any]:
        """Sum by series first: it is a number, and there are few."""
        found = self._by(self.table.c.series_id, first, last).subquery("found")
        named = figure_series.join(found, figure_series.c.id == found.c.part)
        key = figure_series.c[word]
        return select(key, *(func.sum(found.c[name]) for name in STEPS)).select_from(named).group_by(key)


def _of_series(scope: Scope, table: Table) -> Iterator[ColumnElement[bool]]:
    s = figure_series.c
    wanted = ((s.category, scope.category), (s.kind, scope.kind), (s.source, scope.source))
    conditions = [column == value for column, value in wanted if value is not None]
    if conditions:
        yield table.c.series_id.in_(select(s.id).where(*conditions))


def _city(scope: Scope, by: Dimension | None) -> _Source:
    return _Source("day", scope, figure_city_day, word=by, conditions=[*_of_series(scope, figure_city_day)])


def _grids_by_series(scope: Scope, by: Dimension | None) -> _Source:
    conditions = [*_of_grids(scope, figure_grid_month), *_of_series(scope, figure_grid_month)]
    if by == "grid_id":
        key = func.nullif(figure_grid_month.c.grid_id, 0)
        return _Source("month", scope, figure_grid_month, key=key, conditions=conditions)
    return _Source("month", scope, figure_grid_month, word=by, conditions=conditions)


def _grids(scope: Scope, by: Dimension | None) -> _Source:
    key = None if by is None else func.nullif(figure_grid_total.c.grid_id, 0)
    return _Source("month", scope, figure_grid_total, key=key, conditions=[*_of_grids(scope, figure_grid_total)])


def _places(scope: Scope, keys: Mapping[int, Key], by: Dimension | None) -> _Source:
    c = figure_place_day.c
    conditions = [is_among(c.place_id, list(keys))]
    if by is None:
        return _Source("day", scope, figure_place_day, conditions=conditions)
    return _Source("day", scope, figure_place_day, key=c.place_id, conditions=conditions, keys=keys)


def _of_grids(scope: Scope, table: Table) -> Iterator[ColumnElement[bool]]:
    if scope.grid_ids is not None:
        yield is_among(table.c.grid_id, scope.grid_ids)


def _places_query() -> Select[Any]:
    p = figure_place.c
    return select(p.place_id, func.array_agg(p.grid_id)).group_by(p.place_id)


def _add(found: Steps, rows: Iterable[Any], *, sign: int) -> None:
    for key, *counts in rows:
        kept = found[key]
        for place, count in enumerate(counts):
            kept[place] += sign * int(count or 0)


def _from_rows(scope: Scope, first: datetime, last: datetime, by: Dimension | None) -> Select[Any]:
    """Count the steps that rows took in a stretch: each row is read once, by the indexes on the times of its steps."""
    reported, taken, ended, returned = (and_(moment >= first, moment < last) for moment in _MOMENTS)
    counted = _counted(reported=reported, taken=taken, ended=ended, returned=returned)
    key = None if by is None else _i[by]
    return grouped(key, *counted).select_from(incident).where(scope.where(), or_(reported, taken, ended, returned))


def _one_by_one(
    scope: Scope, first: datetime, last: datetime, key: Callable[[ColumnElement[Any]], ColumnElement[Any]]
) -> Any:
    """Count the same by a key that each step has of its own."""
    queries = []
    for place, moment in enumerate(_MOMENTS):
        takes = [true() if place == number else false() for number in range(len(_MOMENTS))]
        counted = _counted(reported=takes[0], taken=takes[1], ended=takes[2], returned=takes[3])
        query = grouped(key(moment), *counted).select_from(incident)
        queries.append(query.where(scope.where(), moment >= first, moment < last))
    return union_all(*queries)


def _counted(
    *,
    reported: ColumnElement[bool],
    taken: ColumnElement[bool],
    ended: ColumnElement[bool],
    returned: ColumnElement[bool],
) -> list[ColumnElement[int]]:
    """Return the columns of `STEPS`, each counting where its step is taken."""
    conditions = {
        "reported": reported,
        "accepted": taken,
        "refused": and_(ended, IS_REFUSED),
        "ended": and_(ended, ~IS_REFUSED),
        "in_time": and_(taken, IS_JUDGED, _i.ended_at <= _i.due_at),
        "late": and_(taken, IS_JUDGED, _i.ended_at > _i.due_at),
        "returned": returned,
        "found": and_(reported, _i.found_by_grid),
        "finder_known": and_(reported, _i.found_by_grid.is_not(None)),
    }
    return [func.count().filter(conditions[name]) for name in STEPS]
