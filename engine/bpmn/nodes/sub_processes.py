"""Embedded and event sub-processes: a scope of their own, with their token's variables."""

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.failures import ElementsUnknown
from engine.bpmn.nodes.base import FlowNode, scope_of
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
        top = my_task.workflow.top_workflow
        spec = top.subprocess_specs[self.spec]
        path = my_task.memo.pop("enter_at", None)
        starts = self.starts(my_task, spec) if path is None else [spec.task_specs[path[0]]]
        scope = top.create_subprocess(my_task, self.spec)
        scope.plant()
        scope.begin(starts, path[1:] if path else [])

    def starts(self, token: Token, spec: Any) -> list[FlowNode]:  # noqa: ARG002
        """Return the nodes that get the first tokens."""
        starts: list[FlowNode] = spec.starts
        return starts

    def judge_inside(self, token: Token, host: Token) -> None:
        """Hear that a token inside is about to complete."""

    def completed_inside(self, scope: Any, host: Token) -> None:
        """Hear that a token inside has completed."""

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


class AdHocSubProcess(SubProcess):
    """An ad-hoc sub-process: its activities have no order; all of them start, or those that the diagram's list names.

    Others may be activated from outside while it lives. It ends when its condition holds, or nothing lives in it.
    """

    def starts(self, token: Token, spec: Any) -> list[FlowNode]:
        """Return the activities that start at once."""
        wanted = self.read(token, "active_elements")
        if wanted is None:
            return super().starts(token, spec)
        names = {node.name for node in spec.starts}
        if not isinstance(wanted, list) or not names.issuperset(map(str, wanted)):
            raise ElementsUnknown(
                "Danh sách công việc cần mở có tên không nằm trong quy trình con tùy chọn.",
                "The list of elements to start names some that the ad-hoc sub-process does not begin with.",
            )
        return [spec.task_specs[name] for name in wanted]

    def judge_inside(self, token: Token, host: Token) -> None:
        """Ask whether the work is enough once this token has completed."""
        condition = self.plan.values.get("completion_condition")
        if condition is not None and condition.holds(scope_of(token), token.workflow.top_workflow.environment):
            host.memo["enough"] = True

    def completed_inside(self, scope: Any, host: Token) -> None:
        """Cancel what is left when the work is enough."""
        if host.memo.get("enough") and self.plan.cancels_rest:
            scope.cancel_tokens()
