"""One flow node in a run: entered, left, by whom, with which outcome."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.model.base import Base, Line, stored_by_value
from engine.model.directory import Person


class ActivityState(StrEnum):
    """How an activity stands."""

    LIVE = "live"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Activity(Base):
    """One pass of one token through one flow node of the diagram."""

    __tablename__ = "activity"
    __table_args__ = (Index("ix_activity_instance_id_token_id", "instance_id", "token_id"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"))
    token_id: Mapped[str] = mapped_column(String(60))
    element_id: Mapped[str] = mapped_column(String(120))
    element_kind: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(Line(200))
    step: Mapped[str] = mapped_column(Line(200), default="")
    state: Mapped[ActivityState] = mapped_column(stored_by_value(ActivityState))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    unit_code: Mapped[str] = mapped_column(String(60), default="")
    outcome: Mapped[str | None] = mapped_column(String(60))
    reason: Mapped[str | None] = mapped_column(Text)

    person: Mapped[Person | None] = relationship()
