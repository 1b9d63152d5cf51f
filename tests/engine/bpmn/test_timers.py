"""ISO 8601 dates, durations and cycles."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from engine.bpmn.timers import Cycle, Duration, due_from, moment

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 1, 31, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("PT90M", "2026-01-31T10:30:00+00:00"),
        ("P1M", "2026-02-28T09:00:00+00:00"),
        ("P1Y2M3DT4H", "2027-04-03T13:00:00+00:00"),
        ("P2W", "2026-02-14T09:00:00+00:00"),
        ("-P1D", "2026-01-30T09:00:00+00:00"),
        ("PT0.5S", "2026-01-31T09:00:00.500000+00:00"),
        ("2026-02-03", "2026-02-02T17:00:00+00:00"),
        ("2026-02-03T08:00:00", "2026-02-03T01:00:00+00:00"),
        ("2026-02-03T08:00:00Z", "2026-02-03T08:00:00+00:00"),
        ("2026-02-03T08:00:00@Asia/Ho_Chi_Minh", "2026-02-03T01:00:00+00:00"),
    ],
)
def test_a_timer_is_due_when_its_text_says(text: str, due: str) -> None:
    assert due_from(text, now=NOW, zone=HANOI).isoformat() == due


@pytest.mark.parametrize("text", ["", "P", "PT", "P1H", "1D", "tomorrow", "2026-13-01", "P1DT", "R3/P1D"])
def test_other_texts_are_no_due_date(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is Python's
        due_from(text or "?", now=NOW, zone=HANOI)


def test_months_are_counted_from_the_anchor_so_the_day_comes_back() -> None:
    month = Duration.parse("P1M")
    assert month is not None

    days = [month.after(NOW, times=turn).date().isoformat() for turn in (1, 2, 3)]

    assert days == ["2026-02-28", "2026-03-31", "2026-04-30"]


@pytest.mark.parametrize(
    ("text", "cycle"),
    [
        ("R3/PT10H", Cycle(3, None, "PT10H")),
        ("R/P1D", Cycle(None, None, "P1D")),
        ("R2/2026-01-01T00:00:00Z/P1M", Cycle(2, "2026-01-01T00:00:00Z", "P1M")),
        ("PT10H", None),
        ("R3/", None),
        ("R3/x/P1D", None),
        ("0 0 9 * * *", None),
    ],
)
def test_cycles_are_read(text: str, cycle: Cycle | None) -> None:
    assert Cycle.parse(text) == cycle


def test_a_date_may_mean_the_end_of_its_day() -> None:
    assert moment("2026-11-30", zone=HANOI, at=time(23, 59, 59)).isoformat() == "2026-11-30T16:59:59+00:00"
