"""Changing the calendar: one day, or the hours of a week; of the office or of one unit, each change on record.

What is due already stays due as it was (R6); a change of an approved year counts for what begins afterwards.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.administrators import must_administer
from engine.calendar.hours import read_hours, read_week, say_hours
from engine.calendar.years import YearNotProposed, note, take_turn
from engine.directory import UnknownUnit
from engine.errors import Invalid, NotFound
from engine.model import CalendarYear, DayKind, Person, SpecialDay, Unit, WorkingWeek


class DayNameMissing(Invalid):
    """A special day needs words that say why it is one."""

    code = "calendar.day_name_missing"


class SeasonUnfit(Invalid):
    """A season needs both its days, the last one not before the first."""

    code = "calendar.season_unfit"


class WeekNotFound(NotFound):
    """There are no such weekly hours."""

    code = "calendar.week_not_found"


class OfficeHoursNeeded(Invalid):
    """The office's usual hours can be changed, not taken away."""

    code = "calendar.office_hours_needed"


def set_day(
    session: Session,
    day: date,
    *,
    kind: DayKind | None,
    name: str = "",
    hours: str = "",
    unit_code: str = "",
    by: Person,
    at: datetime,
) -> None:
    """Make a day special, for the office or one unit, or, without `kind`, as the week says again.

    Refuses with `AdministratorsOnly`, `UnknownUnit`, `YearNotProposed`, `DayNameMissing` and `HoursUnreadable`.
    """
    must_administer(session, by, at)
    name, unit = " ".join(name.split()), unit_named(session, unit_code)
    if kind is not None and not name:
        raise DayNameMissing
    written = say_hours(read_hours(hours)) if kind is DayKind.WORKED else ""
    take_turn(session)
    if session.get(CalendarYear, day.year) is None:
        raise YearNotProposed(year=day.year)
    unit_id = unit.id if unit else None
    known = session.scalars(select(SpecialDay).where(SpecialDay.day == day, SpecialDay.unit_id == unit_id)).all()
    before = [_said(each) for each in known]
    for each in known:
        session.delete(each)
    new = SpecialDay(day=day, unit=unit, kind=kind, name=name, hours=written) if kind else None
    if new is not None:
        session.add(new)
    after = [_said(new)] if new else []
    if before != after:
        what = {"day": day.isoformat(), "unit": unit_code, "before": before, "after": after}
        note(session, "day.changed", year=day.year, by=by, at=at, **what)


def set_week(
    session: Session,
    hours: Sequence[str],
    *,
    unit_code: str = "",
    first: date | None = None,
    last: date | None = None,
    by: Person,
    at: datetime,
) -> WorkingWeek:
    """Set the hours of seven days, Monday first: the usual ones of the office or a unit, or those of a season.

    Replaces the hours with the same dates. Refuses with `AdministratorsOnly`, `UnknownUnit`, `SeasonUnfit` and
    `HoursUnreadable`.
    """
    must_administer(session, by, at)
    unit, written = unit_named(session, unit_code), [say_hours(spans) for spans in read_week(hours)]
    if (first is None) is not (last is None) or (first and last and first > last):
        raise SeasonUnfit
    take_turn(session)
    unit_id = unit.id if unit else None
    same = (WorkingWeek.unit_id == unit_id, WorkingWeek.first == first, WorkingWeek.last == last)
    week = session.scalar(select(WorkingWeek).where(*same))
    before = list(week.hours) if week else []
    if week is None:
        week = WorkingWeek(unit=unit, first=first, last=last, hours=written)
        session.add(week)
    week.hours = written
    if before != written:
        _note_week(session, unit_code, week, before, written, by=by, at=at)
    return week


def remove_week(session: Session, week_id: UUID, *, by: Person, at: datetime) -> None:
    """Take hours away, so that those above them hold again.

    Refuses with `AdministratorsOnly`, `WeekNotFound` and `OfficeHoursNeeded`.
    """
    must_administer(session, by, at)
    take_turn(session)
    week = session.get(WorkingWeek, week_id)
    if week is None:
        raise WeekNotFound
    if week.unit is None and week.first is None:
        raise OfficeHoursNeeded
    unit_code = week.unit.code if week.unit else ""
    session.delete(week)
    _note_week(session, unit_code, week, list(week.hours), [], by=by, at=at)


def _note_week(
    session: Session,
    unit_code: str,
    week: WorkingWeek,
    before: Sequence[str],
    after: Sequence[str],
    *,
    by: Person,
    at: datetime,
) -> None:
    first, last = (day.isoformat() if day else "" for day in (week.first, week.last))
    what = {"unit": unit_code, "first": first, "last": last, "before": before, "after": after}
    note(session, "week.changed", year=None, by=by, at=at, **what)


def _said(day: SpecialDay) -> dict[str, str]:
    return {"kind": day.kind.value, "name": day.name, "hours": day.hours}


def unit_named(session: Session, code: str) -> Unit | None:
    """Return the unit with a code, None for no code; refuses with `UnknownUnit`."""
    unit = session.scalar(select(Unit).where(Unit.code == code)) if code else None
    if code and unit is None:
        raise UnknownUnit(unit=code)
    return unit
