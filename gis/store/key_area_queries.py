"""Questions about stored key areas: lists, their grids, and the open incidents inside."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.sql import ColumnElement

from gis.errors import NotFound
from gis.store import tables as t
from gis.store.incident_queries import IS_OPEN, within_box
from gis.units import Box


@dataclass(frozen=True, slots=True)
class KeyAreaFilter:
    """Which key areas are meant; None means no restriction."""

    kinds: Collection[str] | None = None
    grid_ids: Sequence[int] | None = None
    box: Box | None = None

    def where(self) -> ColumnElement[bool]:
        """Return the condition on `key_area`: it belongs to every grid in which some of its ground lies."""
        k = t.key_area.c
        conditions: list[ColumnElement[bool]] = [true()]
        if self.kinds is not None:
            conditions.append(k.kind.in_(sorted(self.kinds)))
        if self.grid_ids is not None:
            belongs = select(t.key_area_grid.c.key_area_id).where(t.key_area_grid.c.grid_id.in_(self.grid_ids))
            conditions.append(k.id.in_(belongs))
        if self.box is not None:
            conditions.append(within_box(k.shape, self.box))
        return and_(*conditions)


def count_key_areas(connection: Connection, which: KeyAreaFilter) -> int:
    """Return how many key areas there are."""
    return connection.scalar(select(func.count()).select_from(t.key_area).where(which.where())) or 0


def list_key_areas(connection: Connection, which: KeyAreaFilter, *, limit: int, after: int | None) -> list[Row[Any]]:
    """Return a page of key areas by id, each with its ground as WKB and its grids, the largest share first.

    Parameters
    ----------
    after
        The last id of the page before; None for the first.
    """
    page = _key_areas().where(which.where()).order_by(t.key_area.c.id).limit(limit)
    return list(connection.execute(page if after is None else page.where(t.key_area.c.id > after)))


def read_key_area(connection: Connection, key_area_id: int) -> Row[Any]:
    """Return one key area as `list_key_areas` does.

    Raises
    ------
    NotFound
        When there is none of that id.
    """
    row = connection.execute(_key_areas().where(t.key_area.c.id == key_area_id)).one_or_none()
    if row is None:
        raise NotFound("no such key area", where=f"id {key_area_id}", remedy="GET /api/v1/key-areas lists them")
    return row


def grids_of(connection: Connection, key_area_id: int) -> list[Row[Any]]:
    """Return ``grid_id`` and ``share`` of a key area's grids, the largest share first."""
    pair = t.key_area_grid.c
    return list(
        connection.execute(
            select(pair.grid_id, pair.share)
            .where(pair.key_area_id == key_area_id)
            .order_by(pair.share.desc(), pair.grid_id)
        )
    )


def open_incidents_in(connection: Connection, key_area_id: int, *, limit: int) -> tuple[int, list[Row[Any]]]:
    """Return how many open incidents lie in a key area, and the newest of them."""
    i = t.incident.c
    inside = select(t.key_area.c.shape).where(t.key_area.c.id == key_area_id).scalar_subquery()
    meant = and_(IS_OPEN, func.ST_Intersects(i.point, inside))
    count = connection.scalar(select(func.count()).select_from(t.incident).where(meant)) or 0
    newest = (
        select(i.id, i.category, i.title, i.state, i.reported_at, i.due_at, i.grid_id)
        .add_columns(func.ST_X(i.point).label("lon"), func.ST_Y(i.point).label("lat"))
        .where(meant)
        .order_by(i.reported_at.desc(), i.id.desc())
        .limit(limit)
    )
    return count, list(connection.execute(newest))


def _key_areas() -> Select[Any]:
    k, pair = t.key_area.c, t.key_area_grid.c
    grids = (
        select(func.array_agg(aggregate_order_by(pair.grid_id, pair.share.desc(), pair.grid_id)))
        .where(pair.key_area_id == k.id)
        .correlate(t.key_area)
        .scalar_subquery()
    )
    return select(
        t.key_area,
        func.ST_AsBinary(k.shape).label("ground"),
        func.coalesce(grids, []).label("grid_ids"),
    )
