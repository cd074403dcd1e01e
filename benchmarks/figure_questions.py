"""Questions about incident figures, of every kind that the API takes, and how long each may take to answer.

They are made for a division and a moment, not for a city: its largest county and town, a grid in the middle, the most
frequent category; now and at a past moment, whole periods and odd ones, divided and not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gis.division.model import AreaTree, Division
from gis.figures import IncidentQuestion
from gis.store.database import Connection
from gis.store.incident_figures import read_incident_figures
from gis.units import AreaId

CITY_MS, DRILL_DOWN_MS = 50.0, 200.0
"""What a figure of the city, and any drill-down, may take."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and how long its answer may take; "city" is a figure of the whole city, anything else goes down."""

    name: str
    question: IncidentQuestion
    within_ms: float


def every_kind_of_question(division: Division, *, category: str, at: datetime) -> Iterator[Asked]:
    """Yield questions of every kind, as they are asked at a moment."""
    areas = division.areas
    county = _largest(division, areas, areas.root.id)
    places: dict[str, dict[str, Any]] = {
        "city": {},
        "county": {"area_id": county},
        "town": {"area_id": _largest(division, areas, county)},
        "grid": {"grid_id": division.grids[len(division.grids) // 2].id},
    }
    day = at.date()
    odd = {"first": day - timedelta(days=224), "end": day - timedelta(days=42)}
    periods: dict[str, dict[str, Any]] = {
        "year": {"unit": "year"},
        "month": {"unit": "month"},
        "last month": {"unit": "month", "first": day.replace(day=1) - timedelta(days=1)},
        "odd range": odd,
        "month then": {"unit": "month", "at": at - timedelta(days=131, hours=5)},
    }
    for where, place in places.items():
        for when, period in periods.items():
            limit_ms = CITY_MS if where == "city" else DRILL_DOWN_MS
            yield Asked(f"{where}, {when}", _question(at, place, period), limit_ms)
            for by in ("area", "grid", "category", "source", "period"):
                yield Asked(f"{where}, {when}, by {by}", _question(at, place, {**period, "by": by}), DRILL_DOWN_MS)
            narrowed = {**period, "by": "area", "category": category}
            yield Asked(f"{where}, {when}, one category by area", _question(at, place, narrowed), DRILL_DOWN_MS)
        days = {"unit": "day", "first": day - timedelta(days=364), "end": day + timedelta(days=1), "by": "period"}
        yield Asked(f"{where}, 365 days one by one", _question(at, place, days), DRILL_DOWN_MS)


def most_frequent_category(connection: Connection, division: Division, *, zone: ZoneInfo, now: datetime) -> str:
    """Return the category with the most incidents in a year."""
    asked = IncidentQuestion(at=now, by="category", first=now.date() - timedelta(days=365), end=now.date())
    return read_incident_figures(connection, division, asked, zone=zone, now=now).groups[0].key


def _question(at: datetime, place: dict[str, Any], period: dict[str, Any]) -> IncidentQuestion:
    return IncidentQuestion(**{"at": at, **place, **period})


def _largest(division: Division, areas: AreaTree, above: AreaId) -> AreaId:
    return max((area.id for area in areas.children(above)), key=lambda area_id: len(division.grids_within(area_id)))
