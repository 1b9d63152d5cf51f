"""What one evaluation carries along: the scopes, the meter of its budget, and where it stands."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from engine.wording import Bilingual

from .environment import Environment
from .errors import BudgetExceeded, FeelWarning, line_and_column

_WARNING_COST = 28
"""Steps to find out why a part has no value."""


class Place(NamedTuple):
    """A position in an expression's text."""

    text: str
    position: int


class Frame:
    """One scope while it is open: the root's mapping, or a local scope's values with the frame around it."""

    __slots__ = ("parent", "run", "scope", "values")

    run: "Run"
    parent: "Frame | None"
    scope: Mapping[str, object]
    values: Any

    def __init__(self, parent: "Frame", values: object) -> None:
        self.parent = parent
        self.run = parent.run
        self.scope = parent.scope
        self.values = values


class Run(Frame):
    """The outermost frame of one evaluation; it counts what the expression spends."""

    __slots__ = ("_patterns", "_warned", "depth", "environment", "left")

    def __init__(self, scope: Mapping[str, object], environment: Environment, depth: int) -> None:
        self.parent = None
        self.scope = scope
        self.environment = environment
        self.left = environment.budget.steps
        self.depth = depth
        self._warned: set[Place] | None = None
        self._patterns: dict[tuple[str, str, bool], object] | None = None

    @property
    def run(self) -> "Run":  # type: ignore[override]  # a slot pointing at itself would need the garbage collector
        """Return the evaluation itself."""
        return self

    @property
    def patterns(self) -> dict[tuple[str, str, bool], object]:
        """Return the regular expressions that this evaluation has paid for, by pattern, flags and captures."""
        if self._patterns is None:
            self._patterns = {}
        return self._patterns

    def spend(self, steps: int, place: Place | None = None) -> None:
        """Count steps; raise `BudgetExceeded` when there are none left."""
        self.left -= steps
        if self.left < 0:
            raise self._exceeded("bước tính", "steps", self.environment.budget.steps, place)

    def check_text(self, length: int) -> None:
        """Count a text about to be made; raise `BudgetExceeded` for one that is too long."""
        self.spend(length >> 4)
        if length > self.environment.budget.string_length:
            raise self._exceeded(
                "ký tự trong một chuỗi", "characters in one string", self.environment.budget.string_length
            )

    def check_list(self, length: int) -> None:
        """Count a list about to be made; raise `BudgetExceeded` for one that is too long."""
        self.spend(length >> 3)
        if length > self.environment.budget.list_length:
            raise self._exceeded(
                "phần tử trong một danh sách", "elements in one list", self.environment.budget.list_length
            )

    def too_deep(self, place: Place | None = None) -> BudgetExceeded:
        """Return the refusal of calls or values nested too deeply."""
        return self._exceeded("tầng lồng nhau", "nested levels", self.environment.budget.depth, place)

    def is_news(self, place: Place) -> bool:
        """Tell whether a warning about this place would be kept: one for each place, and so many in all."""
        self.spend(_WARNING_COST)
        if self._warned is not None and place in self._warned:
            return False
        return len(self.environment.warnings) < self.environment.budget.warnings

    def warn(self, place: Place, text: Bilingual) -> None:
        """Remember why a part became null."""
        if self.is_news(place):
            self._warned = {place} if self._warned is None else self._warned | {place}
            warnings = self.environment.warnings
            line, column = line_and_column(place.text, place.position)
            warnings.append(FeelWarning(text, place.text, place.position, line, column))

    @staticmethod
    def _exceeded(vi: str, en: str, limit: int, place: Place | None = None) -> BudgetExceeded:
        error = BudgetExceeded(
            Bilingual(
                f"biểu thức vượt giới hạn {limit} {vi}".replace(",", "."),
                f"the expression exceeds its budget of {limit} {en}",
            )
        )
        return error if place is None else error.placed(place.text, place.position)


Closure = Callable[[Frame], object]
"""A compiled part of an expression."""


def with_room(closure: Closure, run: Run) -> object:
    """Evaluate with the interpreter's stack in one piece.

    CPython cuts the stack of Python frames into pieces of 16 KB; a loop whose calls cross an edge allocates and frees a
    piece each time, ten times slower. This function pretends to need a great stack, so that it gets a piece of its own
    with room behind it for everything called from here. It costs some microseconds.
    """
    return closure(run)


with_room.__code__ = with_room.__code__.replace(co_stacksize=33_000)
