"""What every flow node does with a token: enter, act, map variables, choose flows, leave."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.failures import NoFlowMatches
from engine.bpmn.nodes.texts import number, text, texts
from engine.bpmn.plan import Plan
from engine.bpmn.scope import Scope
from engine.bpmn.tokens import Token
from engine.bpmn.values import A_VALUE, Value
from engine.bpmn.waits import FactKind, WaitKind
from engine.errors import PlatformError
from engine.wording import Bilingual

if TYPE_CHECKING:
    from engine.bpmn.nodes.loops import RepeatedActivity


@dataclass(frozen=True, slots=True)
class Arc:
    """A sequence flow out of a node."""

    flow_id: str
    target: "FlowNode"
    condition: Value | None = None
    is_default: bool = False


class FlowNode(BpmnSpecMixin):
    """A flow node on Spiff's life cycle; a subclass says what entering and acting mean.

    `container` is the multi-instance whose instances run this node, or None.
    """

    is_visible = True
    is_trigger = False
    gathers = False
    may_starve = False
    wait_kind: ClassVar[WaitKind | None] = None

    def __init__(self, wf_spec: Any, bpmn_id: str, *, plan: Plan, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, bpmn_name=plan.element.name, lane=plan.element.lane, **kwargs)
        self.plan = plan
        self.element = plan.element
        self.arcs: list[Arc] = []
        self.incoming: list[tuple[str, FlowNode]] = []
        self.boundary_events: list[FlowNode] = []
        self.container: RepeatedActivity | None = None
        self.compensation_handler: FlowNode | None = None

    def lead_to(self, target: "FlowNode", flow_id: str, condition: Value | None = None) -> None:
        """Connect this node to the next one by a sequence flow."""
        self.arcs.append(Arc(flow_id, target, condition, flow_id == self.plan.default_flow))
        target.incoming.append((flow_id, self))
        self.connect(target)

    # what subclasses say

    def enter(self, token: Token) -> bool:  # noqa: ARG002
        """Take a token; False leaves it waiting (the state is set by then)."""
        return True

    def act(self, token: Token) -> None:
        """Do the node's work, once, before its output mappings."""

    def route(self, token: Token) -> list[Arc]:
        """Choose the flows to leave by: all whose condition is absent or true, else the default one."""
        scope, environment = scope_of(token), token.workflow.top_workflow.environment
        chosen = [
            arc
            for arc in self.arcs
            if not arc.is_default and (arc.condition is None or arc.condition.holds(scope, environment))
        ]
        return chosen or self._default()

    def release(self, token: Token) -> None:
        """Let go of what a token holds, before it is cancelled."""

    def describe(self, token: Token) -> dict[str, object]:
        """Return the details of a waiting token."""
        return dict(token.memo.get("detail", {}))

    def receive(self, token: Token, payload: Mapping[str, object], *, outward: bool = True) -> None:
        """Take variables from outside: to the nearest scopes that have them, or to the token alone.

        Output mappings keep the raw variables at the token; so does `outward` False.
        """
        scope = scope_of(token)
        if outward and not self.plan.outputs:
            scope.assign_all(payload)
        else:
            for name, value in payload.items():
                scope.declare(name, value)

    # Spiff's life cycle

    def test(self) -> None:
        """Refuse nothing at run time; the diagram was checked when it was read."""

    def _predict_hook(self, my_task: Token) -> None:
        """Predict nothing: children are made when a token leaves."""

    def _update(self, my_task: Token) -> None:
        """Enter; a failure is kept at this token, not raised into the one that led here."""
        try:
            may_run = self._update_hook(my_task)
        except PlatformError as failure:
            my_task.fail(failure, entering=True)
        else:
            if may_run:
                my_task._ready()

    def _update_hook(self, my_task: Token) -> bool:
        if not my_task.memo.pop("again", False):
            self.announce(my_task)
        self.map_inputs(my_task)
        self.arm_boundary_events(my_task)
        return self.enter(my_task)

    def _run_hook(self, my_task: Token) -> bool | None:
        if not my_task.memo.get("acted"):
            self.act(my_task)
            my_task.memo["acted"] = True
        if my_task.is_live:
            self.map_outputs(my_task)
            if self.container is not None:
                self.container.judge(my_task)
            host = my_task.workflow.host
            if host is not None:
                host.task_spec.judge_inside(my_task, host)
            my_task.chosen = self.route(my_task)
        return True

    def _on_complete_hook(self, my_task: Token) -> None:
        my_task.report(FactKind.COMPLETED)
        for child in list(my_task.attached()):
            child.cancel()
        if self.container is not None:
            self.container.instance_done(my_task)
        if self.compensation_handler is not None:
            done = my_task.workflow.task_tree.memo.setdefault("done", [])
            done.append([self.name, dict(my_task.data)])
        self._tell_thrower(my_task)
        for arc in my_task.chosen:
            child = my_task._add_child(arc.target)
            if arc.target.gathers:
                child.memo["via"] = arc.flow_id

    def _on_cancel(self, my_task: Token) -> None:
        if not my_task.memo.get("armed"):
            my_task.report(FactKind.CANCELLED)
        if self.container is not None:
            self.container.instance_gone(my_task)
        self._tell_thrower(my_task)
        my_task.workflow.touch()

    def _tell_thrower(self, token: Token) -> None:
        """Let the compensating event that started this handler go on."""
        if "for" in token.memo:
            thrower = token.workflow.top_workflow.tokens.get(token.memo.pop("for"))
            if thrower is not None and thrower.is_live:
                thrower.memo.pop("handler", None)
                thrower._ready()

    # parts

    def announce(self, token: Token) -> None:
        """Report that a token came."""
        if self.container is None:
            token.report(FactKind.ENTERED)
        else:
            token.report(FactKind.ENTERED, loop_counter=token.data["loopCounter"])

    def arm_boundary_events(self, token: Token) -> None:
        """Put the activity's boundary events on watch, once."""
        if self.boundary_events and not any(token.attached()):
            for event in self.boundary_events:
                event._update(token._add_child(event))

    def wait(self, token: Token, **detail: object) -> bool:
        """Leave the token waiting, with what the outside must know."""
        if detail:
            token.memo["detail"] = detail
        token._set_state(TaskState.WAITING)
        return False

    def finish_now(self, token: Token) -> None:
        """Complete a token ahead of the end of its run: what it does next may cancel its own scope."""
        token._set_state(TaskState.COMPLETED)
        token.report(FactKind.COMPLETED)
        token.workflow.touch()

    def map_inputs(self, token: Token) -> None:
        """Apply the input mappings, one after the other, into the token's own variables."""
        if self.plan.inputs:
            scope = scope_of(token)
            for mapping in self.plan.inputs:
                mapping.apply(scope, scope, token.workflow.top_workflow.environment, local=True)

    def map_outputs(self, token: Token) -> None:
        """Apply the output mappings into the scopes around the token; an instance's may stay its own."""
        if self.plan.outputs:
            scope = scope_of(token)
            target = scope if self.container is not None else scope.outer()
            for mapping in self.plan.outputs:
                mapping.apply(scope, target, token.workflow.top_workflow.environment, local=False)

    def read(self, token: Token, name: str) -> object:
        """Return what one of the element's texts says at the token; None when there is no such text."""
        value = self.plan.values.get(name)
        return None if value is None else evaluate(token, value)

    def read_text(self, token: Token, name: str) -> str | None:
        """Return what one of the element's texts says, as text."""
        return text(self.read(token, name), self._what(name))

    def read_texts(self, token: Token, name: str) -> list[str]:
        """Return what one of the element's texts says, as a list of texts."""
        return texts(self.read(token, name), self._what(name))

    def read_number(self, token: Token, name: str, otherwise: int) -> int:
        """Return what one of the element's texts says, as a whole number."""
        return number(self.read(token, name), otherwise, self._what(name))

    def _what(self, name: str) -> Bilingual:
        return self.plan.values[name].what if name in self.plan.values else A_VALUE

    def _default(self) -> list[Arc]:
        chosen = [arc for arc in self.arcs if arc.is_default]
        if self.arcs and not chosen:
            raise NoFlowMatches(
                f"Không luồng nào ra khỏi “{self.element.name or self.element.element_id}” có điều kiện đúng, "
                "và không có luồng mặc định.",
                f"No flow out of “{self.element.element_id}” has a true condition, and none is the default.",
            )
        return chosen


def scope_of(token: Token) -> Scope:
    """Return the variables visible at a token."""
    return Scope(token.layers(), token.workflow.top_workflow.changed)


def evaluate(token: Token, value: Value) -> object:
    """Return what a compiled text says at a token, through the process's script engine."""
    return token.workflow.top_workflow.script_engine.evaluate(token, value)


def text_at(token: Token, value: Value | None) -> str | None:
    """Return what a compiled text says at a token, as text; None for none. Raises `ValueUnfit`."""
    return None if value is None else text(evaluate(token, value), value.what)


class Entry(BpmnSpecMixin):
    """The root of a scope; no element of the diagram."""

    is_visible = False
    is_trigger = False
    container = None

    def test(self) -> None:
        """Refuse nothing."""
