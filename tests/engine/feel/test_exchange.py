"""Results as JSON values."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from engine import feel

Ask = Callable[..., object]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("null", None),
        ("true", True),
        ("10 / 2.5", 4),
        ("1.10", Decimal("1.10")),
        ("now()", "2026-01-05T10:00:00+07:00"),
        ("today()", "2026-01-05"),
        ('@"10:00:00@Asia/Ho_Chi_Minh"', "10:00:00+07:00"),
        ('@"10:00:00"', "10:00:00"),
        ('@"P1Y2M"', "P1Y2M"),
        ('@"PT36H"', "P1DT12H"),
        ('{a: [1.0, @"P1D"]}', {"a": [1, "P1D"]}),
    ],
)
def test_a_result_becomes_a_json_value(ask: Ask, text: str, value: object) -> None:
    result = feel.to_json(ask(text))

    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize("text", ["function(x) x", "[1..2]", "[[1..2]]"])
def test_a_function_or_range_cannot_be_kept(ask: Ask, text: str) -> None:
    with pytest.raises(feel.FeelError, match="cannot be kept as a variable"):
        feel.to_json(ask(text))


def test_a_result_shares_nothing_with_the_scope(ask: Ask) -> None:
    scope = {"items": [{"a": 1}]}

    kept = feel.to_json(ask("items", scope))

    assert kept == scope["items"]
    assert kept is not scope["items"]


def test_a_value_that_repeats_itself_without_end_is_refused() -> None:
    endless: list[object] = []
    endless.append(endless)

    with pytest.raises(feel.BudgetExceeded):
        feel.to_json(endless)
