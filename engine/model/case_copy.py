"""A case sent to somebody to know of."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.model.base import Base
from engine.model.directory import Person
from engine.model.process_instance import ProcessInstance


class CaseCopy(Base):
    """One person's copy of one case (gửi để biết): at most one, however many send it; `read_at` is the read mark."""

    __tablename__ = "case_copy"
    __table_args__ = (Index("ix_case_copy_person_id_sent_at", "person_id", "sent_at"),)

    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    sent_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime]
    note: Mapped[str | None] = mapped_column(Text)
    read_at: Mapped[datetime | None]

    instance: Mapped[ProcessInstance] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    sent_by: Mapped[Person] = relationship(foreign_keys=[sent_by_id])
