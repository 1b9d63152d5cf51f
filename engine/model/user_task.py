"""A piece of work that waits for a person, and the groups it is offered to."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.errors import Conflict, Forbidden
from engine.model.base import Base, Line, stored_by_value
from engine.model.directory import Person
from engine.model.process_instance import ProcessInstance


class TaskAlreadyClaimed(Conflict):
    """Another person holds the task."""

    code = "task.already_claimed"


class TaskCompleted(Conflict):
    """The task was completed before; `by` and `at` say by whom and when."""

    code = "task.completed"


class TaskCancelled(Conflict):
    """The case went on without the task."""

    code = "task.cancelled"


class TaskNotYours(Forbidden):
    """The task is neither assigned nor offered to the person."""

    code = "task.not_yours"


class TaskState(StrEnum):
    """Where a task is in its life."""

    OPEN = "open"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class UserTask(Base):
    """One user task (việc) of one case, from the moment the token arrives until it leaves."""

    __tablename__ = "user_task"
    __table_args__ = (
        Index("ix_user_task_assignee_id_state_due_at", "assignee_id", "state", "due_at"),
        Index("ix_user_task_instance_id_token_id", "instance_id", "token_id"),
        Index("ix_user_task_state_unit_code", "state", "unit_code"),
        Index("ix_user_task_completed_by_id_completed_at", "completed_by_id", "completed_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"))
    token_id: Mapped[str] = mapped_column(String(60))
    element_id: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(Line(200))
    step: Mapped[str] = mapped_column(Line(200))
    form_id: Mapped[str | None] = mapped_column(String(120))
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    candidate_groups: Mapped[list[str]]
    candidate_users: Mapped[list[str]]
    unit_code: Mapped[str] = mapped_column(String(60), default="")
    sender_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[TaskState] = mapped_column(stored_by_value(TaskState), default=TaskState.OPEN)
    priority: Mapped[int] = mapped_column(default=50)
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    completed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[str | None] = mapped_column(String(60))
    reason: Mapped[str | None] = mapped_column(Text)

    instance: Mapped[ProcessInstance] = relationship()
    assignee: Mapped[Person | None] = relationship(foreign_keys=[assignee_id])
    sender: Mapped[Person | None] = relationship(foreign_keys=[sender_id])
    completed_by: Mapped[Person | None] = relationship(foreign_keys=[completed_by_id])

    def must_be_open(self) -> None:
        """Refuse with `TaskCompleted` or `TaskCancelled` when the task is over."""
        if self.state is TaskState.COMPLETED:
            raise TaskCompleted(task_id=self.id, by=self.completed_by_name, at=self.completed_at)
        if self.state is TaskState.CANCELLED:
            raise TaskCancelled(task_id=self.id, at=self.completed_at)

    @property
    def completed_by_name(self) -> str:
        """The name of who completed the task, or nothing."""
        return self.completed_by.full_name if self.completed_by else ""

    @property
    def is_offered(self) -> bool:
        """Tell whether the task came to a group or to several people, rather than to one person."""
        return bool(self.candidate_groups or self.candidate_users)

    def is_offered_to(self, person: Person, groups: frozenset[str]) -> bool:
        """Tell whether the person is a candidate by name or by one of the group keys."""
        return person.username in self.candidate_users or not groups.isdisjoint(self.candidate_groups)

    def must_be_doable_by(self, person: Person, groups: frozenset[str]) -> None:
        """Refuse when the task is over, held by somebody else, not offered to the person, or its case stands still."""
        self.must_be_open()
        if self.assignee_id != person.id:
            if not self.is_offered_to(person, groups):
                raise TaskNotYours(task_id=self.id)
            if self.assignee_id is not None:
                raise TaskAlreadyClaimed(task_id=self.id, by=self.assignee.full_name if self.assignee else "")
        self.instance.must_run()

    def claim(self, by: Person, groups: frozenset[str], at: datetime) -> None:
        """Make `by` the assignee (nhận việc); claiming one's own task again is harmless."""
        self.must_be_doable_by(by, groups)
        if self.assignee_id != by.id:
            self.assignee_id, self.claimed_at = by.id, at

    def release(self, by: Person) -> None:
        """Give a claimed task back to its group (trả việc về nhóm)."""
        self.must_be_open()
        if self.assignee_id != by.id:
            raise TaskNotYours(task_id=self.id)
        if not self.is_offered:
            raise TaskNotOffered(task_id=self.id)
        self.instance.must_run()
        self.assignee_id = self.claimed_at = None

    def complete(self, by: Person, outcome: str, reason: str | None, at: datetime) -> None:
        """Mark the task done by `by`; the case is moved on by the runtime."""
        self.must_be_open()
        self.state, self.outcome, self.reason = TaskState.COMPLETED, outcome, reason
        self.completed_by_id, self.completed_at = by.id, at
        self.assignee_id = by.id


class TaskNotOffered(Conflict):
    """The task was given to one person; there is no group to give it back to."""

    code = "task.not_offered"


class TaskCandidate(Base):
    """One group or person an open task is offered to; the rows go when the task is over."""

    __tablename__ = "task_candidate"
    __table_args__ = (Index("ix_task_candidate_key_task_id", "key", "task_id"),)

    task_id: Mapped[UUID] = mapped_column(ForeignKey("user_task.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), primary_key=True)

    task: Mapped[UserTask] = relationship()
