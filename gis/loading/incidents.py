"""Incidents from a file: (source, source_ref) identifies one, the point is the truth."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from gis.crs import Crs
from gis.incidents.life import KIND_NAMES, STATE_NAMES, STEP_TIMES, IncidentKind, IncidentState
from gis.loading.aliases import INCIDENTS
from gis.loading.batch import Batch, Kind
from gis.loading.checked import FLAG_WORDS, POSITION, Bounds, CheckedRows, Columns
from gis.loading.clocks import TimeArray
from gis.loading.columns import ColumnPlan
from gis.loading.dates import DateOrder
from gis.loading.points import point_batch
from gis.loading.raw import RawLayer, TextArray, unknown
from gis.loading.wording import counted
from gis.units import IntArray

STEPS = tuple(STEP_TIMES.values())
TIMES = ("occurred_at", *STEPS, "due_at")
_KINDS = {str(kind): str(kind) for kind in IncidentKind} | {zh: str(kind) for kind, zh in KIND_NAMES.items()}
_STATES = {str(state): str(state) for state in IncidentState} | {
    spelling: str(state) for state, name in STATE_NAMES.items() for spelling in (name, f"已{name}")
}
COLUMNS = Columns(
    known=(
        "source", "source_ref", "kind", "category", "title", *TIMES, "state", "returns", "handling_unit",
        "accuracy_m", "reporter_ref", "found_by_grid", "simulated", *POSITION,
    ),
    needed=("source", "source_ref", "category", "reported_at"),
    aliases=INCIDENTS,
    words={"kind": _KINDS, "state": _STATES, "found_by_grid": FLAG_WORDS},
)  # fmt: skip
_DONE = frozenset({IncidentState.CLOSED, IncidentState.RATED})
_ACCURACY = Bounds(0, 100_000)
_RETURNS = Bounds(0, 1_000, whole=True)
AHEAD = np.timedelta64(1, "D")
"""A report from so far ahead is a wrong date; less may be a wrong zone or clock."""


def incidents_from(
    raw: RawLayer,
    *,
    plan: ColumnPlan,
    crs: Crs,
    time_zone: ZoneInfo | None,
    date_order: DateOrder | None = None,
    now: datetime | None = None,
) -> Batch:
    """Return the good incidents of a file.

    Parameters
    ----------
    raw
        The file.
    plan
        The user's word on columns.
    crs
        The declared system of its positions.
    time_zone
        The city's zone, for times that carry none.
    date_order
        What 01/02/2013 means.
    now
        The moment of loading, by default the clock's: nothing is reported more than a day after it.

    Returns
    -------
    Columns of `COLUMNS` but the position's. A missing kind is "incident"; a missing state is the last step that
    has a time, "closed" where ``closed_at`` is given; missing ``returns`` are 1 where ``returned_at`` is given, else
    0; ``accuracy_m``, ``found_by_grid``, ``handling_unit`` and the other times may be unknown.

    Raises
    ------
    MissingColumn, InvalidInput, DoubtfulCrs
        When the file as a whole cannot be understood.
    """
    rows = CheckedRows(raw, plan=plan, columns=COLUMNS)
    times = {
        name: rows.time(name, time_zone=time_zone, date_order=date_order, needed=name == "reported_at")
        for name in TIMES
    }
    _refuse_the_future(rows, times["reported_at"], now=now or datetime.now(UTC))
    values = {
        "source": rows.text("source", needed=True),
        "source_ref": rows.text("source_ref", needed=True),
        "kind": rows.choice("kind", words=_KINDS, default=str(IncidentKind.INCIDENT)),
        "category": rows.text("category", needed=True),
        "title": rows.text("title", lines="many"),
        **times,
        "state": _states(rows, times),
        "returns": _returns(rows, times["returned_at"]),
        "handling_unit": rows.text("handling_unit"),
        "accuracy_m": rows.number("accuracy_m", bounds=_ACCURACY),
        "reporter_ref": rows.text("reporter_ref"),
        "found_by_grid": rows.flag("found_by_grid"),
        "simulated": rows.known_flag("simulated"),
    }
    _tell_oddities(rows, times, values["state"])
    return point_batch(rows, kind=Kind.INCIDENTS, values=values, key=("source", "source_ref"), crs=crs)


def _refuse_the_future(rows: CheckedRows, reported_at: TimeArray, *, now: datetime) -> None:
    """Turn away rows that were reported on a day to come, and tell of those that are a little early."""
    clock = np.datetime64(now.astimezone(UTC).replace(tzinfo=None))
    ahead = reported_at > clock
    rows.reject(np.flatnonzero(ahead & (reported_at > clock + AHEAD)), "reported_at", "lies in the future")
    if early := int(np.count_nonzero(ahead & ~rows.faulty)):
        rows.say(f"reported_at is later than this machine's clock: {counted(early, 'row')}; is the time zone right?")


def _states(rows: CheckedRows, times: dict[str, TimeArray]) -> TextArray:
    states = rows.choice("state", words=_STATES)
    untold = np.flatnonzero(unknown(states))
    if not len(untold):
        return states
    closed = ~np.isnat(times["closed_at"][untold])
    told = states.copy()
    told[untold] = _last_steps({name: times[name][untold] for name in STEPS})
    rows.say(
        f"state: not told for {counted(len(untold), 'row')}; {int(closed.sum()):,} with closed_at are closed, "
        "the others stand at the last step that has a time"
    )
    return told


def _last_steps(times: dict[str, TimeArray]) -> TextArray:
    """Return the step of the latest time of each row, the further one of equals; closed ones stay closed."""
    steps = list(STEP_TIMES)
    # Not a time is the least of all numbers, also of those before 1970.
    moments = np.stack([times[name].astype(np.int64) for name in STEPS])
    last = len(steps) - 1 - moments[::-1].argmax(axis=0)
    reached: TextArray = np.array([str(step) for step in steps], dtype=object)[last]
    reopened = ~np.isnat(times["closed_at"]) & ~np.isin(last, [steps.index(step) for step in _DONE])
    reached[reopened] = str(IncidentState.CLOSED)
    return reached


def _returns(rows: CheckedRows, returned_at: TimeArray) -> IntArray:
    """Return how often each row was returned: at least once where a time says so."""
    told = rows.number("returns", bounds=_RETURNS)
    least = (~np.isnat(returned_at)).astype(np.float64)
    if few := int(np.count_nonzero(told < least)):
        rows.say(f"returns is 0 and returned_at is given: {counted(few, 'row')}, counted as returned once")
    returns: IntArray = np.fmax(told, least).astype(np.int64)
    return returns


def _tell_oddities(rows: CheckedRows, times: dict[str, TimeArray], states: TextArray) -> None:
    """Say what is stored as it stands although it contradicts itself."""
    for name in STEPS:
        if early := int(np.count_nonzero((times[name] < times["reported_at"]) & ~rows.faulty)):
            rows.say(f"{name} before reported_at: {counted(early, 'row')}, kept as it stands")
    done = np.isin(states.astype(str), sorted(_DONE))
    if undone := int(np.count_nonzero(~np.isnat(times["closed_at"]) & ~done & ~rows.faulty)):
        rows.say(f"closed_at is given and the state is not closed: {counted(undone, 'row')}; the state counts")
