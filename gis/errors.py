"""What can be wrong with data or a request; none of it knows HTTP.

Every `GisError` says what is wrong, where, and what would be accepted. ``api/errors.py`` maps each class to a
status by its nearest ancestor. A mistake of the calling code is a plain ValueError or TypeError instead.
"""

from collections.abc import Mapping
from typing import Any


class GisError(Exception):
    """The data or the request is at fault.

    Parameters
    ----------
    what
        What is wrong, one sentence without a full stop.
    where
        The place: file and line, feature, parameter, coordinates.
    remedy
        What would be accepted, or the command to type.
    facts
        The same as data, for machines (JSON-serialisable).
    """

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        remedy: str | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        self.facts = dict(facts or {})
        super().__init__("; ".join(part for part in (what, where, remedy) if part))


class InvalidInput(GisError):
    """A parameter, file or row cannot be used."""


class MissingCrs(InvalidInput):
    """No coordinate system was declared."""


class UnknownCrs(InvalidInput):
    """The declared coordinate system is not one we know."""


class DoubtfulCrs(InvalidInput):
    """The coordinates contradict the declared coordinate system (R8)."""


class UnreadableFile(InvalidInput):
    """A file is missing, truncated, or not of a format we read."""


class MissingColumn(InvalidInput):
    """A column that is needed is not there."""


class EmptyLayer(InvalidInput):
    """A file or layer holds no rows."""


class InvalidLayer(InvalidInput):
    """A division layer is refused as a whole: ``facts["problems"]`` lists every fault with its place."""


class OverlappingGrids(InvalidLayer):
    """Two grids cover the same ground; ``facts["overlaps"]`` lists pairs, places and areas."""


class InvalidCode(InvalidInput):
    """A code does not follow its declared scheme."""


class NotFound(GisError):
    """What was asked for does not exist, or not for this reader."""


class Conflict(GisError):
    """The request is sound but the present state forbids it."""


class NoEdition(Conflict):
    """No edition of the division is in force yet."""


class NotPermitted(GisError):
    """The reader's role does not allow this."""


class NotAuthenticated(NotPermitted):
    """A credential was presented and is not valid, or none was and one is needed."""


class StoreUnavailable(GisError):
    """The database cannot be reached or started, or has no room left."""
