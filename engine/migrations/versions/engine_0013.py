"""The fields that a position is in charge of, and how office and units take what comes in."""

import sqlalchemy as sa
from alembic import op

revision = "engine_0013"
down_revision = "engine_0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; `position` only grows. Nobody is in charge of a field before somebody says so."""
    op.add_column("position", sa.Column("fields", sa.Text(), nullable=False, server_default="[]"))
    op.create_table(
        "receipt_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("shift", sa.String(length=20), nullable=False),
        sa.Column("received_until", sa.Time(), nullable=True),
        sa.Column("same_day_until", sa.Time(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_receipt_rule_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_rule")),
    )
    op.create_index("ix_receipt_rule_unit_id", "receipt_rule", ["unit_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("receipt_rule")
    op.drop_column("position", "fields")
