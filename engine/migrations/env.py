"""Alembic's entry: runs the revisions on the connection it was given."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from engine.model import Base
from engine.model.base import JsonText, Line, UtcDateTime


def plain_type(kind: str, thing: object, _autogenerating: AutogenContext) -> str | Literal[False]:
    """Write our column types as the plain ones beneath, so that old revisions do not lean on today's classes."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime()"
    if kind == "type" and isinstance(thing, JsonText):
        return "sa.Text()"
    if kind == "type" and isinstance(thing, Line):
        return f"sa.String(length={thing.most})"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=plain_type,
)
with context.begin_transaction():
    context.run_migrations()
