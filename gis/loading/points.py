"""From checked rows of points to a batch: good rows kept, bad ones told."""

from collections.abc import Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from gis.crs import Crs
from gis.loading.batch import Batch, Kind
from gis.loading.checked import CheckedRows, X, Y, frame
from gis.loading.positions import positions


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
    keep = rows.keep_first({**values, X: lon, Y: lat}, key=key)
    return Batch(
        kind=kind,
        rows=frame(values, keep),
        lines=rows.raw.lines[keep],
        lon=lon[keep],
        lat=lat[keep],
        geometry=None,
        rejects=rows.rejects(),
        repeated=len(rows.raw) - len(keep) - int(rows.faulty.sum()),
        understood=tuple(rows.understood),
    )
