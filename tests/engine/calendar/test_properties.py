"""What holds for every moment and every number of hours, in an office with two seasons and a worked Saturday."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import CalendarYearMissing, Season, Span, WorkingTime

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
WINTER = Season.weekdays(Span(time(7, 30), time(11, 30)), Span(time(13), time(17)))
SUMMER = Season.weekdays(
    Span(time(7), time(11)), Span(time(13, 30), time(17)), first=date(2026, 5, 1), last=date(2026, 9, 30)
)
CALENDAR = WorkingTime(
    [WINTER, SUMMER],
    off={date(2026, 4, 30): "30/4", date(2026, 5, 1): "1/5"},
    worked={date(2026, 8, 22): "làm bù"},
    approved=[2026],
    zone=ZONE,
)
moments = st.datetimes(datetime(2026, 1, 20), datetime(2026, 10, 10), timezones=st.just(UTC))  # noqa: DTZ001
minutes = st.integers(0, 200 * 60)


def hours(count: int) -> Decimal:
    """Turn minutes into hours without loss."""
    return Decimal(count) / 60


def is_open(at: datetime) -> bool:
    """Tell whether the office works at a moment, closing time included."""
    here = at.astimezone(ZONE)
    return any(span.opens <= here.time() <= span.closes for span in CALENDAR.spans_on(here.date()))


@given(moments, minutes)
def test_nothing_is_ever_due_out_of_hours(at: datetime, count: int) -> None:
    assert is_open(CALENDAR.after_hours(at, hours(count)))


@given(moments, minutes, minutes)
def test_more_hours_are_never_due_earlier(at: datetime, few: int, more: int) -> None:
    assert CALENDAR.after_hours(at, hours(few)) <= CALENDAR.after_hours(at, hours(few + more))


@given(moments, moments, minutes)
def test_what_begins_later_is_never_due_earlier(one: datetime, other: datetime, count: int) -> None:
    first, second = sorted((one, other))

    assert CALENDAR.after_hours(first, hours(count)) <= CALENDAR.after_hours(second, hours(count))


@given(moments, minutes, minutes)
def test_hours_in_two_parts_are_the_hours_at_once(at: datetime, first: int, second: int) -> None:
    in_parts = CALENDAR.after_hours(CALENDAR.after_hours(at, hours(first)), hours(second))

    assert in_parts == CALENDAR.after_hours(at, hours(first + second))


@given(moments, minutes)
def test_the_hours_between_start_and_due_are_the_hours_given(at: datetime, count: int) -> None:
    start = CALENDAR.next_open(at).replace(microsecond=0)

    assert CALENDAR.between(start, CALENDAR.after_hours(start, hours(count))) == timedelta(minutes=count)


@given(moments, st.integers(1, 60 * 60))
def test_backward_and_forward_again_leads_back(at: datetime, count: int) -> None:
    due = CALENDAR.after_hours(at, Decimal(1))

    assert CALENDAR.after_hours(CALENDAR.before_hours(due, hours(count) / 10), hours(count) / 10) == due


@given(moments, st.integers(0, 30), st.integers(0, 10))
def test_days_are_due_at_a_close_and_add_up(at: datetime, first: int, second: int) -> None:
    due = CALENDAR.after_days(at, first + second)

    assert is_open(due)
    assert due.astimezone(ZONE).time() == time(17)
    assert CALENDAR.before_days(due, second) == CALENDAR.after_days(at, first)


@given(moments, st.integers(0, 60))
def test_calendar_days_end_on_a_working_day_at_or_after_their_date(at: datetime, count: int) -> None:
    due = CALENDAR.after_calendar_days(at, count).astimezone(ZONE).date()

    assert CALENDAR.is_working_day(due)
    assert due >= at.astimezone(ZONE).date() + timedelta(days=count)


@pytest.mark.parametrize("year", [2025, 2027])
def test_a_year_nobody_approved_is_named(year: int) -> None:
    with pytest.raises(CalendarYearMissing) as refused:
        CALENDAR.next_open(datetime(year, 6, 1, tzinfo=UTC))

    assert refused.value.year == year


def test_what_would_reach_back_before_the_first_approved_year_is_refused() -> None:
    with pytest.raises(CalendarYearMissing):
        CALENDAR.before_hours(datetime(2026, 1, 5, 2, tzinfo=UTC), 80)


def test_a_span_must_close_after_it_opens() -> None:
    with pytest.raises(ValueError, match="closes after"):
        Span(time(17), time(13))
