"""Questions about the roster: people by page, with the places they hold and the leave they take at a moment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select, true
from sqlalchemy.sql import ColumnElement

from gis.store import tables as t


@dataclass(frozen=True, slots=True)
class WorkerFilter:
    """Which people are meant, at which moment; None means no restriction.

    ``text`` is part of a name, or the start of a reference or phone number.
    """

    at: datetime
    text: str | None = None
    role: str | None = None
    grid_ids: Sequence[int] | None = None

    def where(self) -> ColumnElement[bool]:
        """Return the condition on `worker`: who has not left, and holds such a place."""
        w = t.worker.c
        conditions: list[ColumnElement[bool]] = [or_(w.left_at.is_(None), w.left_at > self.at)]
        if self.text:
            conditions.append(
                or_(
                    w.name.contains(self.text, autoescape=True),
                    w.worker_ref.startswith(self.text, autoescape=True),
                    w.phone.startswith(self.text, autoescape=True),
                )
            )
        if self.role is not None or self.grid_ids is not None:
            places = select(t.team_member.c.worker_id).join(t.team, t.team.c.id == t.team_member.c.team_id)
            held = [
                _holds(t.team_member, self.at),
                true() if self.role is None else t.team_member.c.role == self.role,
                true() if self.grid_ids is None else t.team.c.grid_id.in_(self.grid_ids),
            ]
            conditions.append(w.id.in_(places.where(*held)))
        return and_(*conditions)


def _holds(table: Any, at: datetime) -> ColumnElement[bool]:
    """Return the condition for rows that are valid and true at a moment."""
    c = table.c
    return and_(c.retracted_at.is_(None), c.since <= at, or_(c.until.is_(None), c.until > at))


def count_workers(connection: Connection, which: WorkerFilter) -> int:
    """Return how many people there are."""
    return connection.scalar(select(func.count()).select_from(t.worker).where(which.where())) or 0


def list_workers(connection: Connection, which: WorkerFilter, *, limit: int, after: int | None) -> list[Row[Any]]:
    """Return a page of people by id.

    Parameters
    ----------
    after
        The last id of the page before; None for the first.
    """
    page = select(t.worker).where(which.where(), t.worker.c.id > (after or 0))
    return list(connection.execute(page.order_by(t.worker.c.id).limit(limit)))


def places_of(connection: Connection, worker_ids: Iterable[int], *, at: datetime) -> dict[int, list[Any]]:
    """Return the places of people at a moment, by person: ``grid_id, role, since, until, hours``."""
    m = t.team_member.c
    found: dict[int, list[Any]] = {}
    rows = connection.execute(
        select(m.worker_id, t.team.c.grid_id, m.role, m.since, m.until, m.hours)
        .join(t.team, t.team.c.id == m.team_id)
        .where(m.worker_id.in_(list(worker_ids)), t.team.c.grid_id.is_not(None), _holds(t.team_member, at))
        .order_by(m.worker_id, t.team.c.grid_id)
    )
    for row in rows:
        found.setdefault(row.worker_id, []).append(row)
    return found
