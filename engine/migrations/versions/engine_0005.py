"""Substitutes, signing capacity, successors of units."""

import sqlalchemy as sa
from alembic import op

revision = "engine_0005"
down_revision = "engine_0004"
branch_labels = None
depends_on = None

GROWN = (
    ("unit", "successor_id", "unit"),
    ("user_task", "on_behalf_of_id", "person"),
    ("activity", "on_behalf_of_id", "person"),
)


def upgrade() -> None:
    """Apply; the tables that are there already only grow."""
    for table, name, referred in GROWN:
        column = sa.Column(name, sa.Uuid(), sa.ForeignKey(f"{referred}.id"), nullable=True)
        op.add_column(table, column, inline_references=True)
    _substitution()
    _signing_authority()


def _substitution() -> None:
    op.create_table(
        "substitution",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("substitute_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("process_key", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("set_by_id", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_substitution_ended_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_substitution_person_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["person.id"], name=op.f("fk_substitution_set_by_id")),
        sa.ForeignKeyConstraint(["substitute_id"], ["person.id"], name=op.f("fk_substitution_substitute_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_substitution_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitution")),
    )
    for name in ("person_id", "substitute_id", "valid_to"):
        op.create_index(op.f(f"ix_substitution_{name}"), "substitution", [name])


def _signing_authority() -> None:
    op.create_table(
        "signing_authority",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("grantor_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("grantee_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("process_keys", sa.Text(), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("granted_by_id", sa.Uuid(), nullable=False),
        sa.Column("granted_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["granted_by_id"], ["person.id"], name=op.f("fk_signing_authority_granted_by_id")),
        sa.ForeignKeyConstraint(["grantee_id"], ["person.id"], name=op.f("fk_signing_authority_grantee_id")),
        sa.ForeignKeyConstraint(["grantor_id"], ["person.id"], name=op.f("fk_signing_authority_grantor_id")),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["person.id"], name=op.f("fk_signing_authority_revoked_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_signing_authority_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_authority")),
    )
    op.create_index(op.f("ix_signing_authority_grantee_id"), "signing_authority", ["grantee_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("signing_authority")
    op.drop_table("substitution")
    for table, name, _referred in reversed(GROWN):
        op.drop_column(table, name)
