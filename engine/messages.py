"""Messages and signals: from whoever sends them to the cases that wait for them, or will.

As in Zeebe, a message reaches one case that waits for its name and key, else it starts the processes that begin with
it, else it is kept for its time to live; one thrown in a diagram lives for an hour, as Zeebe's clients let theirs.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from engine import circles, definitions, message_buffer, runtime
from engine.bpmn import Element, WaitKind
from engine.locking import lock_families
from engine.message_buffer import Sent
from engine.model import InstanceState, Job, JobKind, ProcessDefinition, ProcessInstance, Subscription
from engine.runtime import Variables

THROWN_TIME_TO_LIVE = timedelta(hours=1)
# what waits since one moment began in the order of its tokens, which are counted
_SINCE = (Subscription.created_at, func.length(Subscription.token_id), Subscription.token_id, Subscription.id)


def publish(
    session: Session,
    name: str,
    correlation_key: object,
    payload: Variables,
    *,
    time_to_live: timedelta,
    message_id: str | None = None,
    at: datetime,
) -> list[ProcessInstance]:
    """Deliver a message, or keep it until somebody comes to wait for it or its time to live is over.

    Returns the cases it reached; none means that it is kept. A second message with the same name, key and `message_id`
    is the same message as long as the first one lives. A suspended case gets it when it is resumed.
    """
    sent = Sent(name, message_buffer.key_of(correlation_key), payload, expires_at=at + time_to_live)
    if message_id is not None:
        message_buffer.take_turn(session, sent, message_id)
        if message_buffer.is_known(session, sent, message_id, at=at):
            return []
    reached = _deliver(session, sent, at)
    if time_to_live <= timedelta(0):
        return reached
    is_on_its_way = bool(reached) or _goes_to_who_came_meanwhile(session, sent, at)
    if message_id is not None or not is_on_its_way:
        message_buffer.keep(session, sent, message_id=message_id, at=at, is_delivered=is_on_its_way)
    return reached


def correlate(
    session: Session, name: str, correlation_key: object, payload: Variables, *, at: datetime
) -> list[ProcessInstance]:
    """Deliver a message now or never; returns the cases it reached, none when nobody waits."""
    return _deliver(session, Sent(name, message_buffer.key_of(correlation_key), payload, expires_at=at), at)


def broadcast(session: Session, name: str, payload: Variables, *, at: datetime) -> list[ProcessInstance]:
    """Deliver a signal to every case that waits for it, and start the processes that it starts.

    A suspended case gets it when it is resumed.
    """
    sent = Sent(name, "", payload)
    waits_for_it = Subscription.kind == WaitKind.SIGNAL, Subscription.name == name
    lock_families(session, select(Subscription.instance_id).where(*waits_for_it))
    waiting = session.scalars(select(Subscription.id).where(*waits_for_it).order_by(*_SINCE)).all()
    starts = _started_by(session, "signal", name)
    reached: dict[UUID, ProcessInstance] = {}
    for subscription_id in waiting:
        instance = _fire(session, subscription_id, sent, at)
        if instance is not None:  # the signal may have ended what waited beside
            reached[instance.id] = instance
    return [*reached.values(), *_start(session, starts, payload, at)]


def send(session: Session, job: Job, *, at: datetime) -> None:
    """Do a message or signal job: what a diagram has thrown, or what was held back for a case since resumed."""
    with circles.following(session, job, at=at):
        _send(session, job, at)


def _send(session: Session, job: Job, at: datetime) -> None:
    sent = message_buffer.read(job, usual_expiry=at + THROWN_TIME_TO_LIVE)
    if job.kind is JobKind.MESSAGE:
        publish(session, sent.name, sent.key, sent.payload, time_to_live=sent.expires_at - at, at=at)
    elif not message_buffer.was_held(job):
        broadcast(session, sent.name, sent.payload, at=at)
    else:
        subscription_id = session.scalar(
            select(Subscription.id).where(
                Subscription.instance_id == job.instance_id,
                Subscription.token_id == job.token_id,
                Subscription.kind == WaitKind.SIGNAL,
            )
        )
        if subscription_id is not None:
            _fire(session, subscription_id, sent, at)


def _deliver(session: Session, sent: Sent, at: datetime) -> list[ProcessInstance]:
    """Give a message to the case that waits for it longest, else start the processes that it starts."""
    while (subscription_id := _longest_waiting(session, sent)) is not None:
        instance = _fire(session, subscription_id, sent, at)
        if instance is not None:
            return [instance]
    return _start(session, _started_by(session, "message", sent.name), sent.payload, at)


def _longest_waiting(session: Session, sent: Sent) -> UUID | None:
    """Return who waits for a message longest; one that is suspended comes last."""
    stands_still = case((ProcessInstance.state == InstanceState.RUNNING, 0), else_=1)
    return session.scalar(
        select(Subscription.id)
        .join(ProcessInstance, ProcessInstance.id == Subscription.instance_id)
        .where(
            Subscription.kind == WaitKind.MESSAGE,
            Subscription.name == sent.name,
            Subscription.correlation_key == sent.key,
        )
        .order_by(stands_still, *_SINCE)
        .limit(1)
    )


def _goes_to_who_came_meanwhile(session: Session, sent: Sent, at: datetime) -> bool:
    """Wait for those who are just coming to wait; when there is one, let a job deliver the message.

    Its case cannot be locked here: whoever comes to wait locks the case first and takes this turn second.
    """
    message_buffer.take_turn(session, sent)
    if _longest_waiting(session, sent) is None:
        return False
    message_buffer.postpone(session, JobKind.MESSAGE, sent, at=at)
    return True


def _fire(session: Session, subscription_id: UUID, sent: Sent, at: datetime) -> ProcessInstance | None:
    """Let what was waited for happen; None when nobody waits any more once the case is locked."""
    subscription = session.get(Subscription, subscription_id)
    if subscription is None:
        return None
    token_id, instance = subscription.token_id, runtime.lock(session, subscription.instance_id)
    if session.get(Subscription, subscription_id, populate_existing=True) is None:
        return None
    if instance.state is InstanceState.SUSPENDED:
        kind = JobKind(subscription.kind)
        message_buffer.postpone(session, kind, sent, at=at, instance_id=instance.id, token_id=token_id)
        return instance
    with runtime.step(session, instance, actor=None, at=at) as run:
        run.fire(token_id, sent.payload)
    return instance


def _start(
    session: Session, starts: list[tuple[ProcessDefinition, Element]], payload: Variables, at: datetime
) -> list[ProcessInstance]:
    return [
        runtime.start(session, definition, by=None, variables=payload, at=at, start_element_id=element.element_id)
        for definition, element in starts
    ]


def _started_by(session: Session, kind: str, name: str) -> list[tuple[ProcessDefinition, Element]]:
    found = []
    for definition in definitions.all_latest(session):
        for element in definitions.load(session, definition.id).model.start_elements:
            event = element.event
            if event is not None and event.kind == kind and event.name == name:
                found.append((definition, element))
    return found
