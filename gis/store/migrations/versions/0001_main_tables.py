"""The tables of the first release."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "site, camera_grid, camera, incident, team_member, team, worker, role, "
    "grid_version, grid, area_shape, edition, area, city, change_count"
)


def upgrade() -> None:
    """Create the tables, the roles of a team, and the service's rights."""
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Drop every table, and all data with them."""
    op.execute(f"DROP TABLE {TABLES}")
