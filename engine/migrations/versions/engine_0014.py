"""What leaders count: open tasks in one index with the version and unit of their case; cases by unit and by age."""

import sqlalchemy as sa
from alembic import op

revision = "engine_0014"
down_revision = "engine_0013"
branch_labels = None
depends_on = None

IS_OPEN, IS_SHOWN = sa.text("state = 'open'"), sa.text("purged_at IS NULL")
COUNTED = (
    "definition_id",
    "element_id",
    "instance_id",
    "unit_code",
    "assignee_id",
    "started_unit",
    "created_at",
    "due_at",
    "token_id",
)
FILL = """
    UPDATE user_task SET
        definition_id = (SELECT definition_id FROM process_instance WHERE id = user_task.instance_id),
        started_unit = (SELECT started_unit FROM process_instance WHERE id = user_task.instance_id)
    WHERE state = 'open'
"""


def upgrade() -> None:
    """Apply; a task that is over needs to know nothing of its case, and learns nothing."""
    op.add_column("user_task", sa.Column("definition_id", sa.Uuid(), nullable=True))
    op.add_column("user_task", sa.Column("started_unit", sa.String(length=60), nullable=False, server_default=""))
    op.execute(FILL)
    op.create_index("ix_user_task_open", "user_task", COUNTED, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)
    op.create_index("ix_process_instance_started_unit", "process_instance", ["started_unit"])
    op.create_index(
        "ix_process_instance_shown_started_at",
        "process_instance",
        ["started_at", "id"],
        sqlite_where=IS_SHOWN,
        postgresql_where=IS_SHOWN,
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_process_instance_shown_started_at", "process_instance")
    op.drop_index("ix_process_instance_started_unit", "process_instance")
    op.drop_index("ix_user_task_open", "user_task")
    op.drop_column("user_task", "started_unit")
    op.drop_column("user_task", "definition_id")
