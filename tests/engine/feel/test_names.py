"""Names of several words, in Vietnamese, and what an expression reads and calls."""

from collections.abc import Callable

import pytest

from engine import feel

Ask = Callable[..., object]


@pytest.mark.parametrize(
    ("text", "names", "scope"),
    [
        ("số tiền + 1", ["số tiền"], {"số tiền": 1}),
        ("số   tiền + 1", ["số tiền"], {"số tiền": 1}),
        ("x-y", ["x-y"], {"x-y": 2}),
        ("x - y", [], {"x": 5, "y": 3}),
        ("profit and loss", ["profit and loss"], {"profit and loss": 2}),
        ("a of b + 1", ["a", "a of b"], {"a of b": 1}),
        ("khách.ngày sinh", ["ngày sinh"], {"khách": {"ngày sinh": 2}}),
        ("{đơn giá: 1, thành tiền: đơn giá * 2}.thành tiền", [], {}),
        ("(for giá trị in [2] return giá trị)[1]", [], {}),
        ("(function(giá trị) giá trị)(2)", [], {}),
        ("🐎", [], {"🐎": 2}),
    ],
)
def test_the_longest_known_name_is_meant(ask: Ask, text: str, names: list[str], scope: dict[str, object]) -> None:
    assert ask(text, scope, names) == 2


def test_variables_called_date_and_time_are_no_function(ask: Ask) -> None:
    assert ask("date and time", {"date": True, "time": True}) is True


def test_an_expression_tells_what_it_reads_and_calls() -> None:
    expression = feel.parse(
        'sum(for i in items[price > limit] return i.price) > 5 and leader of(unit) = "lan" and {a: 1, b: a}.b = 1'
    )

    assert expression.reads == {"items", "price", "limit", "unit"}
    assert expression.possible_reads == {"price", "limit"}
    assert expression.calls == {"sum", "leader of"}


def test_a_variable_named_like_a_function_is_read_where_it_is_not_called() -> None:
    assert feel.parse("date = null or count(items) > 1").reads == {"date", "items"}
    assert feel.parse("[unit][item(1) = unit]").reads == {"unit"}


def test_unary_tests_do_not_read_their_input() -> None:
    assert feel.parse_unary_tests("? > limit, contains(?, other)").reads == {"limit", "other"}


def test_functions_that_nobody_offers_are_found_without_evaluating() -> None:
    expression = feel.parse("if x then nothing like(1) else cuont(x)", names=["nothing like"])

    found = feel.unknown_functions(expression, offered=["nothing like"])

    assert [(error.text.en, error.column) for error in found] == [
        ("there is no function “cuont” – did you mean “count”?", 32)
    ]
