"""Names of several words or with operators in them: found in the tokens by the longest name that is known."""

from collections.abc import Iterable, Sequence

from .errors import FeelSyntaxError
from .lexer import Token, TokenKind, tokenize

KEYWORDS = frozenset(
    {
        "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or", "between", "instance",
        "function", "external", "true", "false", "null",
    }
)  # fmt: skip
PROPERTIES = ("time offset", "start included", "end included")


class NameTable:
    """Known names by their first token; asked which of them starts at a place in the tokens."""

    __slots__ = ("_by_first",)

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Know one more name; one that no expression can spell is passed over, one of a single token needs no table."""
        try:
            parts = tuple(token.text for token in tokenize(name)[:-1])
        except FeelSyntaxError:
            return
        if len(parts) > 1:
            entries = self._by_first.setdefault(parts[0], [])
            entries.append((parts, name))
            entries.sort(key=lambda entry: -len(entry[0]))

    def longest_at(self, tokens: Sequence[Token], index: int) -> tuple[str, int] | None:
        """Return the longest known name that starts at `index`, and how many tokens it takes."""
        for parts, name in self._by_first.get(tokens[index].text, ()):
            if _matches(tokens, index, parts):
                return name, len(parts)
        return None


def _matches(tokens: Sequence[Token], index: int, parts: tuple[str, ...]) -> bool:
    if index + len(parts) >= len(tokens):
        return False
    return all(
        token.text == part and token.kind not in {TokenKind.STRING, TokenKind.TEMPORAL}
        for token, part in zip(tokens[index : index + len(parts)], parts, strict=True)
    )


def joined(tokens: Sequence[Token]) -> str:
    """Return the name that a run of tokens spells: a space where the text has one between two words."""
    name = ""
    for before, token in zip((None, *tokens), tokens, strict=False):
        gap = before is not None and before.end < token.start
        both_words = before is not None and before.kind is not TokenKind.SYMBOL and token.kind is not TokenKind.SYMBOL
        name += (" " if gap and both_words else "") + token.text
    return name
