"""Gates of sites, the ground of fenced ones, and key areas with their grids."""

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and the service's rights."""
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Drop gates, key areas and the ground of sites; the sites stay."""
    op.execute("DROP TABLE key_area_grid, key_area, gate")
    op.execute("ALTER TABLE site DROP COLUMN shape")
