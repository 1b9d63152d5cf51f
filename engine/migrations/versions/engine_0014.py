"""Kept free: board_counts."""

revision = "engine_0014"
down_revision = "engine_0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""


def downgrade() -> None:
    """Take back."""
