"""The processes that do jobs, as they last reported."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, stored_by_value


class WorkerKind(StrEnum):
    """What a process of the platform does about jobs."""

    EMBEDDED = "embedded"
    DISPATCHER = "dispatcher"
    WORKER = "worker"


class Worker(Base):
    """One process that runs or hands out jobs; `name` is host and process id, `seen_at` its last heartbeat."""

    __tablename__ = "worker"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    kind: Mapped[WorkerKind] = mapped_column(stored_by_value(WorkerKind))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    jobs_done: Mapped[int] = mapped_column(default=0)
