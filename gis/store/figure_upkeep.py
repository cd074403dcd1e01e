"""The pre-aggregated counts held against the incidents, and made anew.

Triggers on `incident` keep them right in every transaction (migrations 0007 and 0009), so neither is needed in the
ordinary course: the first is a check anybody may run, the second follows a change of the city's time zone.
"""

from sqlalchemy import Connection, text

from gis.store.tables.figures import STEPS

_SOURCE = "(SELECT 1 AS sign, incident.* FROM incident)"
_SUMS = ", ".join(f"sum({name})::int AS {name}" for name in STEPS)
_NONE = ", ".join("0" for _ in STEPS)
_MONTH = "date_trunc('month', day)::date AS month"
_GRAINS = (
    ("figure_city_day", "day, series_id", "day, series_id"),
    ("figure_grid_month", "grid_id, month, series_id", f"grid_id, {_MONTH}, series_id"),
    ("figure_grid_total", "grid_id, month", f"grid_id, {_MONTH}"),
    ("figure_place_day", "place_id, day", "place_id, day"),
)


def recount_figures(connection: Connection) -> None:
    """Make all counts anew from the incidents; about 10 CPU seconds for half a million."""
    connection.execute(text("SELECT recount_figures()"))


def figures_differ(connection: Connection) -> int:
    """Return how many kept counts are not those of the incidents, rows missing or too many included."""
    steps = connection.scalar(text("SELECT figure_steps_sql('lived')"))
    lives = connection.scalar(text("SELECT figure_lives_sql(:source)"), {"source": _SOURCE})
    found = 0
    for table, key, grain in _GRAINS:
        found += (
            connection.scalar(
                text(
                    f"WITH lived AS MATERIALIZED ({lives}), "
                    f"anew AS (SELECT {grain}, {_SUMS} FROM ({steps}) step JOIN figure_place USING (grid_id) "
                    f"GROUP BY {key}), "
                    f"kept AS (SELECT {key}, {', '.join(STEPS)} FROM {table} "
                    f"WHERE ({', '.join(STEPS)}) IS DISTINCT FROM ({_NONE})) "
                    "SELECT count(*) FROM ((SELECT * FROM anew EXCEPT SELECT * FROM kept) "
                    "UNION ALL (SELECT * FROM kept EXCEPT SELECT * FROM anew)) different"
                )
            )
            or 0
        )
    return found
