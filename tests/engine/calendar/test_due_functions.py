"""What expressions ask of the calendar, forward and backward, and what they are told when they ask wrongly."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine import feel, runtime

AT = datetime(2026, 4, 24, 3, 0, tzinfo=UTC)
"""Friday 24 April 2026, 10:00 in Hà Nội."""


@pytest.fixture
def ask(office: Any) -> Any:
    """Evaluate an expression as a diagram would."""

    def evaluate(text: str) -> object:
        with office.session() as session:
            return feel.to_json(feel.parse(text).evaluate({}, runtime.environment(session, AT)))

    return evaluate


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("working days(0)", "2026-04-24T17:00:00"),
        ("working days(1)", "2026-04-28T17:00:00"),
        ("working hours(4)", "2026-04-24T15:30:00"),
        ("working hours(0.5)", "2026-04-24T10:30:00"),
        ("working hours(8)", "2026-04-28T10:00:00"),
        ("working days before(working days(5), 1)", "2026-05-05T17:00:00"),
        ('working hours before(date and time("2026-04-28T08:30:00"), 2)', "2026-04-24T16:00:00"),
    ],
)
def test_moments_are_counted_forward_from_now_and_backward_from_a_moment(ask: Any, text: str, moment: str) -> None:
    assert str(ask(text)).startswith(moment)


def test_the_working_hours_between_two_moments_can_be_compared(ask: Any) -> None:
    between = "working hours between(now(), working days(5))"

    assert ask(between) == Decimal("45.5")
    assert ask(f"{between} > 8") is True


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("working days(1.5)", "a whole number of days is needed"),
        ("working days(-1)", "a number from 0 upwards is needed"),
        ("working hours(null)", "a number from 0 upwards is needed"),
        ('working days before("2026-04-28", 1)', "a moment is needed"),
        ("working days(1000)", "calendar of 2027 has not been approved"),
        ("working days before(now(), 1000)", "calendar of 2025 has not been approved"),
    ],
)
def test_what_cannot_be_counted_is_an_error_at_its_place_and_no_guess(ask: Any, text: str, sentence: str) -> None:
    with pytest.raises(feel.FeelError, match=sentence) as caught:
        ask(f"[1, {text}]")

    assert caught.value.column == 5
