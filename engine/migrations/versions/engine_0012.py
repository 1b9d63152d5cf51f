"""From when the time until a task is due is counted: what a pause of its case moves together with the due moment."""

import sqlalchemy as sa
from alembic import op

revision = "engine_0012"
down_revision = "engine_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; a task that never paused counts from when it was opened."""
    op.add_column("user_task", sa.Column("due_from", sa.DateTime(), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("user_task", "due_from")
