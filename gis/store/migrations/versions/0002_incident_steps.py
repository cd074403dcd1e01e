"""The time of each step of an incident's life, its returns, and the office that handles it."""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COLUMNS = (
    "refused_at",
    "handed_on_at",
    "signed_at",
    "returned_at",
    "returns",
    "handled_at",
    "fed_back_at",
    "checked_at",
    "rated_at",
    "handling_unit",
)


def upgrade() -> None:
    """Add the columns; stored rows keep theirs unknown, without being written again."""
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Drop the columns and what they hold."""
    op.execute("ALTER TABLE incident DROP CONSTRAINT ck_incident_state_known")
    op.execute("ALTER TABLE incident " + ", ".join(f"DROP COLUMN {name}" for name in COLUMNS))
