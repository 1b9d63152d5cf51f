"""The days on which people are away; what a pack says of assignments that do not work out."""

import sqlalchemy as sa
from alembic import op

revision = "engine_0015"
down_revision = "engine_0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; nobody is away before somebody says so, and no pack has said anything."""
    op.add_column("deployment", sa.Column("approver_rules", sa.Text(), nullable=False, server_default="{}"))
    op.create_table(
        "leave",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("set_by_id", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_leave_ended_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_leave_person_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["person.id"], name=op.f("fk_leave_set_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leave")),
    )
    for name in ("person_id", "valid_to"):
        op.create_index(op.f(f"ix_leave_{name}"), "leave", [name])


def downgrade() -> None:
    """Take back."""
    op.drop_table("leave")
    op.drop_column("deployment", "approver_rules")
