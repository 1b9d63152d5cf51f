"""Embedded and event sub-processes: a scope of their own, with their token's variables."""

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.nodes.base import FlowNode
from engine.bpmn.tokens import Token


class SubProcess(FlowNode, SubWorkflowTask):
    """An embedded sub-process; its token waits until nothing lives inside."""

    def enter(self, token: Token) -> bool:
        """Start the inside at its start events, or at the elements that nothing leads to."""
        token._set_state(TaskState.WAITING)
        self.start_workflow(token)
        return False

    def start_workflow(self, my_task: Token) -> None:
        """Open the scope and put a token on each start."""
        scope = my_task.workflow.top_workflow.create_subprocess(my_task, self.spec)
        scope.plant()
        scope.begin(self.starts(scope.spec))

    def starts(self, spec: Any) -> list[FlowNode]:
        """Return the nodes that get the first tokens."""
        return spec.starts  # type: ignore[no-any-return]

    def release(self, token: Token) -> None:
        """Cancel everything inside."""
        scope = token.workflow.top_workflow.get_subprocess(token)
        if scope is not None:
            token.workflow.top_workflow.cancel(scope)

    def _on_subworkflow_completed(self, subworkflow: Any, my_task: Token) -> None:  # noqa: ARG002
        my_task._ready()


class EventSubProcess(SubProcess):
    """An event sub-process; it is entered when the start event inside was triggered."""

    def start_workflow(self, my_task: Token) -> None:
        """Open the scope at the start event that was triggered, with what it brought."""
        scope = my_task.workflow.top_workflow.create_subprocess(my_task, self.spec)
        scope.plant()
        payload, extra = my_task.memo.pop("brought", [{}, {}])
        for token in scope.begin(scope.spec.starts):
            token.task_spec.take(token, payload, extra)
