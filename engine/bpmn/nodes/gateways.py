"""Gateways: joins count tokens in the one that waits; nothing reads history."""

from collections.abc import Collection
from functools import cached_property

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.nodes.base import Arc, FlowNode, scope_of
from engine.bpmn.tokens import Token
from engine.bpmn.waits import FactKind


class ExclusiveGateway(FlowNode):
    """One way: the first flow, in the order of the diagram, whose condition is true, else the default."""

    def route(self, token: Token) -> list[Arc]:
        """Choose one flow."""
        scope, environment = scope_of(token), token.workflow.top_workflow.environment
        for arc in self.arcs:
            if not arc.is_default and (arc.condition is None or arc.condition.holds(scope, environment)):
                return [arc]
        return self._default()


class Join(FlowNode):
    """A gateway that gathers tokens: the first one waits and keeps the count of those that came by each flow."""

    gathers = True

    def _update_hook(self, my_task: Token) -> bool:
        if "came" in my_task.memo:
            self._mend(my_task)
            self.wait(my_task)
            self.arrived(my_task)
            my_task.workflow.touch()
            return False
        via = my_task.memo.pop("via", None)
        if len(self.incoming) < 2 or via is None:
            return super()._update_hook(my_task)
        box = my_task.workflow.gathering_at(self)
        if box is None:
            super()._update_hook(my_task)
            box = my_task
        else:
            my_task._set_state(TaskState.CANCELLED)
            self._mend(box)
        self.wait(box)
        came = box.memo.setdefault("came", {})
        came[via] = came.get(via, 0) + 1
        self.arrived(box)
        return False

    @staticmethod
    def _mend(box: Token) -> None:
        """Forget that the join had starved: a token came, or somebody tries again."""
        for name in ("incident", "entering", "again"):
            box.memo.pop(name, None)

    def arrived(self, box: Token) -> None:
        """Decide what the tokens that came so far mean."""
        raise NotImplementedError

    def go_on(self, box: Token) -> None:
        """Take one token of each flow; surplus ones go on waiting for their like."""
        left = {via: count - 1 for via, count in box.memo.pop("came").items() if count > 1}
        box._ready()
        if left:
            rest = box.workflow.task_tree._add_child(self)
            rest.report(FactKind.ENTERED)
            rest.memo["came"] = left
            self.wait(rest)
            self.arrived(rest)


class ParallelGateway(Join):
    """All ways; joining, it waits for a token by each incoming flow."""

    may_starve = True

    def arrived(self, box: Token) -> None:
        """Go on once every flow has brought a token."""
        if len(box.memo["came"]) == len(self.incoming):
            self.go_on(box)


class InclusiveGateway(Join):
    """Every way whose condition is true; joining, it waits for those tokens that can still come (BPMN 2.0 §13.4.3)."""

    def arrived(self, box: Token) -> None:
        """Ask again when nothing else moves."""
        box.workflow.top_workflow.parked[box.id] = box

    def may_go_on(self, box: Token) -> bool:
        """Say whether no live token can reach an empty flow without also reaching one that has its token."""
        came = box.memo["came"]
        filled: set[str] = set()
        empty: set[str] = set()
        for flow_id, _source in self.incoming:
            (filled if flow_id in came else empty).update(self._upstream[flow_id])
        hopeful = empty - filled
        return not any(token.task_spec.name in hopeful for token in box.workflow.live.values() if token is not box)

    @cached_property
    def _upstream(self) -> dict[str, frozenset[str]]:
        """Map each incoming flow to the nodes from which a token can come by it without passing this gateway."""
        return {flow_id: _nodes_before(source, self) for flow_id, source in self.incoming}


def _nodes_before(source: FlowNode, gateway: FlowNode) -> frozenset[str]:
    """Return the names of all nodes that lead to `source`, itself included."""
    seen: set[str] = set()
    pending = [source]
    while pending:
        node = pending.pop()
        if node is gateway or node.name in seen:
            continue
        seen.add(node.name)
        pending += [before for _flow, before in node.incoming]
    return frozenset(seen)


class EventBasedGateway(FlowNode):
    """The way of the event that happens first; the token stays here until then."""

    def enter(self, token: Token) -> bool:
        """Arm the events behind the gateway."""
        self.wait(token)
        self.arm(token)
        return False

    def arm(self, token: Token, *, but: Collection[str] = ()) -> None:
        """Put the events behind the gateway on watch, but for some."""
        for arc in self.arcs:
            if arc.target.name not in but:
                event = token._add_child(arc.target)
                event.memo["armed"] = True
                arc.target._update(event)

    def decided(self, token: Token) -> None:
        """Leave by the event that happened; the others are off."""
        self.finish_now(token)
        for child in list(token.attached()):
            child.cancel()
        token.workflow.touch()
