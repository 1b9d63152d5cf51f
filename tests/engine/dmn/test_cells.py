"""The cells of a decision table, whether an index answers them or FEEL does."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.dmn.columns import Column, indexable
from engine.dmn.course import Course
from engine.feel import Environment, parse_unary_tests


def passed(ask: Any, cell: str, value: object, kind: str = "") -> bool:
    column = f"x: {kind}" if kind else "x"
    table = ask.dmn.table(f"{cell} -> true", inputs=[column], policy="FIRST")
    return ask(table, x=value, limit=10).value is True


@pytest.mark.parametrize(
    ("cell", "passing", "failing"),
    [
        ("-", 1, ...),
        ("", 1, ...),
        ('"a"', "a", "b"),
        ('"a", "b"', "b", "c"),
        ('not("a", "b")', "c", "a"),
        ("5", Decimal("5.0"), 6),
        ("< 5", 4, 5),
        ("<= 5", 5, Decimal("5.1")),
        ("> 5", 6, 5),
        ("[1..5)", 1, 5),
        ("]1..5]", 5, 1),
        ("(1..5), 9", 9, 1),
        ("not([1..5])", 6, 3),
        ("true", True, False),
        ("null", None, 0),
        ("not(null)", 0, None),
        ("= 5", 5, 6),
        ("!= 5", 6, 5),
        ("< limit", 9, 10),
        ("? * 2 > limit", 6, 5),
        ("-5", -5, 5),
    ],
)
def test_a_cell_lets_through_what_it_names(ask: Any, cell: str, passing: object, failing: object) -> None:
    assert passed(ask, cell, passing)
    assert failing is ... or not passed(ask, cell, failing)


@pytest.mark.parametrize("cell", ["true", "false", "1", "< 5", '"a"', '["a".."c"]'])
def test_a_missing_value_passes_no_constant(ask: Any, cell: str) -> None:
    assert not passed(ask, cell, None)


@pytest.mark.parametrize(("cell", "value"), [("1", True), ("true", 1), ("0", False), ("[0..1]", True), ("1", "1")])
def test_a_value_of_another_kind_passes_no_constant(ask: Any, cell: str, value: object) -> None:
    assert not passed(ask, cell, value)


@pytest.mark.parametrize("cell", ['< date("2026-03-01")', '[date("2026-01-01")..@"2026-02-28"]', '@"2026-02-28"'])
def test_dates_are_read_from_the_text_that_variables_keep(ask: Any, cell: str) -> None:
    assert passed(ask, cell, "2026-02-28", "date")
    assert not passed(ask, cell, "2026-03-01", "date")


def test_a_date_called_as_a_function_is_indexed(ask: Any) -> None:
    table = ask.dmn.table('< date("2026-03-01") -> 1', inputs=["x: date"])

    model = ask.read(table)

    (found,) = model._definitions.tables
    assert not found.inputs[0].column.computed


def test_a_list_passes_the_cells_that_ask_for_it(ask: Any) -> None:
    assert passed(ask, 'list contains(?, "a")', ["a", "b"])
    assert passed(ask, 'not("a")', ["a", "b"])
    assert not passed(ask, '"a"', ["a", "b"])


CELLS = [
    "-", "1", "2, 5", "< 3", ">= 4", "[2..6)", "(1..4]", "not(3)", "not([2..4])", "> 2, < 1", "2.5", "[1..1]",
    '"a"', '"b", "c"', 'not("a")', '["a".."c")', "true", "null", "not(null, 2)", '@"2026-01-05"', '> @"2026-01-05"',
]  # fmt: skip
VALUES = st.one_of(
    st.integers(-1, 8),
    st.sampled_from(
        [Decimal("2.5"), Decimal("4.0"), "a", "b", "c", "", None, False, date(2026, 1, 5), date(2026, 1, 6)]
    ),
)


@given(cells=st.lists(st.sampled_from(CELLS), min_size=1, max_size=9), value=VALUES)
def test_the_index_answers_as_feel_does(cells: list[str], value: object) -> None:
    parsed = [parse_unary_tests(cell) for cell in cells]
    column, course = Column(parsed), Course(Environment(now=datetime(2026, 3, 2, tzinfo=UTC)), {})

    found = column.passing(value, (1 << len(cells)) - 1, {}, course)

    # `true` is a constant for a table; FEEL alone takes a test that comes out true as passed, whatever the input
    assert [bool(found >> index & 1) for index in range(len(cells))] == [
        value is True if cell == "true" else course.passes(tests, value)
        for cell, tests in zip(cells, parsed, strict=True)
    ]
    assert not column.computed


def test_what_computes_something_is_not_indexed() -> None:
    assert indexable(parse_unary_tests("< limit")) is None
    assert indexable(parse_unary_tests("!= 5")) is None
    assert indexable(parse_unary_tests("[1,2]")) is None
