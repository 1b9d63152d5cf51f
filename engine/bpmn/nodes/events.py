"""Start, end, intermediate, boundary and trigger events."""

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.failures import CorrelationKeyMissing, ErrorNotCaught, TimerInvalid
from engine.bpmn.nodes.base import FlowNode, scope_of, text_at
from engine.bpmn.nodes.gateways import EventBasedGateway
from engine.bpmn.nodes.jobs import JobNode
from engine.bpmn.nodes.throwing import find_catcher, throw_escalation, throw_named
from engine.bpmn.plan import EventPlan
from engine.bpmn.timers import Cycle, Duration, due_from, iso, moment
from engine.bpmn.tokens import Token
from engine.bpmn.waits import FactKind, WaitKind

WAITS = {
    "message": WaitKind.MESSAGE,
    "signal": WaitKind.SIGNAL,
    "timer": WaitKind.TIMER,
    "conditional": WaitKind.CONDITION,
}


class CatchingNode(FlowNode):
    """A node that waits for an event; name, key and due moment are settled once, on entering."""

    event: EventPlan

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        if self.plan.event is not None:
            self.event = self.plan.event
            self.wait_kind = WAITS.get(self.event.kind)  # type: ignore[misc]

    def enter(self, token: Token) -> bool:
        """Arm the event."""
        return self.wait(token, **self.armed_with(token))

    def armed_with(self, token: Token) -> dict[str, object]:
        """Evaluate what the outside must know to fire the event."""
        event = self.event
        if event.kind == "timer":
            return {"due_at": self._arm_timer(token)}
        if event.kind == "message":
            return {"name": self._name(token), "correlation_key": self._correlation_key(token)}
        if event.kind == "signal":
            return {"name": self._name(token)}
        if event.kind == "conditional":
            token.workflow.top_workflow.conditions[token.id] = token
            token.workflow.top_workflow.changed.add("")
        return {}

    def fire(self, token: Token, payload: Mapping[str, object], extra: Mapping[str, object] | None = None) -> None:
        """Let the event happen: `payload` goes to the scopes, `extra` is seen by output mappings only."""
        gateway = token.parent
        if token.memo.pop("armed", False):
            token.report(FactKind.ENTERED)
        if isinstance(gateway.task_spec, EventBasedGateway) and gateway.is_live:
            token.detach()
            gateway.task_spec.decided(gateway)
        self.take(token, payload, extra or {})
        token._ready()

    def take(self, token: Token, payload: Mapping[str, object], extra: Mapping[str, object]) -> None:
        """Take what the event brought."""
        if self.plan.outputs:
            self.receive(token, {**extra, **payload})
        else:
            self.receive(token, payload)

    def poll(self, token: Token) -> None:
        """Fire a condition on its rising edge."""
        condition = self.event.expression
        environment = token.workflow.top_workflow.environment
        holds = condition is not None and condition.holds(scope_of(token), environment)
        if holds and not token.memo.get("held"):
            self.fire(token, {})
        else:
            token.memo["held"] = holds

    def next_due(self, token: Token) -> str | None:
        """Return the moment of a cycle's next turn, counted from its anchor, or None when it is through."""
        cycle = token.memo.get("cycle")
        if cycle is None or cycle["left"] == 1:
            return None
        zone = token.workflow.top_workflow.environment.zone
        duration = Duration.parse(cycle["every"])
        anchor = moment(cycle["anchor"], zone=zone).astimezone(zone)
        return None if duration is None else iso(duration.after(anchor, times=cycle["turn"] + 1))

    def _update_hook(self, my_task: Token) -> bool:
        if my_task.memo.get("armed"):
            my_task.memo.pop("again", None)
            return self.enter(my_task)
        return super()._update_hook(my_task)

    def _name(self, token: Token) -> str | None:
        return text_at(token, self.event.name)

    def _correlation_key(self, token: Token) -> str | None:
        if self.event.correlation_key is None:
            return None
        key = text_at(token, self.event.correlation_key)
        if key is None:
            raise CorrelationKeyMissing(
                "Khóa ghép thông điệp không có giá trị.", "The message's correlation key has no value."
            )
        return key

    def _arm_timer(self, token: Token) -> str:
        if "again_due" in token.memo:
            return str(token.memo.pop("again_due"))
        said = text_at(token, self.event.expression)
        cycle = Cycle.parse(said) if said and self.event.timer == "timeCycle" else None
        try:
            return self._due(token, said or "") if cycle is None else self._first_turn(token, cycle)
        except ValueError as error:
            raise TimerInvalid(
                "Giá trị hẹn giờ không phải là thời điểm, khoảng thời gian hay chu kỳ.",
                "The timer's value is no date, duration or cycle.",
            ) from error

    def _due(self, token: Token, said: str) -> str:
        environment = token.workflow.top_workflow.environment
        return iso(due_from(said, now=environment.now, zone=environment.zone))

    def _first_turn(self, token: Token, cycle: Cycle) -> str:
        """Keep the cycle's anchor at the token; its turns are counted from there, so they do not drift."""
        environment = token.workflow.top_workflow.environment
        anchor = iso(environment.now) if cycle.start is None else iso(moment(cycle.start, zone=environment.zone))
        turn = 1 if cycle.start is None else 0
        token.memo["cycle"] = {"anchor": anchor, "every": cycle.every, "turn": turn, "left": cycle.times}
        return self._due(token, cycle.every) if turn else anchor


class StartEvent(CatchingNode):
    """Where a scope begins; what triggered it was heard outside, so it only passes."""

    def enter(self, token: Token) -> bool:  # noqa: ARG002
        """Pass."""
        return True


class IntermediateCatchEvent(CatchingNode):
    """An event the token waits for."""


class LinkCatchEvent(FlowNode):
    """Where a link arrives; the link itself is a flow, so the token passes."""


class ReceiveTask(CatchingNode):
    """A task that waits for a message."""


class BoundaryEvent(CatchingNode):
    """An event on an activity's edge, armed while the activity lives."""

    @property
    def is_interrupting(self) -> bool:
        """Say whether the activity ends when the event happens."""
        return self.element.is_interrupting

    def _update_hook(self, my_task: Token) -> bool:
        my_task.memo["armed"] = True
        return super()._update_hook(my_task)

    def fire(self, token: Token, payload: Mapping[str, object], extra: Mapping[str, object] | None = None) -> None:
        """Let go of the activity first: cancelling it must not cancel this event."""
        host = token.parent
        token.detach()
        super().fire(token, payload, extra)
        if self.is_interrupting:
            host.cancel()
        else:
            self.rearm(token, host)

    def rearm(self, token: Token, home: Token) -> None:
        """Wait for the event's next time; a timer without a further turn has had its time."""
        due = self.next_due(token)
        if self.event.kind == "timer" and due is None:
            return
        again = home._add_child(self)
        if due is not None:
            cycle = token.memo.pop("cycle")
            left = None if cycle["left"] is None else cycle["left"] - 1
            again.memo.update(again_due=due, cycle={**cycle, "turn": cycle["turn"] + 1, "left": left})
        elif self.event.kind == "conditional":
            again.memo["held"] = True
        self._update(again)


class Trigger(BoundaryEvent):
    """The start event of an event sub-process, armed in the scope around it; `handler` is that sub-process."""

    is_trigger = True
    handler: FlowNode

    def fire(self, token: Token, payload: Mapping[str, object], extra: Mapping[str, object] | None = None) -> None:
        """Enter the event sub-process; an interrupting one ends everything else in the scope."""
        scope = token.workflow
        token.memo.pop("armed", None)
        token._set_state(TaskState.COMPLETED)
        if self.is_interrupting:
            scope.cancel_tokens()
        else:
            self.rearm(token, scope.task_tree)
        handled = scope.task_tree._add_child(self.handler)
        handled.memo["brought"] = [dict(payload), dict(extra or {})]
        self.handler._update(handled)
        scope.touch()


class ThrowingNode(FlowNode):
    """An intermediate throw event, or an end event."""

    @property
    def is_end(self) -> bool:
        """Say whether it is an end event."""
        return self.element.kind == "endEvent"

    def act(self, token: Token) -> None:
        """Throw what the event throws."""
        event = self.plan.event
        kind = None if event is None else event.kind
        if self.is_end:
            self._note_end(token)
        if event is None:
            return
        if kind in {"message", "signal"}:
            throw_named(token, self)
        elif kind == "terminate":
            self.finish_now(token)
            token.workflow.cancel_tokens()
        elif kind == "error":
            self._throw_error(token, event.code or "")
        elif kind == "escalation":
            if self.is_end:
                self.finish_now(token)
            throw_escalation(token, event.code or "", dict(token.data))

    def _throw_error(self, token: Token, code: str) -> None:
        catcher = find_catcher(token, "error", code)
        if catcher is None:
            raise ErrorNotCaught(code, "", token.data)
        self.finish_now(token)
        token.workflow.touch()
        catcher.task_spec.fire(catcher, dict(token.data), {"errorCode": code, "errorMessage": ""})

    def _note_end(self, token: Token) -> None:
        top = token.workflow.top_workflow
        if token.workflow is top and self.element.element_id not in top.end_element_ids:
            top.end_element_ids.append(self.element.element_id)


class JobEvent(JobNode, ThrowingNode):
    """A message throw or end event whose message a job handler sends."""

    def act(self, token: Token) -> None:
        """Note an end; the handler has sent the message."""
        if self.is_end:
            self._note_end(token)


class IntermediateThrowEvent(ThrowingNode):
    """An event the token causes on its way."""


class EndEvent(ThrowingNode):
    """Where a token ends."""
