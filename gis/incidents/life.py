"""The life of an incident: its kinds and states, and which of them count as open.

Invariant: every state is either open or not; refused incidents were never accepted, so they are not open. The
order of the members is the order in which an office passes through them.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class IncidentKind(StrEnum):
    """Where an incident came from."""

    INCIDENT = "incident"
    """Found in a grid."""
    REQUEST = "request"
    """Asked for by a resident."""
    REFERRAL = "referral"
    """Passed on by the police as not theirs."""


class IncidentState(StrEnum):
    """The step an incident has reached."""

    REPORTED = "reported"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    HANDED_ON = "handed_on"
    SIGNED = "signed"
    RETURNED = "returned"
    HANDLING = "handling"
    SUSPENDED = "suspended"
    FED_BACK = "fed_back"
    CHECKED = "checked"
    CLOSED = "closed"
    RATED = "rated"


OPEN_STATES: frozenset[IncidentState] = frozenset(IncidentState) - {
    IncidentState.REFUSED,
    IncidentState.CLOSED,
    IncidentState.RATED,
}
"""Somebody still has to act; a suspended incident waits, but it is not done."""

STEP_TIMES: Mapping[IncidentState, str] = MappingProxyType(
    {
        IncidentState.REPORTED: "reported_at",
        IncidentState.ACCEPTED: "accepted_at",
        IncidentState.REFUSED: "refused_at",
        IncidentState.HANDED_ON: "handed_on_at",
        IncidentState.SIGNED: "signed_at",
        IncidentState.RETURNED: "returned_at",
        IncidentState.HANDLING: "handled_at",
        IncidentState.FED_BACK: "fed_back_at",
        IncidentState.CHECKED: "checked_at",
        IncidentState.CLOSED: "closed_at",
        IncidentState.RATED: "rated_at",
    }
)
"""The name of each step's time; of a step that can happen again, it is the last time. Suspension has none."""

KIND_NAMES: Mapping[IncidentKind, str] = MappingProxyType(
    {
        IncidentKind.INCIDENT: "事件",
        IncidentKind.REQUEST: "群众诉求",
        IncidentKind.REFERRAL: "非警务事件",
    }
)

STATE_NAMES: Mapping[IncidentState, str] = MappingProxyType(
    {
        IncidentState.REPORTED: "上报",
        IncidentState.ACCEPTED: "受理",
        IncidentState.REFUSED: "不予受理",
        IncidentState.HANDED_ON: "分拨",
        IncidentState.SIGNED: "签收",
        IncidentState.RETURNED: "退回",
        IncidentState.HANDLING: "处置",
        IncidentState.SUSPENDED: "挂账",
        IncidentState.FED_BACK: "反馈",
        IncidentState.CHECKED: "核查",
        IncidentState.CLOSED: "办结",
        IncidentState.RATED: "评价",
    }
)


def is_open(state: IncidentState) -> bool:
    """Whether somebody still has to act.

    Examples
    --------
    >>> is_open(IncidentState.SUSPENDED), is_open(IncidentState.REFUSED)
    (True, False)
    """
    return state in OPEN_STATES
