"""Hostile expressions: each ends soon, in little memory, with a value or an error of the expression."""

import time
import tracemalloc
from collections.abc import Callable

import pytest

from engine import feel
from engine.feel.budget import Budget

Ask = Callable[..., object]

SECONDS = 20.0
"""Shows that nothing hangs; the fifty milliseconds promised are measured by scripts/bench."""

MEGABYTES = 50

NESTED = [
    *(opening * 3_000 for opening in "([{"),
    *(opening * 1_999 + closing * 1_999 for opening, closing in ("()", "[]")),
    "{a:" * 900 + "1" + "}" * 900,
    "not(" * 900 + "true" + ")" * 900,
    "-" * 3_999 + "1",
    "if true then " * 300 + "1",
    "if a then 1 else " * 200 + "1",
    "1" + "+1" * 1_999,
    "1" + "**2" * 1_300,
    "1+(" * 900 + "1" + ")" * 900,
    "a" + ".b" * 1_990,
    "a" + "[1]" * 1_300,
    "f" + "(1)" * 1_300,
    "x in (" * 600 + "1" + ")" * 600,
    "true" + " and true" * 440,
    "function() " * 350 + "1",
    "for a in b return " * 200 + "1",
    "[1.." * 900,
    "[" + "1.." * 1_000 + "1]",
    "]" * 3_000,
    "1 between " * 300 + "1",
    "a instance of " + "list<" * 700 + "number" + ">" * 700,
    "is defined((" * 100 + "a" + ").a)" * 100,
    "for count in [1] return " + "count(" * 50 + "[1]" + ")" * 50,
]
LONG = [
    '"' + "\\" * 3_998 + '"',
    "/*" * 2_000,
    '"' * 3_999,
    "a " * 1_999,
    "x" * 4_000,
    "x" * 1_000_000,
    "e\u0323\u0302" * 5_000,
    "9" * 4_000,
    "1e" + "9" * 3_990,
    "strnglength" * 300 + "()",
    " ".join(f"w{index}" for index in range(900)),
    "for " + ",".join(f"x{index} in 1..2" for index in range(300)) + " return 1",
]
NUMBERS = [
    "9**9**9**9",
    "10**100000",
    "2**0.00000001**9999999",
    "1.0000000001**99999999999999",
    "1e6144*1e6144",
    "exp(1e10)",
    "exp(14000)",
    "log(1e6144)",
    "modulo(1e6144,7)",
    "decimal(1/3,6176)",
    "decimal(1e6000,-6111)",
    "round up(1e6144,6000)",
    "floor(1e6144)",
    "string(1e6144)",
    "[1,2][1e300]",
    "sublist([1,2],1,1e300)",
    '@"P999999999D"*1e10',
    '@"P999999999999Y"*99999999999999',
    '-(@"P999999999D"+@"PT23H")',
    '@"0001-01-01T00:00:00+07:00"-now()',
    '@"9999-12-31T23:59:59@America/New_York"+@"PT1S"',
    "time(1,2,1e400)",
]
BODIES = [
    "i",
    "i**0.5",
    "exp(i/7)",
    "sqrt(i)",
    "i/7",
    'date("2026-01-05")',
    '@"2026-01-05T00:00:00@Europe/Paris"+@"PT1H"',
    'matches("abcabcabc","(a|b|c)+$")',
    'matches("a", "a" + string(i))',
    'matches("a", "[" + string(i))',
    'matches("a", "\\pL{1000}" + string(i))',
    'replace("aaa","a","b")',
    'split("a b c"," ")',
    'range("[1..9]")',
    "nosuch",
    "null+1",
    "{a:1}.b",
    "sort([3,2,1])",
    "[1,2,3][item>1]",
    "(for j in 1..100000 return j)",
    "function() i",
    "{a:i,b:i}",
    "partial",
    "[partial]",
    "if i=1 then [1] else [partial[-1],partial[-1]]",
    'context put({},"a",i)',
    "distinct values([1,2,2])",
    "before([1..2],3)",
    'leader of("VPS")',
]
LOOPS = [
    *(f"for i in 1..100000 return {body}" for body in BODIES),
    *(f"count(for i in 1..1000, j in 1..1000 return {body})" for body in BODIES),
    "for i in 1..1e30 return i",
    "some i in -1e33..1e33 satisfies false",
    "every i in 1..1e30, j in 1..1e30 satisfies true",
    'for i in @"0001-01-01"..@"9999-12-31" return i',
    "for a in 1..10,b in 1..10,c in 1..10,d in 1..10,e in 1..10,f in 1..10 return 1",
    "sort(for i in 1..30000 return -i)",
    "distinct values(for i in 1..30000 return i)",
    "stddev(for i in 1..20000 return 1/i)",
    "product(for i in 1..30000 return i)",
    "context merge(for i in 1..10000 return context([{key:string(i),value:i}]))",
]
RECURSIONS = [
    f"(function(f) {body})(function(f) {body})"
    for body in (
        "f(f)",
        "[f(f),f(f)]",
        "{a:f(f)}",
        "1+(1+(1+f(f)))",
        "not(f(f))",
        "if true then f(f) else 1",
        "for i in 1..9 return f(f)",
        "[1,2][f(f)]",
        "some x in [f(f)] satisfies x",
        "sort([1,2],function(a,b) f(f))",
        "list replace([1,2],function(a,b) f(f),1)",
        "f(f) between 1 and 2",
    )
]


def doubled(seed: str, step: str, last: str, times: int = 60) -> str:
    """Return a context whose entries double so many times, and what is then asked of the last."""
    entries = [f"a0:{seed}", *(f"a{index}:" + step.replace("X", f"a{index - 1}") for index in range(1, times))]
    return "{" + ",".join(entries) + f",r:{last}}}.r"


DOUBLINGS = [
    doubled(seed, step, last)
    for seed, step in (("[1,1]", "[X,X]"), ("[1,1]", "concatenate(X,X)"), ("{x:1}", "{x:X,y:X}"), ('"abcd"', "X+X"))
    for last in (
        "a59",
        "string(a59)",
        "a59=a59",
        "flatten(a59)",
        "distinct values(a59)",
        "list contains(a59,a58)",
        "a59.x",
        "a59[item=a58]",
        "a59 in [a59]",
        "is(a59,a59)",
        "max(a59)",
        "string join(a59)",
        "a59 instance of " + "list<" * 18 + "number" + ">" * 18,
        "[a59,a59]",
        "reverse(a59)",
    )
]
STACKS = [
    doubled(seed, step, f"{asked}(a{times - 1}, a{times - 1})", times)
    for seed, step in (("[1,1]", "[X,X]"), ("{x:1}", "{x:X,y:X}"))
    for asked in ("is", "union")
    for times in range(38, 50)
]
"""Depths that may cross the edge of a piece of the interpreter's stack (`runtime.with_room`)."""

LETTERS = '{s:"' + "a" * 500 + '",t:s+s+s+s,u:t+t+t+t,v:u+u+u+u,r:'
TEXTS = [
    LETTERS + asked + "}.r"
    for asked in (
        'replace(v,"a",v)',
        'split(v,"")',
        'extract(v,".")',
        "string join([v,v],v)",
        "matches(v,v)",
        "number(v)",
        "duration(v)",
        "range(v)",
        "upper case(v+v+v+v+v+v+v)",
        'for i in 1..100000 return contains(v,v+"b")',
        "for i in 1..100000 return v+v",
        'for i in 1..100000 return replace(string(i),"1",v)',
        'for i in 1..100000 return replace(string(i),"1","$0$0$0$0")',
        'for i in 1..100000 return matches(string(i),"\\\\p{Lu}{30}|" + string(i))',
        'for i in 1..100000 return extract(string(i),"((a?a*){1000})*?")',
        'for i in 1..100000 return split(s,"a{9}" + string(i))',
    )
]
PATTERNS = [
    f'{LETTERS}matches(v+"!","{pattern}")}}.r'
    for pattern in (
        "(a*)*b",
        "(a|a)*b",
        "(a|aa)+$",
        "((a{100}){100}){10}",
        "(x+x+)+y",
        "a{1000}",
        "(a{1,30}){1,30}",
        r"\\pL{1000}",
        ".*.*.*.*.*x",
        "(.*)*$",
        "(?:(?:a?){50}){50}",
        "(" * 100,
        "a" * 1_001,
        "(a|b|c|d|e|f|g|h)*" * 50,
        "(((((((((a+)+)+)+)+)+)+)+)+)$",
    )
]
HOSTILE = [*NESTED, *LONG, *NUMBERS, *LOOPS, *RECURSIONS, *DOUBLINGS, *STACKS, *TEXTS, *PATTERNS]


def outcome(ask: Ask, text: str) -> object:
    """Return the value or the error of an expression."""
    try:
        return ask(text)
    except feel.FeelError as error:
        return error


@pytest.mark.parametrize(
    "text", HOSTILE, ids=lambda text: text[:40] if text.isascii() and text.isprintable() else "long"
)
def test_a_hostile_expression_ends_soon(ask: Ask, text: str) -> None:
    started = time.thread_time()

    result = outcome(ask, text)

    assert time.thread_time() - started < SECONDS
    if isinstance(result, feel.FeelError):
        assert result.text.vi
        assert result.expression


def test_no_hostile_expression_takes_much_memory(ask: Ask) -> None:
    greedy = [
        *RECURSIONS,
        *DOUBLINGS[::3],
        *TEXTS,
        "for i in 1..100000 return partial",
        "for i in 1..100000 return {a:i}",
    ]
    tracemalloc.start()
    try:
        for text in greedy:
            outcome(ask, text)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < MEGABYTES * 1_000_000


def test_what_ends_over_budget_says_which_one_and_where(ask: Ask) -> None:
    with pytest.raises(feel.BudgetExceeded) as caught:
        ask("1 +\ncount(for i in 1..1e9 return i)")

    assert caught.value.text.en == "the expression exceeds its budget of 100000 steps"
    assert caught.value.line == 2


def test_the_budget_is_the_callers_to_set(environment: feel.Environment) -> None:
    environment.budget = Budget(steps=50, string_length=3)

    for text in ('"ab" + "cd"', "for i in 1..100 return i"):
        with pytest.raises(feel.BudgetExceeded):
            feel.parse(text).evaluate({}, environment)


def test_each_evaluation_starts_with_a_full_budget(environment: feel.Environment) -> None:
    expression = feel.parse("count(for i in 1..20000 return i)")

    assert [expression.evaluate({}, environment) for _ in range(5)] == [20_000] * 5


def test_warnings_are_kept_up_to_their_number(ask: Ask, environment: feel.Environment) -> None:
    ask("[" + ", ".join(["x"] * 500) + "]")

    assert len(environment.warnings) == environment.budget.warnings
