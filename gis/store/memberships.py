"""Write a roster: people, and for which time they serve in which grid.

A membership is true for a time (``since``, ``until``) and known for a time (``recorded_at``, ``retracted_at``). A later
file never overwrites one: the row that it replaces is retracted and stays, so that both "who was in charge then?" and
"whom did we take for it then?" have an answer.

The rules, by person and grid:

- a row without ``since`` confirms the place the person has now in that role, or begins one now;
- a row takes the place of those of the same role that its time touches (a correction);
- of those of another role it takes over from its ``since`` on: what was before stays the past;
- a row without a grid and with ``until`` is a person who leaves the roster then, and every place ends with it.

Cost: a few set-based statements, whatever the number of rows.
"""

from typing import NamedTuple

import pandas as pd
from sqlalchemy import Connection, text

from gis.store.copying import Kind, copy_rows
from gis.store.database import announce


class WrittenPeople(NamedTuple):
    """How many people are new and changed, and how many rows tell of a place that was over before it was known."""

    new: int
    changed: int
    over: int


_STAGED: dict[str, Kind] = {
    "worker_ref": "text",
    "name": "text",
    "phone": "text",
    "simulated": "boolean",
    "grid_id": "bigint",
    "named_grid": "boolean",
    "role": "text",
    "since": "time",
    "until": "time",
    "hours": "text",
}

_STAGE = """
CREATE TEMPORARY TABLE staged_worker
    (worker_ref text, name text, phone text, simulated boolean, grid_id bigint, named_grid boolean, role text,
     since timestamptz, until timestamptz, hours text) ON COMMIT DROP
"""

_PEOPLE = """
INSERT INTO worker (worker_ref, name, phone, simulated)
SELECT worker_ref, name, phone, bool_or(simulated) FROM staged_worker GROUP BY worker_ref, name, phone
ON CONFLICT (worker_ref) DO UPDATE
    SET name = excluded.name, phone = excluded.phone, simulated = excluded.simulated
    WHERE (worker.name, worker.phone, worker.simulated)
        IS DISTINCT FROM (excluded.name, excluded.phone, excluded.simulated)
RETURNING id, xmax = 0
"""

_TEAMS = """
INSERT INTO team (grid_id)
SELECT DISTINCT grid_id FROM staged_worker WHERE grid_id IS NOT NULL
ON CONFLICT (grid_id) DO NOTHING
"""

_PLACES = """
CREATE TEMPORARY TABLE staged_member ON COMMIT DROP AS
SELECT team.id AS team_id, worker.id AS worker_id, staged.role,
    coalesce(staged.since, present.since, now()) AS since,
    least(CASE WHEN :tells_until THEN staged.until ELSE present.until END, leaver.left_at) AS until,
    CASE WHEN :tells_hours THEN staged.hours ELSE present.hours END AS hours
FROM staged_worker staged
JOIN worker USING (worker_ref)
JOIN team ON team.grid_id = staged.grid_id
LEFT JOIN LATERAL (
    SELECT member.since, member.until, member.hours FROM team_member member
    WHERE (member.team_id, member.worker_id, member.role) = (team.id, worker.id, staged.role)
        AND member.retracted_at IS NULL
        AND CASE WHEN staged.since IS NULL THEN member.since <= now() AND coalesce(member.until > now(), true)
            ELSE member.since = staged.since END
    ORDER BY member.since LIMIT 1
) present ON true
LEFT JOIN (
    SELECT worker_ref, max(until) AS left_at FROM staged_worker WHERE NOT named_grid GROUP BY worker_ref
) leaver USING (worker_ref)
"""

_OVER = "DELETE FROM staged_member WHERE until <= since"

_REPLACED = """
CREATE TEMPORARY TABLE replaced_member ON COMMIT DROP AS
SELECT member.*, min(staged.since) FILTER (WHERE staged.role <> member.role) AS another_since,
    bool_or(staged.role = member.role) AS corrected
FROM team_member member JOIN staged_member staged USING (team_id, worker_id)
WHERE member.retracted_at IS NULL
    AND tstzrange(member.since, member.until) && tstzrange(staged.since, staged.until)
    AND (member.role, member.since, member.until, member.hours)
        IS DISTINCT FROM (staged.role, staged.since, staged.until, staged.hours)
GROUP BY member.id
"""

_RETRACTED = """
UPDATE team_member SET retracted_at = now() FROM replaced_member replaced WHERE team_member.id = replaced.id
RETURNING team_member.worker_id
"""

_PAST = """
INSERT INTO team_member (team_id, worker_id, role, since, until, hours)
SELECT team_id, worker_id, role, since, another_since, hours FROM replaced_member
WHERE since < another_since AND NOT corrected
"""

_MEMBERSHIPS = """
INSERT INTO team_member (team_id, worker_id, role, since, until, hours)
SELECT DISTINCT team_id, worker_id, role, since, until, hours FROM staged_member staged
WHERE NOT EXISTS (
    SELECT FROM team_member present
    WHERE (present.team_id, present.worker_id, present.role, present.since)
        = (staged.team_id, staged.worker_id, staged.role, staged.since) AND present.retracted_at IS NULL)
RETURNING worker_id
"""

_RETURNED = """
UPDATE worker SET left_at = NULL FROM staged_member staged
WHERE staged.worker_id = worker.id AND coalesce(staged.until > worker.left_at, worker.left_at IS NOT NULL)
RETURNING worker.id
"""

_LEFT = """
UPDATE worker SET left_at = told.left_at
FROM (SELECT worker_ref, max(until) AS left_at FROM staged_worker WHERE NOT named_grid GROUP BY worker_ref) told
WHERE worker.worker_ref = told.worker_ref AND worker.left_at IS DISTINCT FROM told.left_at
RETURNING worker.id
"""

_ENDED = """
WITH cut AS (
    UPDATE team_member member SET retracted_at = now() FROM worker
    WHERE worker.id = member.worker_id AND member.retracted_at IS NULL
        AND worker.worker_ref IN (SELECT worker_ref FROM staged_worker WHERE NOT named_grid)
        AND coalesce(member.until > worker.left_at, worker.left_at IS NOT NULL)
    RETURNING member.*, worker.left_at)
INSERT INTO team_member (team_id, worker_id, role, since, until, hours)
SELECT team_id, worker_id, role, since, left_at, hours FROM cut WHERE since < left_at
RETURNING worker_id
"""


def write_workers(connection: Connection, rows: pd.DataFrame) -> WrittenPeople:
    """Add people and their places in teams.

    Nobody is removed: a place that a later roster does not name stays, until a row says that it ended.

    Parameters
    ----------
    rows
        One a person, grid and time: ``worker_ref``, ``name``, ``phone``, ``simulated``, ``grid_code`` as it was told,
        ``grid_id`` (missing: a person without a grid), ``role``; and, where a file tells them, ``since``, ``until``
        and ``hours``, of which an empty one means that none is set. Name and phone of a person are the same in all
        rows.
    """
    told = {name: name in rows for name in ("since", "until", "hours")}
    staged = rows.assign(
        named_grid=rows["grid_code"].notna(), **{name: None for name, is_told in told.items() if not is_told}
    )
    connection.execute(text(_STAGE))
    copy_rows(connection, "staged_worker", staged, kinds=_STAGED)
    people = connection.execute(text(_PEOPLE)).all()
    connection.execute(text(_TEAMS))
    connection.execute(text(_PLACES), {"tells_until": told["until"], "tells_hours": told["hours"]})
    over = connection.execute(text(_OVER)).rowcount
    connection.execute(text("ANALYZE staged_member"))
    connection.execute(text(_REPLACED))
    moved = set(connection.execute(text(_RETRACTED)).scalars())
    connection.execute(text(_PAST))
    moved |= set(connection.execute(text(_MEMBERSHIPS)).scalars())
    moved |= set(connection.execute(text(_RETURNED)).scalars())
    if told["until"]:
        moved |= set(connection.execute(text(_LEFT)).scalars())
        moved |= set(connection.execute(text(_ENDED)).scalars())
    connection.execute(text("DROP TABLE staged_worker, staged_member, replaced_member"))
    new = {worker_id for worker_id, is_new in people if is_new}
    changed = ({worker_id for worker_id, _ in people} | moved) - new
    if new or changed:
        announce(connection, "duty")
    return WrittenPeople(len(new), len(changed), over)
