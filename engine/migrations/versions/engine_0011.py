"""Notices: who was told of what, and how people want to be told outside the site."""

import sqlalchemy as sa
from alembic import op

revision = "engine_0011"
down_revision = "engine_0010"
branch_labels = None
depends_on = None

UNREAD, OUTGOING = sa.text("read_at IS NULL"), sa.text("outgoing_at IS NOT NULL")


def upgrade() -> None:
    """Apply; nobody is told of what happened before."""
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("occasion", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=True),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.Column("outgoing_at", sa.DateTime(), nullable=True),
        sa.Column("mailed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_notice_actor_id")),
        sa.ForeignKeyConstraint(["instance_id"], ["process_instance.id"], name=op.f("fk_notice_instance_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("person_id", "occasion", name=op.f("uq_notice_person_id_occasion")),
    )
    op.create_index("ix_notice_person_id_at", "notice", ["person_id", "at"])
    op.create_index(
        "ix_notice_unread_person_id_read_at",
        "notice",
        ["person_id", "read_at"],
        sqlite_where=UNREAD,
        postgresql_where=UNREAD,
    )
    op.create_index(
        "ix_notice_outgoing_at", "notice", ["outgoing_at"], sqlite_where=OUTGOING, postgresql_where=OUTGOING
    )
    op.create_index("ix_notice_instance_id", "notice", ["instance_id"])
    op.create_table(
        "notice_preference",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("muted", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=20), nullable=False),
        sa.Column("digest_at", sa.Time(), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        sa.Column("only_working_days", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_preference_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notice_preference")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("notice_preference")
    op.drop_table("notice")
