"""Due and late."""

revision = "engine_0010"
down_revision = "engine_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""


def downgrade() -> None:
    """Take back."""
