"""When an incident was accepted and when it ended, as SQL over its row: said once, for every count of incidents.

The state counts where it contradicts the times, and a step that is told earlier than the one before it counts as
happening with it, so that reported <= accepted <= ended always holds:

- accepted: when ``accepted_at`` is told, or when it was reported where the state alone says that it was accepted;
  never for what was refused;
- ended: when it was refused or closed; where that has no time, at the last step that has one; None while it is open;
- judged by its due time: an ending that is a closing with a time;
- returned: the last time, as only that is kept; when it was reported where that has no time.
"""

from sqlalchemy import ColumnElement, and_, case, func, null

from gis.incidents.life import STEP_TIMES
from gis.incidents.life import IncidentState as State
from gis.store.tables import incident

_i = incident.c
_STEPS_BEFORE_CLOSING = [
    _i[name] for state, name in STEP_TIMES.items() if state not in (State.REFUSED, State.CLOSED, State.RATED)
]

IS_REFUSED: ColumnElement[bool] = _i.state == State.REFUSED.value
IS_CLOSED: ColumnElement[bool] = _i.state.in_([State.CLOSED.value, State.RATED.value])

ACCEPTED_AT = case(
    (IS_REFUSED, null()),
    (_i.accepted_at.is_not(None), func.greatest(_i.reported_at, _i.accepted_at)),
    (_i.state != State.REPORTED.value, _i.reported_at),
)

ENDED_AT = case(
    (IS_REFUSED, func.greatest(_i.reported_at, _i.refused_at)),
    (and_(IS_CLOSED, _i.closed_at.is_not(None)), func.greatest(_i.reported_at, _i.accepted_at, _i.closed_at)),
    (IS_CLOSED, func.greatest(*_STEPS_BEFORE_CLOSING)),
)

RETURNED_AT = case((_i.returns > 0, func.greatest(_i.reported_at, _i.returned_at)))

IS_JUDGED: ColumnElement[bool] = and_(IS_CLOSED, _i.closed_at.is_not(None), _i.due_at.is_not(None))
"""Closed with a time, and with a due time to hold it against."""
