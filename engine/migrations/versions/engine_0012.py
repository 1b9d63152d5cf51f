"""Kept free: escalations."""

revision = "engine_0012"
down_revision = "engine_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""


def downgrade() -> None:
    """Take back."""
