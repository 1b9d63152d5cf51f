"""In which scope a step was passed, and as which of a list: what sending back and withdrawing go by."""

import sqlalchemy as sa
from alembic import op

revision = "engine_0009"
down_revision = "engine_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; `activity` only grows. What was passed before counts as passed in the process itself."""
    op.add_column("activity", sa.Column("parent_token_id", sa.String(length=60), nullable=True))
    op.add_column("activity", sa.Column("loop_counter", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("activity", "loop_counter")
    op.drop_column("activity", "parent_token_id")
