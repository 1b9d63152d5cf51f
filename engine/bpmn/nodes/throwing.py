"""Events that leave a node: messages and signals to the world, errors and escalations up the scopes."""

from collections.abc import Iterator, Mapping
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.nodes.base import FlowNode, text_at
from engine.bpmn.tokens import Token
from engine.bpmn.waits import FactKind


def throw_named(token: Token, node: FlowNode) -> None:
    """Report that a message or signal was thrown, with the token's own variables as payload.

    Nothing is delivered here, not even to the same process: whoever keeps the subscriptions delivers.
    """
    event = node.plan.event
    if event is None or event.name is None:
        return
    token.report(
        FactKind.THREW,
        type=event.kind,
        name=text_at(token, event.name),
        payload=dict(token.data),
        correlation_key=text_at(token, event.correlation_key),
    )


def throw_escalation(token: Token, code: str, variables: Mapping[str, object]) -> bool:
    """Throw an escalation from a token; an unhandled one is only reported."""
    catcher = find_catcher(token, "escalation", code)
    token.report(
        FactKind.THREW,
        type="escalation",
        name=code,
        payload=dict(variables),
        correlation_key=None,
        caught=catcher is not None,
    )
    if catcher is not None:
        catcher.task_spec.fire(catcher, variables, {"escalationCode": code})
    return catcher is not None


def find_catcher(token: Token, kind: str, code: str) -> Token | None:
    """Return the nearest armed event around a token that catches an error or escalation (BPMN 2.0 §10.5.7).

    At each level the exact code goes before an event that catches all.
    """
    for armed in _levels(token):
        for wanted in (code, None):
            for candidate in armed:
                event = candidate.task_spec.plan.event
                if event.kind == kind and event.code == wanted:
                    return candidate
    return None


def _levels(token: Token) -> Iterator[list[Token]]:
    """Yield the armed events level by level: on the activity, on its multi-instance, in its scope, and so outward."""
    current: Token | None = token
    handler: Any = None
    while current is not None:
        yield [event for event in current.attached() if _is_armed(event)]
        if current.task_spec.container is not None:
            current = current.parent
            continue
        scope = current.workflow
        handler = current.task_spec
        yield [
            event
            for event in scope.live.values()
            if event.task_spec.is_trigger and _is_armed(event) and event.task_spec.handler is not handler
        ]
        current = scope.host


def cancel_boundary(token: Token) -> Token | None:
    """Return the armed cancel event on the edge of the transaction around a token."""
    host = token.workflow.host
    armed = [] if host is None else [event for event in host.attached() if _is_armed(event)]
    return next((event for event in armed if event.task_spec.plan.event.kind == "cancel"), None)


def _is_armed(token: Token) -> bool:
    return token.state == TaskState.WAITING and token.task_spec.plan.event is not None and bool(token.memo.get("armed"))
