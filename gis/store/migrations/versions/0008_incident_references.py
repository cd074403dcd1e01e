"""What an incident refers to is checked a statement at a time; see docs/decisions/0006."""

from pathlib import Path

from alembic import op

revision = "0008"
down_revision = "0005"
branch_labels = None
depends_on = None

REFERENCES = {
    "edition_id": "edition",
    "grid_id": "grid",
    "nearest_grid_id": "grid",
    "runner_up_grid_id": "grid",
    "charge_team_id": "team",
    "charge_worker_id": "worker",
}


def upgrade() -> None:
    """Replace the foreign keys of incidents by triggers that hold the same."""
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Bring the foreign keys back, which checks every row."""
    for table in dict.fromkeys(REFERENCES.values()):
        op.execute(f"DROP TRIGGER keep_what_incidents_name ON {table}")
    op.execute("DROP TRIGGER check_references_of_new ON incident")
    op.execute("DROP TRIGGER check_references_of_changed ON incident")
    op.execute("DROP FUNCTION check_incident_references, keep_what_incidents_name")
    for column, table in REFERENCES.items():
        op.execute(
            f"ALTER TABLE incident ADD CONSTRAINT fk_incident_{column} FOREIGN KEY ({column}) REFERENCES {table} (id)"
        )
