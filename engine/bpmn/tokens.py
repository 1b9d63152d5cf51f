"""Tokens: Spiff's tasks without copied data, predicted children and tree walks."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.waits import Fact, FactKind

if TYPE_CHECKING:
    from engine.bpmn.instance import ScopeInstance
    from engine.errors import PlatformError

LIVE = TaskState.READY | TaskState.WAITING | TaskState.STARTED | TaskState.ERROR


class Token(Task):
    """One token at one flow node.

    `data` holds its own variables, `internal_data` (here: `memo`) what its node must remember. A live token's live
    children belong to it: boundary events to their host, instances to their multi-instance, catch events to their
    event-based gateway. A finished token's children are only its history.
    """

    id: int
    workflow: "ScopeInstance"
    task_spec: Any
    data: dict[str, Any]
    parent: Any

    def __init__(
        self,
        workflow: "ScopeInstance",
        task_spec: Any,
        parent: "Token | None" = None,
        state: int = TaskState.FUTURE,
        number: int | None = None,
    ) -> None:
        top = workflow.top_workflow
        super().__init__(workflow, task_spec, parent=parent, state=state, id=number or top.next_number())
        top.tokens[self.id] = self
        self.chosen: list[Any] = []

    @property
    def memo(self) -> dict[str, Any]:
        """Return what the node remembers at this token; JSON values."""
        return self.internal_data

    @memo.setter
    def memo(self, memo: dict[str, Any]) -> None:
        self.internal_data = memo

    @property
    def is_live(self) -> bool:
        """Say whether the token still counts in its scope."""
        return bool(self._state & LIVE)

    def attached(self) -> Iterator["Token"]:
        """Iterate over the live tokens that belong to this live one."""
        return (child for child in self.children if child.is_live)

    def detach(self) -> None:
        """Make the token nobody's: its host may go and it stays."""
        self.parent._children.remove(self.id)
        self.parent = self.workflow.task_tree
        self.parent._children.append(self.id)

    def fail(self, failure: "PlatformError", *, entering: bool) -> None:
        """Become an incident; `retry` enters or runs the node again."""
        self.workflow.top_workflow.fail(self, failure, entering=entering)

    def report(self, kind: FactKind, **data: object) -> None:
        """Note that something happened at this token."""
        if self.task_spec.is_visible:
            fact = Fact(kind, self.task_spec.element.element_id, str(self.id), self.enclosing_id, data)
            self.workflow.top_workflow.facts.append(fact)

    @property
    def enclosing(self) -> "Token | None":
        """Return the token of the multi-instance or sub-process around this one."""
        enclosing: Token | None = self.workflow.host if self.task_spec.container is None else self.parent
        return enclosing

    @property
    def enclosing_id(self) -> str | None:
        """Return `enclosing`'s id as text."""
        enclosing = self.enclosing
        return None if enclosing is None else str(enclosing.id)

    def layers(self) -> list[dict[str, object]]:
        """Return the variables visible here, nearest scope first."""
        found = [self.data]
        token = self
        while True:
            parent = token.parent
            if parent is not None and parent._state & LIVE:
                found.append(parent.data)
                token = parent
                continue
            found.append(token.workflow.data)
            host = token.workflow.host
            if host is None:
                return found
            token = host

    def _add_child(self, task_spec: Any, state: int = TaskState.FUTURE) -> "Token":
        """Create a child of this class (Spiff's own names its class)."""
        return type(self)(self.workflow, task_spec, self, state)

    def _set_state(self, value: int) -> None:
        """Change the state and keep the indexes of live and ready tokens."""
        self._state = value
        if value & LIVE:
            self.workflow.live[self.id] = self
            if value == TaskState.READY:
                self.workflow.top_workflow.ready.append(self)
        else:
            self.workflow.live.pop(self.id, None)

    def _inherit_data(self) -> None:
        """Inherit nothing: scopes are nested, not copied."""

    def complete(self) -> None:
        """Complete, unless the node's own work has completed or cancelled the token meanwhile."""
        if self._state == TaskState.READY:
            super().complete()

    def cancel(self) -> None:
        """Cancel a token with everything that belongs to it, innermost first."""
        if not self.is_live:
            return
        for child in list(self.attached()):
            child.cancel()
        self.task_spec.release(self)
        self._set_state(TaskState.CANCELLED)
        self.task_spec._on_cancel(self)
