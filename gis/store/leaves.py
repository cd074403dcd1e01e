"""Write who is on leave and who stands in; what a later file corrects is retracted and stays readable."""

import pandas as pd
from sqlalchemy import Connection, select, text

from gis.store import tables as t
from gis.store.copying import copy_rows
from gis.store.database import announce
from gis.store.points import Written

_STAGE = """
CREATE TEMPORARY TABLE staged_leave
    (worker_id bigint, since timestamptz, until timestamptz, stand_in_id bigint) ON COMMIT DROP
"""

_REPLACED = """
UPDATE leave SET retracted_at = now() FROM staged_leave staged
WHERE (leave.worker_id, leave.since) = (staged.worker_id, staged.since) AND leave.retracted_at IS NULL
    AND (leave.until, leave.stand_in_id) IS DISTINCT FROM (staged.until, staged.stand_in_id)
"""

_WRITTEN = """
INSERT INTO leave (worker_id, since, until, stand_in_id)
SELECT worker_id, since, until, stand_in_id FROM staged_leave staged
WHERE NOT EXISTS (
    SELECT FROM leave present
    WHERE (present.worker_id, present.since) = (staged.worker_id, staged.since) AND present.retracted_at IS NULL)
"""


def worker_ids(connection: Connection) -> dict[str, int]:
    """Return the id of everybody on the roster, by the roster's own number."""
    return {row.worker_ref: row.id for row in connection.execute(select(t.worker.c.worker_ref, t.worker.c.id))}


def write_leave(connection: Connection, rows: pd.DataFrame) -> Written:
    """Add times of leave, or change the end and the stand-in of those that are known.

    Parameters
    ----------
    rows
        ``worker_id``, ``since``, ``until``, ``stand_in_id`` (missing: nobody); a person and ``since`` once.
    """
    connection.execute(text(_STAGE))
    copy_rows(
        connection,
        "staged_leave",
        rows,
        kinds={"worker_id": "bigint", "since": "time", "until": "time", "stand_in_id": "bigint"},
    )
    changed = connection.execute(text(_REPLACED)).rowcount
    inserted = connection.execute(text(_WRITTEN)).rowcount
    connection.execute(text("DROP TABLE staged_leave"))
    if inserted:
        announce(connection, "duty")
    return Written(inserted - changed, changed, len(rows) - inserted)
