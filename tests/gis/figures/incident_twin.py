"""The slow, obvious twin of incident figures: one incident after the other, one condition after the other."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gis.figures import IncidentCounts, Look

DONE = ("closed", "rated")


@dataclass(frozen=True)
class Incident:
    """What the figures need to know of one incident; times in UTC, None where not told."""

    category: str
    kind: str
    source: str
    state: str
    reported_at: datetime
    accepted_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None
    refused_at: datetime | None
    checked_at: datetime | None
    returned_at: datetime | None
    returns: int
    found_by_grid: bool | None
    lon: float
    lat: float
    grid_code: str | None = None


def accepted_at(row: Incident) -> datetime | None:
    if row.state == "refused":
        return None
    if row.accepted_at is not None:
        return max(row.accepted_at, row.reported_at)
    return None if row.state == "reported" else row.reported_at


def ended_at(row: Incident) -> datetime | None:
    if row.state == "refused":
        return max(row.reported_at, row.refused_at or row.reported_at)
    if row.state not in DONE:
        return None
    steps = [row.reported_at, row.accepted_at]
    steps += [row.returned_at, row.checked_at] if row.closed_at is None else [row.closed_at]
    return max(told for told in steps if told is not None)


def returned_at(row: Incident) -> datetime | None:
    return max(row.reported_at, row.returned_at or row.reported_at) if row.returns else None


def counts_of(row: Incident, look: Look) -> IncidentCounts:
    """Count one incident."""

    def in_period(moment: datetime | None) -> bool:
        return moment is not None and look.start <= moment < look.end

    def is_alive(bound: datetime) -> bool:
        return row.reported_at < bound and (ended is None or ended >= bound)

    accepted, ended = accepted_at(row), ended_at(row)
    is_done = row.state in DONE
    mine = in_period(accepted)
    closed = mine and is_done and ended is not None and ended < look.until
    judged = closed and row.closed_at is not None and row.due_at is not None
    in_time = bool(judged and row.due_at is not None and ended is not None and ended <= row.due_at)
    stock = look.stock_until
    return IncidentCounts(
        reported=in_period(row.reported_at),
        accepted=mine,
        refused=row.state == "refused" and in_period(ended),
        ended=is_done and in_period(ended),
        closed=closed,
        in_time=in_time,
        late=bool(judged) and not in_time,
        missed=mine and is_alive(look.until) and row.due_at is not None and row.due_at < look.until,
        returned=in_period(returned_at(row)),
        found=row.found_by_grid is True and in_period(row.reported_at),
        finder_known=row.found_by_grid is not None and in_period(row.reported_at),
        open=is_alive(stock),
        overdue=is_alive(stock) and row.due_at is not None and row.due_at < stock,
    )


def count(rows: Iterable[Incident], look: Look) -> IncidentCounts:
    """Count many."""
    return IncidentCounts.total(counts_of(row, look) for row in rows)
