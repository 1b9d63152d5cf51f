"""A case that waits for a message or a signal."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class Subscription(Base):
    """One token that waits for a message (with its correlation key) or a signal; found by index, by name."""

    __tablename__ = "subscription"
    __table_args__ = (
        Index("ix_subscription_kind_name_correlation_key", "kind", "name", "correlation_key"),
        Index("ix_subscription_instance_id_token_id", "instance_id", "token_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    correlation_key: Mapped[str] = mapped_column(String(200), default="")
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"))
    token_id: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
