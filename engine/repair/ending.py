"""Cancelling a case (hủy), and hiding one that is over until the retention command removes it.

Nothing is deleted here.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import history, runtime
from engine.model import Person, ProcessInstance
from engine.repair.rights import must_operate
from engine.repair.standing import Repair, said_reason, standing_of


def cancel(session: Session, instance_id: UUID, *, by: Person, reason: str, at: datetime) -> ProcessInstance:
    """Cancel a case, running or suspended, with everything open in it and in the cases it called.

    Refuses with `OperationsForbidden`, `ReasonMissing`, `CaseOver`, `CallerWaits` (another case waits for this one).
    """
    must_operate(session, by, at)
    kept = said_reason(reason)
    instance = runtime.lock(session, instance_id)
    standing_of(session, instance).must(Repair.CANCEL)
    runtime.cancel(session, instance, actor=by, at=at, reason=kept)
    return instance


def purge(session: Session, instance_id: UUID, *, by: Person, reason: str, at: datetime) -> ProcessInstance:
    """Hide a case that is over, with the cases it called: lists show it no more, only operators may still open it.

    Refuses with `OperationsForbidden`, `ReasonMissing`, `CaseNotOver`, `CasePurged`, `CallerWaits`.
    """
    must_operate(session, by, at)
    kept = said_reason(reason)
    instance = runtime.lock(session, instance_id)
    standing_of(session, instance).must(Repair.PURGE)
    for each in _with_called(session, instance):
        if each.purged_at is None:
            each.purged_at, each.purged_by_id = at, by.id
            history.record(session, each, "case.purged", at=at, actor_id=by.id, reason=kept)
    return instance


def unpurge(session: Session, instance_id: UUID, *, by: Person, reason: str, at: datetime) -> ProcessInstance:
    """Show a hidden case again, with the cases it called; possible until the retention command has removed it.

    Refuses with `OperationsForbidden`, `ReasonMissing`, `NotPurged`.
    """
    must_operate(session, by, at)
    kept = said_reason(reason)
    instance = runtime.lock(session, instance_id)
    standing_of(session, instance).must(Repair.UNPURGE)
    for each in _with_called(session, instance):
        if each.purged_at is not None:
            each.purged_at = each.purged_by_id = None
            history.record(session, each, "case.unpurged", at=at, actor_id=by.id, reason=kept)
    return instance


def _with_called(session: Session, instance: ProcessInstance) -> list[ProcessInstance]:
    """Return a locked case and, below it, all cases called from it."""
    found, pending = [instance], [instance.id]
    while pending:
        called = session.scalars(
            select(ProcessInstance)
            .where(ProcessInstance.parent_id.in_(pending))
            .order_by(ProcessInstance.started_at, ProcessInstance.id)
            .execution_options(populate_existing=True)
        ).all()
        found += called
        pending = [each.id for each in called]
    return found
