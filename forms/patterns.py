"""A form's patterns: JavaScript's regular expressions, run by re2 in linear time or refused.

The browser tests with `new RegExp(pattern)`, so without the flags `u`, `i` and `m`. What means the same in re2 is
handed on, what is written differently is rewritten, and what re2 lacks or reads otherwise is refused.
"""

import re
from collections.abc import Callable
from typing import Any

import re2

MAX_PATTERN = 1_000
"""Characters of one pattern."""

_SPACE = r"\t\n\v\f\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}"
_ANY = r"[^\n\r\x{2028}\x{2029}]"
_SAME_ESCAPES = frozenset("dDwWtnvfr")
_ESCAPE = re.compile(r"\\(?:u(?P<unit>[0-9a-fA-F]{4})|x(?P<byte>[0-9a-fA-F]{2})|(?P<letter>.))", re.DOTALL)
_GROUP = re.compile(r"\(\?(?::|<[A-Za-z_]\w*>)", re.ASCII)
_SET = re.compile(r"\[\^?")


class PatternRefused(ValueError):
    """The pattern has no equal in re2; the text says which part."""


def compiled(pattern: str) -> Callable[[str], bool]:
    """Return a test that finds `pattern` anywhere in a text, as the browser does.

    Refuses with `PatternRefused` what JavaScript takes and re2 cannot, and what re2 takes in another sense.
    """
    if len(pattern) > MAX_PATTERN:
        raise PatternRefused(f"{len(pattern)} > {MAX_PATTERN}")
    options = re2.Options()
    options.log_errors = False
    try:
        program: Any = re2.compile(_rewritten(pattern), options)
    except re2.error as error:
        said = error.args[0]
        raise PatternRefused(said.decode(errors="replace") if isinstance(said, bytes) else str(said)) from error
    return lambda text: program.search(text) is not None


def _rewritten(pattern: str) -> str:
    parts: list[str] = []
    position, in_set = 0, False
    while position < len(pattern):
        length, part = _inside_set(pattern, position) if in_set else _outside_set(pattern, position)
        if not in_set:
            in_set = part in {"[", "[^"}
        elif part == "]":
            in_set = False
        parts.append(part)
        position += length
    return "".join(parts)


def _outside_set(pattern: str, position: int) -> tuple[int, str]:
    """Return how many characters the next part has, and how re2 writes it."""
    if pattern[position] == "\\":
        return _escape(pattern, position, in_set=False)
    if pattern[position] == ".":
        return 1, _ANY
    if opening := _SET.match(pattern, position):
        if pattern.startswith("]", opening.end()):
            raise PatternRefused(f"{opening[0]}]")
        return len(opening[0]), opening[0]
    if pattern.startswith("(?", position):
        if not (group := _GROUP.match(pattern, position)):
            raise PatternRefused(pattern[position : position + 4])
        return len(group[0]), group[0]
    return 1, pattern[position]


def _inside_set(pattern: str, position: int) -> tuple[int, str]:
    """Do the same between brackets, where an opening bracket stands for itself."""
    if pattern[position] == "\\":
        return _escape(pattern, position, in_set=True)
    return 1, r"\[" if pattern[position] == "[" else pattern[position]


def _escape(pattern: str, position: int, *, in_set: bool) -> tuple[int, str]:
    found = _ESCAPE.match(pattern, position)
    if found is None:
        raise PatternRefused("\\")
    digits = found["unit"] or found["byte"]
    return len(found[0]), _character(int(digits, 16)) if digits else _letter(found["letter"], in_set=in_set)


def _character(code: int) -> str:
    if 0xD800 <= code <= 0xDFFF:
        raise PatternRefused(f"\\u{code:04x}")
    return f"\\x{{{code:x}}}"


def _letter(letter: str, *, in_set: bool) -> str:
    if letter in _SAME_ESCAPES:
        return f"\\{letter}"
    if letter == "s":
        return _SPACE if in_set else f"[{_SPACE}]"
    if letter == "S" and not in_set:
        return f"[^{_SPACE}]"
    if letter in {"b", "B"} and not in_set:
        return f"\\{letter}"
    if letter in {"b", "0"}:
        return r"\x{8}" if letter == "b" else r"\x{0}"
    if letter.isascii() and letter.isalnum():
        raise PatternRefused(f"\\{letter}")
    return re.escape(letter) if letter.isascii() else letter
