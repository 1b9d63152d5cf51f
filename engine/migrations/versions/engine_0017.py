"""Kept free: uploads."""

revision = "engine_0017"
down_revision = "engine_0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""


def downgrade() -> None:
    """Take back."""
