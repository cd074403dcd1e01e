"""The lives of the sample city's incidents: every step up to the city's present moment, at the pace of offices.

A worker who finds something mostly settles it on the spot. What is handed on moves by the clock of the office that
handles it: working hours, or around the clock where it cannot wait. Then, as the city's year-end report has it, an
exact share of what was accepted is closed: some of what went on is stuck, overdue or suspended. Invariant: no time
lies after the present, and every step comes after those before it; a return comes before the handing on that
followed it. Cost: O(incidents log days).
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.incidents.life import IncidentKind, IncidentState
from gis.sample.chance import first_of_race
from gis.sample.handling import in_order
from gis.sample.times import Times, local_seconds
from gis.sample.year import WORKING_DAY_S, OfficeClock
from gis.units import BoolArray, FloatArray, IntArray

SHARE_CLOSED = 0.9878
"""Of everything that was accepted in the year."""
SHARE_CLOSED_OF = {IncidentKind.REQUEST: 0.9827, IncidentKind.REFERRAL: 538 / 564}
SHARE_LATE = 0.040
"""Of what is handed on, where trouble is 1."""
SHARE_RETURNED = 0.035
SHARE_RATED = 0.35
SHARE_SUSPENDED = 0.42
"""Of what is stuck."""
REFUSED = {IncidentKind.INCIDENT: 0.003, IncidentKind.REQUEST: 0.021, IncidentKind.REFERRAL: 0.0}
ACCEPTED_WITHIN_S = {IncidentKind.INCIDENT: 240.0, IncidentKind.REQUEST: 1500.0, IncidentKind.REFERRAL: 2400.0}

AFTER_ACCEPTANCE = ("first_handed_on", "returned", "handed_on", "signed", "handled", "fed_back", "checked", "closed")
"""The steps of what is handed on, in order; what is not returned is handed on once."""
_PACE = np.array([0.03, 0.05, 0.04, 0.06, 0.12, 0.50, 0.14, 0.06])
"""Mean share of the time that each of these steps takes."""
_STUCK_AFTER = {"handed_on": 0.10, "signed": 0.22, "handled": 0.68}
"""The last step of what is stuck, and how often it is that."""
Kinds = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Life:
    """The steps of (n,) incidents; local times, NaT where a step was not reached."""

    reported: Times
    accepted: Times
    refused: Times
    due: Times
    handed_on: Times
    signed: Times
    returned: Times
    handled: Times
    fed_back: Times
    checked: Times
    closed: Times
    rated: Times
    returns: IntArray
    state: NDArray[np.object_]
    on_the_spot: BoolArray
    """Settled by the worker who found it."""


@dataclass(slots=True)
class _Course:
    """What is being made: steps that may still lie ahead."""

    now: np.datetime64
    kind: Kinds
    trouble: FloatArray
    reported: Times
    accepted: Times
    refused: Times
    due: Times
    spot: BoolArray
    steps: dict[str, Times]
    returns: IntArray
    suspended: BoolArray = field(init=False)

    def __post_init__(self) -> None:
        self.suspended = np.zeros(len(self.reported), dtype=np.bool_)

    @property
    def under_way(self) -> BoolArray:
        """(n,) what was accepted and is not closed at the present moment."""
        return ~np.isnat(self.accepted) & ~(self.steps["closed"] <= self.now)


def lives(
    reported: Times,
    category: IntArray,
    kind: Kinds,
    *,
    pace: FloatArray,
    until: datetime,
    rng: np.random.Generator,
) -> Life:
    """Return the steps of incidents up to the present moment.

    Parameters
    ----------
    reported
        (n,) local times.
    category
        (n,) position in `CATEGORIES`.
    kind
        (n,) `IncidentKind`.
    pace
        (n,) how much more often than elsewhere things are late here.
    until
        The present moment.
    """
    course = _begun(reported, category, kind, now=local_seconds(until), rng=rng)
    course.trouble *= pace
    _hand_on(course, category, rng)
    _return_some(course, rng)
    _settle_on_the_spot(course, rng)
    _leave_open(course, rng)
    return _up_to_now(course, rng)


def _begun(
    reported: Times, category: IntArray, kind: Kinds, *, now: np.datetime64, rng: np.random.Generator
) -> _Course:
    """Accept or refuse, and see what is settled on the spot."""
    count, none = len(reported), np.datetime64("NaT", "s")
    mean_s, refusal = np.zeros(count), np.zeros(count)
    for one in IncidentKind:
        mean_s[kind == one], refusal[kind == one] = ACCEPTED_WITHIN_S[one], REFUSED[one]
    decided = reported + _seconds(rng.exponential(mean_s) + 5)
    decided = np.where(decided <= now, decided, none)
    is_refused = rng.random(count) < refusal
    handling = in_order()
    on_the_spot = np.array([one.on_the_spot for one in handling])[category]
    return _Course(
        now=now,
        kind=kind,
        trouble=np.array([one.trouble for one in handling])[category],
        reported=reported,
        accepted=np.where(is_refused, none, decided),
        refused=np.where(is_refused, decided, none),
        due=np.full(count, none),
        spot=(kind == IncidentKind.INCIDENT) & (rng.random(count) < on_the_spot),
        steps={},
        returns=np.zeros(count, dtype=np.int64),
    )


def _hand_on(course: _Course, category: IntArray, rng: np.random.Generator) -> None:
    """Give every accepted incident its limit, and all steps to its end, wherever that lies."""
    count = len(category)
    handling = in_order()
    always = np.array([one.clock == "always" for one in handling])[category]
    limit_s = np.array([one.days for one in handling])[category] * np.where(always, 86_400.0, WORKING_DAY_S)
    late = rng.random(count) < SHARE_LATE * course.trouble
    used = np.where(late, 1.02 + rng.exponential(0.5, count), 0.97 * rng.beta(1.5, 2.4, count))
    share = np.cumsum(rng.standard_gamma(1.6, (len(_PACE), count)) * _PACE[:, None], axis=0)
    share *= used / share[-1]
    clock = OfficeClock(course.reported.min(), course.now + np.timedelta64(400, "D"))
    by_office = np.flatnonzero(~always & ~np.isnat(course.accepted))

    def passed(work_s: FloatArray) -> Times:
        later: Times = course.accepted + _seconds(work_s)
        later[by_office] = clock.after(course.accepted[by_office], np.round(work_s[by_office]).astype(np.int64))
        return later

    course.due = passed(limit_s)
    for name, part in zip(AFTER_ACCEPTANCE, share, strict=True):
        course.steps[name] = passed(part * limit_s)


def _return_some(course: _Course, rng: np.random.Generator) -> None:
    """Let some offices send back what is not theirs; the others get it once."""
    count = len(course.reported)
    returned = rng.random(count) < SHARE_RETURNED * course.trouble
    course.returns = np.where(returned, rng.geometric(0.85, count), 0)
    course.steps["returned"][~returned] = np.datetime64("NaT")
    course.steps["handed_on"] = np.where(returned, course.steps["handed_on"], course.steps["first_handed_on"])


def _settle_on_the_spot(course: _Course, rng: np.random.Generator) -> None:
    """Close within the hour what the worker who finds it settles: begun, done, and nothing between."""
    spot = np.flatnonzero(course.spot)
    course.returns[spot] = 0
    for name in AFTER_ACCEPTANCE:
        course.steps[name][spot] = np.datetime64("NaT")
    begun = course.accepted[spot] + _seconds(rng.exponential(60.0, len(spot)))
    minutes = rng.lognormal(np.log(14.0), 0.9, len(spot))
    course.steps["handled"][spot] = begun
    course.steps["closed"][spot] = begun + _seconds(60.0 * minutes + 30.0)


def _leave_open(course: _Course, rng: np.random.Generator) -> None:
    """Leave exactly as many open, of each kind, as the year-end report says."""
    accepted = ~np.isnat(course.accepted)
    wanted = {IncidentKind.INCIDENT: _open_share(int(accepted.sum()), SHARE_CLOSED)}
    for kind, share in SHARE_CLOSED_OF.items():
        wanted[kind] = _open_share(int((accepted & (course.kind == kind)).sum()), share)
        wanted[IncidentKind.INCIDENT] -= wanted[kind]
    for kind, count in wanted.items():
        own = accepted & (course.kind == kind)
        more = max(count, 0) - int((own & course.under_way).sum())
        if more > 0:
            _hold_up(course, np.flatnonzero(own & ~course.under_way & ~course.spot), more, rng)
        elif more < 0:
            _hurry(course, np.flatnonzero(own & course.under_way), -more, rng)


def _open_share(accepted: int, share_closed: float) -> int:
    return accepted - round(share_closed * accepted)


def _hold_up(course: _Course, among: IntArray, count: int, rng: np.random.Generator) -> None:
    """Stop some of what was closed on its way: the troublesome and the recent rather than the others."""
    age_days = (course.now - course.accepted[among]).astype(np.int64) / 86_400.0
    weight = course.trouble[among] * (0.04 + np.exp(-age_days / 45.0))
    stuck = among[first_of_race(weight, count, rng)]
    last = rng.choice(list(_STUCK_AFTER), len(stuck), p=list(_STUCK_AFTER.values()))
    for step in _STUCK_AFTER:
        for name in AFTER_ACCEPTANCE[AFTER_ACCEPTANCE.index(step) + 1 :]:
            course.steps[name][stuck[last == step]] = np.datetime64("NaT")
    begun = stuck[last == "handled"]
    suspended = begun[rng.random(len(begun)) < SHARE_SUSPENDED / _STUCK_AFTER["handled"]]
    course.suspended[suspended] = True
    longer = rng.integers(5, 90, len(suspended)).astype("timedelta64[D]")
    course.due[suspended] = np.maximum(course.due[suspended], course.now + longer)


def _hurry(course: _Course, among: IntArray, count: int, rng: np.random.Generator) -> None:
    """Close some of what is under way, by moving all its steps nearer to its acceptance."""
    hurried = np.sort(rng.permutation(among)[:count])
    accepted = course.accepted[hurried]
    span = (course.steps["closed"][hurried] - accepted).astype(np.int64)
    left = (course.now - accepted).astype(np.int64)
    shrink = left * rng.uniform(0.5, 0.98, len(hurried)) / np.maximum(span, 1)
    for steps in course.steps.values():
        offset = (steps[hurried] - accepted).astype("timedelta64[s]")
        given = ~np.isnat(offset)
        moved = accepted + _seconds(np.where(given, offset.astype(np.int64), 0) * shrink)
        steps[hurried] = np.where(given, moved, np.datetime64("NaT"))


def _up_to_now(course: _Course, rng: np.random.Generator) -> Life:
    """Cut off what lies ahead, and name the step that each has reached."""
    none, count = np.datetime64("NaT", "s"), len(course.reported)
    steps = {name: np.where(times <= course.now, times, none) for name, times in course.steps.items()}
    first, returned = steps.pop("first_handed_on"), steps["returned"]
    waits_again = ~np.isnat(returned) & np.isnat(steps["handed_on"])
    steps["handed_on"] = np.where(np.isnat(steps["handed_on"]), first, steps["handed_on"])
    asked = (course.kind == IncidentKind.REQUEST) & (rng.random(count) < SHARE_RATED)
    rated = steps["closed"] + _seconds(rng.exponential(1.6 * 86_400.0, count) + 60)
    steps["rated"] = np.where(asked & (rated <= course.now), rated, none)
    return Life(
        reported=course.reported,
        accepted=course.accepted,
        refused=course.refused,
        due=course.due,
        **steps,
        returns=np.where(np.isnat(returned), 0, course.returns),
        state=_states(course, steps, waits_again),
        on_the_spot=course.spot,
    )


def _states(course: _Course, steps: dict[str, Times], waits_again: BoolArray) -> NDArray[np.object_]:
    """Return the last step that was reached; later claims win."""
    claims = (
        (IncidentState.ACCEPTED, ~np.isnat(course.accepted)),
        (IncidentState.HANDED_ON, ~np.isnat(steps["handed_on"])),
        (IncidentState.SIGNED, ~np.isnat(steps["signed"])),
        (IncidentState.HANDLING, ~np.isnat(steps["handled"])),
        (IncidentState.FED_BACK, ~np.isnat(steps["fed_back"])),
        (IncidentState.CHECKED, ~np.isnat(steps["checked"])),
        (IncidentState.RETURNED, waits_again),
        (IncidentState.SUSPENDED, course.suspended),
        (IncidentState.REFUSED, ~np.isnat(course.refused)),
        (IncidentState.CLOSED, ~np.isnat(steps["closed"])),
        (IncidentState.RATED, ~np.isnat(steps["rated"])),
    )
    state = np.full(len(course.reported), IncidentState.REPORTED, dtype=object)
    for name, reached in claims:
        state[reached] = name
    return state


def _seconds(values: FloatArray) -> NDArray[Any]:
    """Return spans of time, timedelta64[s]."""
    return np.round(values).astype(np.int64).astype("timedelta64[s]")
