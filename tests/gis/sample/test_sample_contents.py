import pandas as pd
import pytest
import shapely

from gis.incidents.life import IncidentKind, IncidentState
from gis.sample.categories import CATEGORIES
from tests.gis.sample.conftest import Written


def inside(city: Written, rows: pd.DataFrame) -> "pd.Series[bool]":
    whole = shapely.union_all(city.grid_shapes)
    return pd.Series(shapely.contains_xy(whole, rows.lon.astype(float), rows.lat.astype(float)))


def times(rows: pd.DataFrame, column: str) -> "pd.Series[pd.Timestamp]":
    assert rows[column].str.fullmatch(r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00").all()
    return pd.to_datetime(rows[column].where(rows[column] != ""), utc=True)


def test_incidents_lie_in_the_city_but_for_a_few(county: Written) -> None:
    own = inside(county, county.incidents)
    assert 3 <= (~own).sum() < 0.02 * len(own)


def test_some_incidents_lie_in_grids_without_a_lead(county: Written) -> None:
    led = set(county.workers.grid_code[(county.workers.role == "lead") & (county.workers.until == "")])
    tree = shapely.STRtree(county.grid_shapes)
    points = shapely.points(county.incidents.lon.astype(float), county.incidents.lat.astype(float))
    owners = {county.grids[grid]["code"] for grid in tree.query(points, predicate="within")[1]}
    assert owners - led


def test_incidents_have_known_kinds_states_and_categories(county: Written) -> None:
    rows = county.incidents
    assert len(CATEGORIES) == 24 == len({category.name for category in CATEGORIES})
    assert set(rows.category) <= {category.name for category in CATEGORIES}
    assert set(rows.kind) == {str(kind) for kind in IncidentKind}
    assert set(rows.state) <= {str(state) for state in IncidentState}
    assert rows.source_ref.is_unique
    assert (rows.reporter_ref[rows.kind != IncidentKind.REQUEST] == "").all()


def test_the_steps_of_an_incident_come_in_order_and_never_after_the_present(county: Written) -> None:
    rows, now = county.incidents, county.summary.until
    steps = {name: times(rows, f"{name}_at") for name in ("occurred", "reported", "accepted", "closed", "due")}
    assert steps["reported"].notna().all()
    assert (steps["reported"] <= now).all()
    assert (steps["reported"] > now - pd.Timedelta(days=367)).all()
    for earlier, later in (("occurred", "reported"), ("reported", "accepted"), ("accepted", "closed")):
        both = steps[earlier].notna() & steps[later].notna()
        assert both.any()
        assert (steps[earlier][both] <= steps[later][both]).all()
    assert (steps["closed"].dropna() <= now).all()
    assert (steps["accepted"].isna() == steps["due"].isna()).all()


def test_the_state_agrees_with_the_steps(county: Written) -> None:
    rows = county.incidents
    done = rows.state.isin([IncidentState.CLOSED, IncidentState.RATED])
    assert (done == (rows.closed_at != "")).all()
    new = rows.state.isin([IncidentState.REPORTED, IncidentState.REFUSED])
    assert (new == (rows.accepted_at == "")).all()
    assert 0.94 < done.mean() < 0.99


def test_incidents_come_more_by_day_and_on_working_days(county: Written) -> None:
    local = times(county.incidents, "reported_at").dt.tz_convert("Asia/Shanghai")
    assert local.dt.hour.between(8, 20).mean() > 0.7
    assert (local.dt.day_of_week < 5).mean() > 5 / 7


def test_incidents_gather_at_the_same_places(county: Written) -> None:
    spot = county.incidents.lon.str[:7] + county.incidents.lat.str[:6]
    busiest = spot.value_counts()
    assert busiest.iloc[0] > 5 * busiest.mean()


def test_everything_simulated_says_so(county: Written) -> None:
    for rows in (county.workers, county.cameras, county.incidents, county.sites, county.gates):
        assert (rows.simulated == "1").all()
    assert all(row["simulated"] == 1 for row in county.key_areas)


@pytest.mark.slow
def test_the_whole_city_has_the_sizes_it_promises(whole_city: Written) -> None:
    summary = whole_city.summary
    assert 36_000 <= summary.workers <= 38_000
    assert len(whole_city.cameras) == summary.cameras == 5_285
    with (summary.directory / "incidents.csv").open("rb") as lines:
        assert sum(1 for _ in lines) - 1 == summary.incidents == 519_800
    assert whole_city.sites.kind.value_counts().to_dict() == {
        "neighbourhood": 600,
        "school": 137,
        "market": 86,
        "hospital": 39,
        "station": 36,
    }
    assert len(whole_city.gates) == summary.gates == 923
    assert len(whole_city.key_areas) == summary.key_areas == 418
    assert 5 <= summary.grids_without_lead <= 50
