"""A year of the calendar: proposed by what is known, looked through and approved by an administrator."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import database, directory
from engine.administrators import must_administer
from engine.calendar.proposals import OFFICE_WEEK, special_days
from engine.errors import Conflict, Invalid, NotFound
from engine.model import CalendarChange, CalendarYear, Person, SpecialDay, WorkingWeek

FIRST_YEAR, LAST_YEAR = 2000, 2100


class YearNotProposed(NotFound):
    """Nobody has proposed a calendar for this year yet."""

    code = "calendar.year_not_proposed"


class YearProposed(Conflict):
    """The year has a calendar already."""

    code = "calendar.year_proposed"


class YearApproved(Conflict):
    """Somebody approved the year already; `data` says who and when."""

    code = "calendar.year_approved"


class YearOutOfRange(Invalid):
    """The year is none an office works in."""

    code = "calendar.year_out_of_range"


def propose(session: Session, year: int, *, by: Person, at: datetime) -> CalendarYear:
    """Fill a year with what is known of it, for somebody to look through; counts for nothing until it is approved.

    Refuses with `AdministratorsOnly`, `YearOutOfRange` and `YearProposed`. An office without hours gets the usual ones.
    """
    must_administer(session, by, at)
    take_turn(session)
    if session.get(CalendarYear, year) is not None:
        raise YearProposed(year=year)
    return _propose(session, year, by=by, at=at)


def approve(session: Session, year: int, *, by: Person, at: datetime) -> CalendarYear:
    """Approve a year (duyệt lịch): from now on deadlines reach into it.

    Refuses with `AdministratorsOnly`, `YearNotProposed` and `YearApproved`.
    """
    must_administer(session, by, at)
    take_turn(session)
    found = session.get(CalendarYear, year, populate_existing=True)
    if found is None:
        raise YearNotProposed(year=year)
    if found.approved_at is not None:
        who = found.approved_by.full_name if found.approved_by else ""
        raise YearApproved(year=year, by=who, at=found.approved_at)
    _approve(session, found, by=by, at=at)
    return found


def open_years(session: Session, years: Iterable[int], *, at: datetime) -> None:
    """Propose and approve the years that are not there yet, as the installation itself: for demo and try-out offices.

    A real office's years are approved by a person.
    """
    take_turn(session)
    known = set(session.scalars(select(CalendarYear.year)))
    for year in sorted(set(years) - known):
        _approve(session, _propose(session, year, by=None, at=at), by=None, at=at)


def _propose(session: Session, year: int, *, by: Person | None, at: datetime) -> CalendarYear:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise YearOutOfRange(year=year, first=FIRST_YEAR, last=LAST_YEAR)
    usual = select(WorkingWeek.id).where(WorkingWeek.unit_id.is_(None), WorkingWeek.first.is_(None))
    if session.scalar(usual.limit(1)) is None:
        session.add(WorkingWeek(hours=list(OFFICE_WEEK)))
    days = special_days(year)
    session.add_all(SpecialDay(day=day, kind=kind, name=name) for day, (kind, name) in days.items())
    proposed = CalendarYear(year=year, proposed_at=at)
    session.add(proposed)
    note(session, "year.proposed", year=year, by=by, at=at, days=len(days))
    return proposed


def _approve(session: Session, year: CalendarYear, *, by: Person | None, at: datetime) -> None:
    year.approved_at, year.approved_by = at, by
    note(session, "year.approved", year=year.year, by=by, at=at)


def take_turn(session: Session) -> None:
    """Wait until nobody else changes the calendar."""
    database.take_turn(session, "calendar")


def note(session: Session, kind: str, *, year: int | None, by: Person | None, at: datetime, **data: Any) -> None:
    """Record a change of the calendar and let everybody read it anew; every change of it ends with this."""
    changed_by_id = by.id if by else None
    session.add(CalendarChange(year=year, kind=kind, changed_at=at, changed_by_id=changed_by_id, data=data))
    session.flush()
    directory.changed(session)
