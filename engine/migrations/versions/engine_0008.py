"""Delegated tasks, side tasks for an opinion, copies, reminders."""

revision = "engine_0008"
down_revision = "engine_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""


def downgrade() -> None:
    """Take back."""
