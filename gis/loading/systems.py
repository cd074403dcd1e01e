"""Which coordinate system the positions of a file are in: what the user says, what the file says, and that they agree.

Somebody has to declare it (R8). The user's word is needed where the file is silent; a file that names one system that
we know has declared it itself, and that is said. Where both speak and contradict each other the file is refused with
both named; ``accept`` takes the user's word, since labels such as a .prj part are often copied from another file.
"""

from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
import shapely

from gis.crs import Crs, FileCrs, crs_of_file, parse_crs
from gis.errors import DoubtfulCrs, MissingCrs
from gis.loading.raw import RawLayer
from gis.units import FloatArray

COLUMN = "crs"
"""A column in which a table without any other place names its system."""
_LOOKED_AT = 1000


class Settled(NamedTuple):
    """The system to read positions in, and what is to be said of it."""

    crs: Crs
    said: tuple[str, ...]


def settle_crs(raw: RawLayer, *, declared: str | None, on_doubt: Literal["refuse", "accept"] = "refuse") -> Settled:
    """Return the system of a file's positions.

    Parameters
    ----------
    raw
        The file.
    declared
        The user's word; None: the file's counts.
    on_doubt
        ``accept`` takes the user's word against the file's.

    Raises
    ------
    MissingCrs
        When neither says, or the file names a system that is not known.
    UnknownCrs
        When the user's word is none of ours.
    DoubtfulCrs
        When they contradict each other.
    """
    named = _named_by_file(raw)
    if not declared:
        return _by_file(named)
    crs = parse_crs(declared)
    if named is None or named.agrees(crs, *_coordinates(raw)):
        return Settled(crs, ())
    contradiction = f"the file says its coordinate system is {named.name}, and --crs says {crs.name}"
    if on_doubt == "refuse":
        raise DoubtfulCrs(
            contradiction,
            where=str(raw.path),
            remedy="leave out --crs or correct it, or load with --accept-doubt when the file's own label is wrong",
            facts={"kind": "label_contradicts", "file": named.name, "declared": crs.name},
        )
    return Settled(crs, (f"coordinate system: {contradiction}; --crs counts, as accepted",))


def _by_file(named: FileCrs | None) -> Settled:
    if named is not None and named.crs is not None:
        return Settled(named.crs, (f"coordinate system: {named.name}, as the file itself says",))
    what = "no coordinate system is declared"
    if named is not None:
        what += f": the file names one that is not known, {named.name!r}"
    raise MissingCrs(
        what,
        where="--crs",
        remedy="say in which one the positions are, always as lon, lat (x, y): --crs EPSG:4326, EPSG:4490, GCJ-02, "
        "BD-09, or EPSG:n for any other",
    )


def _named_by_file(raw: RawLayer) -> FileCrs | None:
    if raw.declared_crs:
        return crs_of_file(raw.declared_crs)
    # By name first: a packed column is unpacked when it is asked for.
    column = next((name for name in raw.columns if name.strip().casefold() == COLUMN), None)
    names = [] if column is None else [name for name in pd.unique(raw.columns[column]).tolist() if name]
    return crs_of_file(names[0]) if len(names) == 1 else None


def _coordinates(raw: RawLayer) -> tuple[FloatArray, FloatArray]:
    """Return coordinates to compare two systems with, taken from all over the file."""
    if raw.geometry is None:
        return np.empty(0), np.empty(0)
    step = max(1, len(raw.geometry) // _LOOKED_AT)
    corners = shapely.get_coordinates(raw.geometry[::step])
    corners = corners[np.isfinite(corners).all(axis=1)]
    corners = corners[:: max(1, len(corners) // _LOOKED_AT)]
    return corners[:, 0], corners[:, 1]
