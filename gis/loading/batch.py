"""What comes out of the loading room: validated rows, and the ones that were turned away with their reasons.

Invariant: every row of a file ends in exactly one of three places: `Batch.rows`, `Batch.rejects` (one or more
reasons under its line), or `Batch.repeated` (an identical copy of a row that is kept).
"""

from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from gis.units import FloatArray, GeometryArray, IntArray


class Kind(StrEnum):
    """What a file tells about."""

    AREAS = "areas"
    GRIDS = "grids"
    WORKERS = "workers"
    CAMERAS = "cameras"
    INCIDENTS = "incidents"
    SITES = "sites"
    GATES = "gates"
    KEY_AREAS = "key-areas"
    ROLES = "roles"
    LEAVE = "leave"
    CALENDAR = "calendar"
    BASEMAP = "basemap"
    ADDRESSES = "addresses"


WITHOUT_POSITIONS = frozenset({Kind.WORKERS, Kind.ROLES, Kind.LEAVE, Kind.CALENDAR})
"""Kinds that lie nowhere: no coordinate system is asked for."""


@dataclass(frozen=True, slots=True)
class Reject:
    """Why a row was turned away.

    Attributes
    ----------
    line
        Physical line of a CSV file where the row begins, or number of a GeoJSON feature from 1.
    column
        The canonical column at fault; None when it is the row as a whole.
    reason
        One sentence without a full stop.
    text
        What stood there.
    """

    line: int
    column: str | None
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Batch:
    """The good rows of one file, in file order, ready to be stored.

    Attributes
    ----------
    rows
        (n,) canonical columns: text as object (None = unknown), numbers as float64 (NaN = unknown), times as
        datetime64[us, UTC] (NaT = unknown), flags as object of True, False and None, or as bool where what is
        not told means no.
    lines
        (n,) place of each row in the file.
    lon, lat
        (n,) WGS84 degrees, for kinds that are points, and of a place inside for single polygons; else None.
    geometry
        (n,) WGS84 polygons, for division layers that carry any, sites and key areas; single ones may be None for areas
        and sites. Lines and areas of a basemap. Else None.
    rejects
        In file order.
    repeated
        How many rows were identical copies of an earlier one.
    understood
        What was recognised, for the user to check: encoding, columns, date forms, coordinate system.
    """

    kind: Kind
    rows: pd.DataFrame
    lines: IntArray
    lon: FloatArray | None
    lat: FloatArray | None
    geometry: GeometryArray | None
    rejects: tuple[Reject, ...]
    repeated: int
    understood: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def rejected_rows(self) -> int:
        """How many rows were turned away; one row may have several reasons."""
        return len({reject.line for reject in self.rejects})
