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
_MOST_TOKENS = 64


class _Branch:
    """What known names go on with after some tokens, and the name that ends there."""

    __slots__ = ("after", "name")

    def __init__(self) -> None:
        self.after: dict[str, _Branch] = {}
        self.name: str | None = None


class NameTable:
    """Known names by their tokens, one level a token; asked which of them starts at a place in the tokens."""

    __slots__ = ("_first",)

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._first: dict[str, _Branch] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Know one more name; one that no expression can spell is passed over, one of a single token needs no table.

        One of more than `_MOST_TOKENS` is passed over too: looking for it at every place would take long.
        """
        if name.isidentifier():
            return
        try:
            words = [token.word for token in tokenize(name)[:-1]]
        except FeelSyntaxError:
            return
        if not 1 < len(words) <= _MOST_TOKENS or not all(words):
            return
        branches = self._first
        for word in words:
            branch = branches.setdefault(word, _Branch())
            branches = branch.after
        branch.name = branch.name or name

    def longest_at(self, tokens: Sequence[Token], index: int) -> tuple[str, int] | None:
        """Return the longest known name that starts at `index`, and how many tokens it takes."""
        branch = self._first.get(tokens[index].word)
        if branch is None:
            return None
        found, end = None, index
        while branch is not None:
            end += 1
            if branch.name is not None:
                found = branch.name, end - index
            branch = branch.after.get(tokens[end].word)
        return found


def joined(tokens: Sequence[Token]) -> str:
    """Return the name that a run of tokens spells: a space where the text has one between two words."""
    if len(tokens) == 1:
        return tokens[0].text
    name = ""
    for before, token in zip((None, *tokens), tokens, strict=False):
        gap = before is not None and before.end < token.start
        both_words = before is not None and before.kind is not TokenKind.SYMBOL and token.kind is not TokenKind.SYMBOL
        name += (" " if gap and both_words else "") + token.text
    return name
