"""Work that costs nothing to write and much to do: it is counted before it is done, or refused at once."""

import time
from collections.abc import Callable

import pytest

from engine import feel
from engine.feel.budget import MAX_TOKENS
from engine.feel.regex_shape import shape

Ask = Callable[..., object]

SECONDS = 20.0
"""Shows that nothing hangs; what the dearest takes is measured by scripts/bench."""

LETTERS = '{s:"' + "a" * 500 + '",t:s+s+s+s+s+s+s+s,v:t+t+t+t+t+t+t+t,r:'


def doubled(seed: str, step: str, asked: str, times: int = 40) -> str:
    """Return a context whose entries double so many times under two names, and what is asked of them."""
    entries = [f"{name}0:{seed}" for name in "ab"]
    for index in range(1, times):
        entries += [f"{name}{index}:{step.replace('X', f'{name}{index - 1}')}" for name in "ab"]
    return "{" + ",".join(entries) + f",r:{asked.replace('A', f'a{times - 1}').replace('B', f'b{times - 1}')}}}.r"


@pytest.mark.parametrize(
    "text",
    [
        doubled("[1..2]", "[X..X]", "A = B"),
        doubled("[1..2]", "[X..X]", "list contains([A], B)"),
        doubled("{x:1}", "{x:X,y:X}", "[A]"),
        *(f'{LETTERS}extract(v,"{pattern}")}}.r' for pattern in ("a*b|a", "a(a*b)?", "(a*b|a)", "a(.*b)?")),
        f'{LETTERS}matches(v,"(a|b)*a(a|b){{60}}")}}.r',
        "{l:(for j in 1..900 return j),r:for i in 1..100000 return list replace(l, function(a, b) false, i)}.r",
        f'for i in 1..100000 return range("[{"1+" * 90}1..9]")',
        'for i in 1..100000 return time("10:00:00@Area/X" + string(i))',
        "{c:context(for i in 1..5000 return {key:string(i),value:i}),r:for i in 1..100000 return c=c}.r",
        f'{LETTERS}for i in 1..100000 return v + "b" < v + "c"}}.r',
        f"{LETTERS}max(for i in 1..20000 return v)}}.r",
    ],
    ids=lambda text: text[-60:],
)
def test_work_is_counted_before_it_is_done(ask: Ask, text: str) -> None:
    started = time.thread_time()

    with pytest.raises(feel.BudgetExceeded):
        ask(text)

    assert time.thread_time() - started < SECONDS


@pytest.mark.parametrize(
    "text",
    [
        '@"P1D" * 1e6100',
        '@"P1D" / 1e-6100',
        '@"P1Y" * 1e6100',
        "sublist([1, 2], 1e6144)",
        "date(1e6144, 1, 1)",
        'range("[' + "1+" * 90 + '1..9]")',
        "matches(text, text)",
    ],
)
def test_what_cannot_be_held_is_null_at_once(ask: Ask, text: str) -> None:
    started = time.thread_time()

    assert ask(text, {"text": "(a|b)*" * 300}) is None
    assert time.thread_time() - started < SECONDS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('"a' + "\u0301" * 15_900 + "\u0323" * 15_900 + '"', "more than 30 marks stand on one letter"),
        ('"\ud800"', "a broken character: half of a surrogate pair"),
        ("[" + "1," * (MAX_TOKENS - 10) + "1]", "more than 2000 words and signs"),
        ("x in (" * 600, "nested more than 64 levels deep"),
    ],
    ids=["marks", "surrogate", "tokens", "depth"],
)
def test_what_would_take_long_to_read_is_refused(text: str, said: str) -> None:
    started = time.thread_time()

    with pytest.raises(feel.FeelSyntaxError, match=said) as caught:
        feel.parse(text)

    assert caught.value.line == 1
    assert time.thread_time() - started < SECONDS


def test_a_word_stays_readable_under_thirty_marks() -> None:
    assert feel.parse('"a' + "\u0302" * 30 + '"').text


def test_an_escape_that_is_no_character_stays_as_it_is_written(ask: Ask) -> None:
    assert ask(r'"\ud800!\U110000\u0000"') == r"\ud800!\U110000\u0000"


@pytest.mark.parametrize(
    "text", ['matches(x, "a+")', 'replace(x, "a+", "b")', 'split(x, "a+")', 'matches("a", x + "+")']
)
def test_half_a_character_from_outside_is_searched_for_nothing(ask: Ask, text: str) -> None:
    assert ask(text, {"x": "\ud800"}) is None


def test_names_that_begin_alike_are_told_apart_by_the_longest(ask: Ask) -> None:
    names = [f"a b{index}" for index in range(200)]
    scope = {"a": 1, "a b7 c": 3} | dict.fromkeys(names, 2)

    assert ask("[a, a b7, a b7 c, a b199]", scope, [*names, "a b7 c"]) == [1, 2, 3, 2]


def test_a_hint_is_found_among_very_many_names(ask: Ask, remarks: Callable[[], list[str]]) -> None:
    scope = {"c": {f"field_{index}": index for index in range(90)} | {"amount": 1}}

    ask("c.amonut", scope)

    assert remarks() == ["a context has no “amonut” – did you mean “amount”?"]


def test_a_result_whose_parts_are_shared_counts_every_part(ask: Ask) -> None:
    assert ask(doubled("{x:1}", "{x:X,y:X}", "A", 15))
    with pytest.raises(feel.BudgetExceeded, match="the result has more than 100000 values"):
        ask(doubled("{x:1}", "{x:X,y:X}", "A", 25))


@pytest.mark.parametrize(
    ("source", "atoms", "looks_far"),
    [
        ("", 0, False),
        ("abc", 3, False),
        (r"[0-9]{2}/[0-9]{4}", 7, False),
        (r"\s*,\s*", 3, False),
        (r"(a|b)c{2,3}", 5, False),
        (r"[^\]\\]+\p{Lu}", 2, False),
        (r"((a{9}){9}){9}", 729, False),
        ("a*b|a", 3, True),
        ("a(a*b)?", 3, True),
        ("(ab)+", 2, True),
        ("(a|b*)c", 3, True),
        (r"\Qa*b\E", 4, True),
        ("a{2,}b", 3, False),
        (")(", 1, False),
    ],
)
def test_a_pattern_shows_how_far_it_may_search(source: str, atoms: int, *, looks_far: bool) -> None:
    assert shape(source) == (atoms, looks_far)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'replace("a.b.c", "\\.", "$0$0")', "a..b..c"),
        (r'replace("a.b", "\\.", "$1-")', "a-b"),
        (r'replace("a|b", "\\|", "\\$")', "a$b"),
        (r'split("a||b", "\\|")', ["a", "", "b"]),
        ('split("", ",")', [""]),
        ('extract("aXbX", "X")', ["X", "X"]),
        ('matches("a.b", "a.b", "q") and not(matches("axb", "a.b", "q"))', True),
        ('replace("(a)", "(a)", "$1", "q")', "$1"),
        ('matches("ab", "")', True),
        ('split("ab", "")', None),
    ],
)
def test_a_pattern_of_plain_characters_is_looked_for_as_text(ask: Ask, text: str, value: object) -> None:
    assert ask(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(for i in 1..3 return function() i)[2]()", 2),
        ("for f in (for i in 1..2, j in 1..2 return function() 10 * i + j) return f()", [11, 12, 21, 22]),
        ("for f in [1, 2][(function(x) x = item)(item)] return f", [1, 2]),
        ("for i in 1..3 return (for i in [i, i] return i)[1]", [1, 2, 3]),
        ("for i in (1..4) return i", [2, 3]),
        ("for i in (4..1] return i", [3, 2, 1]),
        ("for i in (3..3) return i", []),
        ("for i in [3..3) return i", []),
        ('for d in (@"2026-01-01"..@"2026-01-03") return d.day', [2]),
        ("for i in 1..3 return count(partial)", [0, 1, 2]),
        ("some i in [1, 2], j in [i, 3] satisfies j = 3", True),
        ("[1, 2, 3][item > 1][item < 3]", [2]),
        ("[{item: 5}, {item: 1}][item > 3]", [{"item": 5}]),
    ],
)
def test_each_round_sees_its_own_variables(ask: Ask, text: str, value: object) -> None:
    assert ask(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("sort([2, 1.5, 1, 1.25])", [1, 1.25, 1.5, 2]),
        ('sort([@"2026-01-02", @"2026-01-01"])[1].day', 1),
        ('sort([@"P2Y", @"P1M"])[1].months', 1),
        ('sort([1, "a"])', None),
        ("sort([true, false])", None),
        ("sort([null, 1])", None),
        ('max([1, "a"])', None),
        ("max([true])", None),
        ('min(@"P2D", @"P1D").days', 1),
        ("distinct values([1, 1.0, 2])", [1, 2]),
        ("distinct values([1, true, null, null])", [1, True, None]),
        ("sum([1, 0.5, 2])", 3.5),
        ("sum([9999999999999999999999999999999999, 1, -1]) > 9999999999999999999999999999999998", True),
        ("product([0.5, 4])", 2),
        ("[1, null] instance of list<number>", True),
        ('[1, "a"] instance of list<number>', False),
        ("[[1], [2]] instance of list<list<number>>", True),
        ("[] instance of list<number>", True),
        ("1 = null or null = null", True),
        ("null != 1 and not(null != null)", True),
        ("2 between 1.5 and 3", True),
    ],
)
def test_what_python_itself_orders_and_compares_comes_out_as_by_the_standard(
    ask: Ask, text: str, value: object
) -> None:
    assert ask(text) == value
