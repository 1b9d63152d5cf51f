"""Built-in functions, functions that are values, and the office's functions."""

from collections.abc import Callable

import pytest

from engine import feel
from engine.errors import NotFound

Ask = Callable[..., object]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('substring("Công Thương", 6)', "Thương"),
        ('substring("🐎abc", 2, 1)', "a"),
        ('substring("abc", -2, 1)', "b"),
        ('string length("ệ")', 1),
        ('upper case("sở")', "SỞ"),
        ('substring before("a/b", "/")', "a"),
        ('substring after("a/b", "/")', "b"),
        ('contains("abc", "b") and starts with("abc", "a") and ends with("abc", "c")', True),
        (r'matches("0912345678", "^0\d{9}$")', True),
        ('matches("A", "a", "i")', True),
        (r'replace("012345", "(\d{3})(\d{3})", "$2-$1")', "345-012"),
        ('replace("a.b", ".", "*", "q")', "a*b"),
        ('replace("abc", "b", "\\$")', "a$c"),
        ('split("a, b,c", ",\\s*")', ["a", "b", "c"]),
        ('string join(["a", null, "b"], "-")', "a-b"),
        ('string join(["a", "b"], "-", "<", ">")', "<a-b>"),
        ('extract("a1b22", "[0-9]+")', ["1", "22"]),
        ('trim("  a ")', "a"),
        ('is blank(" ")', True),
        ("decimal(2.5, 0)", "2"),
        ("round half up(2.5, 0)", "3"),
        ("round half down(2.5, 0)", "2"),
        ("round up(1.121, 2)", "1.13"),
        ("round down(-1.129, 2)", "-1.12"),
        ("floor(-1.5)", "-2"),
        ("ceiling(1.21, 1)", "1.3"),
        ("round half up(1234567, -3)", "1235000"),
        ("modulo(-12, 5)", "3"),
        ("abs(-1.5)", "1.5"),
        ("sqrt(16)", "4"),
        ("odd(3) and even(4)", True),
        ("sum([1, 2.5])", "3.5"),
        ("sum(1, 2, 3)", "6"),
        ("sum([])", None),
        ("min(3, 1, 2)", "1"),
        ('max(["a", "b"])', "b"),
        ("mean([1, 2])", "1.5"),
        ("median([10, 9, 2])", "9"),
        ("mode([1, 2, 2, 1])", [1, 2]),
        ("stddev([2, 4, 4, 4, 5, 5, 7, 9]) > 2", True),
        ("count([1, null])", "2"),
        ("all([true, null])", None),
        ("any([null, true])", True),
        ('list contains([1, "a"], "a")', True),
        ("sublist([1, 2, 3], 2)", [2, 3]),
        ("append([1], 2, 3)", [1, 2, 3]),
        ("concatenate([1], [2, 3])", [1, 2, 3]),
        ("insert before([1, 3], 2, 2)", [1, 2, 3]),
        ("remove([1, 2], -1)", [1]),
        ("list replace([1, 2], 1, 9)", [9, 2]),
        ("list replace([1, 2], function(item, new) item > 1, 9)", [1, 9]),
        ("reverse([1, 2])", [2, 1]),
        ("index of([1, 2, 1], 1)", [1, 3]),
        ("union([1, 2], [2, 3])", [1, 2, 3]),
        ("distinct values([1, 1.0, [1], [1]])", [1, [1]]),
        ("duplicate values([1, 2, 1, 1])", [1]),
        ("flatten([1, [2, [3]]])", [1, 2, 3]),
        ("partition([1, 2, 3], 2)", [[1, 2], [3]]),
        ("sort([3, 1, 2], function(x, y) x > y)", [3, 2, 1]),
        ('sort(["b", "a"])', ["a", "b"]),
        ('get value({a: {b: 1}}, ["a", "b"])', "1"),
        ("get entries({a: 1})", [{"key": "a", "value": 1}]),
        ('context([{key: "a", value: 1}])', {"a": 1}),
        ('context put({a: {b: 1}}, ["a", "b"], 2)', {"a": {"b": 2}}),
        ("context merge([{a: 1}, {a: 2}])", {"a": 2}),
        ("get or else(null, 1)", "1"),
        ('number("1.500.000,5", ".", ",")', "1500000.5"),
        ('number("1e3")', "1000"),
        ('string([1, "a", {b: @"P1D"}])', '[1, "a", {b: P1D}]'),
        ("string(1.50)", "1.5"),
        ("string(null)", None),
        ('3 in range("[1..3]")', True),
        ("string(today())", "2026-01-05"),
        ("string(now())", "2026-01-05T10:00:00@Asia/Ho_Chi_Minh"),
        ("string(date(2026, 1, 5))", "2026-01-05"),
        ('string(date and time(date(2026, 1, 5), time("08:00:00")))', "2026-01-05T08:00:00"),
        ('string(date and time(now(), "UTC"))', "2026-01-05T03:00:00@UTC"),
        ('string(time(8, 30, 0, duration("PT7H")))', "08:30:00+07:00"),
        ('string(years and months duration(date("2025-12-31"), date("2026-02-28")))', "P1M"),
        ("day of week(today())", "Monday"),
        ("month of year(today())", "January"),
        ("week of year(today())", "2"),
        ("day of year(today())", "5"),
        ("string(last day of month(today()))", "2026-01-31"),
        ('is(@"10:00:00Z", @"10:00:00+00:00")', True),
        ("before([1..5), [5..9])", True),
        ("meets([1..5], [5..9])", True),
        ("overlaps([1..5], (5..9])", False),
        ("during(5, [1..9])", True),
        ("finishes(9, [1..9])", True),
        ("started by([1..9], 1)", True),
        ("coincides([1..9], [1..9])", True),
        ("overlaps before([1..5], [3..9])", True),
    ],
)
def test_a_built_in_function_gives_its_value(ask: Ask, text: str, value: object) -> None:
    result = ask(text)

    is_number = isinstance(value, str) and not isinstance(result, str)
    assert (ask(f"string({text})") if is_number else result) == value


@pytest.mark.parametrize(
    "text",
    [
        'substring("abc", 9)',
        "string length(5)",
        'matches("a", "(a")',
        'matches("a", "(a)\\1")',
        'matches("a", "a", "z")',
        'replace("a", "a", "$x")',
        "log(0)",
        "sum([1, null])",
        'max([1, "a"])',
        "sublist([1], 3)",
        "context([{key: 1, value: 2}])",
        'number("một")',
        'range("[3..1]")',
        "date(2026, 13, 1)",
        'date("05/01/2026")',
        'date and time(now(), "../etc/passwd")',
        "modulo(1, 0)",
        "partition([1], 0)",
    ],
)
def test_unfit_arguments_give_null_and_a_warning(ask: Ask, remarks: Callable[[], list[str]], text: str) -> None:
    assert ask(text) is None
    assert len(remarks()) == 1


def test_arguments_may_be_named_in_any_order(ask: Ask) -> None:
    assert ask('substring(length: 2, start position: 2, string: "abcd")') == "bc"
    assert ask('number(from: "1.5", decimal separator: ".", grouping separator: ",")') == ask("1.5")


@pytest.mark.parametrize("text", ["string length()", 'contains("a")', "abs(number: 1)", "now(1)", "leader of()"])
def test_arguments_that_a_function_does_not_take_are_refused_while_reading(text: str) -> None:
    with pytest.raises(feel.FeelSyntaxError, match="the function takes"):
        feel.parse(text)


def test_a_single_value_serves_as_a_list_and_a_list_of_one_as_its_element(ask: Ask) -> None:
    assert ask("count(5)") == 1
    assert ask('upper case(["a"])') == "A"


def test_a_function_defined_in_an_expression_sees_what_is_around_it(ask: Ask) -> None:
    assert ask("(function(a, b: number) a + b + c)(1, 2)", {"c": 10}) == 13
    assert ask("(function(a, b) a - b)(b: 1, a: 3)") == 2
    assert ask('(function(a: number) a)("x")') is None
    assert ask("(function(a) a)(1, 2)") is None
    assert ask("(5)(1)") is None


def test_a_function_may_come_in_through_the_scope(ask: Ask) -> None:
    is_factor = feel.host_function(["whole", "part"], lambda whole, part: whole % part == 0)

    assert ask("for i in [2, 5] return is factor(8, i)", {"is factor": is_factor}, names=["is factor"]) == [True, False]


def test_data_named_like_a_function_does_not_hide_it(ask: Ask) -> None:
    assert ask('date("2026-01-05").year + count([date])', {"date": 1}) == 2027
    assert ask("{count: 5, r: count([1, 2])}.r") == 2
    assert ask("count([1])", {"count": 7}, names=["count"]) == 1


def test_is_defined_tells_a_null_from_a_missing_variable(ask: Ask, remarks: Callable[[], list[str]]) -> None:
    scope = {"a": {"b": None}}

    assert ask("is defined(a.b)", scope) is True
    assert ask("is defined(a.c)", scope) is False
    assert ask("is defined(z.c)", scope) is False
    assert ask("[{x: 1}][is defined(x)]") == [{"x": 1}]
    assert remarks() == []


def test_assert_stops_the_expression(ask: Ask) -> None:
    assert ask("assert(1, true)") == 1
    with pytest.raises(feel.FeelError, match="no amount"):
        ask('assert(amount, amount != null, "no amount")', {"amount": None})


def test_office_functions_ask_the_environment(ask: Ask) -> None:
    assert ask('leader of("P.KHTCTH")') == "lan"
    assert ask('unit of("lan").code') == "VPS"
    assert ask('[{unit: "VPS"}, {unit: "P.KHTCTH"}][leader of(unit) = "minh"].unit') == ["VPS"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('["VPS", "X"][leader of(item) != null]', ["VPS"]),
        ('[{code: "VPS"}][leader of(code) = "minh"].code', ["VPS"]),
        ('[{code: "VPS", leader of: "x"}][leader of(code) = "minh"].code', ["VPS"]),
        ('["VPS"][["X", item][leader of(item) != null] != []]', ["VPS"]),
        ('some code in ["X", "VPS"] satisfies leader of(code) = "minh"', True),
        ('every code in ["X", "VPS"] satisfies leader of(unit code: code) = "minh"', False),
        ('some leader of in ["x"] satisfies leader of("VPS") = "minh"', True),
        ('for code in ["X", "VPS"] return leader of(code)', [None, "minh"]),
        ('{code: "VPS", r: leader of(code)}.r', "minh"),
        ('{leader of: "x", r: leader of("VPS")}.r', "minh"),
        ('{head: leader of, r: head("VPS")}.r', "minh"),
        ('(for find in [leader of] return find("VPS"))', ["minh"]),
        ('["VPS"][(leader of)(item) != null]', ["VPS"]),
        ('(function(ask) ask("VPS"))(leader of)', "minh"),
        ("leader of instance of function<string> -> string", True),
    ],
)
def test_office_functions_are_found_everywhere(ask: Ask, text: str, value: object) -> None:
    assert ask(text) == value


def test_a_variable_named_like_an_office_function_is_data_where_it_is_not_called(ask: Ask) -> None:
    assert ask('[{code: "VPS"}][leader of = "x"].code', {"leader of": "x"}) == ["VPS"]


def test_an_office_function_as_a_value_takes_its_own_number_of_arguments(
    ask: Ask, remarks: Callable[[], list[str]]
) -> None:
    assert ask('(function(find) find("VPS", "X"))(leader of)') is None
    assert remarks() == ["the function takes 1 arguments, not 2"]


def test_a_function_that_an_item_holds_is_called(ask: Ask) -> None:
    assert ask("[{f: function(x) x + 1}][f(1) = 2].f") != []
    assert ask("[{count: function(x) 7}][count([]) = 7].count") != []
    assert ask("[function(x) x][item(1) = 1]") != []


def test_an_item_that_is_no_function_cannot_be_called(ask: Ask, remarks: Callable[[], list[str]]) -> None:
    assert ask("[5][item(1) = 1]") == []
    assert remarks() == ["a number cannot be called"]


def test_an_office_function_that_is_not_offered_is_an_error_at_its_place(ask: Ask) -> None:
    with pytest.raises(feel.UnknownFunction) as caught:
        ask("1 + working days(3)")

    assert caught.value.column == 5


def test_what_an_office_function_refuses_is_an_error_of_the_expression(environment: feel.Environment) -> None:
    def refuse(_code: object) -> object:
        raise NotFound("there is no such unit")

    environment.functions = {"leader of": refuse}
    with pytest.raises(feel.FeelError, match="there is no such unit"):
        feel.parse('leader of("X")').evaluate({}, environment)


def test_every_office_function_is_documented_in_both_languages() -> None:
    for function in feel.OFFICE_FUNCTIONS.values():
        assert function.documentation.vi
        assert function.documentation.en
        assert feel.parse(function.signature, names=["unit code", "position kind"]).calls == {function.name}


def test_nothing_of_python_can_be_reached(ask: Ask) -> None:
    for text in ('"".__class__', "{}.__class__", "now().__init__", "(function(x) x).implementation", "[1..2].operator"):
        assert ask(text) is None
    with pytest.raises(feel.UnknownFunction):
        ask('__import__("os")')
