"""The working calendar as its pages show it: months of days with a sign and words, hours, who changed what."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import format_date
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from engine.calendar import ReceiptShift, WorkingTime
from engine.calendar.hours import say_hours
from engine.calendar.offices import Day, OfficeCalendar, order_of_week
from engine.directory import Directory
from engine.model import CalendarChange, CalendarYear, DayKind, WorkingWeek
from web.admin.receipt_words import receipt_in_words
from web.database import session
from web.language import gettext

MOST_CHANGES = 30
A_MONDAY = date(2026, 3, 2)


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of a month: a style, a sign and words, never colour alone; what it holds is changed at `url`."""

    number: int
    css: str
    sign: str
    said: str
    url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Month:
    """One month: its name, how many days are worked, and its weeks of seven cells, None where the month has none."""

    name: str
    working_days: int
    weeks: Sequence[Sequence[DayCell | None]]


@dataclass(frozen=True, slots=True)
class DayRow:
    """One special day in words; `unit` is the one that has it for itself, empty for the whole office."""

    when: str
    what: str
    name: str
    unit: str
    url: str


@dataclass(frozen=True, slots=True)
class WeekRow:
    """The hours of a week: whose they are, when they hold, what is open on which days, in words."""

    id: UUID
    unit: str
    unit_code: str
    when: str
    lines: Sequence[str]
    hours: Sequence[str]
    first: str
    last: str
    may_go: bool


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """Who changed what of the calendar."""

    at: datetime
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class Sight:
    """What a page of a year looks at: a unit's special days and working time, and the day that is chosen."""

    year: int
    unit_code: str
    special: Mapping[date, Day]
    working_time: WorkingTime
    chosen: date | None

    @classmethod
    def of(cls, calendar: OfficeCalendar, people: Directory, year: int, unit_code: str, chosen: date | None) -> "Sight":
        """Look at a year of a unit, approved or not."""
        above = list(people.ancestors(unit_code)) if unit_code else []
        return cls(year, unit_code, calendar.special_days(above), calendar.laid_out(above, [year]), chosen)

    def url(self, day: date) -> str:
        """Return the page on which the day is chosen."""
        unit_code = self.unit_code or None
        return url_for(".calendar", year=self.year, unit=unit_code, day=day.isoformat(), _anchor="day")


def weekdays() -> list[str]:
    """Return the short names of the seven days, Monday first."""
    return [format_date(A_MONDAY + timedelta(days=number), "cccccc") for number in range(7)]


def long_weekdays() -> list[str]:
    """Return the names of the seven days, Monday first."""
    return [format_date(A_MONDAY + timedelta(days=number), "cccc") for number in range(7)]


def long_date(day: date) -> str:
    """Return a day with its weekday."""
    return str(format_date(day, "EEEE, dd/MM/yyyy"))


def months(sight: Sight) -> list[Month]:
    """Return the twelve months of the year."""
    return [_month(sight, number) for number in range(1, 13)]


def _month(sight: Sight, number: int) -> Month:
    first = date(sight.year, number, 1)
    days = [day for day in (first + timedelta(days=index) for index in range(31)) if day.month == number]
    cells = [*[None] * first.weekday(), *(_cell(sight, day) for day in days)]
    cells += [None] * (-len(cells) % 7)
    return Month(
        name=format_date(first, "LLLL"),
        working_days=sum(sight.working_time.is_working_day(day) for day in days),
        weeks=[cells[start : start + 7] for start in range(0, len(cells), 7)],
    )


def _cell(sight: Sight, day: date) -> DayCell:
    special = sight.special.get(day)
    spans = say_hours(sight.working_time.spans_on(day))
    css, sign = _look(special, is_open=bool(spans))
    words = ": ".join(part for part in (_what(special), special.name) if part) if special else ""
    said = " · ".join(part for part in (long_date(day), words, spans or gettext("closed")) if part)
    return DayCell(day.day, css, sign, said, sight.url(day), day == sight.chosen)


def _look(special: Day | None, *, is_open: bool) -> tuple[str, str]:
    if special is None:
        return ("", "") if is_open else ("rest", "")
    if special.kind is DayKind.OFF:
        return "off", gettext("O")
    return ("other", gettext("H")) if special.hours else ("worked", gettext("W"))


def _what(day: Day) -> str:
    if day.kind is DayKind.OFF:
        return gettext("Day off")
    return gettext("Other hours: %(hours)s", hours=say_hours(day.hours)) if day.hours else gettext("Worked")


def special_rows(sight: Sight) -> list[DayRow]:
    """Return the special days of the year in words, in order."""
    days = sorted((each for day, each in sight.special.items() if day.year == sight.year), key=lambda each: each.day)
    return [DayRow(long_date(each.day), _what(each), each.name, each.unit_code, sight.url(each.day)) for each in days]


def week_rows() -> list[WeekRow]:
    """Return all hours: the office's first, then the units', the usual ones before the seasons."""
    found = session().scalars(select(WorkingWeek).options(joinedload(WorkingWeek.unit)))
    ordered = sorted(found, key=lambda week: (week.unit.sort if week.unit else -1, week.unit_id or UUID(int=0)))
    return [_week_row(week) for _, own in groupby(ordered, _owner) for week in sorted(own, key=order_of_week)]


def _owner(week: WorkingWeek) -> UUID | None:
    return week.unit_id


def _week_row(week: WorkingWeek) -> WeekRow:
    when = gettext("usual hours")
    if week.first and week.last:
        when = gettext("%(first)s to %(last)s", first=_dmy(week.first), last=_dmy(week.last))
    return WeekRow(
        id=week.id,
        unit=week.unit.name if week.unit else gettext("The whole office"),
        unit_code=week.unit.code if week.unit else "",
        when=when,
        lines=_hours_in_words(week.hours),
        hours=week.hours,
        first=_dmy(week.first),
        last=_dmy(week.last),
        may_go=week.unit is not None or week.first is not None,
    )


def _hours_in_words(hours: Sequence[str]) -> list[str]:
    """Join days in a row that have the same hours: "Mo–Fr: 07:30-11:30, 13:00-17:00"."""
    names, lines = weekdays(), []
    for text, days in groupby(range(len(hours)), key=lambda day: hours[day]):
        row = list(days)
        span = names[row[0]] if len(row) == 1 else f"{names[row[0]]}–{names[row[-1]]}"
        lines.append(f"{span}: {text or gettext('closed')}")
    return lines


def change_rows(year: int) -> list[ChangeRow]:
    """Return the newest changes of a year and of hours, who made them first."""
    found = session().scalars(
        select(CalendarChange)
        .where((CalendarChange.year == year) | CalendarChange.year.is_(None))
        .options(joinedload(CalendarChange.changed_by))
        .order_by(CalendarChange.changed_at.desc(), CalendarChange.kind, CalendarChange.id)
        .limit(MOST_CHANGES)
    )
    return [_change_row(each) for each in found]


def _change_row(change: CalendarChange) -> ChangeRow:
    who = change.changed_by.full_name if change.changed_by else gettext("The installation")
    return ChangeRow(change.changed_at, who, _change_words(change))


def _change_words(change: CalendarChange) -> str:
    data = change.data
    if change.kind == "year.proposed":
        return gettext("proposed the year, %(days)s special days", days=data["days"])
    if change.kind == "year.approved":
        return gettext("approved the year")
    whose = data["unit"] or gettext("the whole office")
    if change.kind == "receipt.changed":
        return gettext("receipt of papers of %(whose)s: %(after)s", whose=whose, after=_receipt_in_words(data["after"]))
    if change.kind == "week.changed":
        after = "; ".join(_hours_in_words(data["after"])) if data["after"] else gettext("taken away")
        when = f" {_iso_dmy(data['first'])}–{_iso_dmy(data['last'])}" if data["first"] else ""
        return gettext("hours of %(whose)s: %(after)s", whose=whose + when, after=after)
    before, after = (_days_in_words(data[name]) for name in ("before", "after"))
    day = _iso_dmy(data["day"])
    return gettext("%(day)s, %(whose)s: %(before)s → %(after)s", day=day, whose=whose, before=before, after=after)


def _receipt_in_words(rules: Sequence[Mapping[str, str]]) -> str:
    said = [
        " ".join(
            receipt_in_words(ReceiptShift(rule["shift"]), _hour(rule["received_until"]), _hour(rule["same_day_until"]))
        )
        for rule in rules
    ]
    return "".join(said) or gettext("taken away")


def _hour(text: str) -> time | None:
    return time.fromisoformat(text) if text else None


def _days_in_words(days: Iterable[Mapping[str, Any]]) -> str:
    kinds = {"off": gettext("Day off"), "worked": gettext("Worked")}
    said = [" ".join(part for part in (kinds[day["kind"]], day["hours"], f"({day['name']})") if part) for day in days]
    return ", ".join(said) or gettext("as the week says")


def years_known() -> Mapping[int, CalendarYear]:
    """Return the years that have been proposed."""
    found = session().scalars(select(CalendarYear).options(joinedload(CalendarYear.approved_by)))
    return {each.year: each for each in found}


def _dmy(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else ""


def _iso_dmy(text: str) -> str:
    return _dmy(date.fromisoformat(text))
