"""Incidents that were alive at a moment: reported before it, and not ended before it.

They are few at any moment, and an index on lifespan class and report finds them: an incident of class n lived for at
most 4**n hours, so it was reported at most that long before. Cost: O(alive), for past moments too.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    not_,
    or_,
    select,
    text,
    true,
)

from gis.figures import Look
from gis.store.incident_sums import IS_JUDGED, Key, Scope
from gis.store.tables import incident
from gis.store.tables.base import Time

ENDLESS = 9
"""Class of what lives longer than any span, or still."""
_EVER = datetime(1, 1, 1, tzinfo=UTC)

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


class Stock(NamedTuple):
    """How many were open just before a bound, and how many of them past their due time."""

    open: int
    overdue: int


NO_ONE = Alive(0, 0, 0, 0)
NO_STOCK = Stock(0, 0)
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


def _alive(scope: Scope, bound: datetime, *, reported_before: datetime) -> tuple[Any, Any]:
    """Return who did not end before a bound, of those reported before another; one index scan a class of lifespan."""
    since = [*(bound - timedelta(hours=4**number) for number in range(ENDLESS)), _EVER]
    life = func.unnest(instants(since)).table_valued("since", with_ordinality="number", name="life").render_derived()
    # The end is hidden from its own index, which would be read from the bound on up to now.
    not_ended = func.coalesce(_i.ended_at >= bound, true())
    living = (
        select(
            _i.grid_id,
            _i.category,
            _i.kind,
            _i.source,
            _i.taken_at,
            _i.due_at,
            case((IS_JUDGED, _i.ended_at <= _i.due_at)).label("in_time"),
        )
        .where(
            scope.where(),
            _lifespan == cast(life.c.number, Integer) - 1,
            _i.reported_at >= life.c.since,
            _i.reported_at < reported_before,
            not_ended,
        )
        # Keeps the planner from anything but a scan for each class.
        .offset(0)
        .lateral("alive")
    )
    return living, life.join(living, true())


def ever_overdue() -> ColumnElement[bool]:
    """Return the condition that an incident was, or may yet be, open past its due time; an index has the few."""
    return or_(_i.ended_at.is_(None), _i.ended_at > _i.due_at)


def alive_rows(connection: Connection, scope: Scope, look: Look, part: Part | None) -> dict[Key, Alive]:
    """Return who was accepted in a period and alive at the moment, by a part."""
    alive, found = _alive(scope, look.until, reported_before=min(look.end, look.until))
    key = None if part is None else part(alive.c)
    counts = _of_accepted(alive, look, true())
    rows = connection.execute(grouped(key, *counts).select_from(found).where(_is_taken(alive, look)))
    return {key: Alive(*counts) for key, *counts in rows}


def stock_rows(connection: Connection, scope: Scope, bound: datetime, part: Part | None) -> dict[Key, Stock]:
    """Return how many were open, and open past their due time, just before a bound, by a part."""
    alive, found = _alive(scope, bound, reported_before=bound)
    key = None if part is None else part(alive.c)
    rows = connection.execute(grouped(key, *_open(alive, bound)).select_from(found))
    return {name: Stock(*counts) for name, *counts in rows}


def living_rows(
    connection: Connection, scope: Scope, look: Look, part: Part | None
) -> tuple[dict[Key, Alive], dict[Key, Stock]]:
    """Return both at once where the stock is that of the moment: the living are read one time."""
    if look.stock_until != look.until:
        return (
            alive_rows(connection, scope, look, part),
            stock_rows(connection, scope, look.stock_until, part),
        )
    alive, found = _alive(scope, look.until, reported_before=look.until)
    key = None if part is None else part(alive.c)
    accepted = _of_accepted(alive, look, _is_taken(alive, look))
    rows = connection.execute(grouped(key, *_open(alive, look.until), *accepted).select_from(found)).all()
    return {row[0]: Alive(*row[3:]) for row in rows}, {row[0]: Stock(*row[1:3]) for row in rows}


def _is_taken(alive: Any, look: Look) -> ColumnElement[bool]:
    return and_(alive.c.taken_at >= look.start, alive.c.taken_at < look.end)


def _of_accepted(alive: Any, look: Look, is_mine: ColumnElement[bool]) -> list[Any]:
    """Return the columns of `Alive`."""
    conditions = (true(), alive.c.in_time, not_(alive.c.in_time), alive.c.due_at < look.until)
    return [func.count().filter(and_(is_mine, condition)) for condition in conditions]


def _open(alive: Any, bound: datetime) -> list[Any]:
    """Return the columns of `Stock`."""
    return [func.count(), func.count().filter(alive.c.due_at < bound)]


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
