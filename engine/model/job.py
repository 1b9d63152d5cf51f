"""Work that the platform owes: a service task's handler, a timer, a message to deliver."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.model.base import Base, stored_by_value
from engine.model.process_instance import ProcessInstance


class JobKind(StrEnum):
    """What a job does when it is due."""

    SERVICE = "service"
    TIMER = "timer"
    MESSAGE = "message"
    SIGNAL = "signal"


class JobState(StrEnum):
    """Where a job is in its life."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Base):
    """One job, written in the transaction that wants it and done in a transaction of its own.

    `due_at` is when it may run; `lease_until` keeps a second runner away from a job in hand; `job_type` names the
    handler of a service task, the message or the signal.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_state_due_at", "state", "due_at"),
        Index("ix_job_instance_id_token_id", "instance_id", "token_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[JobKind] = mapped_column(stored_by_value(JobKind))
    job_type: Mapped[str] = mapped_column(String(120), default="")
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"))
    token_id: Mapped[str] = mapped_column(String(60))
    element_id: Mapped[str] = mapped_column(String(120))
    state: Mapped[JobState] = mapped_column(stored_by_value(JobState), default=JobState.WAITING)
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)

    instance: Mapped[ProcessInstance] = relationship()
