"""Sending back (trả lại): a task goes back to a step the case has really passed, with a reason, to who did that step.

The built-in verb lives beside outcomes that a diagram draws itself; `lc:send_back="no"` at a task or a process takes
it away there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from engine import directory, history, runtime, signing, tasks
from engine.bpmn import MoveRefused, Run
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.model import Activity, Person, ProcessInstance, UserTask
from engine.runtime import OFFICE_ZONE
from engine.verbs import handing, leaps, wordings
from engine.verbs.answers import Answer, Verb
from engine.verbs.course import Course, is_one_of_a_list
from engine.verbs.leaps import Leap
from engine.verbs.people import TaskNotClaimed


class SendingBackForbidden(Forbidden):
    """The process does not let this task be sent back."""

    code = "task.sending_back_forbidden"


class NothingPassed(Conflict):
    """There is no earlier step to send the task back to."""

    code = "task.nothing_passed"


class CallerNotReached(Conflict):
    """What was passed before lies in the case that called this one (`caller`); nothing is sent back across."""

    code = "task.caller_not_reached"


class StepNotOffered(Invalid):
    """The step is none of those the task can be sent back to, perhaps no longer."""

    code = "task.step_not_offered"


class Reach(StrEnum):
    """How near to the step one gets: to it, to its place in a list, or to the beginning of what is around it."""

    STEP = "step"
    ITEM = "item"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Target:
    """One step a task can be sent back to, and what follows from it.

    `task_id` is the earlier task. `voids` are the signers whose signatures become void, `ends` the other open tasks
    that end, `cases` the codes of the called cases that are cancelled with them.
    """

    task_id: UUID
    element_id: str
    name: str
    step: str
    person_name: str
    unit_code: str
    done_at: datetime | None
    reach: Reach
    is_previous: bool
    is_first: bool
    voids: tuple[str, ...]
    ends: tuple[str, ...]
    cases: tuple[str, ...]


def may_send_back(session: Session, task: UserTask, by: Person, at: datetime) -> Answer:
    """Answer whether `by` may send the task back; `data["targets"]` holds the steps, the newest first."""
    try:
        found = _passed(session, task, by, at)
    except (Conflict, Forbidden, Invalid, NotFound) as refusal:
        return Answer(Verb.SEND_BACK, refusal)
    return Answer(Verb.SEND_BACK, data={"targets": _targets(session, task, found)})


def send_back(session: Session, task_id: UUID, *, to: UUID, by: Person, reason: str, at: datetime) -> UserTask | None:
    """Send a task back to the step at which the task `to` was done; return the task that is open there again.

    It goes to who did it, or, when that person has left, to whom the diagram says. Signatures given from that step on
    become void, sibling branches between end. None when several tasks open there at once. Refuses as `may_send_back`,
    and with `StepNotOffered`, `WordsMissing`, `WordsTooLong`.
    """
    task = tasks.lock(session, task_id)
    found = _passed(session, task, by, at)
    kept = wordings.needed(reason)
    before = next((each for each in found if each.task.id == to), None)
    if before is None:
        raise StepNotOffered(task_id=to)
    return _go(session, task, before, by=by, reason=kept, at=at)


@dataclass(frozen=True, slots=True)
class _Before:
    """A task that was done before, and the way back to it."""

    task: UserTask
    leap: Leap
    reach: Reach


def _passed(session: Session, task: UserTask, by: Person, at: datetime) -> list[_Before]:
    """Return the steps a task can be sent back to, the newest first; refuses with what stands against it."""
    tasks.must_be_completable(session, task, by, at)
    if task.assignee_id is None:
        raise TaskNotClaimed(task_id=task.id)
    instance, loaded = task.instance, runtime.loaded(session, task.instance)
    said = tasks.design_of(session, task).sends_back
    if said == "no" or (not said and not loaded.design.sends_back):
        raise SendingBackForbidden(task_id=task.id)
    course = leaps.course_of(session, instance, runtime.look(session, instance, at))
    done = _done_tasks(session, instance)
    found = [
        _Before(done[row.token_id], leap, _reach(row, leap))
        for row in sorted(course.steps(), key=lambda each: each.id, reverse=True)
        if row.token_id in done and (leap := _way_back(course, task.token_id, row)) is not None
    ]
    if not found:
        raise _why_nothing(session, instance)
    return _each_once(found)


def _why_nothing(session: Session, instance: ProcessInstance) -> Conflict:
    caller = session.get(ProcessInstance, instance.parent_id) if instance.parent_id else None
    if caller is None:
        return NothingPassed(business_key=instance.business_key)
    return CallerNotReached(business_key=instance.business_key, caller=caller.business_key)


def _done_tasks(session: Session, instance: ProcessInstance) -> dict[str, UserTask]:
    done = select(UserTask).where(UserTask.instance_id == instance.id, UserTask.completed_by_id.is_not(None))
    people = joinedload(UserTask.completed_by), joinedload(UserTask.instance)
    return {each.token_id: each for each in session.scalars(done.options(*people))}


def _way_back(course: Course, token_id: str, row: Activity) -> Leap | None:
    """Return the way back from a live token to a step that lies behind it; None where it does not."""
    chain = course.chain(row)
    for level in course.levels(token_id):
        top = course.within(chain, level.scope_id)
        here = course.row_of(level.token_id)
        if top is None or here is None:
            continue
        is_behind = (
            course.is_sequence(top) and (top.loop_counter or 0) < (here.loop_counter or 0)
            if is_one_of_a_list(top)
            else here.element_id in course.ways.ahead(top.element_id) and top.id < here.id
        )
        is_event = course.model.elements[top.element_id].is_event_sub_process
        return leaps.leap_to(course, row, level.scope_id, course.ways.ahead) if is_behind and not is_event else None
    return None


def _reach(row: Activity, leap: Leap) -> Reach:
    if leap.element_id != row.element_id:
        return Reach.WHOLE
    return Reach.STEP if leap.item is None else Reach.ITEM


def _each_once(found: Sequence[_Before]) -> list[_Before]:
    """Return each place to go back to once: of what can only be begun anew as a whole, the newest step."""
    kept: dict[tuple[str, str | None, int | None], _Before] = {}
    for each in found:
        kept.setdefault((each.leap.element_id, each.leap.scope_id, each.leap.item), each)
    return list(kept.values())


def _targets(session: Session, task: UserTask, found: Sequence[_Before]) -> list[Target]:
    instance = task.instance
    follows = leaps.Consequences(session, instance)
    names = {each.element_id: each.name for each in runtime.loaded(session, instance).model.elements.values()}
    return [
        Target(
            task_id=each.task.id,
            element_id=each.leap.element_id,
            name=names.get(each.leap.element_id) or each.task.name,
            step=each.task.step,
            person_name=each.task.completed_by_name,
            unit_code=each.task.unit_code,
            done_at=each.task.completed_at,
            reach=each.reach,
            is_previous=place == 0,
            is_first=place == len(found) - 1,
            voids=tuple(signature.signer.full_name for signature in follows.voided_by(each.leap)),
            ends=tuple(_said(other) for other in follows.ended_by(each.leap) if other.id != task.id),
            cases=tuple(case.business_key for case in follows.cases_called(each.leap)),
        )
        for place, each in enumerate(found)
    ]


def _said(task: UserTask) -> str:
    return f"{task.name} · {task.assignee.full_name if task.assignee else ', '.join(task.candidate_groups)}"


def _go(session: Session, task: UserTask, before: _Before, *, by: Person, reason: str, at: datetime) -> UserTask | None:
    instance, opened = task.instance, leaps.open_tasks(session, task.instance)
    void = leaps.Consequences(session, instance).voided_by(before.leap)
    signing.void(session, instance, void, reason=reason, at=at)
    if void and not signing.valid_of_case(session, instance):
        instance.document_version += 1
    with runtime.step(session, instance, actor=by, at=at) as run:
        _leap(run, before)
    fresh = leaps.opened_since(session, instance, opened, before.leap.element_id)
    if fresh is not None:
        _give_back(session, fresh, before.task, at)
    history.record(
        session,
        instance,
        "task.sent_back",
        at=at,
        actor_id=by.id,
        element=task.element_id,
        from_step=task.step,
        to=before.leap.element_id,
        to_step=before.task.step,
        to_person=fresh.assignee.full_name if fresh and fresh.assignee else None,
        to_username=fresh.assignee.username if fresh and fresh.assignee else None,
        task=fresh.id.hex if fresh else None,
        reason=reason,
        **history.in_whose_place(task.in_place_of(by, tasks.groups_of(session, by, at))),
    )
    return fresh


def _leap(run: Run, before: _Before) -> None:
    try:
        leaps.do(run, before.leap)
    except MoveRefused as refused:
        raise StepNotOffered(task_id=before.task.id) from refused


def _give_back(session: Session, fresh: UserTask, done: UserTask, at: datetime) -> None:
    """Give a task to who did it before, in whose place that may have been; whoever has left gets nothing."""
    people = directory.current(session, on=at.astimezone(OFFICE_ZONE).date())
    did = session.get(Person, done.on_behalf_of_id or done.completed_by_id)
    person = people.people.get(did.username) if did else None
    if person is not None and fresh.assignee_id != person.id:
        handing.to(session, fresh, person.id, at)
        fresh.unit_code = people.unit_of(person.id)
