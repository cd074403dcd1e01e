"""Incidents that were alive at a moment: reported before it, and not ended before it.

They are few at any moment, and an index on lifespan class and report finds them: an incident of class n lived for at
most 4**n hours, so it was reported at most that long before. Cost: O(alive), for past moments too.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Select,
    case,
    cast,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    text,
    true,
    union_all,
)

from gis.figures import Look
from gis.store.incident_sums import IS_JUDGED, Key, Scope
from gis.store.tables import incident
from gis.store.tables.base import Time

ENDLESS = 9
"""Class of what lives longer than any span, or still."""

_i = incident.c
_lifespan: ColumnElement[int] = func.incident_lifespan(_i.reported_at, _i.ended_at)


class Alive(NamedTuple):
    """Of those accepted in a period, who were still alive at the moment.

    ``in_time_later`` and ``late_later`` were closed after it, by and after their due time; ``missed`` were already
    past their due time.
    """

    accepted: int
    in_time_later: int
    late_later: int
    missed: int


NO_ONE = Alive(0, 0, 0, 0)
NO_STOCK = (0, 0)
Part = Callable[[Any], ColumnElement[Any]]
"""Makes out of the columns of the living what they are divided by."""


def instants(moments: Sequence[datetime]) -> ColumnElement[Any]:
    """Return moments as one parameter."""
    return cast(literal(list(moments), ARRAY(Time)), ARRAY(Time))


def grouped(key: ColumnElement[Any] | None, *columns: ColumnElement[Any]) -> Select[Any]:
    """Select columns by a key, or over everything with None for the key."""
    if key is None:
        return select(literal(None).label("part"), *columns)
    return select(key.label("part"), *columns).group_by(text("part"))


def _alive(scope: Scope, bound: datetime) -> Any:
    """Return who was reported before a bound and did not end before it; one index scan a class of lifespan."""
    columns = (_i.grid_id, _i.category, _i.kind, _i.source, _i.taken_at, _i.due_at)
    in_time = case((IS_JUDGED, _i.ended_at <= _i.due_at)).label("in_time")

    def living(number: int, *conditions: ColumnElement[bool]) -> Select[Any]:
        of_class = _lifespan == literal_column(str(number))
        # The end is hidden from its own index, which would be read from the bound on up to now.
        not_ended = func.coalesce(_i.ended_at >= bound, true())
        return select(*columns, in_time).where(scope.where(), of_class, _i.reported_at < bound, not_ended, *conditions)

    spans = [living(number, _i.reported_at >= bound - timedelta(hours=4**number)) for number in range(ENDLESS)]
    return union_all(*spans, living(ENDLESS)).subquery("alive")


def ever_overdue() -> ColumnElement[bool]:
    """Return the condition that an incident was, or may yet be, open past its due time; an index has the few."""
    return or_(_i.ended_at.is_(None), _i.ended_at > _i.due_at)


def alive_rows(connection: Connection, scope: Scope, look: Look, part: Part | None) -> dict[Key, Alive]:
    """Return who was accepted in a period and alive at the moment, by a part."""
    alive = _alive(scope, look.until)
    every = func.count()
    rows = connection.execute(
        grouped(
            None if part is None else part(alive.c),
            every,
            every.filter(alive.c.in_time),
            every.filter(not_(alive.c.in_time)),
            every.filter(alive.c.due_at < look.until),
        )
        .select_from(alive)
        .where(alive.c.taken_at >= look.start, alive.c.taken_at < look.end)
    )
    return {key: Alive(*counts) for key, *counts in rows}


def stock_rows(connection: Connection, scope: Scope, bound: datetime, part: Part | None) -> dict[Key, tuple[int, int]]:
    """Return how many were open, and open past their due time, just before a bound, by a part."""
    alive = _alive(scope, bound)
    every = func.count()
    key = None if part is None else part(alive.c)
    rows = connection.execute(grouped(key, every, every.filter(alive.c.due_at < bound)).select_from(alive))
    return {name: (is_open, overdue) for name, is_open, overdue in rows}


def overdue_at(connection: Connection, scope: Scope, bounds: Sequence[datetime]) -> list[int]:
    """Return how many were open past their due time just before each of some ascending bounds."""
    distinct = sorted(set(bounds))
    began = func.greatest(_i.reported_at, _i.due_at)
    rows = connection.execute(
        select(
            func.width_bucket(began, instants(distinct)).label("began"),
            func.width_bucket(_i.ended_at, instants(distinct)).label("ended"),
            func.count(),
        )
        .where(
            scope.where(),
            ever_overdue(),
            _i.due_at < distinct[-1],
            or_(_i.ended_at.is_(None), _i.ended_at >= distinct[0]),
        )
        .group_by(text("began"), text("ended"))
    )
    changes: Counter[int] = Counter()
    for first, ended, count in rows:
        changes[first] += count
        changes[len(distinct) if ended is None else ended] -= count
    running, then = 0, {}
    for number, bound in enumerate(distinct):
        running += changes[number]
        then[bound] = running
    return [then[bound] for bound in bounds]
