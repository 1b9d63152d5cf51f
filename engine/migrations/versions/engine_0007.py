"""The working calendar: hours, special days, approved years."""

revision = "engine_0007"
down_revision = "engine_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""


def downgrade() -> None:
    """Take back."""
