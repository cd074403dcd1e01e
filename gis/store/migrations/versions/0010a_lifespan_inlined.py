"""How long an incident lived costs no call a row any more; the classes are the same."""

from pathlib import Path

from alembic import op

revision = "0010a"
down_revision = "0009"
branch_labels = None
depends_on = None

_FORMER = """
CREATE OR REPLACE FUNCTION incident_lifespan(reported timestamptz, ended timestamptz) RETURNS integer
LANGUAGE sql IMMUTABLE
RETURN CASE {} ELSE 9 END
"""


def upgrade() -> None:
    """Write the function so that PostgreSQL can take it apart."""
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Write it as before; the index holds the same values."""
    classes = (f"WHEN ended < reported + interval '{4**number} hours' THEN {number}" for number in range(9))
    op.execute(_FORMER.format(" ".join(classes)))
