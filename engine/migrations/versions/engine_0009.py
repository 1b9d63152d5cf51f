"""Steps that were sent back or withdrawn, changed chains."""

revision = "engine_0009"
down_revision = "engine_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""


def downgrade() -> None:
    """Take back."""
