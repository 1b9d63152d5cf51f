"""Regular expressions of XPath, as far as linear-time RE2 can run them: no back-references, no class subtraction."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import cast

import re2

from engine.wording import Bilingual

from .errors import Unfit
from .runtime import Run

_FLAGS = frozenset("smixq")
_SPACE = frozenset(" \t\n\r")
_MAX_MEMORY = 1 << 19
_SEARCH_COST = 10
_MATCH_COST = 14
_COMPILATION_COST = 200
_REFUSAL_COST = 10_000
_MAX_LENGTH = 1_000
_BLOCKS = {
    "IsBasicLatin": r"\x00-\x7F",
    "IsLatin-1Supplement": r"\x{80}-\x{FF}",
    "IsLatinExtended-A": r"\x{100}-\x{17F}",
    "IsLatinExtendedAdditional": r"\x{1E00}-\x{1EFF}",
}
_BLOCK = re.compile(r"\\([pP])\{([A-Za-z0-9-]+)\}")


class Pattern:
    """A compiled regular expression; searching counts text length times program size."""

    __slots__ = ("_compiled", "groups", "size")

    def __init__(self, source: str) -> None:
        options = re2.Options()
        options.log_errors = False
        options.max_mem = _MAX_MEMORY
        self._compiled = re2.compile(source, options)
        self.size = 4 + int(self._compiled.programsize)
        self.groups: int = self._compiled.groups

    def found_in(self, run: Run, text: str) -> bool:
        """Tell whether the expression matches somewhere in the text."""
        run.spend(_SEARCH_COST + (self.size >> 3) + (len(text) * self.size >> 6))
        return self._compiled.search(text) is not None

    def matches_in(self, run: Run, text: str) -> Iterator["re.Match[str]"]:
        """Yield the matches from left to right."""
        run.spend(_SEARCH_COST + (self.size >> 3) + (len(text) * self.size >> 6))
        for match in self._compiled.finditer(text):
            run.spend(_MATCH_COST + (self.size >> 3))
            yield match


def compiled(run: Run, pattern: str, flags: str) -> Pattern:
    """Return the expression compiled; refuse unknown flags and what RE2 cannot run.

    The first use in an evaluation pays for the compilation, whether or not an earlier evaluation left it in the cache:
    a step for each instruction of the program, or as much as the largest refused one takes.
    """
    if len(pattern) > _MAX_LENGTH:
        raise Unfit("biểu thức chính quy quá dài", "the pattern is too long")
    known = run.patterns.get((pattern, flags))
    if known is None:
        run.spend(_COMPILATION_COST + 2 * len(pattern))
        known = run.patterns[pattern, flags] = _compiled(pattern, flags)
        run.spend(known.size if isinstance(known, Pattern) else _REFUSAL_COST)
    if isinstance(known, Bilingual):
        raise Unfit(*known)
    return cast("Pattern", known)


@lru_cache(maxsize=64)
def _compiled(pattern: str, flags: str) -> Pattern | Bilingual:
    unknown = set(flags) - _FLAGS
    if unknown:
        return Bilingual(f"không có cờ “{min(unknown)}”", f"there is no flag “{min(unknown)}”")
    try:
        return Pattern(_translated(pattern, flags))
    except Unfit as error:
        return error.text
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
