"""A piece of work that waits for a person, and the groups it is offered to."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text, false, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.errors import Conflict, Forbidden
from engine.model.base import Base, Line, stored_by_value
from engine.model.directory import Person
from engine.model.process_instance import ProcessInstance
from engine.model.standing_in import GroupKeys, InPlaceOf


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


class TaskDelegated(Conflict):
    """Somebody else works on the task for its owner; it goes on when it is back with the owner."""

    code = "task.delegated"


class TaskState(StrEnum):
    """Where a task is in its life."""

    OPEN = "open"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


_IS_DELEGATED, _IS_GIVEN = text("owner_id IS NOT NULL"), text("claimed_at IS NOT NULL")


class UserTask(Base):
    """One user task (việc) of one case, from the moment the token arrives until it leaves.

    While it is delegated (ủy quyền xử lý), `owner_id` is whom it comes back to and `assignee_id` who works on it.
    `open_questions` counts its unanswered consultations, so that a task without any never asks for them;
    `has_drafts` is set by the first draft of its form, for the same reason. The time until `due_at` is counted from
    `due_from`, which a pause of the case may have moved, else from `created_at`.
    `definition_id` and `started_unit` are the case's while the task is open, so that the board counts in one index.
    """

    __tablename__ = "user_task"
    __table_args__ = (
        Index("ix_user_task_assignee_id_state_due_at", "assignee_id", "state", "due_at"),
        Index("ix_user_task_instance_id_token_id", "instance_id", "token_id"),
        Index("ix_user_task_state_unit_code", "state", "unit_code"),
        Index("ix_user_task_completed_by_id_completed_at", "completed_by_id", "completed_at"),
        Index("ix_user_task_owner_id", "owner_id", sqlite_where=_IS_DELEGATED, postgresql_where=_IS_DELEGATED),
        Index(
            "ix_user_task_assignee_id_claimed_at",
            "assignee_id",
            "claimed_at",
            sqlite_where=_IS_GIVEN,
            postgresql_where=_IS_GIVEN,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"))
    definition_id: Mapped[UUID | None]
    started_unit: Mapped[str] = mapped_column(String(60), default="", server_default="")
    token_id: Mapped[str] = mapped_column(String(60))
    element_id: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(Line(200))
    step: Mapped[str] = mapped_column(Line(200))
    form_id: Mapped[str | None] = mapped_column(String(120))
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    candidate_groups: Mapped[list[str]]
    candidate_users: Mapped[list[str]]
    unit_code: Mapped[str] = mapped_column(String(60), default="")
    sender_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[TaskState] = mapped_column(stored_by_value(TaskState), default=TaskState.OPEN)
    priority: Mapped[int] = mapped_column(default=50)
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    due_from: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    completed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    on_behalf_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[str | None] = mapped_column(String(60))
    reason: Mapped[str | None] = mapped_column(Text)
    open_questions: Mapped[int] = mapped_column(default=0)
    has_drafts: Mapped[bool] = mapped_column(default=False, server_default=false())

    instance: Mapped[ProcessInstance] = relationship()
    assignee: Mapped[Person | None] = relationship(foreign_keys=[assignee_id])
    owner: Mapped[Person | None] = relationship(foreign_keys=[owner_id])
    sender: Mapped[Person | None] = relationship(foreign_keys=[sender_id])
    completed_by: Mapped[Person | None] = relationship(foreign_keys=[completed_by_id])

    def must_be_open(self) -> None:
        """Refuse with `TaskCompleted` or `TaskCancelled` when the task is over."""
        if self.state is TaskState.COMPLETED:
            raise TaskCompleted(task_id=self.id, by=self.completed_by_name, at=self.completed_at)
        if self.state is TaskState.CANCELLED:
            raise TaskCancelled(task_id=self.id, at=self.completed_at)

    def must_not_be_delegated(self) -> None:
        """Refuse with `TaskDelegated` while another person works on the task for its owner."""
        if self.owner_id is not None:
            holder = self.assignee.full_name if self.assignee else ""
            raise TaskDelegated(task_id=self.id, by=holder, owner=self.owner_name)

    @property
    def counted_from(self) -> datetime:
        """From when the time until the task is due is counted."""
        return self.due_from or self.created_at

    @property
    def completed_by_name(self) -> str:
        """The name of who completed the task, or nothing."""
        return self.completed_by.full_name if self.completed_by else ""

    @property
    def owner_name(self) -> str:
        """The name of whom a delegated task comes back to, or nothing."""
        return self.owner.full_name if self.owner else ""

    @property
    def is_offered(self) -> bool:
        """Tell whether the task came to a group or to several people, rather than to one person."""
        return bool(self.candidate_groups or self.candidate_users)

    def is_offered_to(self, person: Person, groups: frozenset[str]) -> bool:
        """Tell whether the person is a candidate by name or by one of the group keys."""
        return person.username in self.candidate_users or not groups.isdisjoint(self.candidate_groups)

    def in_place_of(self, person: Person, groups: GroupKeys) -> InPlaceOf | None:
        """Return in whose place the person would act on the open task; None in their own right, or in no right."""
        if self.assignee_id == person.id or (self.assignee_id is None and self.is_offered_to(person, groups)):
            return None
        return next((each for each in groups.stands_in_for if self._is_for(each)), None)

    def _is_for(self, absent: InPlaceOf) -> bool:
        """Tell whether the task is the absent person's, within what the substitution covers."""
        if absent.process_key and self.instance.definition.key != absent.process_key:
            return False
        if self.assignee_id is not None:
            return self.assignee_id == absent.person_id and absent.unit_code in {"", self.unit_code}
        by_name = not absent.unit_code and absent.username in self.candidate_users
        return by_name or not absent.groups.isdisjoint(self.candidate_groups)

    def is_held_by(self, person: Person, groups: GroupKeys) -> bool:
        """Tell whether the task is assigned to the person, or to somebody the person stands in for."""
        return self.assignee_id is not None and (
            self.assignee_id == person.id or self.in_place_of(person, groups) is not None
        )

    def must_be_doable_by(self, person: Person, groups: GroupKeys) -> None:
        """Refuse when the task is over, held by somebody else, not offered to the person, or its case stands still.

        Who stands in for somebody may do what that person may.
        """
        self.must_be_open()
        if self.assignee_id != person.id and self.in_place_of(person, groups) is None:
            if not self.is_offered_to(person, groups):
                raise TaskNotYours(task_id=self.id)
            if self.assignee_id is not None:
                raise TaskAlreadyClaimed(task_id=self.id, by=self.assignee.full_name if self.assignee else "")
        self.instance.must_run()

    def claim(self, by: Person, groups: GroupKeys, at: datetime) -> None:
        """Make `by` the assignee (nhận việc), or whom `by` stands in for; claiming one's own task again is harmless."""
        self.must_be_doable_by(by, groups)
        absent = self.in_place_of(by, groups)
        holder_id = absent.person_id if absent else by.id
        if self.assignee_id != holder_id:
            self.assignee_id, self.claimed_at = holder_id, at

    def must_be_releasable_by(self, by: Person, groups: GroupKeys) -> None:
        """Refuse when the task is over, delegated, not held by the person, of no group, or its case stands still."""
        self.must_be_open()
        if self.owner_id != by.id and not self.is_held_by(by, groups):
            raise TaskNotYours(task_id=self.id)
        self.must_not_be_delegated()
        if not self.is_offered:
            raise TaskNotOffered(task_id=self.id)
        self.instance.must_run()

    def release(self, by: Person, groups: GroupKeys) -> None:
        """Give a claimed task back to its group (trả việc về nhóm)."""
        self.must_be_releasable_by(by, groups)
        self.assignee_id = self.claimed_at = None

    def complete(
        self, by: Person, outcome: str, reason: str | None, at: datetime, *, in_place_of: InPlaceOf | None = None
    ) -> None:
        """Mark the task done by `by`, perhaps in somebody's place; the case is moved on by the runtime."""
        self.must_be_open()
        self.state, self.outcome, self.reason = TaskState.COMPLETED, outcome, reason
        self.completed_by_id, self.completed_at = by.id, at
        self.on_behalf_of_id = in_place_of.person_id if in_place_of else None
        self.assignee_id = by.id


IS_OPEN = UserTask.state == literal_column("'open'")
"""The task is open. Written without a parameter, as the condition of an index must be and as one must ask for it."""

Index(
    "ix_user_task_open",
    UserTask.definition_id,
    UserTask.element_id,
    UserTask.instance_id,
    UserTask.unit_code,
    UserTask.assignee_id,
    UserTask.started_unit,
    UserTask.created_at,
    UserTask.due_at,
    UserTask.token_id,
    sqlite_where=IS_OPEN,
    postgresql_where=IS_OPEN,
)


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
