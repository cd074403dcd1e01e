"""Counts of incidents kept beside them, right in every transaction."""

from pathlib import Path

from alembic import op

revision = "0007"
down_revision = "0008"
branch_labels = None
depends_on = None

INDEXES = ("taken_at", "ended_at", "last_return_at", "lifespan", "ever_overdue")
FUNCTIONS = (
    "recount_figures()",
    "follow_incidents()",
    "figure_series_sql(text)",
    "figure_counts_sql(text)",
    "figure_steps_sql(text)",
    "figure_lives_sql(text)",
    "incident_lifespan(timestamptz, timestamptz)",
)


def upgrade() -> None:
    """Derive the moments that count, make the tables, and count what is there."""
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Drop tables, triggers and derived columns; the incidents stay."""
    for event in ("insert", "update", "delete"):
        op.execute(f"DROP TRIGGER figures_follow_{event} ON incident")
    for name in INDEXES:
        op.execute(f"DROP INDEX ix_incident_{name}")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DROP TABLE figure_city_day, figure_grid_month, figure_series")
    op.execute("ALTER TABLE incident DROP COLUMN taken_at, DROP COLUMN ended_at, DROP COLUMN last_return_at")
