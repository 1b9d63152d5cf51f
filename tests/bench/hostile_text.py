"""Hostile strings: odd characters, regular expressions that search for ever, what makes long sentences of errors."""

from random import Random

_DOUBLED = '{{s:"{seed}",t:s+s+s+s+s+s+s+s,u:t+t+t+t+t+t+t+t,v:u+u+u+u,r:{asked}}}.r'
_ATOMS = (
    "a", "b", ".", "[ab]", "\\\\d", "(a|b)", "(a|aa)", "(?:a?)", "\\\\pL", "\\\\p{Lu}", "[^a]", "x", "$", "^", "()",
    "ệ",
)  # fmt: skip
_REPEATS = ("", "", "*", "+", "?", "{2}", "{30}", "{1,100}", "{1000}", "*?", "{0,9}")
_LONG_RUNS = (
    "a*b|a", "(a*b|a)", "a(a*b)?", "a(.*b)?", "(a*)*b", "(a|a)*b", "(?:a?){400}b", "a{0,1000}b", "(a|b)*a(a|b){20}",
    "(a|b)*a(a|b){300}$", "[ab]*a[ab][ab][ab][ab][ab][ab][ab][ab][ab][ab]c", "\\\\pL*\\\\p{Lu}\\\\pL\\\\pL\\\\pL1",
    "((a{9}){9}){9}", "(a{1000}){1000}", "(.*)(.*)(.*)(.*)[x!]", "a*?b*?c", "(a*?)*?b", "(|a)+", "(a|){99}", "()*",
    "(?i)[ab]*\\\\pL{9}", "\\\\Qa*b|a\\\\E", "[[:alpha:]]*1|.",
)  # fmt: skip
_CASED = ("ß", "ŉ", "İ", "ΐ", "ﬃ", "ǅ", "Σ", "ỗ")
_MARKS = "\u0301\u0323\u0302\u0344\u0f71"
_ODD = (
    "\u202e", "\u200d", "\ufeff", "\u0000", "🐎", "\U000e0041", "١", "٣", "e\u0323\u0302", "가", "\u1100\u1161",
    "\x85", "\\ud800", "\\udfff\\ud83d", "\\U10ffff", "\\U110000", "\\u0301", "\u0344", "\ufdfa", "\ud800",
)  # fmt: skip
_ASKED_OF_TEXT = (
    "upper case(v)", "lower case(v)", "string length(upper case(v))", 'replace(v, "", "x")', "substring(v, -3)",
    'matches(v, "\\\\pL")', "split(v, s)", 'replace(v, s, "ß")', "string([v])", "to base64(v)", "trim(v)", "number(v)",
    "v < upper case(v)", 'extract(v, "\\\\X|.")', "is blank(v)", "{(s): 1}", "context put({}, v, v)", "v in [v]",
)  # fmt: skip
_SEARCHES = (
    "matches(v, {})", "replace(v, {}, v)", 'replace(v, {}, "$1$1")', 'replace(v, {}, "$0$99")', "split(v, {})",
    "extract(v, {})", 'matches(v, {}, "i")', 'replace(v, {}, "", "x")', 'replace(v, "a", {})', "split(v, s + {})",
)  # fmt: skip
_WORDS = ("key", "tong_so_tien_", "a b ", "a+", "string lengt", "a" * 50)
_NO_RANGES = ("[" * 150, "1+" * 90 + "1..2]", "lenght..", "1..9)")
_REMARKS = ("null+1", "1(2)", "x.y", "1/0")


def odd_characters(random: Random) -> str:
    """Return text, names and numbers in characters that grow, combine, turn round or are none."""
    pile = "".join(random.choice(_MARKS) for _ in range(random.choice((3, 31, 2_000, 31_000))))
    word = "".join(random.choice((*_CASED, *_ODD)) for _ in range(random.randint(1, 300)))
    asked = random.choice(_ASKED_OF_TEXT)
    return random.choice(
        (
            f'"a{pile}"', f"a{pile}", f'{{"{pile}": 1}}', word, f'"{word}"', f"{{{word}: 1}}.{word}",
            _DOUBLED.format(seed=word, asked=asked), _DOUBLED.format(seed=random.choice(_CASED) * 300, asked=asked),
            _DOUBLED.format(seed=word, asked=f"for i in 1..100000 return {asked}"),
        )
    )  # fmt: skip


def regular_expressions(random: Random) -> str:
    """Return a search in long text, or very many short ones with patterns that change."""
    drawn = random.choice((_pattern(random), _pattern(random), random.choice(_LONG_RUNS), _counted(random)))
    pattern = f'"{drawn}"' + random.choice(("", "", " + string(i)"))
    asked = random.choice(_SEARCHES).format(pattern)
    if random.random() < 0.5 or "string(i)" in pattern:
        asked = f"for i in 1..100000 return {asked.replace('(v', random.choice(('(v', '(s', '(string(i)')))}"
    seed = random.choice(("a", "ab", "a b ", "ệ", "aB1", "🐎")) * random.randint(1, 100)
    return _DOUBLED.format(seed=seed, asked=asked)


def _pattern(random: Random, depth: int = 3) -> str:
    pieces = []
    for _ in range(random.randint(1, 5)):
        inner = f"({_pattern(random, depth - 1)})" if depth and random.random() < 0.4 else random.choice(_ATOMS)
        pieces.append(inner + random.choice(_REPEATS))
    return random.choice(("", "", "|")).join(pieces)


def _counted(random: Random) -> str:
    """Return a pattern of many, large or nested counts, or of many classes."""
    atom, most, many = random.choice(_ATOMS), random.choice((9, 99, 999, 1000, 1001, 10**9)), random.randint(1, 300)
    return random.choice(
        (
            f"{atom}{{{most}}}", f"({atom}{{0,{most}}}){{{most}}}", f"({atom}?{{1,{most}}})*", atom * many,
            "|".join([atom] * many), "(" * many, f"({atom}?)" * many, "[" + atom * many + "]{9}",
        )
    )  # fmt: skip


def long_sentences(random: Random) -> str:
    """Return what is refused or remarked on with a hint: misspelt names among very many, words without end."""
    size, word = random.randint(5, 250), random.choice(_WORDS)
    start, stem = word.split()[0], word.strip()
    keys = ",".join(f"{word}{index}:{index}" for index in range(size))
    names = ",".join(f"{word}{index}" for index in range(size))
    fields = ",".join(f"c.{stem}x{index}" for index in range(size))
    wide = f'context(for i in 1..{size * 9} return {{key:"{word}"+string(i),value:i}})'
    return random.choice(
        (
            f"{{c:{{{keys}}},r:[{fields}]}}", f"{{c:{wide},r:[{fields}]}}", f"[{names}]", f"function({names}) {word}1",
            f"{{{keys},r:{'+'.join([start] * (4 * size))}}}", f"f({keys})", f"1 instance of {word * size}",
            f"{{{' '.join(['a'] * size)} b:1,r:{'-'.join(['a'] * (3 * size))}}}", "strin lenght " * size,
            f"[{','.join(f'strin lenght{index}()' for index in range(size))}]", "x" * 10 * size + " " + "y" * 10 * size,
            f"for i in 1..100000 return number({start}{size})", 'for i in 1..100000 return {a:1}["x"].lenght',
            f'for i in 1..100000 return date("{word * size}")', f"[{','.join(_REMARKS * size)}]",
            f'for i in 1..100000 return range("[{random.choice(_NO_RANGES)}")',
        )
    )  # fmt: skip
