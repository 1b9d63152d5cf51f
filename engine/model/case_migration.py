"""Carrying running cases over to another version of their process (chuyển phiên bản)."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.model.base import Base, stored_by_value
from engine.model.definition import ProcessDefinition
from engine.model.directory import Person
from engine.model.job import Job
from engine.model.process_instance import ProcessInstance


class CaseOutcome(StrEnum):
    """What became of one case of a migration."""

    WAITING = "waiting"
    MOVED = "moved"
    REFUSED = "refused"
    OVER = "over"


class CaseMigration(Base):
    """One order to move cases from one version to another; `elements` maps the ids of the old diagram to the new."""

    __tablename__ = "case_migration"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    source_id: Mapped[UUID] = mapped_column(ForeignKey("process_definition.id"), index=True)
    target_id: Mapped[UUID] = mapped_column(ForeignKey("process_definition.id"), index=True)
    elements: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str] = mapped_column(Text, default="")
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey("job.id"))

    source: Mapped[ProcessDefinition] = relationship(foreign_keys=[source_id])
    target: Mapped[ProcessDefinition] = relationship(foreign_keys=[target_id])
    asked_by: Mapped[Person] = relationship()
    job: Mapped[Job | None] = relationship()


class MigratedCase(Base):
    """One case of a migration with its outcome; a refused one carries the sentences that say why."""

    __tablename__ = "migrated_case"
    __table_args__ = (Index("ix_migrated_case_migration_id_outcome", "migration_id", "outcome"),)

    migration_id: Mapped[UUID] = mapped_column(ForeignKey("case_migration.id"), primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), primary_key=True)
    outcome: Mapped[CaseOutcome] = mapped_column(stored_by_value(CaseOutcome), default=CaseOutcome.WAITING)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    done_at: Mapped[datetime | None]

    migration: Mapped[CaseMigration] = relationship()
    instance: Mapped[ProcessInstance] = relationship()
