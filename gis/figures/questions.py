"""What can be asked of incident figures: where, when, which, seen from what moment, divided how."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from gis.errors import InvalidInput
from gis.figures.periods import FIRST_DAY, LAST_DAY, PARTS, Look, Period, Unit
from gis.incidents.life import IncidentKind
from gis.units import AreaId, GridId

By = Literal["area", "grid", "category", "kind", "source", "period"]


@dataclass(frozen=True, slots=True)
class IncidentQuestion:
    """One question; None means no restriction.

    Parameters
    ----------
    unit
        The kind of period; None is the year, or months for the parts of a free range.
    first, end
        With ``first`` alone the period that holds it; with both, the days from ``first`` up to, and without, ``end``;
        with neither the period that holds the moment.
    at
        The moment from which all is seen, with its zone.
    by
        How the total is divided.
    """

    at: datetime
    area_id: AreaId | None = None
    grid_id: GridId | None = None
    unit: Unit | None = None
    first: date | None = None
    end: date | None = None
    by: By | None = None
    category: str | None = None
    kind: IncidentKind | None = None
    source: str | None = None

    def look(self, zone: ZoneInfo, *, now: datetime) -> Look:
        """Return the period that is asked for, seen from the moment.

        Raises
        ------
        InvalidInput
            When the days are out of order or out of range, or the moment lies ahead.
        """
        if self.at > now:
            raise InvalidInput(
                "the moment lies ahead", where=f"at={self.at.isoformat()}", remedy="ask for now or for a past moment"
            )
        for name, day in (("from", self.first), ("to", self.end), ("at", self.at.date())):
            if day is not None and not FIRST_DAY <= day <= LAST_DAY:
                raise InvalidInput(
                    "the day is out of range",
                    where=f"{name}={day}",
                    remedy=f"days from {FIRST_DAY} to {LAST_DAY} count",
                )
        return Look.at(self._period(zone), at=self.at, zone=zone)

    def _period(self, zone: ZoneInfo) -> Period:
        if self.end is None:
            return Period.around(self.unit or "year", self.first or self.at.astimezone(zone).date())
        if self.first is None:
            raise InvalidInput("`to` is given without `from`", where=f"to={self.end}", remedy="give both, or neither")
        return Period.between(self.first, self.end)

    def parts(self, look: Look, zone: ZoneInfo) -> tuple[Look, ...]:
        """Return the looks at the parts into which the period is divided by time.

        Raises
        ------
        InvalidInput
            When there are too many.
        """
        unit = (self.unit or PARTS["range"]) if look.period.kind == "range" else PARTS[look.period.kind]
        return tuple(look.of(part, zone=zone) for part in look.period.parts(unit))
