"""A process instance in memory: started or loaded, moved from wait state to wait state, dumped again."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Self

from engine.bpmn.elements import ProcessModel
from engine.bpmn.waits import Fact, Wait

if TYPE_CHECKING:
    from engine.feel import Environment

Decide = Callable[[str, Mapping[str, object]], object]


class Run:
    """One process instance between two wait states."""

    environment: "Environment"

    @classmethod
    def start(
        cls,
        model: ProcessModel,
        variables: Mapping[str, object],
        environment: "Environment",
        *,
        start_element_id: str | None = None,
        decide: Decide | None = None,
    ) -> Self:
        """Start the process and run to the first wait states."""
        raise NotImplementedError

    @classmethod
    def load(cls, model: ProcessModel, state: str, environment: "Environment", *, decide: Decide | None = None) -> Self:
        """Wake a run from `dump()`'s text; nothing is evaluated."""
        raise NotImplementedError

    def dump(self) -> str:
        """Return the state as JSON text, without the diagram and without finished history."""
        raise NotImplementedError

    @property
    def ended(self) -> bool:
        """Say whether nothing lives any more."""
        raise NotImplementedError

    @property
    def end_element_ids(self) -> list[str]:
        """Return the end events of the process that were reached, each once, in order."""
        raise NotImplementedError

    @property
    def variables(self) -> dict[str, object]:
        """Return the process's own variables."""
        raise NotImplementedError

    def waits(self) -> list[Wait]:
        """Return every waiting token, oldest first."""
        raise NotImplementedError

    def wait(self, token_id: str) -> Wait:
        """Return one waiting token; KeyError when it does not wait."""
        raise NotImplementedError

    def variables_at(self, token_id: str) -> dict[str, object]:
        """Return everything visible at the token; the nearest scope wins."""
        raise NotImplementedError

    def local_variables(self, token_id: str) -> dict[str, object]:
        """Return the token's own variables."""
        raise NotImplementedError

    def complete(self, token_id: str, variables: Mapping[str, object]) -> None:
        """Finish a user task, a job or a called process, and run on."""
        raise NotImplementedError

    def fire(self, token_id: str, payload: Mapping[str, object] | None = None) -> None:
        """Let a timer, message, signal or condition happen, and run on."""
        raise NotImplementedError

    def throw_error(
        self, token_id: str, code: str, message: str = "", variables: Mapping[str, object] | None = None
    ) -> bool:
        """Throw a BPMN error from a waiting activity; False when nothing catches it (the token is an incident then)."""
        raise NotImplementedError

    def throw_escalation(self, token_id: str, code: str, variables: Mapping[str, object] | None = None) -> bool:
        """Throw an escalation from a waiting activity; False when nothing catches it."""
        raise NotImplementedError

    def retry(self, token_id: str) -> None:
        """Try an incident again."""
        raise NotImplementedError

    def set_variables(self, variables: Mapping[str, object], token_id: str | None = None) -> None:
        """Set variables at the top, or in the token's own scope, and run on (conditions may become true)."""
        raise NotImplementedError

    def cancel(self) -> None:
        """Cancel everything that lives."""
        raise NotImplementedError

    def take_facts(self) -> list[Fact]:
        """Return what happened since the last call, in order."""
        raise NotImplementedError
