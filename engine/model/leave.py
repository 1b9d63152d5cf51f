"""The days on which a person is away, whether or not somebody stands in."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.model.base import Base, Line
from engine.model.directory import Person

LONGEST_LEAVE_NOTE = 500


class Leave(Base):
    """One leave of a person (nghỉ phép, đi công tác), from the first day to the last, both included.

    It says only that the person is away: who stands in is a substitution's to say.
    """

    __tablename__ = "leave"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date] = mapped_column(index=True)
    note: Mapped[str] = mapped_column(Line(LONGEST_LEAVE_NOTE), default="")
    set_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    set_by: Mapped[Person] = relationship(foreign_keys=[set_by_id])

    def is_over(self, on: date) -> bool:
        """Tell whether it was ended or its last day has passed."""
        return self.ended_at is not None or self.valid_to < on
