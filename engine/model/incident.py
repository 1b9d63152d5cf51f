"""Something in a case that needs a person of operations."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class Incident(Base):
    """One thing that went wrong at one element; never holds variables, they may be personal data."""

    __tablename__ = "incident"
    __table_args__ = (
        Index("ix_incident_instance_id_token_id", "instance_id", "token_id"),
        Index("ix_incident_resolved_at", "resolved_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"))
    token_id: Mapped[str] = mapped_column(String(60))
    element_id: Mapped[str] = mapped_column(String(120))
    code: Mapped[str] = mapped_column(String(80))
    message_vi: Mapped[str] = mapped_column(Text)
    message_en: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
