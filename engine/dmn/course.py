"""One evaluation on its way: whose clock it has, what it may still spend, what is decided, which rules hit."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from engine.dmn.failures import DecisionTooLong
from engine.dmn.scopes import NOTHING, Scope
from engine.feel import Environment, Expression, FeelWarning
from engine.wording import Bilingual

MOST_STEPS = 2_000_000
"""FEEL steps of all expressions of one evaluation together; it takes a second or two to spend them."""

MOST_LEVELS = 32
"""Calls of business knowledge models, services and functions inside one another."""

MOST_HITS = 200
"""Tables evaluated of which the rule numbers are kept; a loop may evaluate the same table over and over."""


@dataclass(frozen=True, slots=True)
class Hit:
    """The rules, counted from 1, that made a table's result, in the order in which they did.

    `element_id` is the decision or business knowledge model that holds the table, `table_id` the table's own id.
    """

    element_id: str
    table_id: str | None
    rules: tuple[int, ...]


@dataclass(slots=True)
class Meter:
    """What all parts of one evaluation share."""

    environment: Environment
    limit: int
    hits: list[Hit] = field(default_factory=list)
    levels: int = 0


class Course:
    """The evaluation of one decision with all it requires; a decision service called on the way has its own."""

    def __init__(self, environment: Environment, variables: Mapping[str, object], meter: Meter | None = None) -> None:
        self.environment = environment
        self.variables = variables
        self.meter = meter or Meter(environment, environment.spent + MOST_STEPS)
        self.decided: dict[object, object] = {}

    def inner(self, decided: Mapping[object, object]) -> "Course":
        """Return the course of a decision service: it sees what it is given, and no variables."""
        course = Course(self.environment, NOTHING, self.meter)
        course.decided.update(decided)
        return course

    def value(self, expression: Expression, scope: Mapping[str, object]) -> object:
        """Evaluate FEEL; raises `FeelError`, and `DecisionTooLong` when all the steps are spent."""
        if self.environment.spent > self.meter.limit:
            raise _too_long(MOST_STEPS, "bước tính", "steps")
        return expression.evaluate(scope, self.environment)

    def passes(self, tests: Expression, value: object, scope: Mapping[str, object] = NOTHING) -> bool:
        """Tell whether a value passes unary tests."""
        return self.value(tests, Scope({"?": value}, scope)) is True

    def spend(self, steps: int) -> None:
        """Count steps made outside FEEL."""
        self.environment.spent += steps

    @contextmanager
    def level(self) -> Iterator[None]:
        """Go down into a call; raises `DecisionTooLong` for one too deep."""
        self.spend(20)
        self.meter.levels += 1
        try:
            if self.meter.levels > MOST_LEVELS:
                raise _too_long(MOST_LEVELS, "tầng gọi lồng nhau", "nested calls")
            yield
        finally:
            self.meter.levels -= 1

    def note(self, hit: Hit) -> None:
        """Keep which rules of a table hit."""
        if len(self.meter.hits) < MOST_HITS:
            self.meter.hits.append(hit)

    def warn(self, vi: str, en: str) -> None:
        """Remember why a value became null."""
        warnings = self.environment.warnings
        if len(warnings) < self.environment.budget.warnings:
            warnings.append(FeelWarning(Bilingual(vi, en), "", 0, 1, 1))


def _too_long(limit: int, vi: str, en: str) -> DecisionTooLong:
    return DecisionTooLong(
        Bilingual(f"Quyết định vượt giới hạn {limit} {vi}.", f"The decision exceeds the limit of {limit} {en}.")
    )
