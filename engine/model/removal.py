"""What remains of a case that the retention command removed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class Removal(Base):
    """The record of one removed case: which, of what process, when, under which policy, and where its history ended."""

    __tablename__ = "removal"

    instance_id: Mapped[UUID] = mapped_column(primary_key=True)
    business_key: Mapped[str] = mapped_column(String(60), index=True)
    process_key: Mapped[str] = mapped_column(String(120))
    process_version: Mapped[int]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    history_length: Mapped[int]
    history_head: Mapped[str] = mapped_column(String(64))
    policy: Mapped[str] = mapped_column(String(200))
    removed_at: Mapped[datetime]
    removed_by: Mapped[str] = mapped_column(String(80))
