"""Each moment of a rule, in working time: 08:00 Monday, due after ten working hours on Tuesday at 10:00."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import Season, WorkingTime
from engine.calendar.working_time import Span as OpeningSpan
from engine.escalations.occasions import Span, occasions
from engine.escalations.rules import Moment, Rule

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
HOURS = (OpeningSpan(time(7, 30), time(11, 30)), OpeningSpan(time(13), time(17)))
TIME = WorkingTime([Season.weekdays(*HOURS)], off={}, worked={}, approved=[2026], zone=ZONE)


def moments_of(text: str, start: datetime, due: datetime, daily: int = 0) -> list[str]:
    moment = Moment.read(text)
    assert moment is not None
    found = occasions([Rule(moment, ("assignee",), daily)], Span(start, due), TIME)
    return [f"{each.at.astimezone(ZONE):%d/%m %H:%M}" + ("?" if each.pending else "") for each in found]


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1%", "02/03 08:06"),
        ("50%", "02/03 14:30"),
        ("80%", "03/03 08:00"),
        ("due", "03/03 10:00"),
        ("due - 1 hour", "03/03 09:00"),
        ("due - 4 hours", "02/03 15:30"),
        ("due-1 day", "02/03 17:00"),
        ("due + 4 hours", "03/03 15:30"),
        ("due + 1 day", "04/03 17:00"),
        ("due + 3 days", "06/03 17:00"),
        ("due + 4 days", "09/03 17:00"),
    ],
)
def test_a_moment_is_counted_in_working_time(text: str, expected: str) -> None:
    assert moments_of(text, at(2, 8), at(3, 10)) == [expected]


def test_a_rule_repeated_daily_holds_at_each_opening_for_so_many_working_days() -> None:
    assert moments_of("due", at(4, 8), at(5, 17), daily=3) == [
        "05/03 17:00",
        "06/03 07:30",
        "09/03 07:30",
        "10/03 07:30",
    ]


def test_a_day_late_after_closing_time_is_the_next_days_closing_time() -> None:
    assert moments_of("due + 1 day", at(2, 8), at(4, 17)) == ["05/03 17:00"]


def test_a_moment_before_the_task_was_opened_is_none() -> None:
    assert moments_of("due - 2 days", at(2, 8), at(3, 10)) == []


def test_a_task_that_is_due_before_it_is_opened_has_no_half_time() -> None:
    assert moments_of("50%", at(4, 8), at(3, 10)) == []
    assert moments_of("due", at(4, 8), at(3, 10)) == ["03/03 10:00"]


def test_half_time_of_a_weekend_is_never_after_it_is_due() -> None:
    assert moments_of("50%", at(7, 8), at(8, 9)) == ["08/03 09:00"]


def test_what_would_lie_in_a_year_nobody_approved_waits_for_that_year() -> None:
    due = datetime(2026, 12, 31, 9, tzinfo=ZONE)

    assert moments_of("due + 2 days", at(29, 8, month=12), due) == ["01/01 00:00?"]
    assert moments_of("due", at(29, 8, month=12), due, daily=3) == ["31/12 09:00", "01/01 00:00?"]


def test_half_time_up_to_a_year_nobody_approved_is_not_guessed() -> None:
    assert moments_of("50%", at(29, 8, month=12), datetime(2027, 1, 5, 9, tzinfo=ZONE)) == ["29/12 08:00?"]


def test_days_before_due_in_the_first_year_of_the_calendar_are_before_the_task() -> None:
    assert moments_of("due - 30 days", at(5, 8, month=1), at(6, 9, month=1)) == []


def test_a_due_moment_at_the_very_end_of_time_is_told_itself_and_nothing_else() -> None:
    end = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    said = [Rule(moment, ("assignee",)) for moment in (Moment(percent=50), Moment(), Moment(hours=1), Moment(days=1))]

    assert [each.at for each in occasions(said, Span(at(2, 8), end), TIME)] == [end]


@given(
    start=st.timedeltas(timedelta(0), timedelta(days=270)),
    length=st.timedeltas(timedelta(minutes=5), timedelta(days=60)),
    percents=st.tuples(st.integers(1, 99), st.integers(1, 99)),
)
def test_more_of_the_time_is_never_sooner_and_never_after_due(
    start: timedelta, length: timedelta, percents: tuple[int, int]
) -> None:
    first, last = (Rule(Moment(percent=percent), ("assignee",)) for percent in sorted(percents))
    begun = at(5, 0, month=1) + start

    [sooner] = occasions([first], Span(begun, begun + length), TIME)
    [later] = occasions([last], Span(begun, begun + length), TIME)

    assert begun <= sooner.at <= later.at <= begun + length
