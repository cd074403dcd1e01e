"""The counts kept beside the incidents follow every change of a row, and equal those made anew."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from gis.division.model import Division
from gis.store.assigning import assign_all, unassign_all
from gis.store.cities import write_city
from gis.store.database import Connection, Database
from gis.store.divisions import read_areas, read_division
from gis.store.duties import read_roster
from gis.store.figure_upkeep import figures_differ, recount_figures
from tests.gis.figures.incident_twin import Incident
from tests.gis.store.test_incident_figures import RolledBack, cities, store
from tests.tiny_city import CITY

pytestmark = pytest.mark.database


@pytest.fixture
def division(tiny: Database) -> Division:
    with tiny.transaction() as connection:
        return read_division(connection, at=datetime.now(UTC))


def change(connection: Connection, division: Division, what: str, rows: Sequence[Incident]) -> None:
    if what == "deliver again":
        store(connection, division, rows[::-1])
    elif what == "delete some":
        connection.execute(text("DELETE FROM incident WHERE id % 2 = 0"))
    elif what == "close all":
        connection.execute(text("UPDATE incident SET state = 'closed', closed_at = reported_at + interval '50 days'"))
    elif what == "unassign":
        unassign_all(connection)
    else:
        assign_all(
            connection, division, read_roster(connection, read_areas(connection)), at=datetime(2026, 11, 25, tzinfo=UTC)
        )


CHANGES = ("deliver again", "delete some", "close all", "unassign", "assign")


@settings(max_examples=20, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cities, st.lists(st.sampled_from(CHANGES), max_size=4))
def test_the_kept_counts_follow_every_change(
    tiny: Database, division: Division, rows: list[Incident], changes: list[str]
) -> None:
    with RolledBack(tiny, division, rows) as connection:
        assert figures_differ(connection) == 0
        for what in changes:
            change(connection, division, what, rows)
            assert figures_differ(connection) == 0, what


def test_a_wrong_count_is_found_and_mended(tiny: Database) -> None:
    with tiny.transaction() as connection:
        assert figures_differ(connection) == 0
        connection.execute(text("UPDATE figure_city_day SET reported = reported + 1 WHERE reported > 0"))
        connection.execute(text("DELETE FROM figure_grid_month WHERE grid_id = 0"))
        assert figures_differ(connection) > 1
        recount_figures(connection)
        assert figures_differ(connection) == 0


def test_another_time_zone_moves_the_days(tiny: Database) -> None:
    with tiny.transaction() as connection:
        before = connection.execute(text("SELECT min(day) FROM figure_city_day")).scalar_one()
        write_city(connection, type(CITY)(CITY.name, CITY.code, "America/New_York", simulated=True))
        assert figures_differ(connection) == 0
        after = connection.execute(text("SELECT min(day) FROM figure_city_day")).scalar_one()
        assert (before - after).days == 1
