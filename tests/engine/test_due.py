"""How something stands to its due time: in time, soon or late, by how many working hours."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from engine import due
from engine.due import Due, DueCue
from engine.runtime import OFFICE_ZONE

HOUR = timedelta(hours=1)


def moment(day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    """Return a moment of March; Friday is the 6th."""
    return datetime(year, 3, day, hour, minute, tzinfo=OFFICE_ZONE)


def cue(office: Any, due_at: datetime | None, at: datetime) -> DueCue:
    with office.session() as session:
        return due.cue(session, due_at, at=at)


@pytest.mark.parametrize(
    ("due_at", "at", "standing", "hours"),
    [
        (moment(6, 16), moment(6, 9), Due.SOON, 5.5),
        (moment(9, 9), moment(6, 16), Due.SOON, 2.5),
        (moment(9, 16, 30), moment(6, 16), Due.OK, 8.5),
        (moment(6, 16), moment(9, 8, 30), Due.LATE, 2),
        (moment(6, 17), moment(8, 12), Due.LATE, 0),
    ],
    ids=["the same day", "over the weekend", "more than a day's work", "late since Friday", "late while nobody works"],
)
def test_what_is_left_or_past_is_counted_in_working_hours(
    office: Any, due_at: datetime, at: datetime, standing: Due, hours: float
) -> None:
    assert cue(office, due_at, at) == DueCue(standing, hours * HOUR, is_working_time=True)


def test_without_a_due_time_nothing_is_late(office: Any) -> None:
    assert cue(office, None, moment(6, 9)) == DueCue(Due.NONE)


def test_in_a_year_without_calendar_the_plain_time_is_told_as_such(office: Any) -> None:
    assert cue(office, moment(5, 9, year=2031), moment(6, 9, year=2031)) == DueCue(Due.LATE, 24 * HOUR)
    assert cue(office, moment(6, 16, year=2031), moment(6, 9, year=2031)) == DueCue(Due.SOON, 7 * HOUR)


def test_soon_is_a_days_work_from_now(office: Any) -> None:
    with office.session() as session:
        assert due.soon_until(session, moment(6, 16)) == moment(9, 16)
        assert due.soon_until(session, moment(6, 16, year=2031)) == moment(7, 0, year=2031)
