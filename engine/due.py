"""How something stands to its due time: the one place that says in time, soon, or late by how much.

Measured in the office's working hours. Where they are not known, in a year whose calendar nobody has approved, the
plain time between two moments is told instead, as such: what is late is late there too.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from engine.calendar.offices import OFFICE, ZONE, calendar_of
from engine.calendar.working_time import CalendarYearMissing, WorkingTime

SOON_HOURS = 8
"""What is due within so many working hours, a day's work, is due soon."""


class Due(StrEnum):
    """How a task or a case stands to its due time (hạn xử lý)."""

    NONE = "none"
    OK = "ok"
    SOON = "soon"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class DueCue:
    """How something stands, and by how much: the time left, or, when late, the time past; working time or plain."""

    due: Due
    by: timedelta = timedelta()
    is_working_time: bool = False


def cue(session: Session, due_at: datetime | None, *, at: datetime) -> DueCue:
    """Return how what is due at `due_at` stands at an instant."""
    if due_at is None:
        return DueCue(Due.NONE)
    if due_at < at:
        return DueCue(Due.LATE, *_between(session, due_at, at))
    is_soon = due_at < soon_until(session, at)
    return DueCue(Due.SOON if is_soon else Due.OK, *_between(session, at, due_at))


def soon_until(session: Session, at: datetime) -> datetime:
    """Return the instant up to which what is due counts as due soon: for queries, which compare instants."""
    try:
        return _working_time(session, at).after_hours(at, SOON_HOURS)
    except CalendarYearMissing:
        return at + timedelta(hours=SOON_HOURS)


def _between(session: Session, earlier: datetime, later: datetime) -> tuple[timedelta, bool]:
    try:
        return _working_time(session, later).between(earlier, later), True
    except CalendarYearMissing:
        return later - earlier, False


def _working_time(session: Session, at: datetime) -> WorkingTime:
    return calendar_of(session, OFFICE, on=at.astimezone(ZONE).date())
