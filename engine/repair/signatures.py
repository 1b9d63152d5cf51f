"""Which signatures a move undoes: who goes back to a step goes back behind what was signed from there on."""

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, joinedload

from engine.activities import MULTI_INSTANCE_BODY
from engine.bpmn import Element, ProcessModel
from engine.model import Activity, ProcessInstance, Signature, UserTask


def undone_by(
    session: Session, instance: ProcessInstance, model: ProcessModel, targets: Collection[str]
) -> list[Signature]:
    """Return the valid signatures that moving to the target elements makes void.

    Those given at the target, or at a step that it leads to, by tasks that began since the target was last entered. A
    step the case has never been at is ahead: nothing before it is undone.
    """
    signed = _signed_tasks(session, instance) if targets else []
    undone = []
    for target in model.elements.keys() & targets:
        since = _last_entered(session, instance, target)
        if since is not None:
            ahead = _reached_from(model, target)
            undone += [each for each, element_id, began in signed if began >= since and element_id in ahead]
    return list(dict.fromkeys(undone))


def _signed_tasks(session: Session, instance: ProcessInstance) -> Sequence[tuple[Signature, str, int]]:
    """Return the valid signatures with the element and the place among the case's activities of their tasks."""
    same_pass = and_(Activity.instance_id == UserTask.instance_id, Activity.token_id == UserTask.token_id)
    rows = session.execute(
        select(Signature, UserTask.element_id, Activity.id)
        .join(UserTask, Signature.task_id == UserTask.id)
        .join(Activity, same_pass)
        .where(Signature.instance_id == instance.id, Signature.voided_at.is_(None))
        .order_by(Activity.id)
        .options(joinedload(Signature.signer))
    )
    return [(row.Signature, row.element_id, row.id) for row in rows]


def _last_entered(session: Session, instance: ProcessInstance, element_id: str) -> int | None:
    """Return the place of the element's newest activity; of a repeated one, that of the whole."""
    newest = select(func.max(Activity.id)).where(Activity.instance_id == instance.id, Activity.element_id == element_id)
    whole = session.scalar(newest.where(Activity.element_kind == MULTI_INSTANCE_BODY))
    return session.scalar(newest) if whole is None else whole


def _reached_from(model: ProcessModel, element_id: str) -> set[str]:
    """Return the elements that a token can come to from one, that one included."""
    seen: set[str] = set()
    pending = [element_id]
    while pending:
        each = pending.pop()
        if each not in seen:
            seen.add(each)
            pending += _next_to(model, model.elements[each])
    return seen


def _next_to(model: ProcessModel, element: Element) -> Iterator[str]:
    yield from (model.flows[flow_id].target_id for flow_id in element.outgoing)
    for other in model.elements.values():
        begins_inside = other.scope_id == element.element_id and not other.incoming
        if begins_inside or other.attached_to == element.element_id:
            yield other.element_id
    around = element
    while around.scope_id is not None and not around.outgoing:
        around = model.elements[around.scope_id]
        yield from (model.flows[flow_id].target_id for flow_id in around.outgoing)
