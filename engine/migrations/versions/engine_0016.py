"""Kept free: task_drafts."""

revision = "engine_0016"
down_revision = "engine_0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""


def downgrade() -> None:
    """Take back."""
