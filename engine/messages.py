"""Messages and signals: from whoever throws them to the cases that wait for them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import definitions, runtime
from engine.bpmn import Element, WaitKind
from engine.model import ProcessDefinition, ProcessInstance, Subscription
from engine.runtime import Variables


def correlate(
    session: Session, name: str, correlation_key: object, payload: Variables, *, at: datetime
) -> list[ProcessInstance]:
    """Deliver a message to the case that waits for it longest, else start the processes that it starts.

    Returns the cases it reached; none means that nobody waits.
    """
    key = "" if correlation_key is None else str(correlation_key)
    waiting = select(Subscription).where(
        Subscription.kind == WaitKind.MESSAGE, Subscription.name == name, Subscription.correlation_key == key
    )
    longest_waiting = waiting.order_by(Subscription.created_at, Subscription.id).limit(1)
    subscription = session.scalars(longest_waiting).first()
    if subscription is not None:
        return [_fire(session, subscription, payload, at)]
    return [
        runtime.start(session, definition, by=None, variables=payload, at=at, start_element_id=element.element_id)
        for definition, element in _started_by(session, "message", name)
    ]


def broadcast(session: Session, name: str, payload: Variables, *, at: datetime) -> list[ProcessInstance]:
    """Deliver a signal to every case that waits for it, and start the processes that it starts."""
    waiting = session.scalars(
        select(Subscription.id)
        .where(Subscription.kind == WaitKind.SIGNAL, Subscription.name == name)
        .order_by(Subscription.created_at, Subscription.id)
    ).all()
    starts = list(_started_by(session, "signal", name))
    reached: dict[UUID, ProcessInstance] = {}
    for subscription_id in waiting:
        subscription = session.get(Subscription, subscription_id)
        if subscription is not None:  # the signal may have ended what waited beside
            instance = _fire(session, subscription, payload, at)
            reached[instance.id] = instance
    return list(reached.values()) + [
        runtime.start(session, definition, by=None, variables=payload, at=at, start_element_id=element.element_id)
        for definition, element in starts
    ]


def _fire(session: Session, subscription: Subscription, payload: Variables, at: datetime) -> ProcessInstance:
    token_id, instance = subscription.token_id, runtime.lock(session, subscription.instance_id)
    with runtime.step(session, instance, actor=None, at=at) as run:
        run.fire(token_id, payload)
    return instance


def _started_by(session: Session, kind: str, name: str) -> list[tuple[ProcessDefinition, Element]]:
    found = []
    for definition in definitions.all_latest(session):
        for element in definitions.load(session, definition.id).model.start_elements:
            event = element.event
            if event is not None and event.kind == kind and event.name == name:
                found.append((definition, element))
    return found
