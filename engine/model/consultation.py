"""A question to somebody beside the flow of a case, and the answer."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.errors import Conflict, Forbidden
from engine.model.base import Base, stored_by_value
from engine.model.directory import Person
from engine.model.process_instance import ProcessInstance
from engine.model.user_task import UserTask


class ConsultationNotYours(Forbidden):
    """Somebody else was asked."""

    code = "consultation.not_yours"


class ConsultationAnswered(Conflict):
    """The question was answered before; `at` says when."""

    code = "consultation.answered"


class ConsultationClosed(Conflict):
    """The task went on without the answer; `at` says when."""

    code = "consultation.closed"


class ConsultationState(StrEnum):
    """Where a question is in its life; a closed one was never answered."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class Consultation(Base):
    """One question to one person about one task (xin ý kiến); it does not move the case and holds nothing up.

    `due_at` is the moment the answer is wanted by, apart from the task's own. `over_at` is when the answer came, or
    when the task was over without it.
    """

    __tablename__ = "consultation"
    __table_args__ = (
        Index("ix_consultation_person_id_state_due_at", "person_id", "state", "due_at"),
        Index("ix_consultation_instance_id", "instance_id"),
        Index("ix_consultation_task_id", "task_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"))
    task_id: Mapped[UUID] = mapped_column(ForeignKey("user_task.id"))
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    question: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    state: Mapped[ConsultationState] = mapped_column(stored_by_value(ConsultationState), default=ConsultationState.OPEN)
    answer: Mapped[str | None] = mapped_column(Text)
    over_at: Mapped[datetime | None]

    instance: Mapped[ProcessInstance] = relationship()
    task: Mapped[UserTask] = relationship()
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    def must_be_answerable_by(self, by: Person) -> None:
        """Refuse with `ConsultationNotYours`, `ConsultationAnswered` or `ConsultationClosed`."""
        if self.person_id != by.id:
            raise ConsultationNotYours(consultation_id=self.id)
        if self.state is ConsultationState.ANSWERED:
            raise ConsultationAnswered(at=self.over_at)
        if self.state is ConsultationState.CLOSED:
            raise ConsultationClosed(at=self.over_at)

    def give(self, answer: str, at: datetime) -> None:
        """Keep the answer."""
        self.state, self.answer, self.over_at = ConsultationState.ANSWERED, answer, at
