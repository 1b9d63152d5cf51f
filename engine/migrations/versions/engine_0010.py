"""What stands without a task, for the board: only what is under way, however many cases have finished."""

import sqlalchemy as sa
from alembic import op

revision = "engine_0010"
down_revision = "engine_0009"
branch_labels = None
depends_on = None

STANDS = sa.text(
    "state = 'failed' OR (state = 'live' AND element_kind NOT IN ('userTask', 'multiInstanceBody', 'subProcess', "
    "'transaction', 'adHocSubProcess', 'parallelGateway', 'inclusiveGateway', 'complexGateway'))"
)


def upgrade() -> None:
    """Apply."""
    op.create_index(
        "ix_activity_standing_instance_id", "activity", ["instance_id"], sqlite_where=STANDS, postgresql_where=STANDS
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_activity_standing_instance_id", "activity")
