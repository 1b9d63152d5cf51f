"""Multi-instance activities: done for each item of a list (BPMN 2.0 §10.3.8, §13.3.7)."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.failures import CollectionExpected
from engine.bpmn.nodes.base import evaluate, scope_of
from engine.bpmn.nodes.loops import RepeatedActivity
from engine.bpmn.nodes.texts import number
from engine.bpmn.scope import Scope
from engine.bpmn.tokens import Token
from engine.bpmn.waits import FactKind
from engine.errors import PlatformError

INSTANCES, ACTIVE = "numberOfInstances", "numberOfActiveInstances"
COMPLETED, TERMINATED = "numberOfCompletedInstances", "numberOfTerminatedInstances"
MOST_INSTANCES = 10_000


class MultiInstance(RepeatedActivity):
    """An activity that is done for each item of a list, or a number of times, one after the other or all at once.

    The whole token's variables are the four counters and the output collection, so that each instance and the
    completion condition see them. Results keep the order of the items; an item that was not done is null. Items that
    wait for their turn are in the whole token's memo, as [index, item], and so are those that were done, to be done
    again when somebody asks for it.
    """

    def announce(self, token: Token) -> None:
        """Report that the whole begins, with the number of its instances, and at which of them it is taken up."""
        try:
            count = len(self._items(token))
        except PlatformError:
            count = 0
        taken_up = {"loop_counter": token.memo["only"] + 1} if "only" in token.memo else {}
        token.report(FactKind.ENTERED, instances=count, **taken_up)

    def enter(self, token: Token) -> bool:
        """Start all instances, or the first one; an empty list is done at once."""
        items = self._items(token)
        token.data.update({INSTANCES: len(items), ACTIVE: 0, COMPLETED: 0, TERMINATED: 0})
        if self.loop.output_collection is not None:
            token.data[self.loop.output_collection] = [None] * len(items)
        if not items:
            return True
        token._set_state(TaskState.WAITING)
        numbered: list[list[Any]] = [[index, item] for index, item in enumerate(items)]
        only = token.memo.pop("only", None)
        if only is not None:
            numbered = self._take_up(token, numbered, only)
        if self.loop.is_sequential:
            token.memo["rest"] = numbered
            self.go_on(token)
        else:
            for index, item in numbered:
                self._start(token, index, item)
        return False

    def _take_up(self, token: Token, numbered: list[list[Any]], only: int) -> list[list[Any]]:
        """Count all items as done but the one asked for, in a sequence those after it too; return what is left to do.

        Results are taken over from the last time, as the output collection around the token has them.
        """
        left = [each for each in numbered if each[0] == only or (self.loop.is_sequential and each[0] > only)]
        past = [each for each in numbered if each not in left]
        token.memo["past"], token.data[COMPLETED] = past, len(past)
        name = self.loop.output_collection
        kept = scope_of(token).outer().flat().get(name) if name is not None else None
        if isinstance(kept, list) and len(kept) == len(numbered):
            done = {index for index, _item in past}
            token.data[str(name)] = [each if index in done else None for index, each in enumerate(kept)]
        return left

    def map_outputs(self, token: Token) -> None:
        """Hand over the output collection."""
        name = self.loop.output_collection
        if name is not None:
            scope_of(token).outer().assign(name, token.data.get(name))

    def judge(self, instance: Token) -> None:
        """Work out an instance's result, and whether the whole is done with it."""
        result = None if self.loop.output_element is None else evaluate(instance, self.loop.output_element)
        whole = instance.parent
        after: dict[str, object] = {ACTIVE: whole.data[ACTIVE] - 1, COMPLETED: whole.data[COMPLETED] + 1}
        if self.loop.output_collection is not None:
            collected: list[object] = list(whole.data[self.loop.output_collection])
            collected[instance.memo["index"]] = result
            after[self.loop.output_collection] = collected
        condition, enough = self.loop.completion_condition, False
        if condition is not None:
            top = instance.workflow.top_workflow
            enough = condition.holds(Scope([after, *instance.layers()], top.changed), top.environment)
        instance.memo.update(after=after, enough=enough)

    def instance_done(self, instance: Token) -> None:
        """Count a completed instance; end the whole, or start the next one."""
        whole = instance.parent
        whole.data.update(instance.memo.pop("after"))
        whole.memo.setdefault("past", []).append([instance.memo["index"], self._item_of(instance)])
        if instance.memo.pop("enough"):
            whole.memo.pop("past")
            whole.data[TERMINATED] += len(whole.memo.pop("rest", []))
            for token in self.running(whole):
                token.cancel()
            whole._ready()
        else:
            self.go_on(whole)

    def instance_gone(self, instance: Token) -> None:
        """Count an instance that was cancelled."""
        instance.parent.data[ACTIVE] -= 1
        instance.parent.data[TERMINATED] += 1

    def go_on(self, whole: Token) -> None:
        """Start the next instance of a sequence; end the whole when none is left."""
        if whole.data[ACTIVE]:
            return
        if whole.memo.get("rest"):
            self._start(whole, *whole.memo["rest"].pop(0))
        else:
            whole._ready()

    def repeat(self, whole: Token, index: int) -> bool:
        """Do an item that was done again: in a sequence from there on, in a parallel one that one beside the others.

        False when that item was not done.
        """
        past: list[list[Any]] = whole.memo.get("past", [])
        again = [each for each in past if each[0] == index or (self.loop.is_sequential and each[0] > index)]
        if index not in {each[0] for each in again}:
            return False
        whole.memo["past"] = [each for each in past if each not in again]
        whole.data[COMPLETED] -= len(again)
        if self.loop.output_collection is not None:
            undone = {each[0] for each in again}
            results = enumerate(whole.data[self.loop.output_collection])
            whole.data[self.loop.output_collection] = [None if at in undone else each for at, each in results]
        if self.loop.is_sequential:
            self._begin_anew(whole, again)
        else:
            self._start(whole, *again[0])
        return True

    def _begin_anew(self, whole: Token, again: list[list[Any]]) -> None:
        """Put the items of a sequence that come again, and the one under way, before those that wait."""
        terminated, running = whole.data[TERMINATED], self.running(whole)
        begun = [[token.memo["index"], self._item_of(token)] for token in running]
        for token in running:
            token.cancel()
        whole.data[TERMINATED] = terminated
        whole.memo["rest"] = [*sorted(again + begun, key=lambda each: int(each[0])), *whole.memo.get("rest", [])]
        self.go_on(whole)

    def withdraw_item(self, instance: Token) -> None:
        """Take one of a parallel multi-instance out of it, as if it had never been among the items."""
        whole, index = instance.parent, instance.memo["index"]
        terminated = whole.data[TERMINATED]
        instance.cancel()
        whole.data.update({TERMINATED: terminated, INSTANCES: whole.data[INSTANCES] - 1})
        output = self.loop.output_collection
        if output is not None:
            whole.data[output] = [each for at, each in enumerate(whole.data[output]) if at != index]
        whole.memo["past"] = [[at - (at > index), item] for at, item in whole.memo.get("past", [])]
        for token in self.running(whole):
            if token.memo["index"] > index:
                token.memo["index"] -= 1
                token.data["loopCounter"] = token.memo["index"] + 1
        self.go_on(whole)

    def places(self, whole: Token) -> tuple[dict[int, int], list[int]]:
        """Return the places in the list of those under way, with their tokens, and of those that wait."""
        running = {int(token.memo["index"]): token.id for token in self.running(whole)}
        return running, [int(index) for index, _item in whole.memo.get("rest", [])]

    def remaining(self, whole: Token) -> list[object]:
        """Return the items that wait for their turn."""
        return [item for _index, item in whole.memo.get("rest", [])]

    def set_remaining(self, whole: Token, items: list[object]) -> None:
        """Replace the items that wait for their turn; in a parallel one all of them begin now."""
        begun: int = whole.data[INSTANCES] - len(whole.memo.pop("rest", []))
        whole.data[INSTANCES] = begun + len(items)
        output = self.loop.output_collection
        if output is not None:
            whole.data[output] = [*whole.data[output][:begun], *[None] * len(items)]
        numbered: list[list[Any]] = [[begun + place, item] for place, item in enumerate(items)]
        if self.loop.is_sequential:
            whole.memo["rest"] = numbered
        else:
            for index, item in numbered:
                self._start(whole, index, item)

    def _item_of(self, instance: Token) -> object:
        """Return what an instance is done for; one begun before instances remembered it still has it as a variable."""
        return instance.memo.get("item", instance.data.get(self.loop.input_element or ""))

    def _items(self, token: Token) -> list[object]:
        items: object = None
        if self.loop.collection is not None:
            items = evaluate(token, self.loop.collection)
        elif self.loop.cardinality is not None:
            items = list(
                range(
                    1,
                    min(
                        number(evaluate(token, self.loop.cardinality), 0, self.loop.cardinality.what),
                        MOST_INSTANCES + 1,
                    )
                    + 1,
                )
            )
        if not isinstance(items, list) or len(items) > MOST_INSTANCES:
            name = self.element.name or self.element.element_id
            raise CollectionExpected(
                f"“{name}” lặp theo danh sách (tối đa {MOST_INSTANCES} phần tử), nhưng giá trị nhận được không phải.",
                f"“{self.element.element_id}” repeats over a list of at most {MOST_INSTANCES}, but the value is none.",
            )
        return items

    def _start(self, whole: Token, index: int, item: object) -> None:
        whole.data[ACTIVE] += 1
        variables: dict[str, object] = {}
        if self.loop.output_variable is not None:
            variables[self.loop.output_variable] = None
        if self.loop.input_element is not None:
            variables[self.loop.input_element] = item
        self.start_instance(whole, index, item, **variables)
