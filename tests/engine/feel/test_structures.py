"""Lists, filters, contexts, paths, loops and ranges."""

from collections.abc import Callable

import pytest

Ask = Callable[..., object]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[1, 2, 3][1]", 1),
        ("[1, 2, 3][-1]", 3),
        ("[1, 2, 3][4]", None),
        ("[1, 2, 3][0]", None),
        ("[1, 2, 3][item > 1]", [2, 3]),
        ("[1, 2, 3][true]", [1, 2, 3]),
        ("100[1]", 100),
        ("100[item > 200]", []),
        ("null[1]", None),
        ("[{a: 1}, {a: 2}][a > 1].a", [2]),
        ("[{item: 1}, {item: 2}][item >= 2]", [{"item": 2}]),
        ("[{a: 1}, {b: 2}].b", [None, 2]),
        ("[{a: [1, 2]}, {a: [3]}].a", [[1, 2], [3]]),
        ("orders[price > limit].name", ["desk"]),
        ("orders[i].name", "desk"),
        ('orders[name = "pen"][1].price', 5),
        ("orders[count(orders[price > 1]) = 2].name", ["pen", "desk"]),
    ],
)
def test_a_filter_takes_an_index_or_a_condition(ask: Ask, text: str, value: object) -> None:
    orders = [{"name": "pen", "price": 5}, {"name": "desk", "price": 900}]

    assert ask(text, {"orders": orders, "limit": 100, "i": 2}) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{a: 1, b: a + 1}.b", 2),
        ("{a: 1, b: {c: a + 1}}.b.c", 2),
        ('{"tên người": "Lan"}.tên người', "Lan"),
        ("{foo+bar: 1}", {"foo+bar": 1}),
        ("{a: b, b: 1}.a", "outer"),
        ("{}.a", None),
        ("null.a", None),
        ("{a: function(x) x + 1, b: a(2)}.b", 3),
    ],
)
def test_an_entry_of_a_context_sees_the_ones_before_it(ask: Ask, text: str, value: object) -> None:
    assert ask(text, {"b": "outer"}) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("for i in 1..3 return i * i", [1, 4, 9]),
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for i in (1..4] return i", [2, 3, 4]),
        ("for i in 1..2, j in 1..i return 10 * i + j", [11, 21, 22]),
        ("for i in 1..4 return if i = 1 then 1 else partial[-1] * i", [1, 2, 6, 24]),
        ("for i in 1..3 return partial", [[], [[]], [[], [[]]]]),
        ('for d in @"2026-01-30"..@"2026-02-01" return d.day', [30, 31, 1]),
        ("for i in [] return i", []),
        ("for i in 5 return i", None),
        ("for i in null return i", None),
        ("for i in 1.5..3 return i", None),
        ("for i in partial return i", None),
        ("for partial in [1, 2] return partial", [1, 2]),
        ("(for f in (for i in 1..2 return function() i) return f())", [1, 2]),
        ("some x in [1, 2] satisfies x > 1", True),
        ("every x in [1, 2] satisfies x > 1", False),
        ("some x in [] satisfies x > 1", False),
        ("every x in [] satisfies x > 1", True),
        ("every x in [1, null] satisfies x > 0", None),
        ("some x in [null, 1] satisfies x > 0", True),
        ("some x in [1, 2], y in [x, 4] satisfies x * y = 8", True),
    ],
)
def test_loops_go_over_lists_and_ranges(ask: Ask, text: str, value: object) -> None:
    assert ask(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('@"2026-01-05".weekday', 1),
        ('@"2026-01-05T10:30:15@Asia/Ho_Chi_Minh".timezone', "Asia/Ho_Chi_Minh"),
        ('string(@"2026-01-05T10:30:15+07:00".time offset)', "PT7H"),
        ('@"10:30:15".minute', 30),
        ('@"P1DT2H3M4S".hours', 2),
        ('@"-P14M".years', -1),
        ('@"-P14M".months', -2),
        ("[1..10[.end included", False),
        ("(<= 10).start", None),
        ("(> 10).start", 10),
        ('@"P1D".years', None),
    ],
)
def test_temporal_values_and_ranges_have_properties(ask: Ask, text: str, value: object) -> None:
    assert ask(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 instance of number", True),
        ("null instance of Any", False),
        ("[1, 2] instance of list<number>", True),
        ('[1, "a"] instance of list<number>', False),
        ("{a: 1, b: 2} instance of context<a: number>", True),
        ("{b: 2} instance of context<a: number>", False),
        ("[1..2] instance of range<number>", True),
        ('@"P1D" instance of days and time duration', True),
        ("(function(a) a) instance of function<number> -> Any", True),
        ("now() instance of date and time", True),
    ],
)
def test_instance_of_looks_into_lists_contexts_and_ranges(ask: Ask, text: str, value: object) -> None:
    assert ask(text) is value


def test_a_misspelt_field_is_remarked_on(ask: Ask, remarks: Callable[[], list[str]]) -> None:
    assert ask("drafter.untis", {"drafter": {"units": "VPS"}}) is None
    assert remarks() == ["a context has no “untis” – did you mean “units”?"]


def test_a_filter_that_is_neither_condition_nor_position_is_remarked_on(
    ask: Ask, remarks: Callable[[], list[str]]
) -> None:
    assert ask('{a: 1}["a"]') == []
    assert remarks() == ["a filter wants a condition or a position, but a string came"]


def test_one_place_is_remarked_on_once_however_often_it_is_reached(ask: Ask, remarks: Callable[[], list[str]]) -> None:
    ask("for i in 1..50 return nobody")

    assert remarks() == ["there is no variable “nobody”"]
