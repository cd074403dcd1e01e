"""The steps of an incident's life in a file: their times, the state they lead to, and returns."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from gis.incidents.life import STEP_TIMES, IncidentState
from tests.gis.loading.making import GOOD, HEADER, incidents, reasons, write_csv

STEPS = [name for name in STEP_TIMES.values() if name != "reported_at"]
REPORTED = datetime(2016, 8, 5, 19, 36, 7, tzinfo=UTC)


def last_step(times, reported):
    """Return the state that the known times of one row lead to, step by step."""
    reached, latest = IncidentState.REPORTED, reported
    for state, name in STEP_TIMES.items():
        if name in times and times[name] >= latest:
            reached, latest = state, times[name]
    if "closed_at" in times and reached is not IncidentState.RATED:
        return IncidentState.CLOSED
    return reached


@given(
    st.lists(
        st.dictionaries(st.sampled_from(STEPS), st.integers(-3, 8).map(lambda h: timedelta(hours=h))),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from([REPORTED, REPORTED.replace(year=1926), datetime(1970, 1, 1, tzinfo=UTC)]),
)
def test_a_state_that_is_not_told_is_the_last_step_that_has_a_time(after, reported):
    rows = [{name: reported + later for name, later in steps.items()} for steps in after]
    good = GOOD.replace("2016-08-05T19:36:07Z", reported.isoformat())
    lines = [
        ",".join([good.replace("A1", f"B{row}"), *(times[name].isoformat() if name in times else "" for name in STEPS)])
        for row, times in enumerate(rows)
    ]
    with tempfile.TemporaryDirectory() as folder:
        batch = incidents(write_csv(Path(folder), ",".join([HEADER, *STEPS]), *lines))
    assert batch.rows["state"].tolist() == [last_step(times, reported) for times in rows]
    for name in STEPS:
        known = batch.rows[name].dropna().dt.to_pydatetime()
        assert dict(zip(batch.rows[name].dropna().index, known, strict=True)) == {
            row: times[name] for row, times in enumerate(rows) if name in times
        }


def test_a_report_from_a_day_to_come_is_turned_away_and_one_of_the_next_hours_is_told(tmp_path):
    now = datetime(2016, 8, 5, 12, tzinfo=UTC)
    rows = [
        GOOD,
        GOOD.replace("A1", "A2").replace("2016-08", "2017-08"),
        GOOD.replace("A1", "A3").replace("T19", "T11"),
    ]
    batch = incidents(write_csv(tmp_path, HEADER, *rows), now=now)
    assert batch.rows["source_ref"].tolist() == ["A1", "A3"]
    assert reasons(batch) == [(3, "reported_at", "lies in the future")]
    assert "reported_at is later than this machine's clock: 1 row; is the time zone right?" in batch.understood


def test_a_told_state_counts_whatever_the_times_say(tmp_path):
    row = f"{GOOD},handling,2016-08-06T00:00Z"
    batch = incidents(write_csv(tmp_path, f"{HEADER},state,closed_at", row))
    assert batch.rows["state"].tolist() == ["handling"]
    assert any("the state is not closed: 1 row" in sentence for sentence in batch.understood)


def test_times_before_the_report_are_kept_and_said(tmp_path):
    batch = incidents(write_csv(tmp_path, f"{HEADER},signed_at", f"{GOOD},2016-08-05T00:00Z"))
    assert batch.rows["signed_at"].tolist() == [datetime(2016, 8, 5, tzinfo=UTC)]
    assert "signed_at before reported_at: 1 row, kept as it stands" in batch.understood


def test_returns_are_counted_at_least_once_where_a_return_has_a_time(tmp_path):
    header = f"{HEADER},returns,returned_at,handling_unit"
    late = "2016-08-06T00:00Z"
    told = {"B": f"3,{late},城管局", "C": f",{late},", "D": f"0,{late},", "E": ",,"}
    rows = [f"{GOOD.replace('A1', ref)},{cells}" for ref, cells in told.items()]
    batch = incidents(write_csv(tmp_path, header, *rows))
    assert batch.rows["returns"].tolist() == [3, 1, 1, 0]
    assert batch.rows["handling_unit"].tolist() == ["城管局", None, None, None]
    assert "returns is 0 and returned_at is given: 1 row, counted as returned once" in batch.understood


def test_a_number_of_returns_that_cannot_be_is_turned_away(tmp_path):
    batch = incidents(write_csv(tmp_path, f"{HEADER},returns", f"{GOOD},-1", f"{GOOD.replace('A1', 'B')},1.5"))
    assert [(line, column) for line, column, _ in reasons(batch)] == [(2, "returns"), (3, "returns")]
