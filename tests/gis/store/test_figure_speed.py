"""At full size every kind of question is answered in time, and as the slow sum over the rows answers it."""

import os
import time
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, text

from benchmarks.figure_questions import Asked, every_kind_of_question, most_frequent_category
from benchmarks.measuring import cpu_s
from gis.division.model import Division
from gis.figures import IncidentCounts, IncidentReport, Look
from gis.figures.reports import REMAINDER
from gis.store.cluster import PrivateCluster
from gis.store.database import Database
from gis.store.divisions import read_division
from gis.store.figure_upkeep import figures_differ
from gis.store.incident_figures import read_incident_figures
from gis.store.incident_sums import Dimension, Key, Scope, sum_over_rows
from tests.gis.store.big_city import INCIDENTS, add_incidents, build_division

pytestmark = [pytest.mark.database, pytest.mark.proof]

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
NOISE = 2.0
"""How much longer than at rest a busy machine may take, in CPU time."""
RUNS = 3
SUMMED: dict[str, Dimension] = {"area": "grid_id", "grid": "grid_id", "category": "category", "source": "source"}


@dataclass(frozen=True)
class Big:
    connection: Connection
    division: Division
    backend: int

    def ask(self, asked: Asked) -> IncidentReport:
        return read_incident_figures(self.connection, self.division, asked.question, zone=ZONE, now=NOW)

    def cpu_s(self) -> float:
        return cpu_s([self.backend], main=os.getpid()) + time.process_time()

    def scope(self, asked: Asked) -> Scope:
        question = asked.question
        grid_ids = None if question.area_id is None else self.division.grids_within(question.area_id)
        if question.grid_id is not None:
            grid_ids = [question.grid_id]
        kind = None if question.kind is None else question.kind.value
        return Scope(grid_ids, question.category, kind, question.source)


@pytest.fixture(scope="module")
def big(cluster: PrivateCluster, template_database: str) -> Iterator[Big]:
    address = cluster.create_database("figure_speed", template=template_database)
    database = Database(address)
    with database.transaction() as connection:
        build_division(connection)
        add_incidents(connection, count=INCIDENTS, until=NOW)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    with database.transaction() as connection:
        # Workers beside the backend would be counted by nobody.
        connection.execute(text("SET LOCAL max_parallel_workers_per_gather = 0"))
        backend = connection.scalar(text("SELECT pg_backend_pid()"))
        yield Big(connection, read_division(connection, at=NOW), int(backend or 0))
    database.close()
    cluster.drop_database("figure_speed")


def questions(big: Big) -> list[Asked]:
    category = most_frequent_category(big.connection, big.division, zone=ZONE, now=NOW)
    return list(every_kind_of_question(big.division, category=category, at=NOW))


def test_every_kind_of_question_is_answered_in_time(big: Big) -> None:
    late = []
    for asked in questions(big):
        big.ask(asked)
        took_ms = min(mean_ms(big, asked) for _ in range(2))
        if took_ms > asked.within_ms * NOISE:
            late.append((asked.name, round(took_ms), asked.within_ms))
    assert not late


def mean_ms(big: Big, asked: Asked) -> float:
    """Return what an answer takes in CPU time, of ours and of PostgreSQL."""
    began_s = big.cpu_s()
    for _ in range(RUNS):
        big.ask(asked)
    return (big.cpu_s() - began_s) / RUNS * 1e3


def test_the_kept_counts_are_those_of_the_rows(big: Big) -> None:
    assert figures_differ(big.connection) == 0


def test_every_kind_of_question_is_answered_as_the_slow_sum_answers_it(big: Big) -> None:
    sums = SlowSums(big)
    for asked in questions(big):
        report, scope, by = big.ask(asked), big.scope(asked), asked.question.by
        summed = sums.of(scope, report.look, None if by is None else SUMMED.get(by))
        assert report.total == IncidentCounts.total(summed.values()), asked.name
        for then in (report.previous, report.last_year):
            assert then.total == sums.total(scope, then.look), asked.name
        assert_parts(big, asked, report, summed, sums)


def test_a_figure_of_the_city_takes_a_small_part_of_the_slow_sum(big: Big) -> None:
    asked = questions(big)[0]
    report = big.ask(asked)
    began_s = big.cpu_s()
    for look in (report.look, report.previous.look, report.last_year.look):
        sum_over_rows(big.connection, Scope(), look, by=None)
    slow_ms = (big.cpu_s() - began_s) * 1e3
    assert slow_ms / mean_ms(big, asked) > 5


class SlowSums:
    """The slow sums, each made once: many questions have the same."""

    def __init__(self, big: Big) -> None:
        self._big = big
        self._made: dict[tuple[object, ...], dict[Key, IncidentCounts]] = {}

    def of(self, scope: Scope, look: Look, by: Dimension | None) -> dict[Key, IncidentCounts]:
        key = (*(tuple(told) if isinstance(told, list) else told for told in astuple(scope)), look, by)
        if key not in self._made:
            self._made[key] = sum_over_rows(self._big.connection, scope, look, by=by)
        return self._made[key]

    def total(self, scope: Scope, look: Look) -> IncidentCounts:
        return self.of(scope, look, None)[None]


def assert_parts(
    big: Big, asked: Asked, report: IncidentReport, summed: dict[Key, IncidentCounts], sums: SlowSums
) -> None:
    by = asked.question.by
    groups = {group.key: group for group in report.groups}
    if by in {"category", "source"}:
        told = {str(key): counts for key, counts in summed.items() if counts != IncidentCounts()}
        assert {key: group.counts for key, group in groups.items()} == told, asked.name
    elif by in {"area", "grid"}:
        for group in groups.values():
            grid_ids = grids_of(big, group.level, group.id)
            mine = [
                counts for key, counts in summed.items() if (key in grid_ids) or (group.key == REMAINDER and not key)
            ]
            assert group.counts == IncidentCounts.total(mine), (asked.name, group.key)
    elif by == "period":
        some = asked.question.parts(report.look, ZONE)[:: max(len(groups) // 3, 1)]
        for part in some:
            assert groups[part.period.label].counts == sums.total(big.scope(asked), part), (
                asked.name,
                part.period.label,
            )


def grids_of(big: Big, level: str | None, part_id: int | None) -> set[int]:
    if part_id is None:
        return set()
    return {part_id} if level == "grid" else set(map(int, big.division.grids_within(part_id)))  # type: ignore[arg-type]
