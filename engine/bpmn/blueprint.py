"""The compiled form of a process: Spiff's process specs without its Start, End and joins."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from engine.bpmn.nodes.base import Entry, FlowNode
from engine.bpmn.nodes.events import Trigger

ENTRY = "#entry"
"""The root's name; no element id holds a `#`, so `Start`, `End` and `Root` are free."""


class ScopeSpec(BpmnProcessSpec):
    """The flow nodes of a process or sub-process, where it starts, and what may interrupt it."""

    def __init__(self, name: str, description: str | None = None, filename: str | None = None) -> None:
        super().__init__(name=name, description=description, filename=filename)
        self.task_specs.clear()
        self.bpmn_start_events.clear()
        self.start = Entry(self, ENTRY)
        self.end = None
        self.starts: list[FlowNode] = []
        self.triggers: list[Trigger] = []


@dataclass(slots=True)
class Blueprint:
    """A process's spec and those of all sub-processes inside it, by element id."""

    spec: ScopeSpec
    inner_specs: dict[str, ScopeSpec]

    def scopes(self) -> Iterator[ScopeSpec]:
        """Iterate over all scopes, the process first."""
        yield self.spec
        yield from self.inner_specs.values()

    def node(self, element_id: str) -> tuple[ScopeSpec, Any]:
        """Return a flow node and its scope; KeyError when the process has none of that id."""
        for scope in self.scopes():
            if element_id in scope.task_specs:
                return scope, scope.task_specs[element_id]
        raise KeyError(element_id)
