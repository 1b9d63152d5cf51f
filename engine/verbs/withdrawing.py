"""Withdrawing (thu hồi): who completed a step takes it back until the next person acts; the undo of completing.

To have looked at a task or claimed it is no act, the answer only tells so. Completing it is one, and so is what its
holder has done in the case since: papers added or removed, a question asked, the task handed on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from engine import history, runtime, signing, tasks
from engine.bpmn import MoveRefused, Run
from engine.errors import Conflict, Forbidden, NotFound
from engine.escalations import schedule
from engine.model import (
    Activity,
    HistoryEntry,
    Person,
    ProcessInstance,
    Signature,
    TaskState,
    UserTask,
)
from engine.verbs import handing, leaps, people, untouched, wordings
from engine.verbs.answers import Answer, Verb
from engine.verbs.course import Course
from engine.verbs.leaps import Leap
from engine.verbs.untouched import NextHasActed


class TaskNotCompleted(Conflict):
    """Only a task that was completed can be withdrawn."""

    code = "task.not_completed"


class NotTheSender(Forbidden):
    """Only who completed the task withdraws it; `by` completed it."""

    code = "task.not_the_sender"


class AlreadyWithdrawn(Conflict):
    """The task was withdrawn before, at `at`."""

    code = "task.already_withdrawn"


class StepGone(Conflict):
    """The case has moved to a version of its process that lacks the step."""

    code = "task.step_gone"


class BranchesJoined(Conflict):
    """The branch has come together with others; it cannot be taken apart again."""

    code = "task.branches_joined"


class SignaturesVoided(Conflict):
    """The step made signatures void, which withdrawing it would not make valid again."""

    code = "task.signatures_voided"


@dataclass(frozen=True, slots=True)
class _Way:
    """A task that may be withdrawn, with the way back."""

    course: Course
    leap: Leap


def may_withdraw(session: Session, task: UserTask, by: Person, at: datetime) -> Answer:
    """Answer whether `by` may withdraw a completed task.

    `data`: `ends` the open tasks that end with it, `claimed` who has claimed one of them meanwhile, `voids` whether a
    signature becomes void, `cases` the codes of the called cases that are cancelled.
    """
    try:
        way = _way(session, task, by, at)
    except (Conflict, Forbidden, NotFound) as refusal:
        return Answer(Verb.WITHDRAW, refusal)
    follows = leaps.Consequences(session, task.instance)
    ends = follows.ended_by(way.leap)
    data = {
        "ends": [each.name for each in ends],
        "claimed": [each.assignee.full_name for each in ends if each.claimed_at and each.assignee],
        "voids": bool(_signatures(session, task)),
        "cases": [each.business_key for each in follows.cases_called(way.leap)],
    }
    return Answer(Verb.WITHDRAW, data=data)


def last_sent(session: Session, instance: ProcessInstance, by: Person) -> UserTask | None:
    """Return the task of a case that somebody completed last, None when there is none."""
    return session.scalars(
        select(UserTask)
        .where(
            UserTask.instance_id == instance.id,
            UserTask.completed_by_id == by.id,
            UserTask.state == TaskState.COMPLETED,
        )
        .order_by(UserTask.completed_at.desc(), UserTask.created_at.desc())
        .limit(1)
        .options(joinedload(UserTask.instance))
    ).first()


def withdraw(session: Session, task_id: UUID, *, by: Person, at: datetime, reason: str | None = None) -> UserTask:
    """Take a completed task back; return the task that is open again, with deadline and sender as before.

    `by` holds it, or in whose place `by` had done it and still may. What was submitted stays in the variables; a
    signature given with it becomes void, the tasks it opened end. Refuses as `may_withdraw`.
    """
    task = tasks.lock(session, task_id)
    way, said = _way(session, task, by, at), wordings.optional(reason)
    instance, opened = task.instance, leaps.open_tasks(session, task.instance)
    ends = leaps.Consequences(session, instance).ended_by(way.leap)
    signing.void(session, instance, _signatures(session, task), reason=said or "", at=at)
    if _is_new_version(session, task):
        instance.document_version -= 1
    with runtime.step(session, instance, actor=by, at=at) as run:
        _leap(run, way.leap, task)
        _show_what_was_sent(run, task.element_id, {each.token_id for each in opened})
    fresh = leaps.opened_since(session, instance, opened, task.element_id)
    if fresh is None:
        raise BranchesJoined(task_id=task.id)
    _hand_back(session, fresh, task, by, at)
    fresh.sender_id, fresh.due_at, fresh.unit_code = task.sender_id, task.due_at, task.unit_code
    fresh.due_from = task.counted_from
    rules = runtime.loaded(session, instance).escalations_of(fresh.element_id)
    schedule.begin_anew(session, instance, fresh, rules, at=at, told_until=task.completed_at)
    history.record(
        session,
        instance,
        "task.withdrawn",
        at=at,
        actor_id=by.id,
        element=task.element_id,
        step=task.step,
        task=str(task.id),
        opened=fresh.id.hex,
        ends=[each.step for each in ends],
        ended_for=[each.assignee_id.hex for each in ends if each.assignee_id],
        reason=said,
    )
    return fresh


def _hand_back(session: Session, fresh: UserTask, done: UserTask, by: Person, at: datetime) -> None:
    """Give a task to whose step it was when `by` did that in their place and still stands in for them; else to `by`."""
    groups = tasks.groups_of(session, by, at)
    absent = people.absent_one(done, groups, done.on_behalf_of_id) if done.on_behalf_of_id else None
    handing.to(session, fresh, absent.person_id if absent else by.id, at)


def _leap(run: Run, leap: Leap, task: UserTask) -> None:
    try:
        leaps.do(run, leap)
    except MoveRefused as refused:
        raise BranchesJoined(task_id=task.id) from refused


def _show_what_was_sent(run: Run, element_id: str, known: set[str]) -> None:
    """Let the task's own variables that it had handed over under the same name show what was handed over."""
    for wait in run.waits():
        if wait.element_id == element_id and wait.token_id not in known:
            own = run.local_variables(wait.token_id)
            handed_over = {name: value for name, value in run.variables.items() if name in own}
            run.set_variables(handed_over, wait.token_id)


def _way(session: Session, task: UserTask, by: Person, at: datetime) -> _Way:
    """Return the way back to a task; refuses with what stands against withdrawing it."""
    if task.state is not TaskState.COMPLETED:
        raise TaskNotCompleted(task_id=task.id)
    if task.completed_by_id != by.id:
        raise NotTheSender(task_id=task.id, by=task.completed_by_name)
    task.instance.must_run()
    _must_not_be_withdrawn(session, task)
    if task.element_id not in runtime.loaded(session, task.instance).tasks:
        raise StepGone(task_id=task.id)
    if _has_voided(session, task):
        raise SignaturesVoided(task_id=task.id)
    run = runtime.look(session, task.instance, at)
    course = leaps.course_of(session, task.instance, run)
    row = course.row_of(task.token_id)
    if row is None or not course.counts(row):
        raise NextHasActed(task_id=task.id, by="", step=task.step)
    leap = _leap_back(course, row, run)
    untouched.must_be(session, task, by, untouched.followers(course, row, leap))
    if leap.repeats is None and not (leap.gone or leap.joins):
        raise BranchesJoined(task_id=task.id)
    return _Way(course, leap)


def _leap_back(course: Course, row: Activity, run: Run) -> Leap:
    """Return the way back into the innermost scope around a step that is still there."""
    scope_id = course.nearest_scope(course.chain(row))
    leap = leaps.leap_to(course, row, scope_id, course.ways.after)
    if leap is None or leap.element_id != row.element_id:
        raise BranchesJoined(step=row.name)
    top = course.within(course.chain(row), scope_id) or row
    passed = {top.element_id, *course.ways.after(top.element_id)}
    joins = []
    for token in course.live_in(scope_id):
        flows = [
            each for each in course.ways.joined_from(token.element_id, passed) if each in run.gathered(token.token_id)
        ]
        if flows and token.token_id not in leap.gone:
            joins.append((token.token_id, tuple(flows)))
    return replace(leap, joins=tuple(joins))


def _must_not_be_withdrawn(session: Session, task: UserTask) -> None:
    entries = session.scalars(
        select(HistoryEntry).where(HistoryEntry.instance_id == task.instance_id, HistoryEntry.kind == "task.withdrawn")
    )
    entry = next((each for each in entries if each.data["task"] == str(task.id)), None)
    if entry is not None:
        raise AlreadyWithdrawn(task_id=task.id, at=entry.at)


def _signatures(session: Session, task: UserTask) -> Sequence[Signature]:
    valid = select(Signature).where(Signature.task_id == task.id, Signature.voided_at.is_(None))
    return session.scalars(valid).all()


def _is_new_version(session: Session, task: UserTask) -> bool:
    """Tell whether the task ended with an outcome that makes signatures void and begins a new draft."""
    outcome = tasks.design_of(session, task).outcomes.get(task.outcome or "")
    return outcome is not None and outcome.voids_signatures


def _has_voided(session: Session, task: UserTask) -> bool:
    """Tell whether signatures became void with the task."""
    voided = select(Signature.id).where(
        Signature.instance_id == task.instance_id, Signature.voided_at == task.completed_at
    )
    return _is_new_version(session, task) and session.scalars(voided.limit(1)).first() is not None
