"""Calendars, leave, shifts, and what was known of a roster at any time."""

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and columns, and give the service its rights."""
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Drop calendars and leave, and forget what was known before it was corrected."""
    op.execute("DROP TABLE leave, calendar_day, office_hours")
    op.execute("ALTER TABLE worker DROP COLUMN left_at")
    op.execute("DROP INDEX uq_team_member_valid")
    op.execute("DELETE FROM team_member WHERE retracted_at IS NOT NULL")
    op.execute(
        "ALTER TABLE team_member DROP CONSTRAINT pk_team_member, DROP COLUMN id, DROP COLUMN hours, "
        "DROP COLUMN recorded_at, DROP COLUMN retracted_at, "
        "ADD CONSTRAINT pk_team_member PRIMARY KEY (team_id, worker_id, role, since)"
    )
    op.execute(
        "ALTER TABLE role DROP CONSTRAINT uq_role_rank, ADD CONSTRAINT uq_role_rank UNIQUE (rank), "
        "DROP CONSTRAINT ck_role_code_filled, DROP CONSTRAINT ck_role_name_zh_filled"
    )
