"""Drafts of the forms of open tasks."""

import sqlalchemy as sa
from alembic import op

revision = "engine_0016"
down_revision = "engine_0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; no task has a draft before somebody types."""
    op.add_column("user_task", sa.Column("has_drafts", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "task_draft",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_task_draft_person_id")),
        sa.ForeignKeyConstraint(["task_id"], ["user_task.id"], name=op.f("fk_task_draft_task_id")),
        sa.PrimaryKeyConstraint("task_id", "person_id", name=op.f("pk_task_draft")),
    )


def downgrade() -> None:
    """Take back; what was typed and not sent is lost."""
    op.drop_table("task_draft")
    op.drop_column("user_task", "has_drafts")
