"""The cells of decision tables."""

import pytest

from engine import feel


@pytest.mark.parametrize(
    ("text", "value", "passes"),
    [
        ("-", 5, True),
        ("", 5, True),
        ("5", 5, True),
        ("< 5", 5, False),
        ("< 5, >= 5", 5, True),
        ("[1..5)", 5, False),
        ("not(1, 2)", 5, True),
        ("not(< 6)", 5, False),
        ('"a", "b"', "b", True),
        ('not("a")', None, True),
        ("null", None, True),
        ("true", False, False),
        ("true", 5, False),
        ("false", False, True),
        ("? > 3 and ? < 6", 5, True),
        ("even(?)", 5, False),
        ("not(even(?))", 5, True),
        ("limit", 5, True),
        ("< limit", 5, False),
        ("members", "lan", True),
        ("count(members) = 1", "anything", True),
        ("count(members) = 2", "anything", False),
        ("not(?) or true", False, True),
        ('@"2026-01-05"', "2026-01-05", False),
        ("= 5", 5, True),
        ("!= 5", 5, False),
    ],
)
def test_a_cell_lets_its_values_pass(
    environment: feel.Environment,
    text: str,
    value: object,
    passes: bool,  # noqa: FBT001 - a table's column
) -> None:
    scope = {"?": value, "limit": 5, "members": ["lan"]}

    assert feel.parse_unary_tests(text).evaluate(scope, environment) is passes


@pytest.mark.parametrize(
    ("text", "tests"),
    [
        ("-", ((), False)),
        ('"a", "b"', (("a", "b"), False)),
        ("not(-1)", ((-1,), True)),
        ("[1..5)", ((feel.Range(1, 5, start_included=True, end_included=False),), False)),
        ("< 5", ((feel.Range(None, 5, start_included=False, end_included=False, operator="<"),), False)),
        ("? > 5", None),
        ("limit", None),
        ('-"a"', None),
    ],
)
def test_a_cell_of_constants_tells_what_it_tests_for(text: str, tests: object) -> None:
    assert feel.constant_tests(feel.parse_unary_tests(text)) == tests


@pytest.mark.parametrize(("text", "passes"), [("true", True), ("false", False), ("amount > 5", True), ("null", True)])
def test_a_test_without_an_input_stands_alone(
    environment: feel.Environment,
    text: str,
    passes: bool,  # noqa: FBT001 - a table's column
) -> None:
    assert feel.parse_unary_tests(text).evaluate({"amount": 10}, environment) is passes


def test_an_expression_is_no_cell() -> None:
    assert feel.constant_tests(feel.parse("5")) is None
