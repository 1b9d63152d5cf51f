"""Activities that repeat: what multi-instance and standard loop have in common, and the standard loop."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.nodes.base import FlowNode, scope_of
from engine.bpmn.plan import LoopPlan
from engine.bpmn.tokens import Token
from engine.bpmn.waits import FactKind


class RepeatedActivity(FlowNode):
    """An activity done several times: its token stands for the whole, each instance has one of its own under it.

    `inner` is what is done once; it maps inputs and outputs and asks `judge` before each completion.
    """

    inner: FlowNode
    loop: LoopPlan

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        if self.plan.loop is not None:
            self.loop = self.plan.loop

    def map_inputs(self, token: Token) -> None:
        """Map nothing: each instance maps its own."""

    def map_outputs(self, token: Token) -> None:
        """Map nothing: each instance has mapped its own."""

    def judge(self, instance: Token) -> None:
        """Work out what an instance's completion means, before it completes; a failure stays at the instance."""
        raise NotImplementedError

    def instance_done(self, instance: Token) -> None:
        """Go on after an instance has completed."""
        raise NotImplementedError

    def instance_gone(self, instance: Token) -> None:
        """Take note of an instance that was cancelled."""

    def go_on(self, whole: Token) -> None:
        """Go on after an instance was cancelled alone."""
        raise NotImplementedError

    def ends_with(self, instance: Token) -> bool:
        """Tell whether the whole is moved when this instance is: it is the last one, or they come in turns."""
        return self.loop.is_sequential or self.running(instance.parent) == [instance]

    def running(self, whole: Token) -> list[Token]:
        """Return the instances under way."""
        return [token for token in whole.attached() if token.task_spec is self.inner]

    def start_instance(self, whole: Token, index: int, item: object = None, **variables: object) -> None:
        """Put a token on the inner activity with variables of its own; it remembers which item it is for."""
        instance = whole._add_child(self.inner)
        instance.memo["index"] = index
        if item is not None:
            instance.memo["item"] = item
        instance.data.update(variables, loopCounter=index + 1)
        self.inner._update(instance)


class StandardLoop(RepeatedActivity):
    """An activity repeated while its condition holds (BPMN 2.0 §10.3.8), at most `maximum` times."""

    def announce(self, token: Token) -> None:
        """Report that the whole begins; how often is not known."""
        token.report(FactKind.ENTERED, instances=None)

    def enter(self, token: Token) -> bool:
        """Start the first round, unless the condition is asked before and does not hold."""
        if self.loop.tests_before and not self._continues(token):
            return True
        token._set_state(TaskState.WAITING)
        self.start_instance(token, 0)
        return False

    def judge(self, instance: Token) -> None:
        """Ask whether there will be another round."""
        is_last = self.loop.maximum is not None and instance.memo["index"] + 1 >= self.loop.maximum
        instance.memo["continues"] = not is_last and self._continues(instance)

    def instance_done(self, instance: Token) -> None:
        """Start the next round, or end."""
        whole = instance.parent
        if instance.memo["continues"]:
            self.start_instance(whole, instance.memo["index"] + 1)
        else:
            whole._ready()

    def go_on(self, whole: Token) -> None:
        """End: the round that was cancelled was the loop's."""
        whole._ready()

    def _continues(self, token: Token) -> bool:
        condition = self.loop.completion_condition
        return condition is None or condition.holds(scope_of(token), token.workflow.top_workflow.environment)
