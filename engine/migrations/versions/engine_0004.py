"""Jobs in many hands, suspended and purged cases, messages that wait, migrations of cases, removals."""

import sqlalchemy as sa
from alembic import op

revision = "engine_0004"
down_revision = "engine_0003"
branch_labels = None
depends_on = None

IS_START = sa.text("kind = 'start'")


def upgrade() -> None:
    """Apply. SQLite rebuilds `job` and `incident`, which nothing refers to yet; `process_instance` only grows."""
    with op.batch_alter_table("job") as job:
        job.add_column(sa.Column("priority", sa.SmallInteger(), nullable=False, server_default="1"))
        job.add_column(sa.Column("lease_token", sa.Uuid(), nullable=True))
        job.add_column(sa.Column("worker", sa.String(length=120), nullable=True))
        job.add_column(sa.Column("done", sa.Integer(), nullable=False, server_default="0"))
        job.add_column(sa.Column("total", sa.Integer(), nullable=True))
        job.add_column(sa.Column("asked_by_id", sa.Uuid(), nullable=True))
        job.alter_column("instance_id", existing_type=sa.Uuid(), nullable=True)
        job.create_foreign_key(op.f("fk_job_asked_by_id"), "person", ["asked_by_id"], ["id"])
    op.drop_index("ix_job_state_due_at", "job")
    op.create_index("ix_job_state_priority_due_at", "job", ["state", "priority", "due_at"])
    op.create_index("ix_job_start_job_type", "job", ["job_type"], sqlite_where=IS_START, postgresql_where=IS_START)
    with op.batch_alter_table("incident") as incident:
        incident.add_column(sa.Column("job_id", sa.Uuid(), nullable=True))
        incident.add_column(sa.Column("attempt", sa.Integer(), nullable=False, server_default="0"))
        incident.add_column(sa.Column("error_class", sa.String(length=120), nullable=True))
        incident.add_column(sa.Column("error_message", sa.Text(), nullable=True))
        incident.add_column(sa.Column("resolution", sa.String(length=20), nullable=True))
        incident.add_column(sa.Column("resolved_by_id", sa.Uuid(), nullable=True))
        incident.add_column(sa.Column("note", sa.Text(), nullable=True))
        incident.alter_column("instance_id", existing_type=sa.Uuid(), nullable=True)
        incident.create_foreign_key(op.f("fk_incident_job_id"), "job", ["job_id"], ["id"])
        incident.create_foreign_key(op.f("fk_incident_resolved_by_id"), "person", ["resolved_by_id"], ["id"])
    _grow_process_instance()
    _new_tables()


def _grow_process_instance() -> None:
    for name, table in (("root_id", "process_instance"), ("purged_by_id", "person")):
        column = sa.Column(name, sa.Uuid(), sa.ForeignKey(f"{table}.id"), nullable=True)
        op.add_column("process_instance", column, inline_references=True)
    op.add_column("process_instance", sa.Column("depth", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("process_instance", sa.Column("purged_at", sa.DateTime(), nullable=True))
    op.execute(
        """
        WITH RECURSIVE family (id, root_id, depth) AS (
            SELECT id, id, 0 FROM process_instance WHERE parent_id IS NULL
            UNION ALL
            SELECT called.id, family.root_id, family.depth + 1
            FROM process_instance AS called JOIN family ON called.parent_id = family.id
        )
        UPDATE process_instance SET root_id = family.root_id, depth = family.depth
        FROM family WHERE family.id = process_instance.id AND family.depth > 0
        """
    )


def _new_tables() -> None:
    op.create_table(
        "buffered_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("correlation_key", sa.String(length=200), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buffered_message")),
    )
    op.create_index("ix_buffered_message_expires_at", "buffered_message", ["expires_at"])
    op.create_index("ix_buffered_message_name_correlation_key", "buffered_message", ["name", "correlation_key"])
    op.create_index(
        "uq_buffered_message_message_id", "buffered_message", ["name", "correlation_key", "message_id"], unique=True
    )
    op.create_table(
        "removal",
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("business_key", sa.String(length=60), nullable=False),
        sa.Column("process_key", sa.String(length=120), nullable=False),
        sa.Column("process_version", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("history_length", sa.Integer(), nullable=False),
        sa.Column("history_head", sa.String(length=64), nullable=False),
        sa.Column("policy", sa.String(length=200), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=False),
        sa.Column("removed_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("instance_id", name=op.f("pk_removal")),
    )
    op.create_index("ix_removal_business_key", "removal", ["business_key"])
    op.create_table(
        "worker",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("jobs_done", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker")),
    )
    op.create_table(
        "case_migration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("elements", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_case_migration_asked_by_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_case_migration_job_id")),
        sa.ForeignKeyConstraint(["source_id"], ["process_definition.id"], name=op.f("fk_case_migration_source_id")),
        sa.ForeignKeyConstraint(["target_id"], ["process_definition.id"], name=op.f("fk_case_migration_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_migration")),
    )
    op.create_index("ix_case_migration_source_id", "case_migration", ["source_id"])
    op.create_index("ix_case_migration_target_id", "case_migration", ["target_id"])
    op.create_table(
        "migrated_case",
        sa.Column("migration_id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["process_instance.id"], name=op.f("fk_migrated_case_instance_id")),
        sa.ForeignKeyConstraint(["migration_id"], ["case_migration.id"], name=op.f("fk_migrated_case_migration_id")),
        sa.PrimaryKeyConstraint("migration_id", "instance_id", name=op.f("pk_migrated_case")),
    )
    op.create_index("ix_migrated_case_migration_id_outcome", "migrated_case", ["migration_id", "outcome"])


def downgrade() -> None:
    """Take back; jobs and incidents that belong to no case go, they have no place in the older tables."""
    for table in ("migrated_case", "case_migration", "worker", "removal", "buffered_message"):
        op.drop_table(table)
    for name in ("root_id", "purged_by_id"):
        op.drop_column("process_instance", name)
    op.drop_column("process_instance", "depth")
    op.drop_column("process_instance", "purged_at")
    op.execute("DELETE FROM incident WHERE instance_id IS NULL")
    with op.batch_alter_table("incident") as incident:
        incident.drop_constraint(op.f("fk_incident_job_id"), type_="foreignkey")
        incident.drop_constraint(op.f("fk_incident_resolved_by_id"), type_="foreignkey")
        incident.alter_column("instance_id", existing_type=sa.Uuid(), nullable=False)
        for name in ("note", "resolved_by_id", "resolution", "error_message", "error_class", "attempt", "job_id"):
            incident.drop_column(name)
    op.execute("DELETE FROM job WHERE instance_id IS NULL")
    op.drop_index("ix_job_start_job_type", "job")
    op.drop_index("ix_job_state_priority_due_at", "job")
    with op.batch_alter_table("job") as job:
        job.drop_constraint(op.f("fk_job_asked_by_id"), type_="foreignkey")
        job.alter_column("instance_id", existing_type=sa.Uuid(), nullable=False)
        for name in ("asked_by_id", "total", "done", "worker", "lease_token", "priority"):
            job.drop_column(name)
    op.create_index("ix_job_state_due_at", "job", ["state", "due_at"])

