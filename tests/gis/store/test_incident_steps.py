"""The steps of an incident's life in the database: kept as told, the same twice, and sound."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from gis.incidents.life import STEP_TIMES
from gis.loading import Kind
from gis.store.address import DatabaseAddress
from gis.store.database import Database
from gis.store.incident_queries import IncidentFilter, list_incidents
from gis.store.loading import LoadReport
from gis.store.points import Written
from tests.tiny_city import load_text

BEGAN = datetime(2025, 3, 3, 8, tzinfo=UTC)
STEPS = {name: BEGAN + timedelta(hours=hour) for hour, name in enumerate(STEP_TIMES.values())}


def load_steps(database: Database, folder: Path, *, returns: str = "2", unit: str = "城管局") -> LoadReport:
    header = ["source", "source_ref", "category", "lon", "lat", *STEPS, "returns", "handling_unit"]
    cells = ["desk", "S1", "noise", "113.005", "22.505", *(moment.isoformat() for moment in STEPS.values())]
    body = f"{','.join(header)}\n{','.join([*cells, returns, unit])}\n"
    return load_text(database, Kind.INCIDENTS, folder, name="steps.csv", text=body)


def test_every_step_is_stored_and_listed_as_told(tiny: Database, folder: Path) -> None:
    assert load_steps(tiny, folder).written == Written(1, 0, 0)
    with tiny.transaction() as connection:
        (row, *_) = list_incidents(connection, IncidentFilter(), limit=1, after=None)
    assert {name: getattr(row, name) for name in STEPS} == STEPS
    assert (row.state, row.returns, row.handling_unit) == ("rated", 2, "城管局")


def test_a_step_delivered_again_changes_nothing_and_a_new_return_changes_its_row(tiny: Database, folder: Path) -> None:
    load_steps(tiny, folder)
    assert load_steps(tiny, folder).written == Written(0, 0, 1)
    assert load_steps(tiny, folder, returns="3").written == Written(0, 1, 0)


@pytest.mark.parametrize(
    "change", ["returns = -1", "returns = 0", "returns = NULL", "state = 'lost'", "handling_unit = ' '"]
)
def test_a_life_that_cannot_be_is_refused_by_the_table(
    tiny: Database, tiny_city_address: DatabaseAddress, folder: Path, change: str
) -> None:
    load_steps(tiny, folder)
    with psycopg.connect(tiny_city_address.service_url) as service, pytest.raises(psycopg.errors.IntegrityError):
        service.execute(f"UPDATE incident SET {change} WHERE source_ref = 'S1'")
