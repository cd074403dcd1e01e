"""Questions about stored incidents: lists, counts by grid and category, counts by cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Row, Select, and_, func, select, true
from sqlalchemy.sql import ColumnElement

from gis.coverage import Incidents
from gis.division.model import Division
from gis.incidents.life import OPEN_STATES
from gis.store import tables as t
from gis.units import Box, CellArray, IntArray

Standing = Literal["open", "closed", "all"]

_OPEN = [state.value for state in OPEN_STATES]
IS_OPEN: ColumnElement[bool] = t.incident.c.state.in_(_OPEN)


@dataclass(frozen=True, slots=True)
class IncidentFilter:
    """Which incidents are meant; None means no restriction."""

    standing: Standing = "all"
    grid_ids: Sequence[int] | None = None
    box: Box | None = None

    def where(self) -> ColumnElement[bool]:
        """Return the condition on `incident`."""
        conditions: list[ColumnElement[bool]] = [true()]
        if self.standing == "open":
            conditions.append(IS_OPEN)
        elif self.standing == "closed":
            conditions.append(~IS_OPEN)
        if self.grid_ids is not None:
            conditions.append(t.incident.c.grid_id.in_(self.grid_ids))
        if self.box is not None:
            conditions.append(within_box(t.incident.c.point, self.box))
        return and_(*conditions)


def within_box(point: ColumnElement[Any], box: Box) -> ColumnElement[bool]:
    """Return the condition that a geometry touches a box, answered by its GiST index."""
    # Not &&: that compares boxes in single precision and lets points a metre outside through.
    touches: ColumnElement[bool] = func.ST_Intersects(point, func.ST_MakeEnvelope(*box, t.SRID))
    return touches


def count_incidents(connection: Connection, which: IncidentFilter) -> int:
    """Return how many incidents there are."""
    return connection.scalar(select(func.count()).select_from(t.incident).where(which.where())) or 0


def list_incidents(connection: Connection, which: IncidentFilter, *, limit: int, after: int | None) -> list[Row[Any]]:
    """Return a page of incidents, the newest id first.

    Parameters
    ----------
    after
        The last id of the page before; None for the first.
    """
    i = t.incident.c
    page: Select[Any] = (
        select(
            t.incident,
            func.ST_X(i.point).label("lon"),
            func.ST_Y(i.point).label("lat"),
            t.worker.c.name.label("charge_name"),
        )
        .outerjoin(t.worker, t.worker.c.id == i.charge_worker_id)
        .where(which.where())
        .order_by(i.id.desc())
        .limit(limit)
    )
    if after is not None:
        page = page.where(i.id < after)
    return list(connection.execute(page))


def counts_by_grid(connection: Connection, division: Division) -> tuple[IntArray, IntArray]:
    """Return how many incidents, and how many open ones, each grid of a division has, in its order."""
    rows = connection.execute(
        select(t.incident.c.grid_id, func.count(), func.count().filter(IS_OPEN))
        .where(t.incident.c.grid_id.in_(division.grid_ids.tolist()))
        .group_by(t.incident.c.grid_id)
    ).all()
    found = np.array(rows, dtype=np.int64).reshape(-1, 3)
    counts = np.zeros((2, len(division.grids)), dtype=np.int64)
    counts[:, division.grid_ids.searchsorted(found[:, 0])] = found[:, 1:].T
    return counts[0], counts[1]


def counts_by_category(connection: Connection, *, grid_id: int) -> list[Row[Any]]:
    """Return ``category``, ``open`` and ``total`` of one grid, the most open first."""
    open_count = func.count().filter(IS_OPEN)
    return list(
        connection.execute(
            select(
                t.incident.c.category,
                open_count.label("open"),
                func.count().label("total"),
            )
            .where(t.incident.c.grid_id == grid_id)
            .group_by(t.incident.c.category)
            .order_by(open_count.desc(), func.count().desc(), t.incident.c.category)
        )
    )


def counts_by_cell(connection: Connection, which: IncidentFilter) -> tuple[CellArray, IntArray]:
    """Return the H3 cells (resolution 12) that hold incidents inside the city, and how many each has."""
    cell = t.incident.c.cell
    rows = connection.execute(
        select(cell, func.count()).where(which.where(), t.incident.c.grid_id.is_not(None)).group_by(cell)
    ).all()
    found = np.array(rows, dtype=np.int64).reshape(-1, 2)
    return found[:, 0].astype(np.uint64), found[:, 1]


def open_incidents(connection: Connection, division: Division) -> Incidents:
    """Return the open incidents inside the division, as weights for blind spots."""
    rows = connection.execute(
        select(func.ST_X(t.incident.c.point), func.ST_Y(t.incident.c.point), t.incident.c.grid_id).where(
            IS_OPEN, t.incident.c.grid_id.in_(division.grid_ids.tolist())
        )
    ).all()
    frame = pd.DataFrame(rows, columns=["lon", "lat", "grid_id"])
    return Incidents(
        lon=frame["lon"].to_numpy(dtype="float64"),
        lat=frame["lat"].to_numpy(dtype="float64"),
        grid=division.grid_ids.searchsorted(frame["grid_id"].to_numpy(dtype="int64")),
    )
