"""Hostile FEEL expressions, the same ones for the same seed: soup, nesting, bombs and doublings."""

from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple

from engine.feel.budget import MAX_EXPRESSION_LENGTH
from engine.feel.builtins import BUILTINS
from tests.bench import hostile_text, hostile_values

_LONGER = 0.01
"""The share of texts that are left longer than an expression may be."""

_WORDS = (
    "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or", "between", "instance of",
    "function", "true", "false", "null", "not", "item", "a", "b", "partial", "date", "time", "duration", "number",
    "list", "context", "external",
)  # fmt: skip
_SYMBOLS = (
    "+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "(", ")", "[", "]", "{", "}", ",", ":", ".", "..", "@",
    "?", "'", '"',
)  # fmt: skip
_ODD = ("\\", "\u0000", "🐎", "ệ", "\u202e", "/*", "*/", "//", "\n", "\t", '"\\', '@"', "==", "&&", "0x", "1e", "''")
_LITERALS = (
    "0", "1", "-1", "0.1", "1e6144", "-1e-6143", "9" * 34, "1/3", '""', '"a"', "true", "null", "[]", "{}", "[1]",
    '@"2026-01-05"', '@"9999-12-31"', '@"P999999999Y"', '@"P999999999D"', '@"23:59:59@Europe/Paris"', '"[1..9]"',
    '@"2026-01-05T10:00:00@Asia/Ho_Chi_Minh"', "[1..9]", "(< 5)", "function(x) x", "function(x, y) x < y", "today()",
)  # fmt: skip
_BIG = (
    "1..100000", "1..1e30", '@"0001-01-01"..@"9999-12-31"', "(for i in 1..9000 return i)", "[1..1e9]",
    "(for i in 1..3000 return string(i))", "(for i in 1..2000 return {a: i, b: [i]})",
    "(for i in 1..300 return [i, [i]])",
    "(for i in 1..2000 return 1/i)", '(for i in 1..900 return @"2026-01-05T10:00:00@Europe/Paris" + @"PT1H" * i)',
    "(for i in 1..3000 return modulo(i * 7919, 1000))", "(for i in 1..150 return (for j in 1..20 return j))",
)  # fmt: skip
_OPERATORS = ("+", "-", "*", "/", "**", "=", "!=", "<", ">=", "and", "or", "in")


class Hostile(NamedTuple):
    """One hostile expression, or a decision table's cell, and the family it is of."""

    family: str
    text: str
    is_cell: bool


def hostile(seed: int, count: int) -> list[Hostile]:
    """Return `count` expressions, at most as long as the reader takes (and a few that are longer)."""
    random = Random(seed)  # noqa: S311 - the same expressions again, nothing secret
    return [_one(random, random.choice(_FAMILIES)) for _ in range(count)]


def _one(random: Random, family: Callable[[Random], str]) -> Hostile:
    text = family(random)
    text = text if random.random() < _LONGER else text[:MAX_EXPRESSION_LENGTH]
    return Hostile(family.__name__.strip("_"), text, family is hostile_values.cells)


def _soup(random: Random) -> str:
    pieces = (_WORDS, _SYMBOLS, _SYMBOLS, _LITERALS, _ODD, tuple(BUILTINS), _BIG)
    return random.choice((" ", "")).join(random.choice(random.choice(pieces)) for _ in range(random.randint(1, 400)))


def _nesting(random: Random) -> str:
    pairs = (
        ("(", ")"), ("[", "]"), ("{a:", "}"), ("not(", ")"), ("-", ""), ("1+(", ")"), ("if a then ", " else 1"),
        ("for i in [1] return ", ""), ("some i in [1] satisfies ", ""), ("function(x) ", ""), ("[1..", "]"),
        ("a[", "]"), ("x in (", ")"), ("1 between 0 and ", ""), ("", ".a"), ("", "[1]"), ("", "(1)"),
        ("", " instance of list<Any>"),
        ("count(", ")"), ("sort([1],function(x,y) ", ")"), ("[item > ", "]"),
    )  # fmt: skip
    chosen = [random.choice(pairs) for _ in range(random.randint(1, 3))]
    times = random.choice((5, 18, 21, 40, 200, 1500))
    before, after = "".join(pair[0] for pair in chosen), "".join(pair[1] for pair in reversed(chosen))
    return before * times + random.choice(_LITERALS) + after * random.choice((times, times, times - 1))


def _literal_bomb(random: Random) -> str:
    size = random.randint(1_000, 5_000)
    return random.choice(
        (
            random.choice("19") * size,
            f"0.{'3' * size}",
            f"1e{random.choice(('9' * size, str(10 ** random.randint(1, 9))))}",
            '"' + random.choice(("a", "ệ", "\\n", "🐎", "\\u00e9", "\\")) * (size // 2) + '"',
            "[" + "1," * (size // 2) + "1]",
            "{" + ",".join(f"k{index}:{index}" for index in range(size // 8)) + "}",
            "/*" * (size // 2),
            " " * size + "1",
            "a" * size,
            " ".join(["a"] * (size // 2)),
            f'@"{random.choice(("P", "-P", "PT"))}{"9" * random.randint(1, 40)}{random.choice("YMDHS")}" * {size}',
        )
    )


def _doubling(random: Random) -> str:
    seed, step = random.choice(
        (
            ("[1,1]", "[X,X]"), ("[1,1]", "concatenate(X,X)"), ("{x:1}", "{x:X,y:X}"), ('"abcd"', "X+X"),
            ("[1]", "append(X,X)"),
            ('"a"', 'replace(X,"a","aa")'), ('"a,b"', 'string join(split(X,","),X)'), ("[[1],[2]]", "[flatten(X),X]"),
            ("{a:1}", 'context put(X,"b",X)'), ("function() 1", "function() [X(),X()]"), ("[1..9]", "[X,X]"),
            ('"x"', "string([X,X])"), ("[1,2]", "insert before(X,1,X)"), ("2", "X*X"), ('@"P1D"', "X+X"),
        )
    )  # fmt: skip
    size = random.randint(5, 60)
    entries = [f"a0:{seed}", *(f"a{index}:" + step.replace("X", f"a{index - 1}") for index in range(1, size))]
    last = f"a{size - 1}"
    asked = random.choice(
        (
            "L", "string(L)", "L=L", "flatten(L)", "distinct values(L)", "list contains(L,L)", "L.x", "L[item=L]",
            "L in [L]", "is(L,L)", "max(L)", "string join(L)", "L[1]", "reverse(L)", "count(L)", "for i in L return L",
            "L()",
            "upper case(L)", "matches(L,L)", "sort(L)", "some i in L satisfies i=L", "union(L,L)", "index of(L,1)",
        )
    ).replace("L", last)  # fmt: skip
    return "{" + ",".join(entries) + f",r:{asked}}}.r"


def _loop(random: Random) -> str:
    sources = ", ".join(f"{name} in {random.choice(_BIG)}" for name in "ijk"[: random.randint(1, 3)])
    body = _expression(random, 3, ("i", "partial", "[i, i]", "string(i)"))
    return random.choice(
        (
            f"for {sources} return {body}",
            f"count(for {sources} return {body})",
            f"some {sources} satisfies {body} = null",
            f"every {sources} satisfies {body} != 7",
            f"sort(for {sources} return {body}, function(x, y) {_expression(random, 2, ('x', 'y'))})",
            f"(for {sources} return {body})[{_expression(random, 2, ('item', 'i'))}]",
        )
    )


def _call_of_big(random: Random) -> str:
    big = tuple(each for each in _BIG if ".." not in each or each[0] in "([")
    text = '{s:"aB,1 ệ-",t:s+s+s+s+s+s+s+s,u:t+t+t+t+t+t+t+t,v:u+u+u+u+u+u+u+u,w:v+v+v+v+v+v+v+v,r:'
    return text + _expression(random, 3, (*big, "v", "w", "w")) + "}.r"


def _expression(random: Random, depth: int, leaves: Sequence[str]) -> str:
    """Return a well-formed expression over built-in functions and operators."""
    if not depth or random.random() < 0.2:
        return random.choice(leaves) if random.random() < 0.7 else random.choice(_LITERALS)
    name = random.choice(tuple(BUILTINS))
    one, other, third = (_expression(random, depth - 1, leaves) for _ in range(3))
    arguments = ", ".join((one, other, third)[: random.randint(1, 3)])
    shapes = (
        f"{name}({arguments})", f"{name}({arguments})", f"{name}({arguments})", f"{name}({one})", f"[{arguments}]",
        f"({one} {random.choice(_OPERATORS)} {other})", f"(if {one} = null then {other} else {third})",
        f"{{a: {one}, b: a}}.b", f"({one})[{other}]", f"(for x in {one} return {other})", f"-({one})",
        f"({one}).a", f"({one} between {other} and {third})", f"({one} instance of list<number>)",
    )  # fmt: skip
    return random.choice(shapes)


_FAMILIES: tuple[Callable[[Random], str], ...] = (
    _soup, _nesting, _literal_bomb, _doubling, _loop, _loop, _call_of_big, _call_of_big,
    hostile_text.odd_characters, hostile_text.regular_expressions, hostile_text.regular_expressions,
    hostile_text.long_sentences, hostile_values.numerals, hostile_values.exponents, hostile_values.moments,
    hostile_values.ranges, hostile_values.cells, hostile_values.contexts, hostile_values.invocations,
    hostile_values.filters, hostile_values.equalities,
)  # fmt: skip
