"""Incident counts summed over the rows themselves: slow, obvious, and what the pre-aggregated ones must equal.

Cost: O(incidents) a question.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal

from sqlalchemy import ColumnElement, Connection, and_, func, select, true

from gis.figures import Collected, IncidentCounts, Look
from gis.store.incident_steps import ACCEPTED_AT, ENDED_AT, IS_CLOSED, IS_JUDGED, IS_REFUSED, RETURNED_AT
from gis.store.tables import incident

Dimension = Literal["grid_id", "category", "kind", "source"]

_i = incident.c


@dataclass(frozen=True, slots=True)
class Scope:
    """Which incidents are counted; None means no restriction, so also those in no grid."""

    grid_ids: Sequence[int] | None = None
    category: str | None = None
    kind: str | None = None
    source: str | None = None

    def where(self) -> ColumnElement[bool]:
        """Return the condition on `incident`."""
        conditions: list[ColumnElement[bool]] = [true()]
        if self.grid_ids is not None:
            conditions.append(_i.grid_id.in_(self.grid_ids))
        for column, value in ((_i.category, self.category), (_i.kind, self.kind), (_i.source, self.source)):
            if value is not None:
                conditions.append(column == value)
        return and_(*conditions)


def sum_over_rows(
    connection: Connection, scope: Scope, look: Look, *, by: Dimension | None
) -> dict[int | str | None, IncidentCounts]:
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
        return and_(_i.reported_at < bound, func.coalesce(bound <= ENDED_AT, true()))

    accepted = in_period(ACCEPTED_AT)
    closed = and_(accepted, IS_CLOSED, look.until > ENDED_AT)
    return {
        "reported": in_period(_i.reported_at),
        "accepted": accepted,
        "refused": and_(IS_REFUSED, in_period(ENDED_AT)),
        "ended": and_(IS_CLOSED, in_period(ENDED_AT)),
        "closed": closed,
        "in_time": and_(closed, IS_JUDGED, _i.due_at >= ENDED_AT),
        "late": and_(closed, IS_JUDGED, _i.due_at < ENDED_AT),
        "missed": and_(accepted, alive(look.until), _i.due_at < look.until),
        "returned": in_period(RETURNED_AT),
        "found": and_(_i.found_by_grid, in_period(_i.reported_at)),
        "finder_known": and_(_i.found_by_grid.is_not(None), in_period(_i.reported_at)),
        "open": alive(look.stock_until),
        "overdue": and_(alive(look.stock_until), _i.due_at < look.stock_until),
    }


def read_collected(connection: Connection) -> Collected:
    """Return what the data tells at all."""
    row = connection.execute(
        select(
            func.bool_or(ACCEPTED_AT.is_not(None) | ENDED_AT.is_not(None)),
            func.bool_or(_i.due_at.is_not(None)),
            func.bool_or(_i.returns > 0),
            func.bool_or(_i.found_by_grid.is_not(None)),
        )
    ).one()
    return Collected(*map(bool, row))
