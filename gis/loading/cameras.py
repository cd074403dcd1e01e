"""Cameras from a file: (source, source_ref) identifies one; what is not told stays unknown."""

from zoneinfo import ZoneInfo

import numpy as np

from gis.cameras import CAMERA_KIND_NAMES, CAMERA_STATUS_NAMES, CameraKind, CameraStatus
from gis.codes import CodeScheme
from gis.crs import Crs
from gis.loading.aliases import CAMERAS
from gis.loading.batch import Batch, Kind
from gis.loading.checked import FLAG_WORDS, POSITION, Bounds, CheckedRows, Columns
from gis.loading.codes import follow
from gis.loading.columns import ColumnPlan
from gis.loading.dates import DateOrder
from gis.loading.directions import compass_degrees
from gis.loading.numbers import read_numbers
from gis.loading.points import point_batch
from gis.loading.raw import RawLayer, TextArray, object_array
from gis.units import FloatArray

_KINDS = {str(kind): str(kind) for kind in CameraKind} | {zh: str(kind) for kind, zh in CAMERA_KIND_NAMES.items()}
_STATUSES = (
    {str(status): str(status) for status in CameraStatus}
    | {zh: str(status) for status, zh in CAMERA_STATUS_NAMES.items()}
    | {"on": "live", "off": "dead", "online": "live", "offline": "dead"}
)
COLUMNS = Columns(
    known=(
        "source", "source_ref", "gb_id", "name", "kind", "networks", "height_m", "azimuth_deg", "hfov_deg",
        "range_m", "pixels_h", "status", "last_seen", "secrecy", "simulated", *POSITION,
    ),
    needed=("source", "source_ref"),
    aliases=CAMERAS,
    words={"kind": _KINDS, "status": _STATUSES, "secrecy": FLAG_WORDS},
)  # fmt: skip
_CIRCLE = Bounds(0, 360)
_ANGLE = Bounds(1, 360)
"""Of a lens: less is no degrees but radians, or a zoom that nobody leaves in."""


def cameras_from(
    raw: RawLayer,
    *,
    plan: ColumnPlan,
    crs: Crs,
    time_zone: ZoneInfo | None,
    date_order: DateOrder | None = None,
) -> Batch:
    """Return the good cameras of a file.

    Parameters
    ----------
    raw
        The file.
    plan
        The user's word on columns.
    crs
        The declared system of its positions.
    time_zone
        The city's zone, for times that carry none.
    date_order
        What 01/02/2013 means.

    Returns
    -------
    Columns of `COLUMNS` but the position's. ``networks`` is a tuple of text; kind and status are "unknown"
    when they are not told; ``azimuth_deg`` is in [0, 360); ``secrecy`` is False when nothing is said.

    Raises
    ------
    MissingColumn, InvalidInput, DoubtfulCrs
        When the file as a whole cannot be understood.
    """
    rows = CheckedRows(raw, plan=plan, columns=COLUMNS)
    values = {
        "source": rows.text("source", needed=True),
        "source_ref": rows.text("source_ref", needed=True),
        "gb_id": _gb_ids(rows),
        "name": rows.text("name", lines="joined"),
        "kind": rows.choice("kind", words=_KINDS, default=str(CameraKind.UNKNOWN)),
        "networks": _networks(rows),
        "height_m": rows.number("height_m", bounds=Bounds(-500, 9_000)),
        "azimuth_deg": _azimuths(rows),
        "hfov_deg": rows.number("hfov_deg", bounds=_ANGLE),
        "range_m": rows.number("range_m", bounds=Bounds(0, 100_000, above=True)),
        "pixels_h": rows.number("pixels_h", bounds=Bounds(1, 1_000_000, whole=True)),
        "status": rows.choice("status", words=_STATUSES, default=str(CameraStatus.UNKNOWN)),
        "last_seen": rows.time("last_seen", time_zone=time_zone, date_order=date_order),
        "secrecy": rows.known_flag("secrecy"),
        "simulated": rows.known_flag("simulated"),
    }
    return point_batch(rows, kind=Kind.CAMERAS, values=values, key=("source", "source_ref"), crs=crs)


def _gb_ids(rows: CheckedRows) -> TextArray:
    ids = rows.text("gb_id")
    follow(rows, "gb_id", ids, schemes=[CodeScheme.CAMERA] * len(ids))
    return ids


def _networks(rows: CheckedRows) -> TextArray:
    def parts(text: str | None) -> tuple[str, ...]:
        names = (text or "").replace("；", ";").split(";")
        return tuple(dict.fromkeys(name.strip() for name in names if name.strip()))

    return object_array([parts(text) for text in rows.text("networks").tolist()])


def _azimuths(rows: CheckedRows) -> FloatArray:
    """Return directions in [0, 360), from degrees or points of the compass; 360 is north as well."""
    texts = rows.text("azimuth_deg")
    degrees, no_number = read_numbers(texts)
    words = np.flatnonzero(no_number)
    read = [compass_degrees(text) for text in texts[words].tolist()]
    degrees[words] = [np.nan if point is None else point for point in read]
    unread = no_number & np.isnan(degrees)
    rows.reject(np.flatnonzero(unread), "azimuth_deg", "this is neither degrees nor a point of the compass")
    outside = np.isfinite(degrees) & ~_CIRCLE.hold(degrees)
    rows.reject(np.flatnonzero(outside), "azimuth_deg", f"this is not {_CIRCLE}")
    understood = words[~unread[words]]
    if len(understood):
        example = understood[0]
        rows.say(
            f"azimuth_deg: {len(understood):,} points of the compass, "
            f"e.g. {texts[example]!r} is {degrees[example]:g} degrees"
        )
    turned: FloatArray = np.mod(degrees, 360.0)
    return turned
