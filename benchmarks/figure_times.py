"""How long figures take from a city's database: incident figures of every kind of question, and the five figures.

Wall time in one transaction, as a request of the service takes it, without HTTP; the median of some runs after one that
is not counted. Of the five figures the ground and the people are kept, as the service keeps them.
"""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from benchmarks.figure_questions import CITY_MS, every_kind_of_question, most_frequent_category
from gis.division.check import DivisionCheck
from gis.division.model import Division
from gis.store.address import DatabaseAddress
from gis.store.cities import read_city
from gis.store.database import Connection, Database
from gis.store.divisions import read_areas, read_division
from gis.store.duties import read_roster
from gis.store.figure_facts import read_facts, read_ground, read_people
from gis.store.incident_figures import read_incident_figures

RUNS = 5


def figure_times(address: DatabaseAddress) -> dict[str, float]:
    """Return the times in milliseconds, each of the slowest question of its kind; all go to the standard error."""
    database = Database(address)
    now = datetime.now(UTC)
    with database.transaction() as connection:
        division, zone = read_division(connection, at=now), read_city(connection).zone
        category = most_frequent_category(connection, division, zone=zone, now=now)
        city_ms, drill_down_ms = 0.0, 0.0
        for asked in every_kind_of_question(division, category=category, at=now):
            ask = partial(read_incident_figures, connection, division, asked.question, zone=zone, now=now)
            took_ms = _median_ms(ask)
            print(f"{asked.name}: {took_ms:.0f} ms", file=sys.stderr)
            if asked.within_ms == CITY_MS:
                city_ms = max(city_ms, took_ms)
            else:
                drill_down_ms = max(drill_down_ms, took_ms)
        five_ms = _five_figures_ms(connection, division, now=now)
    database.close()
    return {
        "figures_city_ms": round(city_ms, 1),
        "figures_drill_down_ms": round(drill_down_ms, 1),
        "five_figures_ms": round(five_ms, 1),
    }


def _five_figures_ms(connection: Connection, division: Division, *, now: datetime) -> float:
    root = division.areas.root.id
    roster = read_roster(connection, read_areas(connection))
    ground = read_ground(connection, DivisionCheck.of(division), area_id=root)
    people = read_people(connection, division, roster=roster, area_id=root, at=now)
    return _median_ms(partial(read_facts, connection, division, ground=ground, people=people, area_id=root, at=now))


def _median_ms(ask: Callable[[], object]) -> float:
    took_ms = []
    for _ in range(RUNS + 1):
        began = time.perf_counter()
        ask()
        took_ms.append((time.perf_counter() - began) * 1e3)
    return statistics.median(took_ms[1:])
