"""The register of outgoing documents."""

import sqlalchemy as sa
from alembic import op

revision = 'routing_0001'
down_revision = None
branch_labels = ('routing',)
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('routing_outgoing_document',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('series', sa.String(length=40), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('notation', sa.String(length=80), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('document_type', sa.String(length=20), nullable=False),
    sa.Column('abstract', sa.String(length=500), nullable=False),
    sa.Column('signer', sa.String(length=120), nullable=False),
    sa.Column('recipients', sa.Text(), nullable=False),
    sa.Column('instance_id', sa.Uuid(), nullable=False),
    sa.Column('registered_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name=op.f('fk_routing_outgoing_document_instance_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_routing_outgoing_document')),
    sa.UniqueConstraint('instance_id', name=op.f('uq_routing_outgoing_document_instance_id')),
    sa.UniqueConstraint('series', 'year', 'number', name=op.f('uq_routing_outgoing_document_series_year_number'))
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table('routing_outgoing_document')
