"""What the five figures are made of is what the rows tell, and follows them."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from gis.division.check import DivisionCheck
from gis.figures import Facts
from gis.store.database import Connection, Database
from gis.store.divisions import read_areas, read_division
from gis.store.duties import read_roster
from gis.store.figure_facts import read_facts, read_ground, read_people
from gis.store.incident_queries import IS_OPEN
from gis.store.tables import incident

pytestmark = pytest.mark.database


def facts(connection: Connection, *, at: datetime, area: str = "T0") -> Facts:
    division = read_division(connection, at=datetime.now(UTC))
    area_id = next(found.id for found in division.areas if found.code == area)
    roster = read_roster(connection, read_areas(connection))
    return read_facts(
        connection,
        division,
        ground=read_ground(connection, DivisionCheck.of(division), area_id=area_id),
        people=read_people(connection, division, roster=roster, area_id=area_id, at=at),
        area_id=area_id,
        at=at,
    )


def reported(connection: Connection, *, source: str, moments: list[datetime]) -> None:
    connection.execute(
        text(
            "INSERT INTO incident (source, source_ref, kind, category, state, reported_at, point, declared_crs, cell) "
            "SELECT :source, n::text, 'incident', '市容环境', 'reported', moment, "
            "ST_SetSRID(ST_MakePoint(113.005, 22.505), 4326), 'EPSG:4326', 1 "
            "FROM unnest(CAST(:moments AS timestamptz[])) WITH ORDINALITY AS told (moment, n)"
        ),
        {"source": source, "moments": moments},
    )


def test_the_open_are_those_without_an_end(tiny: Database) -> None:
    with tiny.transaction() as connection:
        for state in ("reported", "accepted", "refused", "closed", "rated", "handling"):
            connection.execute(text("UPDATE incident SET state = :state WHERE source_ref = '1'"), {"state": state})
            found = connection.execute(incident.select().where(incident.c.ended_at.is_(None) != IS_OPEN)).all()
            assert found == [], state


def test_what_nobody_has_given_to_a_grid_is_not_outside_it(tiny: Database) -> None:
    at = datetime.now(UTC)
    with tiny.transaction() as connection:
        before = facts(connection, at=at)
        reported(connection, source="walk", moments=[datetime(2026, 11, 2, tzinfo=UTC)])
        after = facts(connection, at=at)
    assert (before.incidents_unassigned, after.incidents_unassigned) == (0, 1)
    assert before.incidents_outside == after.incidents_outside == 1
    assert after.incidents == before.incidents + 1
    assert after.newest_report_at == datetime(2026, 11, 2, tzinfo=UTC)


def test_a_lead_on_leave_does_not_answer_but_is_not_missing(tiny: Database) -> None:
    at = datetime.now(UTC)
    with tiny.transaction() as connection:
        before = facts(connection, at=at)
        connection.execute(
            text(
                "INSERT INTO leave (worker_id, since, until, recorded_at) "
                "SELECT id, :at - interval '1 hour', :at + interval '1 day', :at FROM worker WHERE worker_ref = 'W1'"
            ),
            {"at": at},
        )
        after = facts(connection, at=at)
    assert (before.grids_without_lead, before.grids_never_led) == (1, 1)
    assert (after.grids_without_lead, after.grids_never_led) == (2, 1)


@pytest.mark.parametrize(
    ("silence", "is_stale"),
    [
        (timedelta(hours=12), False),
        (timedelta(days=20), False),
        (timedelta(days=45), True),
        (timedelta(days=300), True),
    ],
)
def test_a_feed_is_stale_when_it_is_silent_ten_times_as_long_as_usual(
    tiny: Database, silence: timedelta, is_stale: bool
) -> None:
    at = datetime(2026, 12, 20, 4, tzinfo=UTC)
    with tiny.transaction() as connection:
        connection.execute(text("DELETE FROM incident"))
        last = at - silence
        reported(connection, source="radio", moments=[last - timedelta(hours=number) for number in range(100)])
        told = facts(connection, at=at)
        part = facts(connection, at=at, area="A")
    assert (told.feeds, told.stale_feeds) == (1, int(is_stale))
    assert (part.feeds, part.stale_feeds) == (None, None)
