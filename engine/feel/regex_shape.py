"""How dear a regular expression may become, read from its text: RE2 tells how large its program is, not how it runs.

RE2 searches with a deterministic automaton that it builds while it goes, a few nanoseconds a character. Expressions of
many atoms may need more states than it keeps; then it follows every instruction of the program at every character.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

_PIECE = re.compile(
    r"""
    (?P<opening>\((?:\?(?:P?<\w+>|[a-zA-Z^-]*:?))?)
    |(?P<closing>\))
    |(?P<either>\|)
    |(?P<times>[*+?]|\{(?P<least>\d+)(?P<range>,(?P<most>\d*))?\})
    |(?P<atom>\\[pPx]\{[^}]*\}|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.)
    """,
    re.VERBOSE | re.DOTALL,
)


class Shape(NamedTuple):
    """What a regular expression is made of.

    `atoms` are its characters and classes, repeated ones as often as they may come. One that `looks_far` may read on to
    the end of the text behind each match: a loop that is not on every way through it may run on in vain.
    """

    atoms: int
    looks_far: bool


@dataclass(slots=True)
class _Part:
    """An atom, a group, or the whole: its atoms, and whether it repeats something without end and has alternatives."""

    atoms: int = 0
    is_group: bool = False
    has_loop: bool = False
    has_choice: bool = False


def shape(source: str) -> Shape:
    """Return the shape of an expression in RE2's syntax; one that quotes a part of itself may look anyhow."""
    reader = _Reader()
    for match in _PIECE.finditer(source):
        reader.take(match)
    return Shape(reader.open[0].atoms, reader.looks_far or reader.is_loop_a_choice() or r"\Q" in source)


class _Reader:
    """Goes over the pieces of an expression; `open` are the groups not closed yet, the whole first."""

    def __init__(self) -> None:
        self.open = [_Part(is_group=True)]
        self.looks_far = False
        self._last: _Part | None = None

    def take(self, match: re.Match[str]) -> None:
        """Take the next piece in."""
        kind = match.lastgroup
        if match["times"]:
            self._repeat(match)
        elif kind == "opening":
            self.open.append(_Part(is_group=True))
            self._last = None
        elif kind == "closing" and len(self.open) > 1:
            self.looks_far = self.looks_far or self.is_loop_a_choice()
            self._add(self.open.pop())
        elif kind == "either":
            self.open[-1].has_choice = True
            self._last = None
        else:
            self._add(_Part(1))

    def is_loop_a_choice(self) -> bool:
        """Tell whether the innermost group repeats something in one of several alternatives."""
        return self.open[-1].has_loop and self.open[-1].has_choice

    def _add(self, part: _Part) -> None:
        self.open[-1].atoms += part.atoms
        self.open[-1].has_loop |= part.has_loop
        self._last = part

    def _repeat(self, match: re.Match[str]) -> None:
        """Apply a quantifier to the part before it; a second one only says how greedy the first is."""
        part, self._last = self._last, None
        if part is None:
            return
        is_endless = match["times"] in {"*", "+"} or (match["range"] is not None and not match["most"])
        times = int(match["most"] or match["least"] or 1)
        self.open[-1].atoms += part.atoms * (times - 1)
        self.open[-1].has_loop |= is_endless
        self.looks_far |= part.is_group and (part.has_loop or is_endless)
