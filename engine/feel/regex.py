"""Regular expressions of XPath, as far as linear-time RE2 can run them: no back-references, no class subtraction."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import cast

import re2

from engine.wording import Bilingual

from .errors import Unfit
from .regex_shape import shape
from .runtime import Run

_FLAGS = frozenset("smixq")
_SPACE = frozenset(" \t\n\r")
_MAX_MEMORY = 1 << 19
_SEARCH_COST = 30
_MATCH_COST = 40
_COMPILATION_COST = 300
_LETTER_COST = 6
_REFUSAL_COST = 10_000
_KEPT = 32
"""Compiled expressions kept; each may take `_MAX_MEMORY`."""

_FEW_ATOMS, _FEW_LARGE_ATOMS = 10, 3
_SMALL_PROGRAM = 80
"""Few atoms, of many states each in a large program, cannot make more states than RE2 keeps."""

_LITERAL = re.compile(r"(?:[^\\^$.|?*+()\[\]{}]|\\[!-/:-@\[-^`{-~])+")
_ESCAPED = re.compile(r"\\(.)")
_MAX_LENGTH = 1_000
_NO_CHARACTER = Bilingual("chuỗi có ký tự hỏng", "the string holds a broken character")
_BLOCKS = {
    "IsBasicLatin": r"\x00-\x7F",
    "IsLatin-1Supplement": r"\x{80}-\x{FF}",
    "IsLatinExtended-A": r"\x{100}-\x{17F}",
    "IsLatinExtendedAdditional": r"\x{1E00}-\x{1EFF}",
}
_BLOCK = re.compile(r"\\([pP])\{([A-Za-z0-9-]+)\}")


class Pattern:
    """A compiled regular expression; searching counts the text's length, if need be times the program's size."""

    __slots__ = ("_compiled", "_is_quick", "_looks_far", "groups", "size")

    def __init__(self, source: str, *, captures: bool) -> None:
        options = re2.Options()
        options.log_errors = False
        options.max_mem = _MAX_MEMORY
        options.never_capture = not captures
        self._compiled = re2.compile(source, options)
        self.size = 4 + int(self._compiled.programsize)
        self.groups: int = self._compiled.groups
        atoms, self._looks_far = shape(source)
        few = _FEW_ATOMS if self.size <= _SMALL_PROGRAM else _FEW_LARGE_ATOMS
        self._is_quick = atoms <= few and not captures

    def found_in(self, run: Run, text: str) -> bool:
        """Tell whether the expression matches somewhere in the text."""
        run.spend(self._cost(text, 0))
        with _refusing_halves():
            return self._compiled.search(text) is not None

    def matches_in(self, run: Run, text: str) -> Iterator["re.Match[str]"]:
        """Yield the matches from left to right."""
        run.spend(self._cost(text, 0))
        each = _MATCH_COST + (self.size >> (3 if self._is_quick else 1))
        with _refusing_halves():
            for match in self._compiled.finditer(text):
                run.spend(each + (self._cost(text, match.end()) if self._looks_far else 0))
                yield match

    def _cost(self, text: str, start: int) -> int:
        """Return the steps of one search from there to the end; RE2 reads bytes, of which a letter may have three."""
        length = (len(text) - start) * (1 if text.isascii() else 2)
        scanned = length >> 3 if self._is_quick else length * self.size >> 4
        return _SEARCH_COST + (self.size >> 3) + scanned


@contextmanager
def _refusing_halves() -> Iterator[None]:
    """Refuse text with half of a surrogate pair, which has no bytes that RE2 could search."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise Unfit(*_NO_CHARACTER) from error


@lru_cache(maxsize=_KEPT)
def literal(pattern: str, flags: str) -> str | None:
    """Return the text that is all the expression matches, or None if it may match another, or is too long."""
    if flags not in {"", "q"} or not 0 < len(pattern) <= _MAX_LENGTH:
        return None
    if flags == "q":
        return pattern
    return _ESCAPED.sub(r"\1", pattern) if _LITERAL.fullmatch(pattern) else None


def compiled(run: Run, pattern: str, flags: str, *, captures: bool = False) -> Pattern:
    """Return the expression compiled, with its groups if they are wanted; refuse unknown flags and what RE2 cannot run.

    The first use in an evaluation pays for the compilation, whether or not an earlier evaluation left it in the cache:
    a step for each instruction of the program, or as much as the largest refused one takes.
    """
    if len(pattern) > _MAX_LENGTH:
        raise Unfit("biểu thức chính quy quá dài", "the pattern is too long")
    known = run.patterns.get((pattern, flags, captures))
    if known is None:
        run.spend(_COMPILATION_COST + _LETTER_COST * len(pattern))
        known = run.patterns[pattern, flags, captures] = _compiled(pattern, flags, captures=captures)
        run.spend(known.size if isinstance(known, Pattern) else _REFUSAL_COST)
    if isinstance(known, Bilingual):
        raise Unfit(*known)
    return cast("Pattern", known)


@lru_cache(maxsize=_KEPT)
def _compiled(pattern: str, flags: str, *, captures: bool) -> Pattern | Bilingual:
    unknown = set(flags) - _FLAGS
    if unknown:
        return Bilingual(f"không có cờ “{min(unknown)}”", f"there is no flag “{min(unknown)}”")
    try:
        return Pattern(_translated(pattern, flags), captures=captures)
    except Unfit as error:
        return error.text
    except UnicodeEncodeError:
        return _NO_CHARACTER
    except re2.error:
        short = pattern[:40]
        return Bilingual(f"biểu thức chính quy “{short}” không dùng được", f"the pattern “{short}” cannot be used")


def _translated(pattern: str, flags: str) -> str:
    modes = "".join(flag for flag in "ims" if flag in flags)
    prefix = f"(?{modes})" if modes else ""
    if "q" in flags:
        return prefix + str(re2.escape(pattern))
    return prefix + "".join(_pieces(pattern, any_line="s" in flags, spaced="x" in flags))


def _pieces(pattern: str, *, any_line: bool, spaced: bool) -> Iterator[str]:
    """Yield the pieces for RE2: no free spaces, a point that stops at both line ends, blocks as ranges."""
    if spaced:
        pattern = "".join(_without_spaces(pattern))
    in_class = index = 0
    while index < len(pattern):
        piece = pattern[index]
        block = _BLOCK.match(pattern, index) if piece == "\\" else None
        if block is not None and block.group(2) in _BLOCKS:
            inner = _BLOCKS[block.group(2)]
            yield inner if in_class else f"[{'^' if block.group(1) == 'P' else ''}{inner}]"
            index = block.end()
            continue
        if piece == "\\":
            piece = pattern[index : index + 2]
            if piece[1:].isdecimal():
                raise Unfit("không dùng được tham chiếu ngược “\\1”", "back-references cannot be used")
        in_class += (piece == "[") - (piece == "]")
        yield r"[^\n\r]" if piece == "." and not any_line and not in_class else piece
        index += len(piece)


def _without_spaces(pattern: str) -> Iterator[str]:
    in_class = False
    escaped = False
    for character in pattern:
        if not in_class and character in _SPACE:
            continue
        if not escaped:
            in_class = (in_class or character == "[") and character != "]"
        escaped = character == "\\" and not escaped
        yield character
