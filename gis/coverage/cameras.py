"""The cameras as columns: what is known of each, and nothing that is not.

Unknown stays unknown: NaN in a number, ``"unknown"`` in a choice, never 0. Nothing here assumes; assumptions
live in `gis.coverage.assumptions` and are marked wherever they enter.
"""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.cameras import CameraKind, CameraStatus
from gis.units import BoolArray, FloatArray, IntArray

TextArray = NDArray[Any]
"""Text in an array of str or object."""

KINDS = tuple(kind.value for kind in CameraKind)
STATUSES = tuple(status.value for status in CameraStatus)


@dataclass(frozen=True, slots=True)
class Cameras:
    """n cameras, one row each, in any order.

    Parameters
    ----------
    camera_id
        (n,) the identity; not interpreted here.
    lon, lat
        (n,) WGS84 degrees, finite.
    kind
        (n,) one of `KINDS`.
    status
        (n,) one of `STATUSES`.
    source
        (n,) the feed a row came from; picks the row of the table of assumptions.
    azimuth_deg
        (n,) where the axis points, clockwise from true north, any turn of the circle; NaN = unknown.
    hfov_deg
        (n,) horizontal angle of view of the lens, > 0, 360 or more sees all round; NaN = unknown.
    range_m
        (n,) how far it sees, > 0, stated for detection; NaN = unknown.
    pixels_h
        (n,) horizontal pixels of the picture, > 0; NaN = unknown.

    Raises
    ------
    ValueError
        When columns differ in length or a value is outside what is said above: rows are judged on loading.

    Examples
    --------
    >>> nan = float("nan")
    >>> one = Cameras(
    ...     camera_id=np.array([7]), lon=np.array([113.08]), lat=np.array([22.58]), kind=np.array(["fixed"]),
    ...     status=np.array(["live"]), source=np.array(["police"]), azimuth_deg=np.array([350.0]),
    ...     hfov_deg=np.array([90.0]), range_m=np.array([nan]), pixels_h=np.array([1920.0]),
    ... )
    >>> len(one), bool(one.turns[0])
    (1, False)
    """

    camera_id: IntArray
    lon: FloatArray
    lat: FloatArray
    kind: TextArray
    status: TextArray
    source: TextArray
    azimuth_deg: FloatArray
    hfov_deg: FloatArray
    range_m: FloatArray
    pixels_h: FloatArray

    def __post_init__(self) -> None:
        """Refuse columns that do not fit together."""
        for field in fields(self):
            column = getattr(self, field.name)
            if column.shape != (len(self.camera_id),):
                raise ValueError(f"{field.name} has shape {column.shape}, not ({len(self.camera_id)},)")
        _refuse("lon, lat must be finite degrees", ~(np.abs(self.lon) <= 180.0) | ~(np.abs(self.lat) <= 90.0))
        _refuse(f"kind must be one of {', '.join(KINDS)}", ~np.isin(self.kind, KINDS))
        _refuse(f"status must be one of {', '.join(STATUSES)}", ~np.isin(self.status, STATUSES))
        _refuse("azimuth_deg must be finite or NaN", np.isinf(self.azimuth_deg))
        for name in ("hfov_deg", "range_m", "pixels_h"):
            number = getattr(self, name)
            _refuse(f"{name} must be positive and finite, or NaN", (number <= 0.0) | np.isinf(number))

    def __len__(self) -> int:
        return len(self.camera_id)

    @property
    def turns(self) -> BoolArray:
        """(n,) whether the camera sees all round: a dome at once, a PTZ by turning."""
        return np.isin(self.kind, ("ptz", "dome"))

    def take(self, rows: IntArray | BoolArray) -> "Cameras":
        """Return the cameras of some rows, in the order asked for."""
        return Cameras(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def _refuse(rule: str, broken: BoolArray) -> None:
    rows = np.flatnonzero(broken)
    if rows.size:
        raise ValueError(f"{rule}; row {rows[0]} is not ({rows.size} rows in all)")
