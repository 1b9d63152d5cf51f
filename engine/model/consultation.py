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


class NotTheAsker(Forbidden):
    """Only who asked, `by`, takes the question back or asks it again."""

    code = "consultation.not_the_asker"


class ConsultationAnswered(Conflict):
    """The question was answered before; `at` says when."""

    code = "consultation.answered"


class ConsultationClosed(Conflict):
    """Nobody waits for the answer any more, the task has perhaps gone on; `at` says since when."""

    code = "consultation.closed"


class ConsultationWithdrawn(Conflict):
    """Who asked, `by`, has taken the question back; `at` says when."""

    code = "consultation.withdrawn"


class ConsultationState(StrEnum):
    """Where a question is in its life; a closed one and one taken back were never answered."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Consultation(Base):
    """One question to one person about one task (xin ý kiến); it does not move the case and holds nothing up.

    `due_at` is the moment the answer is wanted by, apart from the task's own. `over_at` is when the answer came, or
    when it was no longer waited for: the task was over, or who had asked closed the round or took the question back.
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

    def must_be_open(self) -> None:
        """Refuse with `ConsultationAnswered`, `ConsultationClosed` or `ConsultationWithdrawn`."""
        match self.state:
            case ConsultationState.ANSWERED:
                raise ConsultationAnswered(at=self.over_at)
            case ConsultationState.CLOSED:
                raise ConsultationClosed(at=self.over_at)
            case ConsultationState.WITHDRAWN:
                raise ConsultationWithdrawn(by=self.asked_by.full_name, at=self.over_at)
            case ConsultationState.OPEN:
                pass

    def must_be_answerable_by(self, by: Person) -> None:
        """Refuse as `must_be_open` does, and with `ConsultationNotYours`."""
        if self.person_id != by.id:
            raise ConsultationNotYours(consultation_id=self.id)
        self.must_be_open()

    def give(self, answer: str, at: datetime) -> None:
        """Keep the answer."""
        self.answer = answer
        self.end(ConsultationState.ANSWERED, at)

    def end(self, state: ConsultationState, at: datetime) -> None:
        """Let the question be over."""
        self.state, self.over_at = state, at

    def ask_again(self, at: datetime) -> None:
        """Let a question that nobody answered wait for its answer again; a moment that has passed is dropped."""
        self.state, self.over_at = ConsultationState.OPEN, None
        if self.due_at is not None and self.due_at <= at:
            self.due_at = None
