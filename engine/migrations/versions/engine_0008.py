"""Delegated tasks, side tasks for an opinion, copies, reminders."""

import sqlalchemy as sa
from alembic import op

revision = "engine_0008"
down_revision = "engine_0007"
branch_labels = None
depends_on = None

IS_DELEGATED, IS_GIVEN = sa.text("owner_id IS NOT NULL"), sa.text("claimed_at IS NOT NULL")


def upgrade() -> None:
    """Apply; `user_task` only grows."""
    owner = sa.Column("owner_id", sa.Uuid(), sa.ForeignKey("person.id"), nullable=True)
    op.add_column("user_task", owner, inline_references=True)
    op.add_column("user_task", sa.Column("open_questions", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(
        "ix_user_task_owner_id",
        "user_task",
        ["owner_id"],
        sqlite_where=IS_DELEGATED,
        postgresql_where=IS_DELEGATED,
    )
    op.create_index(
        "ix_user_task_assignee_id_claimed_at",
        "user_task",
        ["assignee_id", "claimed_at"],
        sqlite_where=IS_GIVEN,
        postgresql_where=IS_GIVEN,
    )
    _consultations()
    _copies()
    _reminders()


def _consultations() -> None:
    op.create_table(
        "consultation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("over_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_consultation_asked_by_id")),
        sa.ForeignKeyConstraint(["instance_id"], ["process_instance.id"], name=op.f("fk_consultation_instance_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_consultation_person_id")),
        sa.ForeignKeyConstraint(["task_id"], ["user_task.id"], name=op.f("fk_consultation_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
    )
    op.create_index("ix_consultation_person_id_state_due_at", "consultation", ["person_id", "state", "due_at"])
    op.create_index("ix_consultation_instance_id", "consultation", ["instance_id"])
    op.create_index("ix_consultation_task_id", "consultation", ["task_id"])


def _copies() -> None:
    op.create_table(
        "case_copy",
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sent_by_id", sa.Uuid(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["process_instance.id"], name=op.f("fk_case_copy_instance_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_copy_person_id")),
        sa.ForeignKeyConstraint(["sent_by_id"], ["person.id"], name=op.f("fk_case_copy_sent_by_id")),
        sa.PrimaryKeyConstraint("instance_id", "person_id", name=op.f("pk_case_copy")),
    )
    op.create_index("ix_case_copy_person_id_sent_at", "case_copy", ["person_id", "sent_at"])


def _reminders() -> None:
    op.create_table(
        "reminder",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reminder_person_id")),
        sa.ForeignKeyConstraint(["task_id"], ["user_task.id"], name=op.f("fk_reminder_task_id")),
        sa.PrimaryKeyConstraint("task_id", "person_id", name=op.f("pk_reminder")),
    )


def downgrade() -> None:
    """Take back."""
    for table in ("reminder", "case_copy", "consultation"):
        op.drop_table(table)
    op.drop_index("ix_user_task_assignee_id_claimed_at", "user_task")
    op.drop_index("ix_user_task_owner_id", "user_task")
    op.drop_column("user_task", "open_questions")
    op.drop_column("user_task", "owner_id")
