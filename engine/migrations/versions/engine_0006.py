"""Directory files on their way in."""

import sqlalchemy as sa
from alembic import op

revision = "engine_0006"
down_revision = "engine_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "directory_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("sent_by_id", sa.Uuid(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.Column("applied_at", sa.DateTime(), nullable=True),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("ended", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["sent_by_id"], ["person.id"], name=op.f("fk_directory_file_sent_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_file")),
    )
    op.create_index(op.f("ix_directory_file_sent_by_id"), "directory_file", ["sent_by_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("directory_file")
