"""An empty incident table is filled first and gets its indexes then; see docs/decisions/0015."""

from pathlib import Path

from alembic import op

revision = "0010"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two functions that the service may call, which may not change tables by itself."""
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Drop them; the indexes are there."""
    op.execute("DROP FUNCTION set_incident_indexes_aside(), make_incident_indexes()")
    op.execute("DROP TABLE incident_index_aside")
