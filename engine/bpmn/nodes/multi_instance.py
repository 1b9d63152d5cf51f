"""Multi-instance activities: one token for the whole, one for each instance under it (BPMN 2.0 §10.3.8, §13.3.7)."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.failures import CollectionExpected
from engine.bpmn.nodes.base import FlowNode, evaluate, scope_of
from engine.bpmn.plan import LoopPlan
from engine.bpmn.scope import Scope
from engine.bpmn.tokens import Token
from engine.bpmn.waits import FactKind
from engine.errors import PlatformError

INSTANCES, ACTIVE = "numberOfInstances", "numberOfActiveInstances"
COMPLETED, TERMINATED = "numberOfCompletedInstances", "numberOfTerminatedInstances"


class MultiInstance(FlowNode):
    """An activity that is done for each item of a list; `inner` is what is done once.

    The whole token's variables are the four counters and the output collection, so that each instance and the
    completion condition see them. Results keep the order of the items; an item that was not done is null.
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
        """Hand over the output collection."""
        name = self.loop.output_collection
        if name is not None:
            scope_of(token).outer().assign(name, token.data.get(name))

    def announce(self, token: Token) -> None:
        """Report that the whole begins, with the number of its instances."""
        try:
            count = len(self._items(token))
        except PlatformError:
            count = 0
        token.report(FactKind.ENTERED, instances=count)

    def enter(self, token: Token) -> bool:
        """Start all instances, or the first one; an empty list is done at once."""
        items = self._items(token)
        token.data.update({INSTANCES: len(items), ACTIVE: 0, COMPLETED: 0, TERMINATED: 0})
        if self.loop.output_collection is not None:
            token.data[self.loop.output_collection] = [None] * len(items)
        if not items:
            return True
        token._set_state(TaskState.WAITING)
        if self.loop.is_sequential:
            token.memo["rest"] = [[index, item] for index, item in enumerate(items)]
            self._start_next(token)
        else:
            for index, item in enumerate(items):
                self._start(token, index, item)
        return False

    def judge(self, instance: Token) -> None:
        """Work out an instance's result, and whether the whole is done with it; called before it completes."""
        result = None if self.loop.output_element is None else evaluate(instance, self.loop.output_element)
        whole = instance.parent
        after: dict[str, object] = {
            ACTIVE: whole.data[ACTIVE] - 1,
            COMPLETED: whole.data[COMPLETED] + 1,
        }
        if self.loop.output_collection is not None:
            after[self.loop.output_collection] = self._with_result(instance, result)
        condition = self.loop.completion_condition
        enough = False
        if condition is not None:
            top = instance.workflow.top_workflow
            enough = condition.holds(Scope([after, *instance.layers()], top.changed), top.environment)
        instance.memo.update(after=after, enough=enough)

    def instance_done(self, instance: Token) -> None:
        """Count a completed instance; end the whole, or start the next one."""
        whole = instance.parent
        whole.data.update(instance.memo.pop("after"))
        self._go_on(whole, enough=instance.memo.pop("enough"))

    def instance_gone(self, instance: Token) -> None:
        """Count an instance that was cancelled alone."""
        whole = instance.parent
        whole.data[ACTIVE] -= 1
        whole.data[TERMINATED] += 1

    def _go_on(self, whole: Token, *, enough: bool) -> None:
        if enough:
            self._terminate(whole)
            whole._ready()
        elif whole.memo.get("rest"):
            if self.loop.is_sequential and whole.data[ACTIVE] == 0:
                self._start_next(whole)
        elif whole.data[ACTIVE] == 0:
            whole._ready()

    def _terminate(self, whole: Token) -> None:
        rest = len(whole.memo.pop("rest", []))
        active = [token for token in whole.attached() if token.task_spec is self.inner]
        for token in active:
            token.cancel()
        whole.data[TERMINATED] += rest

    def _items(self, token: Token) -> list[object]:
        if self.loop.collection is None:
            return []
        items = evaluate(token, self.loop.collection)
        if not isinstance(items, list):
            raise CollectionExpected(
                f"“{self.element.name or self.element.element_id}” lặp theo một danh sách, nhưng giá trị nhận được "
                "không phải là danh sách.",
                f"“{self.element.element_id}” repeats over a list, but the value is no list.",
            )
        return items

    def _start_next(self, whole: Token) -> None:
        index, item = whole.memo["rest"].pop(0)
        self._start(whole, index, item)

    def _start(self, whole: Token, index: int, item: object) -> None:
        whole.data[ACTIVE] += 1
        instance = whole._add_child(self.inner)
        instance.memo["index"] = index
        if self.loop.output_variable is not None:
            instance.data[self.loop.output_variable] = None
        instance.data["loopCounter"] = index + 1
        if self.loop.input_element is not None:
            instance.data[self.loop.input_element] = item
        self.inner._update(instance)

    def _with_result(self, instance: Token, result: object) -> list[object]:
        collected: list[object] = list(instance.parent.data[self.loop.output_collection])
        collected[instance.memo["index"]] = result
        return collected
