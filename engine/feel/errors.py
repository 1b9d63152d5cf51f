"""What FEEL refuses and what it only remarks on, with the place in the expression."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from heapq import nlargest
from operator import eq
from typing import Self

from engine.errors import Invalid
from engine.wording import Bilingual

LONGEST_HINT = 40
MOST_LIKELY = 6
"""Letters of a word that a hint is looked for, and how many known words are compared with it letter by letter."""

_OTHER_LETTERS = 6


def line_and_column(text: str, position: int) -> tuple[int, int]:
    """Return line and column, both counted from 1, of a position counted from 0."""
    before = text[:position]
    return before.count("\n") + 1, position - before.rfind("\n")


class FeelError(Invalid):
    """An expression cannot be read or evaluated; `position` counts from 0, `line` and `column` from 1."""

    code = "feel.error"

    def __init__(self, text: Bilingual, *, position: int | None = None) -> None:
        super().__init__(text.en)
        self.text = text
        self.position = position
        self.line: int | None = None
        self.column: int | None = None
        self.expression: str | None = None

    def placed(self, expression: str, position: int | None = None) -> Self:
        """Return the error with its place in `expression`; a place known already (an inner expression's) stays."""
        if self.expression is None:
            self.expression = expression
            if self.position is None:
                self.position = position
            if self.position is not None:
                self.line, self.column = line_and_column(expression, self.position)
                self.data = {"line": self.line, "column": self.column}
        return self


class FeelSyntaxError(FeelError):
    """The text is no FEEL expression, or calls a built-in function with arguments it does not take."""

    code = "feel.syntax"


class BudgetExceeded(FeelError):
    """The expression wants more steps, depth or room than `Budget` grants."""

    code = "feel.budget_exceeded"


class UnknownFunction(FeelError):
    """The expression calls a function that neither FEEL nor the office nor the scope offers."""

    code = "feel.unknown_function"


class AssertionFailed(FeelError):
    """The function `assert` found its condition not true."""

    code = "feel.assertion_failed"


class Unfit(Exception):
    """An operation has no value for these operands; the evaluator answers null and a warning, as the standard says."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.text = Bilingual(vi, en)


@dataclass(frozen=True, slots=True)
class FeelWarning:
    """Why a part of an expression became null, and where."""

    text: Bilingual
    expression: str
    position: int
    line: int
    column: int


def did_you_mean(word: str, known: Iterable[str]) -> Bilingual:
    """Return the half-sentence that offers the nearest known word, or two empty ones; long words have none."""
    if len(word) > LONGEST_HINT:
        return Bilingual("", "")
    alike = (name for name in known if abs(len(name) - len(word)) <= _OTHER_LETTERS)
    likely = nlargest(MOST_LIKELY, alike, key=lambda name: _letters_in_place(word, name))
    near = get_close_matches(word, likely, n=1, cutoff=0.7)
    if not near:
        return Bilingual("", "")
    return Bilingual(f" – ý bạn là “{near[0]}”?", f" – did you mean “{near[0]}”?")


def _letters_in_place(word: str, name: str) -> int:
    """Count the letters at the same place from the start and from the end: cheap, so that only a few are compared."""
    return int(sum(map(eq, word, name)) + sum(map(eq, reversed(word), reversed(name))))
