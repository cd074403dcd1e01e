"""Incidents from a file: (source, source_ref) identifies one, the point is the truth."""

from zoneinfo import ZoneInfo

import numpy as np

from gis.crs import Crs
from gis.incidents.life import KIND_NAMES, STATE_NAMES, IncidentKind, IncidentState
from gis.loading.batch import Batch, Kind
from gis.loading.checked import POSITION, Bounds, CheckedRows, Columns
from gis.loading.clocks import TimeArray
from gis.loading.columns import ColumnPlan
from gis.loading.dates import DateOrder
from gis.loading.points import point_batch
from gis.loading.raw import RawLayer, TextArray, unknown
from gis.loading.wording import counted

TIMES = ("occurred_at", "reported_at", "accepted_at", "due_at", "closed_at")
COLUMNS = Columns(
    known=(
        "source", "source_ref", "kind", "category", "title", *TIMES, "state", "accuracy_m", "reporter_ref",
        "found_by_grid", "simulated", *POSITION,
    ),
    needed=("source", "source_ref", "category", "reported_at"),
)  # fmt: skip
_KINDS = {str(kind): str(kind) for kind in IncidentKind} | {zh: str(kind) for kind, zh in KIND_NAMES.items()}
_STATES = {str(state): str(state) for state in IncidentState} | {
    spelling: str(state) for state, name in STATE_NAMES.items() for spelling in (name, f"已{name}")
}
_DONE = frozenset({IncidentState.CLOSED, IncidentState.RATED})
_ACCURACY = Bounds(0, 100_000)


def incidents_from(
    raw: RawLayer,
    *,
    plan: ColumnPlan,
    crs: Crs,
    time_zone: ZoneInfo | None,
    date_order: DateOrder | None = None,
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

    Returns
    -------
    Columns of `COLUMNS` but the position's. A missing kind is "incident"; a missing state is "closed" where
    ``closed_at`` is given, else "reported"; ``accuracy_m``, ``found_by_grid`` and the other times may be
    unknown.

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
    values = {
        "source": rows.text("source", needed=True),
        "source_ref": rows.text("source_ref", needed=True),
        "kind": rows.choice("kind", words=_KINDS, default=str(IncidentKind.INCIDENT)),
        "category": rows.text("category", needed=True),
        "title": rows.text("title", lines="many"),
        **times,
        "state": _states(rows, closed_at=times["closed_at"]),
        "accuracy_m": rows.number("accuracy_m", bounds=_ACCURACY),
        "reporter_ref": rows.text("reporter_ref"),
        "found_by_grid": rows.flag("found_by_grid"),
        "simulated": rows.known_flag("simulated"),
    }
    _tell_oddities(rows, times, values["state"])
    return point_batch(rows, kind=Kind.INCIDENTS, values=values, key=("source", "source_ref"), crs=crs)


def _states(rows: CheckedRows, *, closed_at: TimeArray) -> TextArray:
    states = rows.choice("state", words=_STATES)
    untold = unknown(states)
    derived = np.where(np.isnat(closed_at), str(IncidentState.REPORTED), str(IncidentState.CLOSED)).astype(object)
    if untold.any():
        rows.say(
            f"state: not told for {counted(int(untold.sum()), 'row')}; "
            f"{int((untold & ~np.isnat(closed_at)).sum()):,} with closed_at are closed, the others reported"
        )
    told: TextArray = np.where(untold, derived, states)
    return told


def _tell_oddities(rows: CheckedRows, times: dict[str, TimeArray], states: TextArray) -> None:
    """Say what is stored as it stands although it contradicts itself."""
    early = int(np.count_nonzero(times["closed_at"] < times["reported_at"]))
    if early:
        rows.say(f"closed before it was reported: {counted(early, 'row')}, kept as it stands")
    done = np.isin(states.astype(str), sorted(_DONE))
    if undone := int(np.count_nonzero(~np.isnat(times["closed_at"]) & ~done & ~rows.faulty)):
        rows.say(f"closed_at is given and the state is not closed: {counted(undone, 'row')}; the state counts")
