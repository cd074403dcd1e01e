"""How far a camera serves a task: the pixels that fall on a metre of the scene.

A rectilinear picture of ``pixels_h`` pixels over the angle HFOV shows, at distance d, a line of
``2 d tan(HFOV/2)`` metres, so that ``px/m = pixels_h / (2 d tan(HFOV/2))`` (IEC 62676-4). Detection is the
coarsest task that says "somebody is there"; of the area seen for detection 4 % is seen for recognition.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from gis.units import FloatArray


class TaskLevel(NamedTuple):
    """A task and the picture it needs."""

    name: str
    pixels_per_metre: float


def _levels(**pixels_per_metre: float) -> Mapping[str, TaskLevel]:
    return MappingProxyType({name: TaskLevel(name, need) for name, need in pixels_per_metre.items()})


IEC_62676_4_2014: Mapping[str, TaskLevel] = _levels(
    monitor=12.5, detect=25.0, observe=62.5, recognise=125.0, identify=250.0
)
"""The levels of IEC 62676-4, edition of 2014. Other editions name others: pass a `TaskLevel` of theirs."""

DETECT = IEC_62676_4_2014["detect"]


def pixels_per_metre(pixels_h: FloatArray, *, hfov_deg: FloatArray, distance_m: FloatArray) -> FloatArray:
    """Return the pixels on a metre of the scene, across the axis, at a distance.

    Parameters
    ----------
    pixels_h, hfov_deg, distance_m
        Arrays that broadcast; degrees and metres.

    Returns
    -------
    px/m, float64; NaN where an input is NaN, or for 180 degrees and more, where the formula does not hold.

    Examples
    --------
    >>> pixels_per_metre(np.array([1920.0]), hfov_deg=np.array([90.0]), distance_m=np.array([38.4])).round(6)
    array([25.])
    """
    return _pixels_at_a_metre(pixels_h, hfov_deg) / distance_m


def range_for_level(pixels_h: FloatArray, *, hfov_deg: FloatArray, level: TaskLevel) -> FloatArray:
    """Return the distance in metres up to which a camera serves a task.

    Parameters
    ----------
    pixels_h, hfov_deg
        Arrays that broadcast; NaN = unknown.
    level
        The task, e.g. `DETECT`.

    Returns
    -------
    Metres, float64; NaN where an input is NaN or the angle is 180 degrees or more.

    Examples
    --------
    >>> range_for_level(np.array([1920.0]), hfov_deg=np.array([90.0]), level=DETECT).round(6)
    array([38.4])
    """
    return _pixels_at_a_metre(pixels_h, hfov_deg) / level.pixels_per_metre


def _pixels_at_a_metre(pixels_h: FloatArray, hfov_deg: FloatArray) -> FloatArray:
    rectilinear = np.where(hfov_deg < 180.0, hfov_deg, np.nan)
    return np.asarray(pixels_h / (2.0 * np.tan(np.radians(rectilinear) / 2.0)), dtype=np.float64)
