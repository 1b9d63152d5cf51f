"""Literals, comments and the way a text becomes tokens."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from engine import feel

Ask = Callable[..., object]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("-12", -12),
        (".5", Decimal("0.5")),
        ("1.23e2", Decimal(123)),
        ("true", True),
        ("null", None),
        ('"Sở Công Thương"', "Sở Công Thương"),
        (r'"a\"b\\c\n"', 'a"b\\c\n'),
        (r'"\d+"', r"\d+"),
        (r'"\u1EC7"', "ệ"),
        (r'"\U01F40E"', "🐎"),
        (r'"\uD83D\uDC0E"', "🐎"),
        ("[]", []),
        ("{}", {}),
        ("1 + /* two */ 2 // three", 3),
    ],
)
def test_a_literal_stands_for_its_value(ask: Ask, text: str, value: object) -> None:
    assert ask(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-01-05", date(2026, 1, 5)),
        ("10:30:00", time(10, 30)),
        ("10:30", time(10, 30)),
        ("10:30:00.25Z", time(10, 30, 0, 250_000, tzinfo=UTC)),
        ("2026-01-05T10:30:00+07:00", datetime(2026, 1, 5, 10, 30, tzinfo=timezone(timedelta(hours=7)))),
        ("2026-01-05T10:30:00@Asia/Ho_Chi_Minh", datetime(2026, 1, 5, 10, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))),
        ("P1DT2H", timedelta(days=1, hours=2)),
        ("-PT0.5S", timedelta(milliseconds=-500)),
        ("P1Y2M", feel.YearsMonths(14)),
    ],
)
def test_an_at_literal_is_a_date_a_time_or_a_duration(ask: Ask, text: str, value: object) -> None:
    assert ask(f'@"{text}"') == value


@pytest.mark.parametrize(
    "text", ["2026-1-5", "2026-02-30", "25:00:00", "10:00:00+19:00", "P", "P1YT1H", "@Mars/Base", ""]
)
def test_an_at_literal_that_is_nothing_of_the_kind_is_refused(text: str) -> None:
    with pytest.raises(feel.FeelSyntaxError):
        feel.parse(f'@"{text}"')


def test_numbers_are_decimals_of_34_digits(ask: Ask) -> None:
    assert ask("0.1 + 0.2 = 0.3") is True
    assert str(ask("1 / 3")) == "0." + "3" * 34
    assert ask("123456789012345678901234567890123456789 = 1234567890123456789012345678901234568e2") is True


def test_text_written_with_combining_marks_means_the_same(ask: Ask) -> None:
    decomposed = 't\u00ea\u0301n = "ê\u0323"'

    assert ask(decomposed, {"tến": "ệ"}) is True
