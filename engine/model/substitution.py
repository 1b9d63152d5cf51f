"""A substitution: somebody does an absent person's tasks for a while."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.model.base import Base, Line
from engine.model.directory import Person, Unit

LONGEST_NOTE = 500


class Substitution(Base):
    """Who stands in for whom (người làm thay, ủy quyền xử lý khi vắng), from the first day to the last, both included.

    Without unit and process key it covers every task of the person. It moves work, not the right to sign.
    """

    __tablename__ = "substitution"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    substitute_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date] = mapped_column(index=True)
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    process_key: Mapped[str] = mapped_column(String(120), default="")
    note: Mapped[str] = mapped_column(Line(LONGEST_NOTE), default="")
    set_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    substitute: Mapped[Person] = relationship(foreign_keys=[substitute_id])
    unit: Mapped[Unit | None] = relationship()
    set_by: Mapped[Person] = relationship(foreign_keys=[set_by_id])

    def is_over(self, on: date) -> bool:
        """Tell whether it was ended or its last day has passed."""
        return self.ended_at is not None or self.valid_to < on

    def holds(self, on: date) -> bool:
        """Tell whether it holds on a day."""
        return self.valid_from <= on and not self.is_over(on)

    def shares_a_day(self, valid_from: date, valid_to: date) -> bool:
        """Tell whether it covers a day of that period."""
        return self.valid_from <= valid_to and valid_from <= self.valid_to
