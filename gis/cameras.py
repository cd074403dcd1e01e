"""The kinds of camera and the states of one: unknown stays unknown.

The Chinese names are those of the device lists of GB/T 28181 systems.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class CameraKind(StrEnum):
    """How a camera looks at its surroundings."""

    FIXED = "fixed"
    """One direction, one angle."""
    PTZ = "ptz"
    """Turns; it sees one direction at a time."""
    DOME = "dome"
    """Looks around; its field of view is a circle."""
    UNKNOWN = "unknown"


class CameraStatus(StrEnum):
    """Whether a camera delivers pictures; only live ones count as covering."""

    LIVE = "live"
    DEAD = "dead"
    UNKNOWN = "unknown"


CAMERA_KIND_NAMES: Mapping[CameraKind, str] = MappingProxyType(
    {
        CameraKind.FIXED: "枪机",
        CameraKind.PTZ: "球机",
        CameraKind.DOME: "半球",
        CameraKind.UNKNOWN: "未知",
    }
)

CAMERA_STATUS_NAMES: Mapping[CameraStatus, str] = MappingProxyType(
    {
        CameraStatus.LIVE: "在线",
        CameraStatus.DEAD: "离线",
        CameraStatus.UNKNOWN: "未知",
    }
)
