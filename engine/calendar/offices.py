"""The calendars of an office and its units, as a snapshot in memory that is renewed when the directory or they change.

A unit has its parent's hours and special days, and its own over them; what holds for the whole office comes first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, select
from sqlalchemy.orm import Session

from engine import directory
from engine.calendar.hours import read_hours
from engine.calendar.receipts import USUAL, Receipt
from engine.calendar.working_time import Season, Span, WorkingTime
from engine.model import CalendarYear, DayKind, ReceiptRule, SpecialDay, Unit, WorkingWeek

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
OFFICE = ""
"""The code under which stands what holds for the whole office."""


@dataclass(frozen=True, slots=True)
class Day:
    """A special day as the snapshot knows it; `unit_code` says whose it is."""

    day: date
    unit_code: str
    kind: DayKind
    name: str
    hours: Sequence[Span]


@dataclass(frozen=True)
class OfficeCalendar:
    """All hours, special days and approved years; makes the working time of a unit when it is first asked for."""

    approved: frozenset[int]
    weeks: Mapping[str, Sequence[Season]]
    days: Mapping[str, Sequence[Day]]
    receipts: Mapping[str, Receipt] = field(default_factory=dict)
    _made: dict[tuple[str, ...], WorkingTime] = field(default_factory=dict)

    def working_time(self, unit_codes: Iterable[str]) -> WorkingTime:
        """Return the working time of a unit; `unit_codes` are the unit and those above it, the unit first."""
        chain = self._chain(unit_codes)
        known = self._made.get(chain)
        if known is None:
            known = self._made[chain] = self._laid_out(chain, self.approved)
        return known

    def receipt(self, unit_codes: Iterable[str]) -> Receipt:
        """Return how a unit takes what comes in: as the nearest of it and those above says, at last the office."""
        return next((self.receipts[code] for code in (*unit_codes, OFFICE) if code in self.receipts), USUAL)

    def laid_out(self, unit_codes: Iterable[str], years: Iterable[int]) -> WorkingTime:
        """Return the working time of a unit in certain years, approved or not: to look at, not to count deadlines."""
        return self._laid_out(self._chain(unit_codes), years)

    def special_days(self, unit_codes: Iterable[str]) -> Mapping[date, Day]:
        """Return the special days that hold for a unit: the nearest word on a day is the one that counts."""
        return self._special_days(self._chain(unit_codes))

    def _laid_out(self, chain: Sequence[str], years: Iterable[int]) -> WorkingTime:
        days = self._special_days(chain)
        return WorkingTime(
            [season for code in chain for season in self.weeks.get(code, ())],
            off={each.day: each.name for each in days.values() if each.kind is DayKind.OFF},
            worked={each.day: each.name for each in days.values() if each.kind is DayKind.WORKED},
            hours={each.day: each.hours for each in days.values() if each.hours},
            approved=frozenset(years),
            zone=ZONE,
        )

    def _special_days(self, chain: Sequence[str]) -> Mapping[date, Day]:
        return {each.day: each for code in chain for each in self.days.get(code, ())}

    def _chain(self, unit_codes: Iterable[str]) -> tuple[str, ...]:
        """Return the units that have something of their own to say, the office first and the unit itself last."""
        saying = [code for code in unit_codes if code in self.weeks or code in self.days]
        return (OFFICE, *reversed(saying))


_snapshots: WeakKeyDictionary[Engine | Connection, tuple[int, OfficeCalendar]] = WeakKeyDictionary()


def office_calendar(session: Session) -> OfficeCalendar:
    """Return the office's calendars; costs no query when the directory's revision is known and has not moved."""
    revision, bind = directory.revision(session), session.get_bind()
    if revision is None:
        return _take_snapshot(session)
    known = _snapshots.get(bind)
    if known is None or known[0] != revision:
        known = _snapshots[bind] = (revision, _take_snapshot(session))
    return known[1]


def calendar_of(session: Session, unit_code: str, *, on: date) -> WorkingTime:
    """Return the working time of a unit as the directory stands on a day, or of the office for an empty code."""
    above = directory.current(session, on=on).ancestors(unit_code) if unit_code else ()
    return office_calendar(session).working_time(above)


def _take_snapshot(session: Session) -> OfficeCalendar:
    codes = {None: OFFICE, **{row.id: row.code for row in session.execute(select(Unit.id, Unit.code))}}
    weeks: dict[str, list[Season]] = {}
    for week in sorted(session.scalars(select(WorkingWeek)), key=order_of_week):
        season = Season([read_hours(text) for text in week.hours], week.first or date.min, week.last or date.max)
        weeks.setdefault(codes[week.unit_id], []).append(season)
    days: dict[str, list[Day]] = {}
    for row in session.scalars(select(SpecialDay).order_by(SpecialDay.day)):
        day = Day(row.day, codes[row.unit_id], row.kind, row.name, read_hours(row.hours))
        days.setdefault(day.unit_code, []).append(day)
    approved = session.scalars(select(CalendarYear.year).where(CalendarYear.approved_at.is_not(None)))
    receipts = {
        codes[row.unit_id]: Receipt(row.shift, row.received_until, row.same_day_until)
        for row in session.scalars(select(ReceiptRule))
    }
    return OfficeCalendar(frozenset(approved), weeks, days, receipts)


def order_of_week(week: WorkingWeek) -> tuple[date, date, str]:
    """Order weeks so that the usual one comes first and, of two seasons, the one that begins later wins."""
    return week.first or date.min, week.last or date.max, str(week.id)
