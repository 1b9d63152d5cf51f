"""One run of a diagram in four ways at once: with and without its finished tokens, kept in memory and woken each time.

The four must show the same after every step: that is what makes forgetting and storing safe.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from engine.bpmn import Fact, FactKind, ProcessModel, Run, Wait
from engine.feel import Environment

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Monday 23 November 2026, 08:00 in Hà Nội."""

T = TypeVar("T")


class RunWithHistory(Run):
    """A run that never forgets a finished token."""

    keeps_history = True


class Way:
    """One way to run: a class of run, and whether it sleeps as text between the steps."""

    def __init__(self, run_class: type[Run], *, sleeps: bool) -> None:
        self.run_class = run_class
        self.sleeps = sleeps
        self.run: Run
        self.facts: list[Fact] = []

    def rest(self, model: ProcessModel, environment: Environment) -> None:
        """Take the facts, and go through a dump and a load."""
        self.facts += self.run.take_facts()
        if self.sleeps:
            self.run = self.run_class.load(model, self.run.dump(), environment, decide=decide)

    def seen(self) -> dict[str, object]:
        """Return everything a person outside can see."""
        run = self.run
        return {
            "waits": run.waits(),
            "variables": run.variables,
            "visible": {wait.token_id: run.variables_at(wait.token_id) for wait in run.waits()},
            "ended": run.ended,
            "ends": run.end_element_ids,
            "facts": self.facts,
        }


class Runs:
    """A run in all its ways: waits are named by element id, time is moved by hand."""

    def __init__(
        self,
        model: ProcessModel,
        variables: Mapping[str, object],
        *,
        start: str | None = None,
        at: datetime = MONDAY,
    ) -> None:
        self.model = model
        self.now = at
        self.ways = [
            Way(Run, sleeps=True),
            Way(Run, sleeps=False),
            Way(RunWithHistory, sleeps=False),
            Way(RunWithHistory, sleeps=True),
        ]
        for way in self.ways:
            way.run = way.run_class.start(
                model, variables, Environment(self.now), start_element_id=start, decide=decide
            )
        self._agree()

    @property
    def run(self) -> Run:
        """Return the run that is compacted and woken at every step, as in service."""
        return self.ways[0].run

    @property
    def facts(self) -> list[Fact]:
        """Return all that happened."""
        return self.ways[0].facts

    @property
    def waiting(self) -> list[str]:
        """Return the elements that wait, oldest first."""
        return [wait.element_id for wait in self.run.waits()]

    @property
    def variables(self) -> dict[str, object]:
        """Return the process's variables."""
        return self.run.variables

    @property
    def ended(self) -> bool:
        """Say whether the process has ended."""
        return self.run.ended

    @property
    def cancelled(self) -> list[str]:
        """Return the cancelled elements in order."""
        return [fact.element_id for fact in self.facts if fact.kind is FactKind.CANCELLED]

    def wait(self, element_id: str, nth: int = 0) -> Wait:
        """Return the nth wait at an element."""
        return [wait for wait in self.run.waits() if wait.element_id == element_id][nth]

    def visible(self, element_id: str, nth: int = 0) -> dict[str, object]:
        """Return the variables visible at a waiting element."""
        return self.run.variables_at(self.wait(element_id, nth).token_id)

    def complete(self, element_id: str, variables: Mapping[str, object] | None = None, *, nth: int = 0) -> None:
        """Complete the nth wait at an element."""
        token_id = self.wait(element_id, nth).token_id
        self.each(lambda run: run.complete(token_id, variables or {}))

    def fire(self, element_id: str, payload: Mapping[str, object] | None = None, *, nth: int = 0) -> None:
        """Let the nth event at an element happen."""
        token_id = self.wait(element_id, nth).token_id
        self.each(lambda run: run.fire(token_id, payload))

    def later(self, **span: float) -> None:
        """Move the clock."""
        self.now += timedelta(**span)

    def each(self, step: Callable[[Run], T]) -> T:
        """Do a step in every way; the results and what can be seen after must agree."""
        results = []
        for way in self.ways:
            way.run.environment = Environment(self.now)
            results.append(step(way.run))
        self._agree()
        assert all(result == results[0] for result in results)
        return results[0]

    def _agree(self) -> None:
        for way in self.ways:
            way.rest(self.model, Environment(self.now))
        first, *others = [way.seen() for way in self.ways]
        for other in others:
            assert other == first


def decide(decision_id: str, variables: Mapping[str, object]) -> object:
    """Answer every decision with its id and what it saw of `amount`, as the decision files beside the tests do."""
    return {"decision": decision_id, "amount": variables.get("amount")}
