"""Hours and special days, of the office and of units: who inherits what, and what is refused."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from engine.administrators import AdministratorsOnly
from engine.calendar import Span, editing, years
from engine.calendar.hours import HoursUnreadable, read_hours, say_hours
from engine.calendar.offices import calendar_of
from engine.directory import UnknownUnit
from engine.model import CalendarChange, DayKind, WorkingWeek

Edit = Callable[..., Any]
MONDAY = date(2026, 3, 2)
SUMMER = ["07:00-11:00, 13:30-17:00"] * 5 + ["", ""]
WITH_SATURDAY = ["07:30-11:30, 13:00-17:00"] * 5 + ["07:30-11:30", ""]


@pytest.fixture
def edit(office: Any) -> Edit:
    """Do a use case as the administrator, or as somebody else."""

    def do(deed: Callable[..., Any], *given: object, by: str = "admin", **more: object) -> Any:
        return office.write(lambda session: deed(session, *given, by=office.person(session, by), at=office.now, **more))

    return do


@pytest.fixture
def hours_on(office: Any) -> Callable[..., str]:
    """The hours of a day, as people write them."""

    def read(day: date, unit_code: str = "") -> str:
        with office.session() as session:
            return say_hours(calendar_of(session, unit_code, on=day).spans_on(day))

    return read


def test_a_unit_without_hours_of_its_own_has_those_of_the_unit_above(edit: Edit, hours_on: Any) -> None:
    edit(editing.set_week, SUMMER, unit_code="SCT")

    assert hours_on(MONDAY, "VPS") == "07:00-11:00, 13:30-17:00"
    assert hours_on(MONDAY) == "07:30-11:30, 13:00-17:00"


def test_a_unit_keeps_its_own_hours_whatever_those_above_change(edit: Edit, hours_on: Any) -> None:
    edit(editing.set_week, WITH_SATURDAY, unit_code="VPS")

    edit(editing.set_week, SUMMER, unit_code="SCT")

    assert hours_on(date(2026, 3, 7), "VPS") == "07:30-11:30"


def test_a_season_holds_between_its_days_only(edit: Edit, hours_on: Any) -> None:
    edit(editing.set_week, SUMMER, first=date(2026, 4, 15), last=date(2026, 10, 15))

    assert hours_on(date(2026, 4, 14)) == "07:30-11:30, 13:00-17:00"
    assert hours_on(date(2026, 4, 15)) == "07:00-11:00, 13:30-17:00"
    assert hours_on(date(2026, 10, 16)) == "07:30-11:30, 13:00-17:00"


def test_hours_taken_away_give_way_to_those_above(edit: Edit, hours_on: Any, office: Any) -> None:
    edit(editing.set_week, SUMMER, unit_code="VPS")
    with office.session() as session:
        week = session.scalars(select(WorkingWeek).where(WorkingWeek.unit_id.is_not(None))).one()

    edit(editing.remove_week, week.id)

    assert hours_on(MONDAY, "VPS") == "07:30-11:30, 13:00-17:00"


def test_the_usual_hours_of_the_office_cannot_be_taken_away(edit: Edit, office: Any) -> None:
    with office.session() as session:
        week = session.scalars(select(WorkingWeek)).one()

    with pytest.raises(editing.OfficeHoursNeeded):
        edit(editing.remove_week, week.id)


def test_a_unit_may_be_closed_on_a_day_on_which_the_office_works(edit: Edit, hours_on: Any) -> None:
    edit(editing.set_day, MONDAY, kind=DayKind.OFF, name="Sửa trụ sở", unit_code="VPS")

    assert (hours_on(MONDAY, "VPS"), hours_on(MONDAY, "P.KHTCTH")) == ("", "07:30-11:30, 13:00-17:00")


def test_a_day_may_have_hours_of_its_own(edit: Edit, hours_on: Any) -> None:
    edit(editing.set_day, MONDAY, kind=DayKind.WORKED, name="Nghỉ buổi chiều", hours="7:30 – 11:30")

    assert hours_on(MONDAY) == "07:30-11:30"


def test_a_worked_saturday_without_hours_has_those_of_friday(edit: Edit, hours_on: Any) -> None:
    edit(editing.set_day, date(2026, 3, 7), kind=DayKind.WORKED, name="Làm bù")

    assert hours_on(date(2026, 3, 7)) == "07:30-11:30, 13:00-17:00"


def test_a_holiday_can_be_made_a_day_like_any_other(edit: Edit, hours_on: Any) -> None:
    edit(editing.set_day, date(2026, 9, 1), kind=None)

    assert hours_on(date(2026, 9, 1)) == "07:30-11:30, 13:00-17:00"


def test_a_change_of_an_approved_year_is_recorded_with_what_it_said_before(edit: Edit, office: Any) -> None:
    edit(editing.set_day, date(2026, 11, 23), kind=DayKind.OFF, name="Hoán đổi")
    edit(editing.set_day, date(2026, 11, 23), kind=None)

    with office.session() as session:
        changes = session.scalars(select(CalendarChange).where(CalendarChange.kind == "day.changed")).all()
    swapped = {"kind": "off", "name": "Hoán đổi", "hours": ""}
    told = [(each.data["before"], each.data["after"]) for each in changes]
    assert sorted(told, key=str) == [([], [swapped]), ([swapped], [])]
    assert {(each.data["day"], each.year, each.changed_at) for each in changes} == {("2026-11-23", 2026, office.now)}


def test_what_changes_nothing_is_not_recorded(edit: Edit, office: Any) -> None:
    before = office.counts()["calendar_change"]

    edit(editing.set_day, MONDAY, kind=None)
    edit(editing.set_week, ["07:30-11:30, 13:00-17:00"] * 5 + ["", ""])

    assert office.counts()["calendar_change"] == before


def test_the_due_moment_of_the_unit_follows_a_change_at_once(edit: Edit, office: Any) -> None:
    def due() -> datetime:
        with office.session() as session:
            return calendar_of(session, "VPS", on=MONDAY).after_hours(datetime(2026, 3, 2, 1, 0, tzinfo=UTC), 8)

    before = due()
    edit(editing.set_day, date(2026, 3, 3), kind=DayKind.OFF, name="Họp toàn cơ quan", unit_code="VPS")

    assert (before.day, due().day) == (3, 4)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"kind": DayKind.OFF, "name": " "}, editing.DayNameMissing),
        ({"kind": DayKind.WORKED, "name": "Làm bù", "hours": "sáng"}, HoursUnreadable),
        ({"kind": DayKind.OFF, "name": "Nghỉ", "unit_code": "X"}, UnknownUnit),
        ({"kind": DayKind.OFF, "name": "Nghỉ", "by": "thu"}, AdministratorsOnly),
    ],
)
def test_a_day_is_not_changed(edit: Edit, given: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        edit(editing.set_day, MONDAY, **given)


def test_a_day_of_a_year_that_was_not_proposed_cannot_be_changed(edit: Edit) -> None:
    with pytest.raises(years.YearNotProposed):
        edit(editing.set_day, date(2030, 1, 1), kind=DayKind.OFF, name="Tết Dương lịch")


@pytest.mark.parametrize(
    ("hours", "dates", "refusal"),
    [
        (SUMMER, {"first": date(2026, 4, 15)}, editing.SeasonUnfit),
        (SUMMER, {"first": date(2026, 4, 15), "last": date(2026, 4, 14)}, editing.SeasonUnfit),
        ([""] * 7, {}, HoursUnreadable),
        (SUMMER[:5], {}, HoursUnreadable),
    ],
)
def test_hours_are_not_changed(edit: Edit, hours: list[str], dates: Any, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        edit(editing.set_week, hours, **dates)


@pytest.mark.parametrize("text", ["8", "08:00-25:00", "11:30-07:30", "07:30-11:30, 11:00-17:00", "07:30-07:30"])
def test_hours_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(HoursUnreadable):
        read_hours(text)


def test_hours_are_read_as_people_write_them() -> None:
    assert say_hours(read_hours("7h30–11h30; 13g00 - 17:00")) == "07:30-11:30, 13:00-17:00"
    assert say_hours(read_hours("")) == ""
    assert all(isinstance(span, Span) for span in read_hours("07:30-11:30"))
