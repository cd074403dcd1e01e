"""Incident counts from pre-aggregated rows: months by grid, days by city, and rows only where a period is cut.

Every count is one of two kinds. *Steps* taken in a stretch of time are sums over whole days or months, which stand in
`figure_city_day` and `figure_grid_month`; where a stretch cuts one, rows are counted: those inside, or those outside
that are taken away from the whole, whichever are fewer. *What was alive at a moment* (a few hundredths of a year's
incidents) is read by an index (`gis.store.incident_stocks`). From both follows every figure at any moment:

    closed by the moment = accepted in the period - of those still alive at the moment

Cost: O(days x series) for the city; else O(months x series of the grids), rows of at most half a month at each end,
and what was alive. Equal to `gis.store.incident_sums`, always; tests prove it on random cities and questions.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, literal, or_, select, union_all

from gis.figures import Collected, IncidentCounts, Look
from gis.figures.periods import TICK, Period, day_begins
from gis.store.incident_stocks import (
    NO_ONE,
    NO_STOCK,
    Alive,
    alive_rows,
    ever_overdue,
    grouped,
    instants,
    overdue_at,
    stock_rows,
)
from gis.store.incident_sums import IS_JUDGED, IS_REFUSED, Dimension, Key, Scope, any_of
from gis.store.tables import figure_city_day, figure_grid_month, figure_series, incident
from gis.store.tables.figures import STEPS

Steps = dict[Key, list[int]]
"""Counts in the order of `STEPS` by key."""

_i = incident.c
_NOTHING = [0] * len(STEPS)


@dataclass(frozen=True, slots=True)
class Counter:
    """Counts a scope.

    Parameters
    ----------
    zone
        The city's own time zone, in which days begin.
    now
        After it there is hardly anything, so that a month that is not over is taken whole and the few rows beyond the
        moment are taken away.
    """

    connection: Connection
    scope: Scope
    zone: ZoneInfo
    now: datetime

    def total(self, look: Look) -> IncidentCounts:
        """Return the counts of the whole scope."""
        return self.divided(look, None).get(None, IncidentCounts())

    def divided(self, look: Look, by: Dimension | None) -> dict[Key, IncidentCounts]:
        """Return the counts by the values of a column; under None alone when it is not divided."""
        part = None if by is None else (lambda alive: alive[by])
        steps = self._steps(look.start, look.end, by)
        alive = alive_rows(self.connection, self.scope, look, part)
        stock = stock_rows(self.connection, self.scope, look.stock_until, part)
        return {
            name: _joined(steps.get(name, _NOTHING), alive.get(name, NO_ONE), stock.get(name, NO_STOCK))
            for name in {*steps, *alive, *stock}
        }

    def by_period(self, parts: Sequence[Look]) -> list[IncidentCounts]:
        """Return the counts of periods that follow on each other, seen from the same moment."""
        starts = instants([part.start for part in parts])

        def part_of(alive: Any) -> ColumnElement[int]:
            return func.width_bucket(alive.taken_at, starts) - 1

        whole = replace(parts[0], end=min(parts[-1].end, parts[-1].until))
        alive = alive_rows(
            self.connection, self.scope, whole, lambda alive: func.width_bucket(alive.taken_at, starts) - 1
        )
        steps = [self._steps(part.start, part.end, None).get(None, _NOTHING) for part in parts]
        overdue = overdue_at(self.connection, self.scope, [part.stock_until for part in parts])
        open_then = stock_rows(self.connection, self.scope, parts[-1].stock_until, None).get(None, NO_STOCK)[0]
        counts = []
        # What is open at a part's beginning is what was open at its end, less what came, plus what went.
        for number in reversed(range(len(parts))):
            counts.append(_joined(steps[number], alive.get(number, NO_ONE), (open_then, overdue[number])))
            came, went = counts[-1].reported, counts[-1].ended + counts[-1].refused
            open_then += went - came
        return counts[::-1]

    def _steps(self, start: datetime, end: datetime, by: Dimension | None) -> Steps:
        by_day = self.scope.grid_ids is None and by != "grid_id"
        stretch = _stretch(start, end, zone=self.zone, unit="day" if by_day else "month", now=self.now)
        found: Steps = defaultdict(lambda: list(_NOTHING))
        if stretch.whole is not None:
            query = _from_days if by_day else _from_months
            _add(found, self.connection.execute(query(self.scope, *stretch.whole, by)), sign=1)
        for sign, (first, last) in stretch.pieces:
            _add(found, self.connection.execute(_from_rows(self.scope, first, last, by)), sign=sign)
        return found


def _joined(steps: Sequence[int], alive: Alive, stock: tuple[int, int]) -> IncidentCounts:
    """Put together what was done by what is known at the moment."""
    reported, accepted, refused, ended, in_time, late, returned, found, finder_known = steps
    return IncidentCounts(
        reported=reported,
        accepted=accepted,
        refused=refused,
        ended=ended,
        closed=accepted - alive.accepted,
        in_time=in_time - alive.in_time_later,
        late=late - alive.late_later,
        missed=alive.missed,
        returned=returned,
        found=found,
        finder_known=finder_known,
        open=stock[0],
        overdue=stock[1],
    )


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A stretch of time as whole days or months (dates, the last not included), and pieces to add or take away."""

    whole: tuple[date, date] | None
    pieces: tuple[tuple[int, tuple[datetime, datetime]], ...]


def _stretch(
    start: datetime, end: datetime, *, zone: ZoneInfo, unit: Literal["day", "month"], now: datetime
) -> _Stretch:
    """Cover a stretch by whole units, each end by what is nearer: rows inside, or the unit minus rows outside."""
    if start >= end:
        return _Stretch(None, ())
    before = Period.around(unit, start.astimezone(zone).date())
    after = Period.around(unit, (end - TICK).astimezone(zone).date())
    outside = [(day_begins(before.first, zone), start), (end, day_begins(after.end, zone))]
    if before == after:
        missing = sum((_span(piece, now) for piece in outside), timedelta())
        if missing > _span((start, end), now):
            return _Stretch(None, ((1, (start, end)),))
        return _Stretch((before.first, before.end), _given(-1, outside))
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
    return _Stretch((first, last) if first < last else None, tuple(pieces))


def _span(piece: tuple[datetime, datetime], now: datetime) -> timedelta:
    """Return how long a piece is; what lies ahead of now counts as nothing."""
    return max(min(piece[1], now) - piece[0], timedelta())


def _given(sign: int, pieces: Sequence[tuple[datetime, datetime]]) -> tuple[tuple[int, tuple[datetime, datetime]], ...]:
    return tuple((sign, piece) for piece in pieces if piece[0] < piece[1])


def _add(found: Steps, rows: Any, *, sign: int) -> None:
    for key, *counts in rows:
        kept = found[key]
        for place, count in enumerate(counts):
            kept[place] += sign * int(count or 0)


def _of_series(scope: Scope) -> Iterator[ColumnElement[bool]]:
    s = figure_series.c
    for column, value in ((s.category, scope.category), (s.kind, scope.kind), (s.source, scope.source)):
        if value is not None:
            yield column == value


def _from_days(scope: Scope, first: date, last: date, by: Dimension | None) -> Select[Any]:
    d = figure_city_day.c
    key = None if by is None else figure_series.c[by]
    joined = figure_city_day.join(figure_series, figure_series.c.id == d.series_id)
    summed = grouped(key, *(func.sum(d[name]) for name in STEPS))
    return summed.select_from(joined).where(d.day >= first, d.day < last, *_of_series(scope))


def _from_months(scope: Scope, first: date, last: date, by: Dimension | None) -> Select[Any]:
    m = figure_grid_month.c
    key = None if by is None else func.nullif(m.grid_id, 0) if by == "grid_id" else figure_series.c[by]
    conditions = [m.month >= first, m.month < last, *_of_series(scope)]
    if scope.grid_ids is not None:
        conditions.append(m.grid_id == any_of(scope.grid_ids))
    joined = figure_grid_month.join(figure_series, figure_series.c.id == m.series_id)
    return grouped(key, *(func.sum(m[name]) for name in STEPS)).select_from(joined).where(*conditions)


def _from_rows(scope: Scope, first: datetime, last: datetime, by: Dimension | None) -> Any:
    """Count the steps that rows took in a stretch, each by the index on its own time."""
    key = None if by is None else _i[by]

    def taken(moment: ColumnElement[Any], **counted: ColumnElement[Any]) -> Select[Any]:
        columns = [counted.get(name, literal(0)).label(name) for name in STEPS]
        return grouped(key, *columns).where(scope.where(), moment >= first, moment < last)

    every = func.count()
    in_time, late = and_(IS_JUDGED, _i.ended_at <= _i.due_at), and_(IS_JUDGED, _i.ended_at > _i.due_at)
    return union_all(
        taken(
            _i.reported_at,
            reported=every,
            found=every.filter(_i.found_by_grid),
            finder_known=every.filter(_i.found_by_grid.is_not(None)),
        ),
        taken(_i.taken_at, accepted=every, in_time=every.filter(in_time), late=every.filter(late)),
        taken(_i.ended_at, refused=every.filter(IS_REFUSED), ended=every.filter(~IS_REFUSED)),
        taken(_i.last_return_at, returned=every),
    )


def read_collected(connection: Connection) -> Collected:
    """Return what the city's data tells at all, in any row."""
    d = figure_city_day.c

    def any_day(*counts: ColumnElement[int]) -> ColumnElement[bool]:
        return exists().where(or_(*(count > 0 for count in counts)))

    judgeable = exists().where(ever_overdue(), _i.due_at.is_not(None))
    row = connection.execute(
        select(
            any_day(d.accepted, d.refused, d.ended),
            or_(any_day(d.in_time, d.late), judgeable),
            any_day(d.returned),
            any_day(d.finder_known),
        )
    ).one()
    return Collected(*row)
