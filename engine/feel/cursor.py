"""A place in the tokens that the parsers share, and the sentences they refuse with."""

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from engine.wording import Bilingual

from .errors import FeelSyntaxError, did_you_mean
from .lexer import Token, TokenKind, tokenize
from .names import KEYWORDS, NameTable, joined

_NAME_KINDS = (TokenKind.NAME, TokenKind.NUMBER)
_NAME_SYMBOLS = frozenset("+-*/.'")
_OPENING, _CLOSING = frozenset("({"), frozenset(")}")


class Parenthesis(NamedTuple):
    """Where a parenthesis closes, and whether it holds a comma outside inner ones."""

    end: int
    has_comma: bool


OPEN = Parenthesis(-1, has_comma=False)
"""One that nothing closes."""


class Cursor:
    """Walks the tokens of one expression; `known` holds the names of several words that the scope offers."""

    def __init__(self, text: str, names: Iterable[str]) -> None:
        self.tokens = tokenize(text)
        self.index = 0
        self.single_names = frozenset(names)
        self.known = NameTable(self.single_names)
        self.suggestions: tuple[str, ...] = ()

    @property
    def token(self) -> Token:
        """Return the next token."""
        return self.tokens[self.index]

    def take(self) -> Token:
        """Return the next token and step over it."""
        token = self.tokens[self.index]
        self.index += 1
        return token

    def sees(self, *texts: str) -> bool:
        """Tell whether the next token is one of these symbols or keywords."""
        return self.tokens[self.index].word in texts

    def accept(self, *texts: str) -> Token | None:
        """Step over the next token if it is one of these."""
        if self.tokens[self.index].word not in texts:
            return None
        self.index += 1
        return self.tokens[self.index - 1]

    def expect(self, *texts: str) -> Token:
        """Step over one of these; refuse anything else."""
        token = self.tokens[self.index]
        if token.word not in texts:
            wanted = ", ".join(f"“{text}”" for text in texts)
            raise self.unexpected(Bilingual(f"cần {wanted}", f"{wanted} is expected"))
        self.index += 1
        return token

    def unexpected(self, wanted: Bilingual) -> FeelSyntaxError:
        """Return the refusal of the next token, saying what is wanted and perhaps what was meant."""
        token = self.token
        hint = self._suggestion()
        if token.kind is TokenKind.END:
            vi, en = f"biểu thức kết thúc quá sớm: {wanted.vi}", f"the expression ends too early: {wanted.en}"
        else:
            vi, en = f"“{token.text}” không đúng chỗ: {wanted.vi}", f"“{token.text}” is out of place: {wanted.en}"
        return FeelSyntaxError(Bilingual(vi + hint.vi, en + hint.en), position=token.start)

    def _suggestion(self) -> Bilingual:
        """Look at the words around the place: together they may be a misspelt name or keyword."""
        first = last = self.index
        while first > 0 and self.tokens[first - 1].kind is TokenKind.NAME and self.index - first < 3:
            first -= 1
        while self.tokens[last].kind is TokenKind.NAME and last - self.index < 3:
            last += 1
        known = (*self.single_names, *self.suggestions)
        for end in range(last, first + 1, -1):
            hint = did_you_mean(joined(self.tokens[first:end]), known)
            if hint.vi:
                return hint
        if self.token.text == "'":
            return Bilingual(' – chuỗi đặt trong dấu nháy kép "…"', ' – strings stand in double quotes "…"')
        if self.token.kind is not TokenKind.NAME:
            return Bilingual("", "")
        hint = did_you_mean(self.token.text, KEYWORDS - {self.token.text})
        if hint.vi or first == self.index or self.token.text in KEYWORDS:
            return hint
        name = joined(self.tokens[first:last])
        return Bilingual(f" – không biết tên “{name}”", f" – the name “{name}” is not known")

    def name_run(self, *stops: str) -> str | None:
        """Return the name spelled by the tokens up to one of the stops, and step over it; None if it is none."""
        tokens, end = self.tokens, self.index + 1
        if self.token.kind is not TokenKind.NAME:
            return None
        while tokens[end].word not in stops:
            token = tokens[end]
            if token.kind not in _NAME_KINDS and token.word not in _NAME_SYMBOLS:
                return None
            end += 1
        name = joined(tokens[self.index : end])
        self.index = end
        return name

    @cached_property
    def parentheses(self) -> dict[int, Parenthesis]:
        """Return where each parenthesis closes, found for all of them in one pass; those left open are not there.

        A comma belongs to the innermost parenthesis or brace; brackets are too free to count (`]1..2[`).
        """
        closed: dict[int, Parenthesis] = {}
        opened: list[int] = []
        with_comma: set[int] = set()
        for index, token in enumerate(self.tokens):
            if token.word in _OPENING:
                opened.append(index)
            elif token.word in _CLOSING and opened:
                start = opened.pop()
                closed[start] = Parenthesis(index, start in with_comma)
            elif token.word == "," and opened:
                with_comma.add(opened[-1])
        return closed

    def declare(self, name: str) -> str:
        """Know a name that the expression itself introduces."""
        self.known.add(name)
        return name
