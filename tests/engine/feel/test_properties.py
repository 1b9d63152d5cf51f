"""What holds for all values: the algebra of logic, order, ranges and durations, and texts that read back."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import feel

ENVIRONMENT = feel.Environment(now=datetime(2026, 1, 5, 3, tzinfo=UTC))

numbers = st.integers(-(10**9), 10**9) | st.decimals(-1000, 1000, places=3)
truths = st.sampled_from([True, False, None])
dates = st.dates(date(1900, 1, 1), date(2100, 1, 1))
moments = st.builds(
    lambda day, seconds: datetime.combine(day, time(0)) + timedelta(seconds=seconds), dates, st.integers(0, 86_399)
)
spans = st.timedeltas(timedelta(days=-5000), timedelta(days=5000))
months = st.builds(feel.YearsMonths, st.integers(-5000, 5000))
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(max_size=5) | dates | moments | spans | months,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
tokens = st.sampled_from(
    [
        "1",
        "2.5",
        '"a"',
        "x",
        "y",
        "items",
        "item",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        ".",
        "..",
        "+",
        "-",
        "*",
        "/",
        "**",
        "=",
        "!=",
        "<",
        "<=",
        "in",
        "and",
        "or",
        "not",
        "between",
        "if",
        "then",
        "else",
        "for",
        "return",
        "some",
        "every",
        "satisfies",
        "instance",
        "of",
        "number",
        "list",
        "null",
        "true",
        "function",
        "sum",
        "count",
        "date",
        "@",
        "string",
        "?",
        "partial",
        '@"P1D"',
        '@"2026-01-05"',
        "{a: 1}",
        "[1..3]",
        "(<",
        "string length(",
        "sort(",
        "'",
        "ệ",
    ]
)


def ask(text: str, **scope: object) -> object:
    """Return the value of a text in a scope."""
    return feel.parse(text).evaluate(scope, ENVIRONMENT)


@given(truths, truths, truths)
def test_logic_obeys_de_morgan_and_distributes(a: object, b: object, c: object) -> None:
    assert ask("not(a and b)", a=a, b=b) is ask("not(a) or not(b)", a=a, b=b)
    assert ask("a and (b or c)", a=a, b=b, c=c) is ask("(a and b) or (a and c)", a=a, b=b, c=c)
    assert ask("a and b and c", a=a, b=b, c=c) is ask("a and (b and c)", a=a, b=b, c=c)


@given(values, values)
def test_equality_is_reflexive_and_symmetric(a: object, b: object) -> None:
    assert ask("a = a", a=a) is True
    assert ask("a = b", a=a, b=b) is ask("b = a", a=a, b=b)


@given(values, values)
def test_distinct_values_agree_with_equality(a: object, b: object) -> None:
    are_equal = ask("a = b", a=a, b=b) is True

    assert ask("count(distinct values([a, b]))", a=a, b=b) == (1 if are_equal else 2)


@given(st.one_of(*(st.tuples(kind, kind) for kind in (numbers, st.text(), dates, moments, spans, months))))
def test_exactly_one_of_below_equal_and_above_holds(pair: tuple[object, object]) -> None:
    a, b = pair

    assert [ask(f"a {sign} b", a=a, b=b) for sign in ("<", "=", ">")].count(True) == 1
    assert ask("a <= b", a=a, b=b) is ask("not(a > b)", a=a, b=b)


@given(numbers, numbers, numbers)
def test_a_range_holds_what_lies_between_its_ends(x: object, a: object, b: object) -> None:
    assert ask("x in [a..b]", x=x, a=a, b=b) is ask("x between a and b", x=x, a=a, b=b)
    assert ask("x in (a..b)", x=x, a=a, b=b) is ask("x > a and x < b", x=x, a=a, b=b)
    assert ask("during(x, [a..b])", x=x, a=a, b=b) is ask("x in [a..b]", x=x, a=a, b=b)


@given(*(st.tuples(st.booleans(), st.integers(0, 6), st.integers(0, 6), st.booleans()) for _ in range(2)))
def test_relations_of_ranges_mirror_each_other(
    one: tuple[bool, int, int, bool], other: tuple[bool, int, int, bool]
) -> None:
    a, b = (feel.Range(min(r[1:3]), max(r[1:3]) + 1, start_included=r[0], end_included=r[3]) for r in (one, other))

    for relation, mirrored in (
        ("before", "after"),
        ("meets", "met by"),
        ("includes", "during"),
        ("starts", "started by"),
        ("finishes", "finished by"),
        ("overlaps before", "overlaps after"),
        ("overlaps", "overlaps"),
        ("coincides", "coincides"),
    ):
        assert ask(f"{relation}(a, b)", a=a, b=b) is ask(f"{mirrored}(b, a)", a=a, b=b)
    assert ask("overlaps(a, b)", a=a, b=b) is not ask("before(a, b) or after(a, b)", a=a, b=b)


@given(moments, spans)
def test_adding_a_duration_and_taking_it_away_leads_back(at: datetime, span: timedelta) -> None:
    assert ask("at + span - span = at", at=at, span=span) is True
    assert ask("(at + span) - at = span", at=at, span=span) is True


@given(dates, dates)
def test_years_and_months_between_two_dates_are_those_back_negated(start: date, end: date) -> None:
    assert ask("years and months duration(a, b) = -years and months duration(b, a)", a=start, b=end) is True


@given(st.lists(numbers))
def test_sorting_keeps_the_elements_and_puts_them_in_order(items: list[object]) -> None:
    ordered = ask("sort(items, function(x, y) x < y)", items=items)

    assert ordered == sorted(items)  # type: ignore[type-var]  # numbers have an order
    assert ask("every i in 2..count(items) satisfies s[i - 1] <= s[i]", items=items, s=ordered) is not False


@given(st.recursive(numbers | st.booleans() | st.text(), lambda inner: st.lists(inner, max_size=3), max_leaves=6))
def test_numbers_strings_and_lists_written_as_text_read_back(value: object) -> None:
    text = ask("string([value])", value=value)

    assert ask("[value] = reread", value=value, reread=ask(str(text))) is True


@given(dates | moments | spans | months | st.times().map(lambda at: at.replace(fold=0)))
def test_dates_times_and_durations_written_as_text_read_back(value: object) -> None:
    text = ask("string(value)", value=value)

    assert ask("is(value, reread)", value=value, reread=ask(f'@"{text}"')) is True


@given(st.integers(-(10**40), 10**40), st.integers(-(10**40), 10**40))
def test_whole_numbers_and_decimals_compute_alike(a: int, b: int) -> None:
    for sign in ("+", "-", "*"):
        assert ask(f"a {sign} b = c {sign} d", a=a, b=b, c=Decimal(a), d=Decimal(b)) is True


@settings(max_examples=300)
@given(st.lists(tokens, max_size=25).map(" ".join) | st.text(max_size=40))
def test_any_text_gives_a_value_or_an_error_of_the_expression(text: str) -> None:
    for read in (feel.parse, feel.parse_unary_tests):
        error = _refusal(read, text)

        assert error is None or (error.text.vi and error.expression is not None)


def _refusal(read: Callable[[str], feel.Expression], text: str) -> feel.FeelError | None:
    try:
        read(text).evaluate({"x": 1, "items": [{"a": 1}], "?": 5}, ENVIRONMENT)
    except feel.FeelError as error:
        return error
    return None
