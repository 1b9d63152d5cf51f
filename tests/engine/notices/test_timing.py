"""When somebody is told outside the site: quiet hours over midnight, the daily digest, working days."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.model import Digest, NoticePreference
from engine.notices import preferences, timing

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NIGHT = {"quiet_from": time(21), "quiet_until": time(6, 30)}


def wishes(**said: Any) -> NoticePreference:
    made = preferences.usual(None)  # type: ignore[arg-type]  # whose it is does not matter here
    for name, value in said.items():
        setattr(made, name, value)
    return made


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=HANOI)


def weekdays(day: date) -> bool:
    return day.weekday() < 5


def test_whoever_has_said_nothing_is_told_at_once() -> None:
    at = moment(2, 23, 59)

    assert timing.goes_at(wishes(), at, weekdays) == at


@pytest.mark.parametrize(
    ("at", "goes"),
    [
        (moment(2, 20, 59), moment(2, 20, 59)),
        (moment(2, 21), moment(3, 6, 30)),
        (moment(2, 23, 59), moment(3, 6, 30)),
        (moment(3, 0), moment(3, 6, 30)),
        (moment(3, 6, 29), moment(3, 6, 30)),
        (moment(3, 6, 30), moment(3, 6, 30)),
    ],
)
def test_what_comes_in_quiet_hours_over_midnight_waits_for_their_end(at: datetime, goes: datetime) -> None:
    assert timing.goes_at(wishes(**NIGHT), at, weekdays) == goes


def test_quiet_hours_within_a_day_hold_back_until_their_end() -> None:
    noon = wishes(quiet_from=time(11, 30), quiet_until=time(13, 30))

    assert timing.goes_at(noon, moment(2, 12), weekdays) == moment(2, 13, 30)
    assert timing.goes_at(noon, moment(2, 14), weekdays) == moment(2, 14)


def test_the_digest_goes_at_its_hour_today_or_tomorrow() -> None:
    daily = wishes(digest=Digest.DAILY, digest_at=time(16))

    assert timing.goes_at(daily, moment(2, 9), weekdays) == moment(2, 16)
    assert timing.goes_at(daily, moment(2, 16), weekdays) == moment(2, 16)
    assert timing.goes_at(daily, moment(2, 16, 1), weekdays) == moment(3, 16)


def test_a_digest_whose_hour_is_quiet_goes_when_the_quiet_hours_end() -> None:
    daily = wishes(digest=Digest.DAILY, digest_at=time(5), **NIGHT)

    assert timing.goes_at(daily, moment(2, 9), weekdays) == moment(3, 6, 30)


def test_on_a_free_day_it_waits_for_the_hour_of_the_digest_on_the_next_working_day() -> None:
    friday_night, saturday = moment(6, 22), moment(7, 10)

    assert timing.goes_at(wishes(only_working_days=True), saturday, weekdays) == moment(9, 8)
    assert timing.goes_at(wishes(only_working_days=True, **NIGHT), friday_night, weekdays) == moment(9, 8)
    assert timing.goes_at(
        wishes(only_working_days=True, digest=Digest.DAILY, digest_at=time(16)), moment(6, 17), weekdays
    ) == moment(9, 16)


def test_a_calendar_without_working_days_holds_nothing_back_for_ever() -> None:
    goes = timing.goes_at(wishes(only_working_days=True, **NIGHT), moment(2, 9), lambda _day: False)

    assert moment(2, 9) < goes < datetime(2026, 5, 1, tzinfo=HANOI)


def test_what_is_late_because_nothing_ran_still_respects_quiet_hours() -> None:
    assert timing.may_go_at(wishes(**NIGHT), moment(2, 22), weekdays) == moment(3, 6, 30)
    assert timing.may_go_at(wishes(**NIGHT), moment(2, 12), weekdays) == moment(2, 12)


def test_what_is_late_because_nothing_ran_still_waits_for_a_working_day_and_for_no_other_digest() -> None:
    kept = wishes(only_working_days=True, digest=Digest.DAILY)

    assert timing.may_go_at(kept, moment(7, 12), weekdays) == moment(9, 8)  # a Saturday
    assert timing.may_go_at(kept, moment(6, 12), weekdays) == moment(6, 12)
