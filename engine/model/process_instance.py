"""A running or ended case, and who is involved in it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from engine.errors import Conflict
from engine.model.base import Base, stored_by_value
from engine.model.definition import ProcessDefinition
from engine.model.directory import Person


class CaseOver(Conflict):
    """The case has ended or was cancelled."""

    code = "case.over"


class CaseSuspended(Conflict):
    """The case stands still until somebody of operations resumes it."""

    code = "case.suspended"


class InstanceState(StrEnum):
    """Where a case is in its life; a suspended one stands still until it is resumed."""

    RUNNING = "running"
    SUSPENDED = "suspended"
    ENDED = "ended"
    CANCELLED = "cancelled"


_IS_SHOWN = text("purged_at IS NULL")


class ProcessInstance(Base):
    """One case (hồ sơ): a token game on one version of one diagram.

    `state_text` is the engine's state without the diagram, compacted; lists never load it. `revision` is the
    optimistic lock. `history_length` and `history_head` pin the end of the case's hash chain. `open_incidents` counts
    the incidents that nobody has resolved, so that a sound case never asks for them. `root_id` is the case at the top
    of those that called one another, `depth` calls above: it is locked first. `purged_at` hides a case until the
    retention command removes it.
    """

    __tablename__ = "process_instance"
    __table_args__ = (
        Index("ix_process_instance_state_started_at", "state", "started_at"),
        Index("ix_process_instance_started_by_id_started_at", "started_by_id", "started_at"),
        Index("ix_process_instance_started_unit", "started_unit"),
        Index(
            "ix_process_instance_shown_started_at",
            "started_at",
            "id",
            sqlite_where=_IS_SHOWN,
            postgresql_where=_IS_SHOWN,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("process_definition.id"), index=True)
    business_key: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(500), default="")
    search_text: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[InstanceState] = mapped_column(stored_by_value(InstanceState), default=InstanceState.RUNNING)
    state_text: Mapped[str] = deferred(mapped_column(Text, default=""))
    document_version: Mapped[int] = mapped_column(default=1)
    started_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    started_unit: Mapped[str] = mapped_column(String(60), default="")
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_element_id: Mapped[str | None] = mapped_column(String(120))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_instance.id"), index=True)
    parent_token_id: Mapped[str | None] = mapped_column(String(60))
    root_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_instance.id"))
    depth: Mapped[int] = mapped_column(default=0)
    purged_at: Mapped[datetime | None]
    purged_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    open_incidents: Mapped[int] = mapped_column(default=0)
    history_length: Mapped[int] = mapped_column(default=0)
    history_head: Mapped[str] = mapped_column(String(64), default="")
    revision: Mapped[int] = mapped_column()

    definition: Mapped[ProcessDefinition] = relationship()
    started_by: Mapped[Person | None] = relationship(foreign_keys=[started_by_id])

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  (SQLAlchemy reads it as a plain dict)

    @property
    def is_over(self) -> bool:
        """Tell whether the case has ended or was cancelled."""
        return self.state in {InstanceState.ENDED, InstanceState.CANCELLED}

    def must_live(self) -> None:
        """Refuse with `CaseOver`."""
        if self.is_over:
            raise CaseOver(business_key=self.business_key)

    def must_run(self) -> None:
        """Refuse with `CaseOver` or `CaseSuspended`: nobody works on a case that stands still."""
        self.must_live()
        if self.state is InstanceState.SUSPENDED:
            raise CaseSuspended(business_key=self.business_key)


class Involvement(Base):
    """Who may know of a case because the case came to them: a person (`person:<id>`) or a group key."""

    __tablename__ = "involvement"
    __table_args__ = (Index("ix_involvement_key_instance_id", "key", "instance_id"),)

    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
