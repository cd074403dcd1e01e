"""From checked rows of points, and of ground, to a batch: good rows kept, bad ones told."""

from collections.abc import Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from gis.crs import Crs
from gis.loading.batch import Batch, Kind
from gis.loading.checked import SHAPE, CheckedRows, X, Y, frame
from gis.loading.positions import positions
from gis.units import FloatArray, GeometryArray


def point_batch(
    rows: CheckedRows, *, kind: Kind, values: Mapping[str, NDArray[Any]], key: Sequence[str], crs: Crs
) -> Batch:
    """Locate the rows, settle repeated keys, and return what is good.

    Parameters
    ----------
    rows
        The checked rows.
    kind
        What they are.
    values
        Canonical column to (n,) values.
    key
        The columns that identify a row.
    crs
        The declared system of their coordinates.
    """
    lon, lat = positions(rows, crs=crs)
    return _batch(rows, kind, values, key, {X: lon, Y: lat})


def ground_batch(
    rows: CheckedRows,
    *,
    kind: Kind,
    values: Mapping[str, NDArray[Any]],
    key: Sequence[str],
    found: tuple[FloatArray, FloatArray, GeometryArray],
) -> Batch:
    """Return the same for rows that are ground, or a point with ground around it: see `gis.loading.grounds`."""
    lon, lat, shapes = found
    return _batch(rows, kind, values, key, {X: lon, Y: lat, SHAPE: shapes})


def _batch(
    rows: CheckedRows,
    kind: Kind,
    values: Mapping[str, NDArray[Any]],
    key: Sequence[str],
    where: Mapping[str, NDArray[Any]],
) -> Batch:
    keep = rows.keep_first({**values, **where}, key=key)
    return Batch(
        kind=kind,
        rows=frame(values, keep),
        lines=rows.raw.lines[keep],
        lon=where[X][keep],
        lat=where[Y][keep],
        geometry=where[SHAPE][keep] if SHAPE in where else None,
        rejects=rows.rejects(),
        repeated=len(rows.raw) - len(keep) - int(rows.faulty.sum()),
        understood=tuple(rows.understood),
    )
