"""Questions about stored cameras, and the columns that coverage is computed from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Row, and_, func, select, true
from sqlalchemy.sql import ColumnElement

from gis.coverage import Cameras
from gis.division.model import Division
from gis.store import tables as t
from gis.store.incident_queries import within_box
from gis.units import Box, IntArray


@dataclass(frozen=True, slots=True)
class CameraFilter:
    """Which cameras are meant; None means no restriction."""

    grid_ids: Sequence[int] | None = None
    box: Box | None = None

    def where(self) -> ColumnElement[bool]:
        """Return the condition on `camera`: a camera belongs to every grid within its reach."""
        conditions: list[ColumnElement[bool]] = [true()]
        if self.grid_ids is not None:
            belongs = select(t.camera_grid.c.camera_id).where(t.camera_grid.c.grid_id.in_(self.grid_ids))
            conditions.append(t.camera.c.id.in_(belongs))
        if self.box is not None:
            conditions.append(within_box(t.camera.c.point, self.box))
        return and_(*conditions)


def count_cameras(connection: Connection, which: CameraFilter) -> int:
    """Return how many cameras there are."""
    return connection.scalar(select(func.count()).select_from(t.camera).where(which.where())) or 0


def list_cameras(connection: Connection, which: CameraFilter, *, limit: int, after: int | None) -> list[Row[Any]]:
    """Return a page of cameras by id, each with all its grids.

    Parameters
    ----------
    after
        The last id of the page before; None for the first.
    """
    c = t.camera.c
    grids = (
        select(func.array_agg(t.camera_grid.c.grid_id))
        .where(t.camera_grid.c.camera_id == c.id)
        .correlate(t.camera)
        .scalar_subquery()
    )
    page = (
        select(
            t.camera,
            func.ST_X(c.point).label("lon"),
            func.ST_Y(c.point).label("lat"),
            func.coalesce(grids, []).label("grid_ids"),
        )
        .where(which.where())
        .order_by(c.id)
        .limit(limit)
    )
    if after is not None:
        page = page.where(c.id > after)
    return list(connection.execute(page))


_TEXTS = ("kind", "status", "source")
_NUMBERS = ("azimuth_deg", "hfov_deg", "range_m", "pixels_h")


@dataclass(frozen=True, slots=True)
class StoredCameras:
    """Every camera as columns, and the pairs (row of camera, position of grid) they belong to."""

    cameras: Cameras
    gb_id: list[str | None]
    networks: list[list[str]]
    camera: IntArray
    grid: IntArray


def read_cameras(connection: Connection, division: Division) -> StoredCameras:
    """Return every camera of the city with the grids of the division it belongs to."""
    c = t.camera.c
    place = (func.ST_X(c.point).label("lon"), func.ST_Y(c.point).label("lat"))
    told = (c[name] for name in ("gb_id", "networks", *_TEXTS, *_NUMBERS))
    rows = connection.execute(select(c.id, *place, *told).order_by(c.id))
    frame = pd.DataFrame(rows.all(), columns=list(rows.keys()))
    pairs = connection.execute(
        select(t.camera_grid.c.camera_id, t.camera_grid.c.grid_id)
        .where(t.camera_grid.c.grid_id.in_(division.grid_ids.tolist()))
        .order_by(t.camera_grid.c.camera_id, t.camera_grid.c.grid_id)
    ).all()
    pair = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    ids = frame["id"].to_numpy(dtype=np.int64)
    cameras = Cameras(
        camera_id=ids,
        **{name: frame[name].to_numpy(dtype=np.float64) for name in ("lon", "lat", *_NUMBERS)},
        **{name: frame[name].to_numpy(dtype=object) for name in _TEXTS},
    )
    return StoredCameras(
        cameras,
        gb_id=frame["gb_id"].to_list(),
        networks=frame["networks"].to_list(),
        camera=ids.searchsorted(pair[:, 0]),
        grid=division.grid_ids.searchsorted(pair[:, 1]),
    )
