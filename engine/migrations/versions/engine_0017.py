"""Files on their way up in pieces."""

import sqlalchemy as sa
from alembic import op

revision = "engine_0017"
down_revision = "engine_0016"
branch_labels = None
depends_on = None

TOLD_BY = ("person_id", "task_id", "instance_id", "touched_at")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "paper_upload",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("modified", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("touched_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_paper_upload_person_id")),
        sa.ForeignKeyConstraint(["task_id"], ["user_task.id"], name=op.f("fk_paper_upload_task_id")),
        sa.ForeignKeyConstraint(["instance_id"], ["process_instance.id"], name=op.f("fk_paper_upload_instance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_upload")),
    )
    for name in TOLD_BY:
        op.create_index(op.f(f"ix_paper_upload_{name}"), "paper_upload", [name])


def downgrade() -> None:
    """Take back; what was half up is sent again, its pieces are cleared away as stray files."""
    op.drop_table("paper_upload")
