"""Incident counts summed over the rows themselves: slow, obvious, and what the pre-aggregated ones must equal.

Cost: O(incidents) a question.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Connection, and_, cast, func, literal, or_, select, true

from gis.figures import IncidentCounts, Look
from gis.incidents.life import IncidentState
from gis.store.tables import incident

Key = int | str | None
Dimension = Literal["grid_id", "category", "kind", "source"]

_i = incident.c

IS_REFUSED: ColumnElement[bool] = _i.state == IncidentState.REFUSED.value
IS_JUDGED: ColumnElement[bool] = and_(~IS_REFUSED, _i.ended_at.is_not(None), _i.closed_at.is_not(None))
"""Closed with a time, which can be held against a due time."""


NOWHERE = 0
"""Stands for the grid of incidents that lie in none."""


def is_among(column: ColumnElement[int], ids: Sequence[int]) -> ColumnElement[bool]:
    """Return the condition that a column is one of some ids; one parameter, which a plan made for it hashes."""
    return column == func.any(cast(literal(list(ids), ARRAY(BigInteger)), ARRAY(BigInteger)))


@dataclass(frozen=True, slots=True)
class Scope:
    """Which incidents are counted; None means no restriction, so also those in no grid, as `NOWHERE` among the ids."""

    grid_ids: Sequence[int] | None = None
    category: str | None = None
    kind: str | None = None
    source: str | None = None

    @property
    def is_narrowed(self) -> bool:
        """Whether it is restricted to a category, kind or source."""
        return (self.category, self.kind, self.source) != (None, None, None)

    def where(self) -> ColumnElement[bool]:
        """Return the condition on `incident`."""
        conditions: list[ColumnElement[bool]] = [true()]
        if self.grid_ids is not None:
            inside = is_among(_i.grid_id, self.grid_ids)
            conditions.append(or_(inside, _i.grid_id.is_(None)) if NOWHERE in self.grid_ids else inside)
        for column, value in ((_i.category, self.category), (_i.kind, self.kind), (_i.source, self.source)):
            if value is not None:
                conditions.append(column == value)
        return and_(*conditions)


def sum_over_rows(
    connection: Connection, scope: Scope, look: Look, *, by: Dimension | None
) -> dict[Key, IncidentCounts]:
    """Return the counts of a scope by the values of a column; under None alone when it is not divided."""
    names = [field.name for field in fields(IncidentCounts)]
    conditions = _conditions(look)
    counted = [func.count().filter(conditions[name]).label(name) for name in names]
    if by is None:
        row = connection.execute(select(*counted).where(scope.where())).one()
        return {None: IncidentCounts(*row)}
    rows = connection.execute(select(_i[by], *counted).where(scope.where()).group_by(_i[by]))
    return {row[0]: IncidentCounts(*row[1:]) for row in rows}


def _conditions(look: Look) -> dict[str, ColumnElement[bool]]:
    def in_period(moment: ColumnElement[object]) -> ColumnElement[bool]:
        return and_(moment >= look.start, moment < look.end)

    def alive(bound: object) -> ColumnElement[bool]:
        return and_(_i.reported_at < bound, func.coalesce(bound <= _i.ended_at, true()))

    accepted = in_period(_i.taken_at)
    closed = and_(accepted, ~IS_REFUSED, _i.ended_at < look.until)
    return {
        "reported": in_period(_i.reported_at),
        "accepted": accepted,
        "refused": and_(IS_REFUSED, in_period(_i.ended_at)),
        "ended": and_(~IS_REFUSED, in_period(_i.ended_at)),
        "closed": closed,
        "in_time": and_(closed, IS_JUDGED, _i.due_at >= _i.ended_at),
        "late": and_(closed, IS_JUDGED, _i.due_at < _i.ended_at),
        "missed": and_(accepted, alive(look.until), _i.due_at < look.until),
        "returned": in_period(_i.last_return_at),
        "found": and_(_i.found_by_grid, in_period(_i.reported_at)),
        "finder_known": and_(_i.found_by_grid.is_not(None), in_period(_i.reported_at)),
        "open": alive(look.stock_until),
        "overdue": and_(alive(look.stock_until), _i.due_at < look.stock_until),
    }
