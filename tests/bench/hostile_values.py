"""Hostile values: numbers, moments, ranges, contexts, functions and filters at their ends or without one.

A family's expressions are lines in which `$one`, `$other` and the like stand for values drawn by chance.
"""

from random import Random
from string import Template

_HUGE = (
    "1e999999", "1e-999999", "1e6144", "-1e6144", "9.999999999999999999999999999999999e6144", "1e-6143", "1e-6176",
    "9" * 34, "9" * 35, "0." + "3" * 60, "1/3", "10**34", "1e33", "(0-1e34)", "1e400",
)  # fmt: skip
_MOMENTS = (
    '@"0001-01-01"', '@"9999-12-31"', '@"2026-02-29"', '@"9999-12-31T23:59:59@Pacific/Kiritimati"', "now()", "today()",
    '@"0001-01-01T00:00:00+14:00"', '@"2026-03-29T02:30:00@Europe/Paris"', '@"23:59:59@Europe/Paris"', '@"10:00:00Z"',
    '@"24:00:00"', '@"10:00:00.999999999999"', 'date and time(@"9999-12-31T23:59:59Z", "Asia/Ho_Chi_Minh")',
    'time("10:00:00@Area/X" + string(i))', 'date and time("2026-01-05T10:00:00@" + string(i))',
    'date("2026-01-" + string(i))',
)  # fmt: skip
_SPANS = (
    '@"P999999999Y"', '@"-P999999999999999Y"', '@"P999999999D"', '@"PT999999999999999S"', '@"P1D"', '@"P1M"',
    '@"PT0.000001S"', 'duration("P" + string(i) + "D")',
    'years and months duration(@"0001-01-01", @"9999-12-31")',
)  # fmt: skip
_MANY = (
    "1..10**9", "-1e33..1e33", "10**9..-10**9", '@"0001-01-01"..@"9999-12-31"', "[1..10**9]", "(1..10**9)",
    "[1e30..1e30+5]", "(1e33..1e33)", "(for i in 1..9000 return i)", '[@"0001-01-01"..@"9999-12-31"]', "1..100000",
)  # fmt: skip
_UNARY = (
    "< 0", "[2..3]", "(5..9)", "> 1e6144", "null", '"a"', "!= 5", "not(5)", "? > 7", "[1, 2]", '@"2026-01-01"', "-1",
)  # fmt: skip

_NUMERALS = """string($one)
$one * $other
$one + $other
$one / $other
modulo($one, $other)
decimal($one, $other)
decimal($one, 6176)
round up($one, -6111)
floor($one)
ceiling($one, 6000)
[1, 2][$one]
sublist([1, 2], $one, $other)
substring("abc", $one)
number(string($one))
odd($one)
sqrt($one)
log($one)
exp($one)
$one ** $other
($one) ** 0.5
($one) ** -1
$one = $other
$one < $other
abs($one)
mode([$one, $other])
stddev([$one, $other])
date($one, 1, 1)
time(1, 2, $one)
@"P1D" * $one
@"P1Y" * $one
@"P1D" / $one
partition([1], $one)
insert before([1], $one, 1)
is($one, $other)
$one in [$other..$one]
distinct values([$one, $other])"""
_MOMENTS_ASKED = """$one + $span
$one - $span
$one - $other
$one < $other
$one = $other
$one in [$other..$one]
$span * 1e6100
$span * -999999999
$span / 1e-6000
$span / $span
$span + $longer
-($span)
string($one)
string($span)
($one).time offset
($span).days
day of week($one)
week of year($one)
date($one)
time($one)
max($one, $other)
is($one, $other)
abs($span)
overlaps([$one..$other], [$other..$one])
($one) between $other and $one
$one + $span * i
date and time($one, $other)
years and months duration($one, $other)
distinct values([$one, $other])"""
_RANGES = """for i in $one, j in $other return $body
some i in $one satisfies (every j in $other satisfies j = i)
for i in $one return for j in $other return $body
sum($one)
count([$other])
every i in $one satisfies i in ($tests)
5 in ($tests)
for i in $one, j in [] return 1
($one)[item > 5]
for i in $one return i in [for j in 1..9 return [j..j+i]]
some i in $one, j in [i] satisfies $body = null"""
_CONTEXTS = """get value(c, "k7")
get value({a: c}, $keys)
context put(c, "z", 1)
context put({}, $keys, 1)
c = c
context merge([c, c, {k1: 2}])
get entries(c)
string(c)
context(get entries(c))
c.k7
c.nosuch
{x: c}.x.k1
is(c, c)
c in [c]
list contains([c, c], c)
distinct values([c, c])
c instance of context<k1: number>
{a: c, b: a, d: [a, b]}.d
count(get entries(c)[value > 5])
get or else(c.z, c)"""
_CONTEXTS_USED = """$deep$path
$deep = $deep
{c: $made, r: $body}.r
{c: $made, r: for i in 1..100000 return $body}.r
{c: $deep, r: for i in 1..100000 return $body}.r
context merge(for i in 1..100000 return {k: {a: i}})
{c: $made, r: for e in get entries(c) return $body}.r"""
_STEPS = """f$before(x)
f$before(f$before(x))
[f$before(x)]
f$before(x) + f$before(x)
{a: f$before(x)}
(for y in [1,2] return f$before(y))"""
_ITSELF = """f(f)
[f(f), f(f)]
1 + f(f)
if true then f(f) else 1
(for i in 1..9 return f(f))
f(f)(f)
{a: f(f)}"""
_SLOW = """count(for i in 1..99 return i) > x
sort([3,1,2])[1] < x
matches(string(x), "(a|b)+") = y
x < y
true
nosuch
x"""
_VALUES = """for i in 1..9000 return modulo(i * 7919, 1000)
1..9000
for i in 1..500 return -i
[[1], [2]]"""
_INVOCATIONS = """{f0:function(x) x,$chain,r:$last(1)}.r
{f0:function(x) x,$chain,r:for i in 1..100000 return $last(i)}.r
(function(f) $itself)(function(f) $itself)
{g:function(f,n) if n<2 then n else f(f,n-1)+f(f,n-2), r:g(g,40)}.r
sort($values, function(x, y) $slow)
list replace($values, function(x, y) $slow, 0)
for i in 1..100000 return (function(x) $slow)(i)
for i in 1..100000 return (function(a: number, b: list<number>) a)(i, [i])
(for i in 1..100000 return function(x) i + x)[7](1)
{f: sort, l: ($values), r: for i in 1..100000 return f(l)}.r
for i in 1..100000 return [count, sum, string, sort][2]([i])
(for i in 1..100000 return {a: function() i, b: a()})[1].b"""
_TESTS = """item > 5
a > 5
item.a > 5
nosuch
nosuch > 1
item
count(l[item > 1]) > item
a[a > 1] = null
1
-1
item[item]
item in l
l[1] = item
some x in l satisfies x = item
list contains(l, item)
function(x) item
item[1][1] = 2
true
not(item)"""
_STRUCTURES = (
    ("[1,1]", "[X,X]"), ("{x:1}", "{x:X,y:X}"), ('"' + "a" * 200 + '"', "X+X"), ("[1..2]", "[X..X]"),
    ('"' + "a" * 99 + '"', "[X,X]"),
)  # fmt: skip
_EQUALITIES = """$one = $other
$one != $other
is($one, $other)
$one in [$other, $other]
list contains([$other], $one)
distinct values([$one, $other, $one])
index of([$other, $one], $one)
union([$one], [$other])
$one < $other
for i in 1..100000 return $one = $other
for i in 1..100000 return $one < $other
max([$one, $other])
sort(for i in 1..3000 return if odd(i) then $one else $other)
(for i in 1..3000 return $one)[item = $other]
$one between $other and $one
$one instance of list<list<number>>
duplicate values([$one, $other])
string($one) = string($other)
list contains(for i in 1..20000 return $one, $other)
$one in (for i in 1..20000 return $other)
get value({a: $one}, $other)"""


def _asked(random: Random, lines: str, **parts: str) -> str:
    return Template(random.choice(lines.splitlines())).substitute(parts)


def _looped(body: str) -> str:
    return f"for i in 1..100000 return {body}"


def numerals(random: Random) -> str:
    """Return numbers at the ends of decimal128 and beyond, in the functions that compute or write them."""
    one, other = random.choice(_HUGE), random.choice(_HUGE)
    body = _asked(random, _NUMERALS, one=one, other=other)
    return random.choice((body, _looped(body), _looped(body.replace(one, f"({one}/i)"))))


def exponents(random: Random) -> str:
    """Return chains of powers, alone, in functions that need series, and very many of them."""
    base = random.choice(("9", "1.0000001", "-2", "0.5", "10", "1e300", "(1/3)", '@"P1D"', "(1+1e-30)"))
    chain = "".join(
        f"**{random.choice(('9', '0.5', '-9', '999999999', '1e30', '(1/7)', '2', '-1e9', '1e33'))}"
        for _ in range(random.randint(1, 60))
    )
    body = random.choice((f"{base}{chain}", f"exp({base}{chain})", f"log({base}{chain})", f"sqrt({base}{chain})"))
    return random.choice((body, _looped(f"i{chain}"), f"sum(for i in 1..1e6 return {body})"))


def moments(random: Random) -> str:
    """Return dates, times and durations at the ends of their ranges, of zones there are and are not."""
    drawn = {name: random.choice(_MOMENTS) for name in ("one", "other")}
    body = _asked(random, _MOMENTS_ASKED, span=random.choice(_SPANS), longer=random.choice(_SPANS), **drawn)
    return random.choice((body, _looped(body), _looped(body), f"sort({_looped(body)})"))


def ranges(random: Random) -> str:
    """Return iterations that would never end, nested ones, and tests against very many ranges."""
    body = random.choice(("i", "[i]", "{a: i}", "i in [2..3]", "i + j", "partial", "j", "string(i)", "function() i"))
    drawn = {name: random.choice(_MANY) for name in ("one", "other")}
    return _asked(random, _RANGES, body=body, tests=_tests(random), **drawn)


def cells(random: Random) -> str:
    """Return a decision table's cell with very many tests, or with deep ones."""
    tests, deep = _tests(random), "not(" * random.randint(2, 900) + "1"
    return random.choice((tests, f"not({tests})", f"({tests})", deep, f"? in ({tests})", f"[{tests}]"))


def _tests(random: Random) -> str:
    return ", ".join(random.choice(_UNARY) for _ in range(random.randint(1, 900)))


def contexts(random: Random) -> str:
    """Return deep and wide contexts, and the functions that read, change and compare them, over and over."""
    depth, size = random.randint(2, 90), random.choice((10, 300, 5_000))
    body = _asked(random, _CONTEXTS, keys="[" + ",".join(['"a"'] * depth) + "]")
    made = f'context(for i in 1..{size} return {{key: "k" + string(i), value: i}})'
    deep, path = "{a:" * depth + "1" + "}" * depth, ".a" * random.randint(0, depth)
    return _asked(random, _CONTEXTS_USED, deep=deep, path=path, made=made, body=body)


def invocations(random: Random) -> str:
    """Return functions that call each other in long chains, themselves without end, or once for each comparison."""
    size, step = random.randint(2, 60), Template(random.choice(_STEPS.splitlines()))
    chain = ",".join(f"f{index}:function(x) {step.substitute(before=index - 1)}" for index in range(1, size))
    drawn = {name: _asked(random, lines) for name, lines in (("itself", _ITSELF), ("slow", _SLOW), ("values", _VALUES))}
    return _asked(random, _INVOCATIONS, chain=chain, last=f"f{size - 1}", **drawn)


def filters(random: Random) -> str:
    """Return filters in filters over `item` and its fields, chains of them, and paths through lists of lists."""
    size = random.choice((30, 300, 3_000, 9_000))
    made = random.choice(("i", "{a: i}", "[i, i]", "{a: [{a: i}]}", "string(i)", "function() i", "null", "1/i"))
    chain = f"[{_asked(random, _TESTS)}]" * random.choice((1, 1, 2, 50))
    path = random.choice(("", ".a", ".a.a", ".nosuch"))
    return f"{{l:(for i in 1..{size} return {made}),r:l{chain}{path}}}.r"


def equalities(random: Random) -> str:
    """Return comparisons of structures that are equal to the last, deep or long, against each other and in lists."""
    times, (seed, step) = random.randint(3, 30), random.choice(_STRUCTURES)
    entries = [f"a0:{seed}", f"b0:{seed}"]
    for index in range(1, times):
        entries += [f"{name}{index}:{step.replace('X', f'{name}{index - 1}')}" for name in "ab"]
    asked = _asked(random, _EQUALITIES, one=f"a{times - 1}", other=f"b{times - random.randint(1, 2)}")
    return "{" + ",".join(entries) + f",r:{asked}}}.r"
