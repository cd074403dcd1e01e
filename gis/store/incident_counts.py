"""Incident counts from what is kept beside the rows: steps taken in a stretch of time, and what was alive at a moment.

*Steps* are sums of kept counts (`gis.store.incident_steps`). *What was alive at a moment*, a few hundredths of a year's
incidents, is read by an index (`gis.store.incident_stocks`). From both follows every figure at any moment:

    closed by the moment = accepted in the period - of those still alive at the moment

Equal to `gis.store.incident_sums`, always; tests prove it on random cities and questions.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, exists, func, or_, select

from gis.figures import Collected, IncidentCounts, Look
from gis.figures.periods import day_begins
from gis.store.database import plan_for_values
from gis.store.incident_steps import NO_STEPS, StepCounter
from gis.store.incident_stocks import (
    NO_ONE,
    NO_STOCK,
    Alive,
    Stock,
    alive_rows,
    ever_overdue,
    instants,
    living_rows,
    overdue_at,
    stock_rows,
)
from gis.store.incident_sums import Dimension, Key, Scope
from gis.store.tables import figure_city_day, incident
from gis.units import GridId

_i = incident.c
_Living = TypeVar("_Living", Alive, Stock)


@dataclass(frozen=True, slots=True)
class Counter:
    """Counts a scope.

    Parameters
    ----------
    zone
        The city's own time zone, in which days begin.
    now
        The present: hardly anything lies after it.
    begins_at
        Nothing was reported before it; None where there is nothing at all.
    """

    connection: Connection
    scope: Scope
    zone: ZoneInfo
    now: datetime
    begins_at: datetime | None

    @classmethod
    def of(cls, connection: Connection, scope: Scope, *, zone: ZoneInfo, now: datetime) -> "Counter":
        """Return what counts a scope in this transaction."""
        plan_for_values(connection)
        first: date | None = connection.scalar(select(func.min(figure_city_day.c.day)))
        return cls(connection, scope, zone, now, None if first is None else day_begins(first, zone))

    def total(self, look: Look) -> IncidentCounts:
        """Return the counts of the whole scope."""
        return self.divided(look, None).get(None, IncidentCounts())

    def divided(
        self, look: Look, by: Dimension | None, *, heads: Mapping[GridId, GridId] | None = None
    ) -> dict[Key, IncidentCounts]:
        """Return the counts by the values of a column; under None alone when it is not divided.

        Parameters
        ----------
        heads
            By grid the grid under which its counts may stand with others', when divided by grid.
        """
        if self.begins_at is None or look.end <= self.begins_at:
            return {}
        steps = StepCounter(self.connection, self.scope, self.zone, self.now, heads).between(look.start, look.end, by)
        alive, stock = living_rows(self.connection, self.scope, look, None if by is None else lambda rows: rows[by])
        if heads is not None:
            alive, stock = _merged(alive, heads, Alive), _merged(stock, heads, Stock)
        return {
            name: _joined(steps.get(name, NO_STEPS), alive.get(name, NO_ONE), stock.get(name, NO_STOCK))
            for name in {*steps, *alive, *stock}
        }

    def by_period(self, parts: Sequence[Look]) -> list[IncidentCounts]:
        """Return the counts of periods that follow on each other, seen from the same moment."""
        if self.begins_at is None or parts[-1].end <= self.begins_at:
            return [IncidentCounts()] * len(parts)
        starts = instants([part.start for part in parts])

        def part_of(alive: Any) -> ColumnElement[int]:
            return func.width_bucket(alive.taken_at, starts) - 1

        whole = replace(parts[0], end=min(parts[-1].end, parts[-1].until))
        alive = alive_rows(self.connection, self.scope, whole, part_of)
        steps = StepCounter(self.connection, self.scope, self.zone, self.now).by_part(parts)
        overdue = overdue_at(self.connection, self.scope, [part.stock_until for part in parts])
        open_then = stock_rows(self.connection, self.scope, parts[-1].stock_until, None).get(None, NO_STOCK).open
        counts = []
        # What is open at a part's beginning is what was open at its end, less what came, plus what went.
        for number in reversed(range(len(parts))):
            stock = Stock(open_then, overdue[number])
            counts.append(_joined(steps[number], alive.get(number, NO_ONE), stock))
            came, went = counts[-1].reported, counts[-1].ended + counts[-1].refused
            open_then += went - came
        return counts[::-1]


def _merged(
    counts: Mapping[Key, _Living], heads: Mapping[GridId, GridId], kind: Callable[..., _Living]
) -> dict[Key, _Living]:
    """Add up what stands under one head."""
    gathered: defaultdict[Key, list[_Living]] = defaultdict(list)
    for grid_id, count in counts.items():
        gathered[None if grid_id is None else heads.get(GridId(int(grid_id)))].append(count)
    return {head: kind(*map(sum, zip(*parts, strict=True))) for head, parts in gathered.items()}


def _joined(steps: Sequence[int], alive: Alive, stock: Stock) -> IncidentCounts:
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
        open=stock.open,
        overdue=stock.overdue,
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
