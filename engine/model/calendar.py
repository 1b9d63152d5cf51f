"""The working calendar as an office keeps it: weekly hours, special days, approved years, and who changed what."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.model.base import Base, Line, stored_by_value
from engine.model.directory import Person, Unit


class DayKind(StrEnum):
    """What a special day is: without work (nghỉ), or worked although the week says otherwise, or with other hours."""

    OFF = "off"
    WORKED = "worked"


class WorkingWeek(Base):
    """The hours of a week (giờ làm việc), of the whole office or of one unit, always or between two dates (mùa).

    `hours` has seven texts such as `07:30-11:30, 13:00-17:00`, Monday first, empty for a day without work. Without
    dates the week is the usual one; `first` and `last` are both included.
    """

    __tablename__ = "working_week"
    __table_args__ = (Index("ix_working_week_unit_id", "unit_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    first: Mapped[date | None]
    last: Mapped[date | None]
    hours: Mapped[list[str]]

    unit: Mapped[Unit | None] = relationship()


class ReceiptShift(StrEnum):
    """Which day counts as the day of receipt when something comes out of hours (R3 and its alternative)."""

    OPENING = "opening"
    CIVIL_DATE = "civil_date"


class ReceiptRule(Base):
    """How the whole office or one unit takes what comes in: the receipt shift, and the hours of the day it ends at.

    What comes after `received_until` counts from the next working day's opening; a same-day answer to what comes after
    `same_day_until` is due the next working day. The moment itself is not after it. Without them there is no such hour.
    """

    __tablename__ = "receipt_rule"
    __table_args__ = (Index("ix_receipt_rule_unit_id", "unit_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    shift: Mapped[ReceiptShift] = mapped_column(stored_by_value(ReceiptShift))
    received_until: Mapped[time | None]
    same_day_until: Mapped[time | None]

    unit: Mapped[Unit | None] = relationship()


class SpecialDay(Base):
    """A day that is not as its week says (ngày nghỉ lễ, ngày làm bù, ngày nghỉ riêng), of the office or of one unit.

    A worked day without hours of its own has those of the nearest working day of its week.
    """

    __tablename__ = "special_day"
    __table_args__ = (Index("ix_special_day_day", "day"), Index("ix_special_day_unit_id", "unit_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    day: Mapped[date]
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[DayKind] = mapped_column(stored_by_value(DayKind))
    name: Mapped[str] = mapped_column(Line(120))
    hours: Mapped[str] = mapped_column(String(120), default="")

    unit: Mapped[Unit | None] = relationship()


class CalendarYear(Base):
    """One year of the calendar: proposed, and approved by somebody; nothing is computed in a year before that."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    proposed_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))

    approved_by: Mapped[Person | None] = relationship()


class CalendarChange(Base):
    """Who changed the calendar when, and what it said before and says now; rows are only added.

    `year` is None where weekly hours were changed. `changed_by_id` is None for what the installation did itself.
    """

    __tablename__ = "calendar_change"
    __table_args__ = (Index("ix_calendar_change_year_changed_at", "year", "changed_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    year: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(40))
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    data: Mapped[dict[str, Any]]

    changed_by: Mapped[Person | None] = relationship()
