"""A published message that nobody waits for yet."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class BufferedMessage(Base):
    """One message kept for whoever comes to wait for it, until `expires_at`; delivered once, then the row goes.

    `message_id` is the publisher's: a second message with the same name, key and id is the same message. So of one that
    bears an id the row stays, empty, when it is delivered (`delivered_at`).
    """

    __tablename__ = "buffered_message"
    __table_args__ = (
        Index("ix_buffered_message_name_correlation_key", "name", "correlation_key"),
        Index("uq_buffered_message_message_id", "name", "correlation_key", "message_id", unique=True),
        Index("ix_buffered_message_expires_at", "expires_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(String(200))
    correlation_key: Mapped[str] = mapped_column(String(200), default="")
    message_id: Mapped[str | None] = mapped_column(String(200))
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    published_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
