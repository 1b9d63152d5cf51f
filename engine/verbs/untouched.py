"""Whether what followed a completed task is as yet untouched, by people and by machines."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from engine import runtime
from engine.errors import Conflict
from engine.model import (
    Activity,
    ActivityState,
    HistoryEntry,
    Job,
    JobKind,
    JobState,
    Person,
    ProcessInstance,
    TaskState,
    UserTask,
)
from engine.task_design import USER_KINDS
from engine.verbs import leaps
from engine.verbs.course import Course, is_done_by_somebody, is_one_of_a_list
from engine.verbs.leaps import Leap

NO_ACT = frozenset({"task.claimed", "task.released", "task.reminded", "case.copied", "copy.read"})
"""What the next person may do with the task and it can be withdrawn still."""


class NextHasActed(Conflict):
    """Somebody has gone on with it: `by` did something at `step`."""

    code = "task.next_has_acted"


class AlreadySent(Conflict):
    """Something has left the case since, done by the step `step`: a job, a message; it cannot be called back."""

    code = "task.already_sent"


def followers(course: Course, row: Activity, leap: Leap) -> list[Activity]:
    """Return what has begun because the step was done, with all within it."""
    found: list[Activity] = []
    for each in course.chain(row):
        passed = course.ways.after(each.element_id)
        here = course.beside(each)
        if is_one_of_a_list(each):
            found += [
                other
                for other in here
                if course.is_sequence(each) and (other.loop_counter or 0) > (each.loop_counter or 0)
            ]
        else:
            found += [other for other in here if other.id > row.id and other.element_id in passed]
        if each is course.within(course.chain(row), leap.repeats or leap.scope_id):
            break
    return course.inside([each for each in found if course.counts(each)])


def must_be(session: Session, task: UserTask, by: Person, later: Sequence[Activity]) -> None:
    """Refuse with `NextHasActed` or `AlreadySent` when something that followed the task has been done."""
    acted = next((row for row in later if is_done_by_somebody(row)), None)
    if acted is not None:
        raise NextHasActed(task_id=task.id, by=acted.person.full_name if acted.person else "", step=acted.step)
    model = runtime.loaded(session, task.instance).model
    for row in later:
        element = model.elements[row.element_id]
        speaks = element.job_type is not None or (
            element.event is not None and element.event.kind in {"message", "signal"}
        )
        if row.state is ActivityState.COMPLETED and (speaks or row.element_kind == "callActivity"):
            raise AlreadySent(task_id=task.id, step=row.name)
    _must_not_be_in_hand(session, task, later)
    _must_not_be_answered(session, task, by, later)
    _must_not_be_begun_below(session, task, later)


def _must_not_be_in_hand(session: Session, task: UserTask, later: Sequence[Activity]) -> None:
    """Refuse with `AlreadySent` when a worker has a job in hand that would be called back."""
    tokens = {row.token_id: row.name for row in later if row.state is ActivityState.LIVE}
    in_hand = select(Job.token_id).where(
        Job.instance_id == task.instance_id,
        Job.kind != JobKind.ESCALATION,
        Job.state == JobState.WAITING,
        Job.lease_token.is_not(None),
    )
    for token_id in session.scalars(in_hand):
        if token_id in tokens:
            raise AlreadySent(task_id=task.id, step=tokens[token_id])


def _must_not_be_answered(session: Session, task: UserTask, by: Person, later: Sequence[Activity]) -> None:
    """Refuse with `NextHasActed` when a holder of the next tasks has done something in the case since."""
    live = {row.token_id for row in later if row.element_kind in USER_KINDS and row.state is ActivityState.LIVE}
    opened = [each for each in leaps.open_tasks(session, task.instance) if each.token_id in live]
    holders = {each.assignee_id for each in opened}
    elements = {each.element_id for each in opened}
    for entry in _since(session, task):
        others = entry.actor_id is not None and entry.actor_id != by.id and entry.kind not in NO_ACT
        if others and (entry.actor_id in holders or entry.data.get("element") in elements):
            raise NextHasActed(task_id=task.id, by=entry.actor.full_name if entry.actor else "", step=opened[0].step)


def _since(session: Session, task: UserTask) -> list[HistoryEntry]:
    """Return what the history says after the task was completed, by people and in order."""
    entries = session.scalars(
        select(HistoryEntry)
        .where(HistoryEntry.instance_id == task.instance_id, HistoryEntry.at >= task.completed_at)
        .order_by(HistoryEntry.sequence)
        .options(joinedload(HistoryEntry.actor))
    ).all()
    done = [
        at
        for at, entry in enumerate(entries)
        if entry.kind == "task.completed"
        and entry.actor_id == task.completed_by_id
        and entry.data["element"] == task.element_id
        and entry.data["step"] == task.step
    ]
    return list(entries[done[0] + 1 :]) if done else list(entries)


def _must_not_be_begun_below(session: Session, task: UserTask, later: Sequence[Activity]) -> None:
    """Refuse with `NextHasActed` when somebody has completed a task in a case that was called since."""
    calls = {row.token_id for row in later if row.element_kind == "callActivity" and row.state is ActivityState.LIVE}
    pending = [task.instance_id] if calls else []
    while pending:
        called = session.scalars(select(ProcessInstance).where(ProcessInstance.parent_id.in_(pending))).all()
        below = [each for each in called if each.parent_id != task.instance_id or each.parent_token_id in calls]
        pending = [each.id for each in below]
        acted = session.scalars(
            select(UserTask)
            .where(UserTask.instance_id.in_(pending), UserTask.state == TaskState.COMPLETED)
            .options(joinedload(UserTask.completed_by))
            .limit(1)
        ).first()
        if acted is not None:
            raise NextHasActed(task_id=task.id, by=acted.completed_by_name, step=acted.step)
