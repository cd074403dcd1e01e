"""Incident figures from the database are those of the slow twin, and their parts add up to the whole."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from gis.division.model import Division
from gis.errors import InvalidInput, NotFound
from gis.figures import By, IncidentCounts, IncidentQuestion, IncidentReport, Look
from gis.incidents.life import IncidentKind, IncidentState
from gis.store.cluster import PrivateCluster
from gis.store.database import Database
from gis.store.divisions import read_areas, read_division
from gis.store.duties import read_roster
from gis.store.incident_figures import read_incident_figures
from gis.store.points import write_incidents
from tests.gis.figures.incident_twin import Incident, count
from tests.tiny_city import CITY

pytestmark = pytest.mark.database

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
ZONE = CITY.zone
PLACES = {"C1": (113.005, 22.505), "C2": (113.015, 22.505), "C3": (113.005, 22.515), None: (113.05, 22.55)}
AREAS = {"T1": ("C1", "C2", "C3"), "A": ("C1", "C2"), "B": ("C3",)}
UNTOLD = ("occurred_at", "handed_on_at", "signed_at", "handled_at", "fed_back_at", "rated_at")
GROUPED: tuple[By, ...] = ("area", "grid", "category", "kind", "source")

instants = st.sampled_from(
    [datetime(2026, 10, 31, 15, 59, 59, 999999, UTC), datetime(2026, 10, 31, 16, tzinfo=UTC)]
) | st.datetimes(datetime(2026, 9, 1), datetime(2026, 11, 25), timezones=st.just(UTC))


@st.composite
def incident_rows(draw: st.DrawFn) -> Incident:
    code = draw(st.sampled_from(list(PLACES)))
    lon, lat = PLACES[code]
    returns = draw(st.integers(0, 2))
    return Incident(
        category=draw(st.sampled_from(["噪声扰民", "市容环境"])),
        kind=draw(st.sampled_from([kind.value for kind in IncidentKind])),
        source=draw(st.sampled_from(["hotline", "grid"])),
        state=draw(st.sampled_from([state.value for state in IncidentState])),
        reported_at=draw(instants),
        accepted_at=draw(st.none() | instants),
        due_at=draw(st.none() | instants),
        closed_at=draw(st.none() | instants),
        refused_at=draw(st.none() | instants),
        checked_at=draw(st.none() | instants),
        returned_at=draw(st.none() | instants) if returns else None,
        returns=returns,
        found_by_grid=draw(st.none() | st.booleans()),
        lon=lon,
        lat=lat,
        grid_code=code,
    )


cities = st.lists(incident_rows(), max_size=12)


@pytest.fixture(scope="module")
def shared(cluster: PrivateCluster, tiny_template: str) -> Iterator[Database]:
    """The tiny city; every test rolls back what it changes."""
    database = Database(cluster.create_database("figures_city", template=tiny_template))
    yield database
    database.close()
    cluster.drop_database("figures_city")


@pytest.fixture(scope="module")
def division(shared: Database) -> Division:
    with shared.transaction() as connection:
        return read_division(connection, at=datetime.now(UTC))


class RolledBack:
    """A transaction over other incidents than the city's, which leaves no trace."""

    def __init__(self, database: Database, division: Division, rows: Sequence[Incident]) -> None:
        self._database, self._division, self._rows = database, division, rows

    def __enter__(self) -> Connection:
        self._connection = self._database.engine.connect()
        self._connection.begin()
        self._connection.execute(text("DELETE FROM incident"))
        store(self._connection, self._division, self._rows)
        return self._connection

    def __exit__(self, *_error: object) -> None:
        self._connection.rollback()
        self._connection.close()


def store(connection: Connection, division: Division, rows: Sequence[Incident], *, first: int = 0) -> None:
    if not rows:
        return
    names = [field.name for field in fields(Incident) if field.name != "grid_code"]
    frame = pd.DataFrame([{name: getattr(row, name) for name in names} for row in rows])
    times = [name for name in names if name.endswith("_at")]
    frame[times] = frame[times].apply(pd.to_datetime, utc=True)
    frame = frame.assign(
        source_ref=[str(first + number) for number in range(len(rows))],
        title=None,
        **dict.fromkeys(UNTOLD, pd.NaT),
        handling_unit=None,
        accuracy_m=0.0,
        reporter_ref=None,
        declared_crs="EPSG:4326",
        simulated=True,
    )
    write_incidents(connection, frame, division=division, roster=read_roster(connection, read_areas(connection)))


def ask(connection: Connection, division: Division, question: IncidentQuestion) -> IncidentReport:
    return read_incident_figures(connection, division, question, zone=ZONE, now=NOW)


def chosen(rows: Sequence[Incident], **wanted: object) -> list[Incident]:
    return [row for row in rows if all(getattr(row, name) == value for name, value in wanted.items())]


def area_ids(division: Division) -> dict[str, int]:
    return {area.code: area.id for area in division.areas}


first_days = st.dates(date(2026, 8, 20), date(2026, 12, 10))
periods = st.tuples(st.none() | first_days, st.none()) | st.tuples(first_days, st.integers(1, 100)).map(
    lambda days: (days[0], days[0] + timedelta(days=days[1]))
)


@st.composite
def questions(draw: st.DrawFn) -> IncidentQuestion:
    first, end = draw(periods)
    return IncidentQuestion(
        at=draw(st.just(NOW) | instants),
        unit=draw(st.sampled_from(["day", "week", "month", "quarter", "year"])),
        first=first,
        end=end,
        by=draw(st.sampled_from([None, "period", *GROUPED])),
        kind=draw(st.none() | st.sampled_from(IncidentKind)),
    )


narrowings = st.sampled_from([(), ("category",), ("source",), ("category", "source")])


@settings(max_examples=50, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cities, questions(), st.sampled_from([None, *AREAS]), narrowings)
def test_the_figures_are_those_of_the_slow_twin(
    shared: Database,
    division: Division,
    rows: list[Incident],
    question: IncidentQuestion,
    area: str | None,
    narrowed: Sequence[str],
) -> None:
    mine = [row for row in rows if area is None or row.grid_code in AREAS[area]]
    mine = mine if question.kind is None else chosen(mine, kind=question.kind.value)
    words = {name: getattr(rows[0], name) for name in narrowed if rows}
    mine = chosen(mine, **words)
    where: dict[str, Any] = {} if area is None else {"area_id": area_ids(division)[area]}
    asked = replace(question, **where, **words)
    with RolledBack(shared, division, rows) as connection:
        report = ask(connection, division, asked)
    assert report.total == count(mine, report.look)
    assert report.previous.total == count(mine, report.previous.look)
    assert report.last_year.total == count(mine, report.last_year.look)
    for group in report.groups:
        assert group.counts == expected_group(group.key, asked, mine, report.look, area)
    if asked.by in GROUPED:
        assert IncidentCounts.total(group.counts for group in report.groups) == report.total


def expected_group(
    key: str, question: IncidentQuestion, rows: list[Incident], look: Look, area: str | None
) -> IncidentCounts:
    if question.by == "period":
        part = next(part for part in question.parts(look, ZONE) if part.period.label == key)
        return count(rows, part)
    if question.by == "area" and area is None and key == "T1":
        return count([row for row in rows if row.grid_code is not None], look)
    if question.by == "area" and area == "T1":
        return count([row for row in rows if row.grid_code in AREAS[key]], look)
    if question.by in {"area", "grid"}:
        return count(chosen(rows, grid_code=None if key == "outside" else key), look)
    assert question.by is not None
    return count(chosen(rows, **{question.by: key}), look)


@settings(max_examples=10, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cities, st.sampled_from(["month", "quarter", "year"]), st.just(NOW) | instants)
def test_periods_add_up_but_for_what_is_open_which_is_that_of_the_last(
    shared: Database, division: Division, rows: list[Incident], unit: str, at: datetime
) -> None:
    with RolledBack(shared, division, rows) as connection:
        report = ask(connection, division, IncidentQuestion(at=at, unit=unit, by="period"))
    summed = IncidentCounts.total(group.counts for group in report.groups)
    for field in fields(IncidentCounts):
        told = getattr(report.total, field.name)
        if field.name in {"open", "overdue"}:
            assert getattr(report.groups[-1].counts, field.name) == told
        else:
            assert getattr(summed, field.name) == told, field.name


def lived(**changed: object) -> Incident:
    """An accepted, closed incident of October."""
    values: dict[str, object] = {
        "category": "市容环境",
        "kind": "incident",
        "source": "grid",
        "state": "closed",
        "reported_at": datetime(2026, 10, 5, tzinfo=UTC),
        "accepted_at": datetime(2026, 10, 5, 1, tzinfo=UTC),
        "due_at": datetime(2026, 10, 8, tzinfo=UTC),
        "closed_at": datetime(2026, 10, 7, tzinfo=UTC),
        "refused_at": None,
        "checked_at": None,
        "returned_at": None,
        "returns": 0,
        "found_by_grid": True,
        "lon": PLACES["C1"][0],
        "lat": PLACES["C1"][1],
        "grid_code": "C1",
    }
    return Incident(**values | changed)  # type: ignore[arg-type]


def test_an_incident_closed_later_was_open_at_a_past_moment(shared: Database, division: Division) -> None:
    with RolledBack(shared, division, [lived()]) as connection:
        then = ask(connection, division, IncidentQuestion(at=datetime(2026, 10, 6, tzinfo=UTC), unit="month"))
        now = ask(connection, division, IncidentQuestion(at=NOW, unit="month", first=date(2026, 10, 1)))
    assert (then.total.open, then.total.closed) == (1, 0)
    assert (now.total.open, now.total.closed, now.total.in_time) == (0, 1, 1)


def test_an_incident_is_judged_once_and_for_good(shared: Database, division: Division) -> None:
    due = datetime(2026, 10, 8, tzinfo=UTC)
    late = lived(closed_at=datetime(2026, 10, 12, tzinfo=UTC))
    seen = []
    with RolledBack(shared, division, [late]) as connection:
        for at in (due - timedelta(hours=1), due, due + timedelta(days=1), due + timedelta(days=30)):
            total = ask(connection, division, IncidentQuestion(at=at, unit="year")).total
            seen.append((total.in_time, total.missed, total.late, total.overdue))
    assert seen == [(0, 0, 0, 0), (0, 1, 0, 1), (0, 1, 0, 1), (0, 0, 1, 0)]


def test_nobody_collects_what_no_row_tells(shared: Database, division: Division) -> None:
    bare = lived(state="reported", accepted_at=None, due_at=None, closed_at=None, found_by_grid=None)
    with RolledBack(shared, division, [bare]) as connection:
        assert ask(connection, division, IncidentQuestion(at=NOW)).collected.steps is False
    with RolledBack(shared, division, [lived()]) as connection:
        collected = ask(connection, division, IncidentQuestion(at=NOW)).collected
    assert (collected.steps, collected.due, collected.finder) == (True, True, True)


@pytest.mark.parametrize(
    ("question", "error"),
    [
        (IncidentQuestion(at=NOW + timedelta(hours=1)), InvalidInput),
        (IncidentQuestion(at=NOW, end=date(2026, 1, 1)), InvalidInput),
        (IncidentQuestion(at=NOW, first=date(2026, 1, 2), end=date(2026, 1, 1)), InvalidInput),
        (IncidentQuestion(at=NOW, first=date(1969, 1, 2)), InvalidInput),
        (IncidentQuestion(at=NOW, category="没有"), InvalidInput),
        (IncidentQuestion(at=NOW, source="nobody"), InvalidInput),
        (IncidentQuestion(at=NOW, area_id=99), NotFound),  # type: ignore[arg-type]
        (IncidentQuestion(at=NOW, grid_id=99), NotFound),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_answered_is_refused(
    shared: Database, division: Division, question: IncidentQuestion, error: type[Exception]
) -> None:
    with shared.transaction() as connection, pytest.raises(error):
        ask(connection, division, question)
