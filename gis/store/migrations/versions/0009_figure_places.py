"""Coarser counts of incidents: of grids over all series, and of places by day."""

from pathlib import Path

from alembic import op

revision = "0009"
down_revision = "0010"
branch_labels = None
depends_on = None

REPLACED = ("figure_counts_sql", "follow_incidents", "recount_figures")
"""Functions of 0007 that are written anew."""


def upgrade() -> None:
    """Make the tables, let the triggers fill them too, and count what is there."""
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Drop the tables, and let the triggers do what they did."""
    for event in ("insert", "update", "delete"):
        op.execute(f"DROP TRIGGER figures_follow_{event} ON incident")
    for function in ("follow_incidents()", "recount_figures()", "figure_counts_sql(text)"):
        op.execute(f"DROP FUNCTION {function}")
    for function in ("figure_places_sql(text)", "figure_sums_sql(text, text)", "figure_add_sql(text, text, text)"):
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DROP TABLE figure_grid_total, figure_place, figure_place_day")
    before = Path(__file__).with_name("0007_figures.sql").read_text(encoding="utf-8")
    for paragraph in before.split("\n\n"):
        if any(f"CREATE FUNCTION {name}(" in paragraph for name in REPLACED):
            op.get_bind().exec_driver_sql(paragraph)
