"""Drafts; the order of a pack's deployments, and whose hand they and their files are of."""

import sqlalchemy as sa
from alembic import op

revision = "engine_0003"
down_revision = "engine_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; what is there already came with the installed packs."""
    op.create_table(
        "draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pack_key", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("base_id", sa.Uuid(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_draft_author_id")),
        sa.ForeignKeyConstraint(["base_id"], ["deployment.id"], name=op.f("fk_draft_base_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("pack_key", "name", name=op.f("uq_draft_pack_key_name")),
    )
    op.add_column("deployment", sa.Column("number", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("deployment", sa.Column("shipped_checksum", sa.String(length=64), nullable=True))
    op.add_column("resource", sa.Column("origin", sa.String(length=20), nullable=False, server_default="installed"))
    op.execute(
        """
        UPDATE deployment SET shipped_checksum = checksum, number = (
            SELECT count(*) FROM deployment AS other
            WHERE other.pack_key = deployment.pack_key AND (
                other.deployed_at < deployment.deployed_at
                OR (other.deployed_at = deployment.deployed_at AND other.id <= deployment.id)
            )
        )
        """
    )
    op.create_index(op.f("ix_deployment_pack_key_number"), "deployment", ["pack_key", "number"], unique=True)


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f("ix_deployment_pack_key_number"), table_name="deployment")
    op.drop_column("resource", "origin")
    op.drop_column("deployment", "shipped_checksum")
    op.drop_column("deployment", "number")
    op.drop_table("draft")
