"""Logic of three values, equality, order and membership."""

from collections.abc import Callable
from decimal import Decimal

import pytest

Ask = Callable[..., object]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true and null", None),
        ("false and null", False),
        ("null and false", False),
        ("true or null", True),
        ("null or false", None),
        ('"true" and true', None),
        ("1 and false", False),
        ("true and true and null and false", False),
        ("false or null or 1 or true", True),
        ("false or false or false", False),
        ("not(null)", None),
        ("not(1 = 1)", False),
    ],
)
def test_and_or_and_not_know_three_values(ask: Ask, text: str, value: object) -> None:
    assert ask(text) is value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("null = null", True),
        ("1 = null", False),
        ('1 = "1"', None),
        ("true = 1", None),
        ("1 = 1.00", True),
        ("[1, [2, 3]] = [1, [2, 3]]", True),
        ("[1, 2] != [2, 1]", True),
        ('{a: 1, b: "x"} = {b: "x", a: 1}', True),
        ("[1..3] = [1..3]", True),
        ("[1..3] = [1..3)", False),
        ("(< 3) = (null..3)", False),
        ('@"10:00:00+07:00" = @"03:00:00Z"', True),
        ('@"2026-01-05T10:00:00+07:00" = @"2026-01-05T10:00:00@Asia/Ho_Chi_Minh"', True),
        ('@"PT24H" = @"P1D"', True),
        ('@"P12M" = @"P1Y"', True),
        ('@"P1Y" = @"P365D"', None),
        ('@"2026-01-05" < @"2026-01-06"', True),
        ('"B" < "a"', True),
        ("1 < null", None),
        ('1 < "2"', None),
        ("true < false", None),
        ("2 between 1 and 2", True),
        ("3 between 1 and 2", False),
        ("3 between null and 2", False),
        ("1 between null and 2", None),
    ],
)
def test_values_compare_within_their_kind(ask: Ask, text: str, value: object) -> None:
    assert ask(text) is value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 in [2, 3, 1]", True),
        ("1 in (2, 3)", False),
        ("5 in (1, < 6)", True),
        ("5 in >= 6", False),
        ("5 in != 6", True),
        ("2 in [[2..4], [8..9]]", True),
        ("2 in (2..4]", False),
        ("4 in ]2..4]", True),
        ("4 in [2..4[", False),
        ("[1] in [[1], [2]]", True),
        ('"b" in ("a".."c")', True),
        ("5 in (null..10]", None),
        ("null in [1..10]", None),
        ("x in [1..10[ and x in [1..3]", True),
    ],
)
def test_in_asks_a_range_a_list_or_tests(ask: Ask, text: str, value: object) -> None:
    assert ask(text, {"x": 2}) is value


def test_whole_numbers_and_decimals_from_outside_compare_by_value(ask: Ask) -> None:
    scope = {"whole": 2, "exact": Decimal("2.0"), "float": 0.1}

    assert ask("whole = exact and whole >= exact and float + 0.2 = 0.3", scope) is True


def test_only_true_chooses_the_first_branch(ask: Ask, remarks: Callable[[], list[str]]) -> None:
    assert ask('if "yes" then 1 else 2') == 2
    assert ask("if null then 1 else 2") == 2
    assert remarks() == ["a boolean is wanted, but a string came"]
