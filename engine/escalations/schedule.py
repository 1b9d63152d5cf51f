"""The one row of an open task with escalation rules: a job that is due at the next occasion, and follows the task.

A job is found through the index over what is due, so that telling costs what is due and not what is open. Its data say
up to which moment people have been told (`told_until`): what lies before is never told again.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.calendar import WorkingTime
from engine.calendar.offices import ZONE, calendar_of
from engine.escalations.occasions import Occasion, Span, occasions
from engine.escalations.rules import Rule
from engine.model import Job, JobKind, JobPriority, JobState, ProcessInstance, UserTask


def _as_it_was(moment: datetime) -> datetime:
    return moment


_UNFINISHED = [JobState.WAITING, JobState.HELD, JobState.FAILED]


def working_time(session: Session, instance: ProcessInstance, at: datetime) -> WorkingTime:
    """Return the working time in which a case counts: that of the unit it was started in, as its due times do."""
    return calendar_of(session, instance.started_unit, on=at.astimezone(ZONE).date())


def occasions_of(task: UserTask, rules: Sequence[Rule], time: WorkingTime) -> list[Occasion]:
    """Return every time to tell people about a task, in order; none for a task without due time."""
    return [] if task.due_at is None else occasions(rules, Span(task.counted_from, task.due_at), time)


def begin(
    session: Session,
    instance: ProcessInstance,
    task: UserTask,
    rules: Sequence[Rule],
    *,
    at: datetime,
    told_until: datetime | None = None,
) -> Job | None:
    """Write down when people are told first about a task, together with whatever else is written; None for never."""
    if not rules or task.due_at is None:
        return None
    due_at = _next(occasions_of(task, rules, working_time(session, instance, at)), told_until)
    if due_at is None:
        return None
    job = Job(
        kind=JobKind.ESCALATION,
        instance_id=instance.id,
        token_id=task.token_id,
        element_id=task.element_id,
        priority=JobPriority.BULK,
        due_at=due_at,
        data=told_data(told_until),
        created_at=at,
    )
    session.add(job)
    return job


def end(session: Session, instance: ProcessInstance, tokens: Collection[str], *, at: datetime) -> None:
    """Tell nobody any more about tasks that are over; their rows were stored by an earlier step."""
    if not tokens:
        return
    pending = update(Job).where(
        Job.instance_id == instance.id,
        Job.token_id.in_(tokens),
        Job.kind == JobKind.ESCALATION,
        Job.state.in_([JobState.WAITING, JobState.HELD]),
    )
    with session.no_autoflush:  # what else the step has to write goes to the database together, later
        session.execute(
            pending.values(state=JobState.CANCELLED, finished_at=at).execution_options(synchronize_session="fetch")
        )


def begin_anew(
    session: Session,
    instance: ProcessInstance,
    task: UserTask,
    rules: Sequence[Rule],
    *,
    at: datetime,
    told_until: datetime | None,
) -> None:
    """Begin once more for a task that was opened a moment ago and has got its due time only now."""
    if rules:
        session.flush()
        end(session, instance, [task.token_id], at=at)
        begin(session, instance, task, rules, at=at, told_until=told_until)


def follow(
    session: Session,
    instance: ProcessInstance,
    rules_of: Callable[[str], Sequence[Rule]],
    tasks: Collection[UserTask],
    *,
    at: datetime,
    shifted: Callable[[datetime], datetime] = _as_it_was,
) -> None:
    """Let the rows of open tasks of a locked case follow their due times and the rules, by element id, that hold now.

    What was told stays told; `shifted` moves that moment where the time of the tasks was moved. Of a task that had no
    row, nothing is told that lies before `at`. Whoever has a row in hand loses it.
    """
    if not tasks:
        return
    session.flush()
    known, time = {job.token_id: job for job in _jobs(session, instance, tasks)}, working_time(session, instance, at)
    for task in tasks:
        rules, job = rules_of(task.element_id), known.get(task.token_id)
        if job is None:
            begin(session, instance, task, rules, at=at, told_until=at)
            continue
        told = told_until_of(job)
        job.element_id, job.data = task.element_id, told_data(told if told is None else shifted(told))
        if job.state is not JobState.FAILED:
            _put(job, _next(occasions_of(task, rules, time), told_until_of(job)), at)


def next_after(found: Sequence[Occasion], at: datetime) -> datetime | None:
    """Return when people are told next after a moment, None for never again."""
    return next((occasion.at for occasion in found if occasion.at > at), None)


def told_until_of(job: Job) -> datetime | None:
    """Return up to which moment people have been told; None when they have not been told anything."""
    said = job.data.get("told_until")
    return datetime.fromisoformat(said) if said else None


def told_data(told_until: datetime | None) -> dict[str, Any]:
    """Return what a row keeps: up to which moment people have been told."""
    return {"told_until": told_until.isoformat()} if told_until else {}


def _next(found: Sequence[Occasion], told_until: datetime | None) -> datetime | None:
    if told_until is not None:
        return next_after(found, told_until)
    return found[0].at if found else None


def _jobs(session: Session, instance: ProcessInstance, tasks: Collection[UserTask]) -> Sequence[Job]:
    return session.scalars(
        select(Job).where(
            Job.instance_id == instance.id,
            Job.token_id.in_([task.token_id for task in tasks]),
            Job.kind == JobKind.ESCALATION,
            Job.state.in_(_UNFINISHED),
        )
    ).all()


def _put(job: Job, due_at: datetime | None, at: datetime) -> None:
    job.lease_token = job.lease_until = None
    if due_at is None:
        job.state, job.finished_at = JobState.CANCELLED, at
    else:
        job.due_at = due_at
