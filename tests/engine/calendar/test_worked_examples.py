"""The 22 worked examples of the domain dictionary (section 5.4), each with its number."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from engine.calendar import CalendarYearMissing, ReceiptShift, Season, Span, WorkingTime

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
C1 = Season.weekdays(Span(time(7, 30), time(11, 30)), Span(time(13), time(17)))
C2 = Season.weekdays(Span(time(7), time(11)), Span(time(13, 30), time(17)))
OFF = [
    *["2025-01-01", "2025-05-01", "2025-05-02", "2025-09-01", "2025-09-02"],
    *["2026-01-01", "2026-01-02", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20"],
    *["2026-04-27", "2026-04-30", "2026-05-01", "2026-08-31", "2026-09-01", "2026-09-02", "2026-11-24"],
]
WORKED = ["2026-01-10", "2026-08-22"]


def calendar(season: Season = C1, *more_off: str, years: tuple[int, ...] = (2025, 2026)) -> WorkingTime:
    off = {date.fromisoformat(day): "nghỉ lễ" for day in (*OFF, *more_off)}
    worked = {date.fromisoformat(day): "làm bù" for day in WORKED}
    return WorkingTime([season], off=off, worked=worked, approved=years, zone=ZONE)


def at(text: str) -> datetime:
    """Read `02/03/2026 08:00` as a moment in Hà Nội."""
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("example", "start", "hours", "due"),
    [
        ("E1 lunch is skipped", "02/03/2026 08:00", 4, "02/03/2026 13:30"),
        ("E2 over the weekend", "06/03/2026 16:00", 3, "09/03/2026 09:30"),
        ("E3 from a Saturday to exactly the close", "07/03/2026 10:15", 8, "09/03/2026 17:00"),
        ("E4 from the lunch break", "10/03/2026 12:10", 2, "10/03/2026 15:00"),
        ("E5 a Saturday that is worked counts", "09/01/2026 13:00", 8, "10/01/2026 11:30"),
        ("E8 across Tết", "13/02/2026 16:30", 4, "23/02/2026 11:00"),
        ("E11 a dossier sent online on Sunday night", "20/09/2026 22:05", 8, "21/09/2026 17:00"),
        ("E16 across Quốc khánh", "28/08/2026 15:00", 16, "04/09/2026 15:00"),
    ],
)
def test_working_hours_run_inside_the_opening_hours_only(example: str, start: str, hours: int, due: str) -> None:
    assert calendar().after_hours(at(start), hours) == at(due), example


@pytest.mark.parametrize(
    ("example", "start", "days", "due"),
    [
        ("E6 01/01 and the swapped 02/01", "31/12/2025 09:00", 3, "07/01/2026 17:00"),
        ("E7 across Tết", "12/02/2026 15:20", 5, "26/02/2026 17:00"),
        ("E9 three days off in the way", "24/04/2026 10:00", 5, "06/05/2026 17:00"),
        ("E10 a worked Saturday and three days off", "20/08/2026 14:00", 10, "07/09/2026 17:00"),
        ("E15 24/11 is off", "20/11/2026 16:45", 2, "25/11/2026 17:00"),
        ("E17 a minute before the close", "01/06/2026 16:59", 1, "02/06/2026 17:00"),
        ("E17 at the close", "01/06/2026 17:00", 1, "03/06/2026 17:00"),
    ],
)
def test_working_days_end_at_the_close_and_leave_out_the_day_of_receipt(
    example: str, start: str, days: int, due: str
) -> None:
    assert calendar().after_days(at(start), days) == at(due), example


def test_e12_what_comes_on_a_sunday_counts_from_the_next_working_day_or_from_its_date() -> None:
    sunday = at("30/08/2026 21:00")

    assert calendar().after_days(sunday, 1) == at("04/09/2026 17:00")
    assert calendar().after_days(sunday, 1, shift=ReceiptShift.CIVIL_DATE) == at("03/09/2026 17:00")


def test_e13_a_pause_leaves_what_was_left() -> None:
    due = calendar().after_hours(at("05/10/2026 07:30"), 40)

    paused, resumed = at("06/10/2026 11:30"), at("15/10/2026 09:00")

    assert calendar().between(paused, due) == timedelta(hours=28)
    assert calendar().resumed(due, paused=paused, resumed=resumed) == at("20/10/2026 14:30")


def test_e14_a_pause_after_which_everything_counts_again() -> None:
    due = calendar().after_hours(at("05/10/2026 07:30"), 40)

    paused, resumed = at("06/10/2026 11:30"), at("15/10/2026 09:00")

    assert calendar().resumed(due, paused=paused, resumed=resumed, whole_hours=40) == at("22/10/2026 09:00")


def test_e15_a_day_that_becomes_off_moves_the_due_day() -> None:
    assert calendar(C1, "2026-11-23").after_days(at("20/11/2026 16:45"), 2) == at("26/11/2026 17:00")


def test_e18_another_office_has_other_hours() -> None:
    assert calendar(C2).after_hours(at("02/03/2026 10:00"), 5) == at("03/03/2026 07:30")
    assert calendar(C2).hours_of_day(date(2026, 3, 2)) * 3 == Decimal("22.5")


def test_e19_a_year_without_approved_calendar_is_an_error_and_never_a_guess() -> None:
    with pytest.raises(CalendarYearMissing) as refused:
        calendar().after_hours(at("31/12/2026 16:00"), 2)

    assert refused.value.year == 2027
    approved = calendar(C1, "2027-01-01", years=(2025, 2026, 2027))
    assert approved.after_hours(at("31/12/2026 16:00"), 2) == at("04/01/2027 08:30")


def test_e20_lateness_is_told_in_working_hours() -> None:
    assert calendar().between(at("06/05/2026 17:00"), at("08/05/2026 09:30")) == timedelta(hours=10)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("02/04/2026 14:59", "02/04/2026 17:00"),
        ("02/04/2026 15:00", "02/04/2026 17:00"),
        ("02/04/2026 15:01", "03/04/2026 17:00"),
    ],
)
def test_e21_what_comes_after_three_is_due_the_next_day(received: str, due: str) -> None:
    assert calendar().same_day(at(received), time(15)) == at(due)


def test_e22_a_reminder_counts_backward() -> None:
    assert calendar().before_days(at("06/05/2026 17:00"), 1) == at("05/05/2026 17:00")


def test_2026_has_249_working_days() -> None:
    assert calendar().working_days(2026) == 249
