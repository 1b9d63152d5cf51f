"""Suspending a case (tạm dừng) with the cases it called, and letting them go on (tiếp tục)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select, true, update
from sqlalchemy.orm import Session, undefer

from engine import arrivals, history, runtime
from engine.bpmn import Run, WaitKind
from engine.model import InstanceState, Job, JobKind, JobState, Person, ProcessInstance
from engine.repair import due_after_pause
from engine.repair.rights import must_operate
from engine.repair.standing import Repair, said_reason, standing_of, suspension_of

STANDING_STILL = (JobKind.SERVICE, JobKind.TIMER, JobKind.ESCALATION)
"""What waits with its case; a message or signal that the case has thrown is on its way to others.

One that reached the case while it stood still is held for it, and goes on with it.
"""


def suspend(session: Session, instance_id: UUID, *, by: Person, reason: str, at: datetime) -> ProcessInstance:
    """Let a case stand still, with the cases it called: tasks refuse, jobs and timers are held, due times stay.

    Refuses with `OperationsForbidden`, `ReasonMissing`, `CaseOver`, `AlreadySuspended` (by whom and when).
    """
    must_operate(session, by, at)
    kept = said_reason(reason)
    instance = runtime.lock(session, instance_id)
    standing_of(session, instance).must(Repair.SUSPEND)
    _stop(session, instance, by=by, reason=kept, caller=None, at=at)
    return instance


def resume(session: Session, instance_id: UUID, *, by: Person, reason: str, at: datetime) -> ProcessInstance:
    """Let a suspended case go on, with the cases that were suspended with it; what came due meanwhile is due now.

    Due times of tasks move where the process says so. Refuses with `OperationsForbidden`, `ReasonMissing`,
    `NotSuspended`, `CallerSuspended`, and with `CalendarYearMissing` when a due time would have to be guessed.
    """
    must_operate(session, by, at)
    kept = said_reason(reason)
    instance = runtime.lock(session, instance_id)
    standing_of(session, instance).must(Repair.RESUME)
    _go_on(session, instance, by=by, reason=kept, caller=None, at=at)
    return instance


@contextmanager
def repairing(session: Session, instance: ProcessInstance, *, by: Person, at: datetime) -> Iterator[Run]:
    """Open a locked case for a step of repair; one that stands still does so afterwards, with what the step brought."""
    with runtime.step(session, instance, actor=by, at=at, even_suspended=True) as run:
        yield run
    if instance.state is InstanceState.SUSPENDED:
        entry = suspension_of(session, instance)
        reason = str(entry.data["reason"]) if entry else ""
        _hold(session, instance)
        _stop_called(session, instance, by=by, reason=reason, at=at)


def _stop(
    session: Session,
    instance: ProcessInstance,
    *,
    by: Person,
    reason: str,
    caller: ProcessInstance | None,
    at: datetime,
) -> None:
    instance.state = InstanceState.SUSPENDED
    with_case = caller.business_key if caller else None
    history.record(session, instance, "case.suspended", at=at, actor_id=by.id, reason=reason, with_case=with_case)
    _hold(session, instance)
    _stop_called(session, instance, by=by, reason=reason, at=at)


def _hold(session: Session, instance: ProcessInstance) -> None:
    _change_jobs(session, instance, Job.kind.in_(STANDING_STILL), JobState.WAITING, JobState.HELD)


def _stop_called(session: Session, instance: ProcessInstance, *, by: Person, reason: str, at: datetime) -> None:
    for called in _called(session, instance, ProcessInstance.state == InstanceState.RUNNING):
        _stop(session, called, by=by, reason=reason, caller=instance, at=at)


def _go_on(
    session: Session,
    instance: ProcessInstance,
    *,
    by: Person,
    reason: str,
    caller: ProcessInstance | None,
    at: datetime,
) -> None:
    suspension = suspension_of(session, instance)
    instance.state = InstanceState.RUNNING
    with_case = caller.business_key if caller else None
    history.record(session, instance, "case.resumed", at=at, actor_id=by.id, reason=reason, with_case=with_case)
    if suspension is not None:
        due_after_pause.move(session, instance, paused_at=suspension.at, by=by, at=at)
    due = _change_jobs(session, instance, true(), JobState.HELD, JobState.WAITING)
    if any(each <= at for each in due):
        arrivals.cases_with_due_jobs(session).add(instance.id)
    for called in _called(session, instance, ProcessInstance.state == InstanceState.SUSPENDED):
        entry = suspension_of(session, called)
        if entry is not None and entry.data["with_case"] == instance.business_key:
            _go_on(session, called, by=by, reason=reason, caller=instance, at=at)
    _take_what_ended(session, instance, by=by, at=at)


def _take_what_ended(session: Session, instance: ProcessInstance, *, by: Person, at: datetime) -> None:
    """Return to the case what called cases brought that were repaired to their end while it stood still."""
    calls = [wait for wait in runtime.held(session, instance, at).waits() if wait.kind is WaitKind.CALL]
    ended = _called(session, instance, ProcessInstance.state == InstanceState.ENDED) if calls else []
    waiting = {wait.token_id for wait in calls}
    for called in ended:
        if called.parent_token_id in waiting:
            brought = runtime.look(session, called, at).variables
            with runtime.step(session, instance, actor=by, at=at) as run:
                run.complete(called.parent_token_id, brought)


def _change_jobs(
    session: Session, instance: ProcessInstance, which: ColumnElement[bool], old: JobState, new: JobState
) -> Sequence[datetime]:
    """Hold jobs or let them go, and return when they are due; one that was in hand is taken from there."""
    return session.scalars(
        update(Job)
        .where(Job.instance_id == instance.id, Job.state == old, which)
        .values(state=new, lease_token=None, lease_until=None)
        .returning(Job.due_at)
        .execution_options(synchronize_session="fetch")
    ).all()


def _called(session: Session, instance: ProcessInstance, condition: ColumnElement[bool]) -> Sequence[ProcessInstance]:
    """Return cases that a locked case called; whoever holds its family holds them."""
    return session.scalars(
        select(ProcessInstance)
        .where(ProcessInstance.parent_id == instance.id, condition)
        .order_by(ProcessInstance.started_at, ProcessInstance.id)
        .options(undefer(ProcessInstance.state_text))
        .execution_options(populate_existing=True)
    ).all()
