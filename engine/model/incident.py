"""Something in a case that needs a person of operations."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.model.base import Base, stored_by_value
from engine.model.directory import Person
from engine.model.job import Job
from engine.model.process_instance import ProcessInstance


class Resolution(StrEnum):
    """How an incident came to its end."""

    WENT_ON = "went_on"
    RETRIED = "retried"
    RESOLVED = "resolved"


class Incident(Base):
    """One thing that went wrong at one element; never holds variables, they may be personal data.

    `attempt`, `error_class` and `error_message` come from the failed job, when a job it was. `note` is what the person
    who resolved it wrote.
    """

    __tablename__ = "incident"
    __table_args__ = (
        Index("ix_incident_instance_id_token_id", "instance_id", "token_id"),
        Index("ix_incident_resolved_at", "resolved_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_instance.id"))
    token_id: Mapped[str] = mapped_column(String(60), default="")
    element_id: Mapped[str] = mapped_column(String(120), default="")
    code: Mapped[str] = mapped_column(String(80))
    message_vi: Mapped[str] = mapped_column(Text)
    message_en: Mapped[str] = mapped_column(Text)
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey("job.id"))
    attempt: Mapped[int] = mapped_column(default=0)
    error_class: Mapped[str | None] = mapped_column(String(120))
    error_message: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolution: Mapped[Resolution | None] = mapped_column(stored_by_value(Resolution))
    resolved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str | None] = mapped_column(Text)

    instance: Mapped[ProcessInstance | None] = relationship()
    job: Mapped[Job | None] = relationship()
    resolved_by: Mapped[Person | None] = relationship()
