"""An entry of the register outlives its case: the book keeps the number when retention removes the case."""

import sqlalchemy as sa
from alembic import op

revision = "routing_0002"
down_revision = "routing_0001"
branch_labels = None
depends_on = None

TABLE = "routing_outgoing_document"
KEY = "fk_routing_outgoing_document_instance_id"


def upgrade() -> None:
    """Apply."""
    _point_at_the_case(ondelete="SET NULL")


def downgrade() -> None:
    """Take back; entries whose case is gone have no place in the older table."""
    op.execute(sa.text(f"DELETE FROM {TABLE} WHERE instance_id IS NULL"))
    _point_at_the_case(ondelete=None)


def _point_at_the_case(ondelete: str | None) -> None:
    with op.batch_alter_table(TABLE) as table:
        table.drop_constraint(op.f(KEY), type_="foreignkey")
        table.alter_column("instance_id", existing_type=sa.Uuid(), nullable=ondelete is not None)
        table.create_foreign_key(op.f(KEY), "process_instance", ["instance_id"], ["id"], ondelete=ondelete)
