"""Lịch làm việc: the year as twelve months, its approval, special days, and the hours of office and units."""

from contextlib import suppress
from datetime import date, datetime
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import directory
from engine.administrators import must_administer
from engine.calendar import editing, years
from engine.calendar.editing import SeasonUnfit
from engine.calendar.offices import office_calendar
from engine.directory import Directory
from engine.model import DayKind
from engine.runtime import OFFICE_ZONE
from web import clock
from web.admin import calendar_rows
from web.admin.calendar_rows import Sight
from web.admin.room import bp, page_cards
from web.database import session, writes
from web.language import gettext
from web.security import me
from web.telling import told

LONGEST_FIELD = 200
WEEK_FIELDS = [f"day{number}" for number in range(7)]


@bp.get("/calendar")
def calendar() -> ResponseReturnValue:
    """Show a year: what is worked and what is not, and whether it counts."""
    must_administer(session(), me(), clock.now())
    people, year, unit_code = _people(), _year(), request.args.get("unit", "")
    chosen = _chosen(year)
    sight = Sight.of(office_calendar(session()), people, year, unit_code if unit_code in people.units else "", chosen)
    known = calendar_rows.years_known()
    special = sight.special.get(chosen) if chosen else None
    return render_template(
        "admin/calendar.html",
        room="admin",
        cards=page_cards(),
        year=year,
        standing=known.get(year),
        sight=sight,
        units=people.units.values(),
        weekdays=calendar_rows.weekdays(),
        months=calendar_rows.months(sight),
        special_days=calendar_rows.special_rows(sight),
        chosen=chosen,
        chosen_name=calendar_rows.long_date(chosen) if chosen else "",
        special=special if special and special.unit_code == sight.unit_code else None,
        changes=calendar_rows.change_rows(year),
    )


@bp.get("/calendar/hours")
def calendar_hours() -> ResponseReturnValue:
    """Show the hours of office and units, and change them."""
    must_administer(session(), me(), clock.now())
    return render_template(
        "admin/calendar_hours.html",
        room="admin",
        cards=page_cards(),
        units=_people().units.values(),
        weekdays=calendar_rows.long_weekdays(),
        weeks=calendar_rows.week_rows(),
    )


@bp.post("/calendar/<int:year>/propose")
@writes
def propose_year(year: int) -> ResponseReturnValue:
    """Fill a year with the public holidays."""
    with told():
        years.propose(session(), year, by=me(), at=clock.now())
        flash(gettext("The year is proposed. Look through it, then approve it."), "ok")
    return redirect(url_for(".calendar", year=year), code=303)


@bp.post("/calendar/<int:year>/approve")
@writes
def approve_year(year: int) -> ResponseReturnValue:
    """Approve a year."""
    with told():
        years.approve(session(), year, by=me(), at=clock.now())
        flash(gettext("The year is approved: deadlines reach into it from now on."), "ok")
    return redirect(url_for(".calendar", year=year), code=303)


@bp.post("/calendar/days/<day>")
@writes
def change_day(day: str) -> ResponseReturnValue:
    """Make a day special, or as the week says again."""
    when, unit_code = _iso_day(day), _field("unit")
    if when is None:
        return redirect(url_for(".calendar"), code=303)
    kind = _field("kind")
    with told():
        editing.set_day(
            session(),
            when,
            kind=DayKind(kind) if kind in set(DayKind) else None,
            name=_field("name"),
            hours=_field("hours"),
            unit_code=unit_code,
            by=me(),
            at=clock.now(),
        )
        flash(gettext("The day is changed. What is due already stays due as it was."), "ok")
    return redirect(url_for(".calendar", year=when.year, unit=unit_code or None, day=when.isoformat()), code=303)


@bp.post("/calendar/hours")
@writes
def change_hours() -> ResponseReturnValue:
    """Set the hours of a week, usual or of a season, of the office or a unit."""
    with told():
        editing.set_week(
            session(),
            [_field(name) for name in WEEK_FIELDS],
            unit_code=_field("unit"),
            first=_typed_day("first"),
            last=_typed_day("last"),
            by=me(),
            at=clock.now(),
        )
        flash(gettext("The hours are changed. What is due already stays due as it was."), "ok")
    return redirect(url_for(".calendar_hours"), code=303)


@bp.post("/calendar/hours/<uuid:week_id>/remove")
@writes
def remove_hours(week_id: UUID) -> ResponseReturnValue:
    """Take hours away."""
    with told():
        editing.remove_week(session(), week_id, by=me(), at=clock.now())
        flash(gettext("The hours are taken away; those above them hold again."), "ok")
    return redirect(url_for(".calendar_hours"), code=303)


def _today() -> date:
    return clock.now().astimezone(OFFICE_ZONE).date()


def _people() -> Directory:
    return directory.current(session(), on=_today())


def _year() -> int:
    year = request.args.get("year", _today().year, type=int)
    return year if years.FIRST_YEAR <= year <= years.LAST_YEAR else _today().year


def _chosen(year: int) -> date | None:
    day = _iso_day(request.args.get("day", ""))
    return day if day is not None and day.year == year else None


def _iso_day(text: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text)
    return None


def _field(name: str) -> str:
    return request.form.get(name, "").strip()[:LONGEST_FIELD]


def _typed_day(name: str) -> date | None:
    """Read a day as dd/mm/yyyy, None when the field is empty; refuses with `SeasonUnfit`."""
    text = _field(name)
    if not text:
        return None
    try:
        return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007  (a day of the calendar has no zone)
    except ValueError as error:
        raise SeasonUnfit from error
