"""Work that the platform owes: a service task's handler, a timer, a message to deliver, a batch of its own."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Dialect, ForeignKey, Index, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from engine.model.base import Base, stored_by_value
from engine.model.directory import Person
from engine.model.process_instance import ProcessInstance


class JobKind(StrEnum):
    """What a job does when it is due.

    START opens a case of a process whose timer start event has come; WORK and DELIVERY belong to no case: a batch or an
    export, and notices that go to one person by a channel outside the site.
    ESCALATION tells people how long an open task has to go, or that it is late, again and again (`engine.escalations`).
    """

    SERVICE = "service"
    TIMER = "timer"
    ESCALATION = "escalation"
    MESSAGE = "message"
    SIGNAL = "signal"
    START = "start"
    WORK = "work"
    DELIVERY = "delivery"


class JobState(StrEnum):
    """Where a job is in its life; HELD waits until its case is resumed."""

    WAITING = "waiting"
    HELD = "held"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobPriority(IntEnum):
    """What goes first among the jobs that are due; the smaller number does."""

    PROMPT = 0
    NORMAL = 1
    BULK = 2


class _Priority(TypeDecorator[JobPriority]):
    """Stores a priority as its number."""

    impl = SmallInteger
    cache_ok = True

    def process_result_value(self, value: int | None, dialect: Dialect) -> JobPriority | None:  # noqa: ARG002
        """Read the number back."""
        return None if value is None else JobPriority(value)


_IS_START = text("kind = 'start'")


class Job(Base):
    """One job, written in the transaction that wants it and done in a transaction of its own.

    `due_at` is when it may run. `lease_token` says whose hands it is in and `lease_until` how long the others keep
    away; a result that comes with another token is dropped. `job_type` names the handler of a service task or of a
    work, the message, the signal, or the process that is to start. `done` of `total` is the progress of a long work.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_state_priority_due_at", "state", "priority", "due_at"),
        Index("ix_job_start_job_type", "job_type", sqlite_where=_IS_START, postgresql_where=_IS_START),
        Index("ix_job_instance_id_token_id", "instance_id", "token_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[JobKind] = mapped_column(stored_by_value(JobKind))
    job_type: Mapped[str] = mapped_column(String(120), default="")
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_instance.id"))
    token_id: Mapped[str] = mapped_column(String(60), default="")
    element_id: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[JobState] = mapped_column(stored_by_value(JobState), default=JobState.WAITING)
    priority: Mapped[JobPriority] = mapped_column(_Priority, default=JobPriority.NORMAL)
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    lease_token: Mapped[UUID | None]
    worker: Mapped[str | None] = mapped_column(String(120))
    attempts: Mapped[int] = mapped_column(default=0)
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    asked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))

    instance: Mapped[ProcessInstance | None] = relationship()
    asked_by: Mapped[Person | None] = relationship()
