"""Questions about stored sites, their gates and the cameras at them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from geoalchemy2 import Geography
from sqlalchemy import Connection, Row, Select, and_, cast, func, select, true
from sqlalchemy.sql import ColumnElement

from gis.errors import NotFound
from gis.store import tables as t
from gis.store.incident_queries import within_box
from gis.units import Box

CAMERA_REACH_M = 50.0
"""A camera this near a site, or inside its ground, is told with it."""


@dataclass(frozen=True, slots=True)
class SiteFilter:
    """Which sites are meant; None means no restriction."""

    kinds: Collection[str] | None = None
    grid_ids: Sequence[int] | None = None
    box: Box | None = None

    def where(self) -> ColumnElement[bool]:
        """Return the condition on `site`; a fenced one touches a box with its ground."""
        s = t.site.c
        conditions: list[ColumnElement[bool]] = [true()]
        if self.kinds is not None:
            conditions.append(s.kind.in_(sorted(self.kinds)))
        if self.grid_ids is not None:
            conditions.append(s.grid_id.in_(self.grid_ids))
        if self.box is not None:
            conditions.append(within_box(func.coalesce(s.shape, s.point), self.box))
        return and_(*conditions)


def site_ids(connection: Connection) -> dict[tuple[str, str], int]:
    """Return the id of every site by source and source reference."""
    s = t.site.c
    return {(row.source, row.source_ref): row.id for row in connection.execute(select(s.source, s.source_ref, s.id))}


def count_sites(connection: Connection, which: SiteFilter) -> int:
    """Return how many sites there are."""
    return connection.scalar(select(func.count()).select_from(t.site).where(which.where())) or 0


def list_sites(connection: Connection, which: SiteFilter, *, limit: int, after: int | None) -> list[Row[Any]]:
    """Return a page of sites by id, each with the number of its gates and its ground as WKB.

    Parameters
    ----------
    after
        The last id of the page before; None for the first.
    """
    page = _sites().where(which.where()).order_by(t.site.c.id).limit(limit)
    return list(connection.execute(page if after is None else page.where(t.site.c.id > after)))


def read_site(connection: Connection, site_id: int, *, kinds: Collection[str] | None) -> Row[Any]:
    """Return one site as `list_sites` does.

    Raises
    ------
    NotFound
        When there is none of that id and these kinds.
    """
    row = connection.execute(_sites().where(t.site.c.id == site_id, SiteFilter(kinds).where())).one_or_none()
    if row is None:
        raise NotFound("no such site", where=f"id {site_id}", remedy="GET /api/v1/sites lists them")
    return row


def gates_of(connection: Connection, site_id: int) -> list[Row[Any]]:
    """Return the gates of a site by id, with ``lon`` and ``lat``."""
    g = t.gate.c
    return list(
        connection.execute(
            select(t.gate, func.ST_X(g.point).label("lon"), func.ST_Y(g.point).label("lat"))
            .where(g.site_id == site_id)
            .order_by(g.id)
        )
    )


def count_gates(connection: Connection, *, box: Box | None) -> int:
    """Return how many gates there are in a box, or in all."""
    return connection.scalar(select(func.count()).select_from(t.gate).where(_in_box(box))) or 0


def list_gates(connection: Connection, *, box: Box | None, limit: int, after: int | None) -> list[Row[Any]]:
    """Return a page of gates by id, each with ``lon``, ``lat`` and ``site_name``.

    Parameters
    ----------
    after
        The last id of the page before; None for the first.
    """
    g = t.gate.c
    page = (
        select(t.gate, func.ST_X(g.point).label("lon"), func.ST_Y(g.point).label("lat"))
        .add_columns(t.site.c.name.label("site_name"))
        .join(t.site, t.site.c.id == g.site_id)
        .where(_in_box(box))
        .order_by(g.id)
        .limit(limit)
    )
    return list(connection.execute(page if after is None else page.where(g.id > after)))


def _in_box(box: Box | None) -> ColumnElement[bool]:
    return true() if box is None else within_box(t.gate.c.point, box)


def cameras_at(connection: Connection, site_id: int) -> list[Row[Any]]:
    """Return the cameras inside a site's ground or within `CAMERA_REACH_M` of it, the nearest first."""
    c, s = t.camera.c, t.site.c
    ground = cast(func.coalesce(s.shape, s.point), Geography)
    distance_m = func.ST_Distance(cast(c.point, Geography), ground).label("distance_m")
    # The box in degrees answers from the index; the distance on the ellipsoid decides.
    near = func.ST_Expand(func.coalesce(s.shape, s.point), _REACH_DEG)
    return list(
        connection.execute(
            select(c.id, c.source, c.source_ref, c.name, c.kind, c.status, c.grid_id, distance_m)
            .add_columns(func.ST_X(c.point).label("lon"), func.ST_Y(c.point).label("lat"))
            .select_from(t.site)
            .join(t.camera, func.ST_Intersects(c.point, near))
            .where(s.id == site_id, distance_m <= CAMERA_REACH_M)
            .order_by(distance_m, c.id)
        )
    )


_REACH_DEG = 0.005
"""More than `CAMERA_REACH_M` in either direction up to 84 degrees of latitude."""


def _sites() -> Select[Any]:
    s = t.site.c
    gates = select(func.count()).where(t.gate.c.site_id == s.id).correlate(t.site).scalar_subquery()
    return select(
        t.site,
        func.ST_X(s.point).label("lon"),
        func.ST_Y(s.point).label("lat"),
        func.ST_AsBinary(s.shape).label("ground"),
        gates.label("gates"),
    )
