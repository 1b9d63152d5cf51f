"""Delegating (ủy quyền xử lý): another person does the work of a task, which then comes back to its owner.

It moves work, not the right to sign, and not the right to decide: only the owner completes the task.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from engine import history, tasks
from engine.errors import Conflict, Forbidden
from engine.model import InPlaceOf, Person, UserTask
from engine.model.user_task import TaskAlreadyClaimed
from engine.verbs import handing, people, wordings
from engine.verbs.answers import Answer, Verb


class TaskNotDelegated(Conflict):
    """The task is in its owner's hands."""

    code = "task.not_delegated"


class DelegateOnly(Forbidden):
    """Only who works on a delegated task hands it back; `by` is that person."""

    code = "task.delegate_only"


class OwnerOnly(Forbidden):
    """Only the owner of a delegated task, or who stands in for them, takes it back; `by` is the owner."""

    code = "task.owner_only"


def may_delegate(session: Session, task: UserTask, by: Person, at: datetime) -> Answer:
    """Answer whether `by` may let another person do the work of the task."""
    return Answer.of(Verb.DELEGATE, lambda: _must(session, task, by, at))


def may_hand_back(session: Session, task: UserTask, by: Person, at: datetime) -> Answer:
    """Answer whether `by` works on the task for its owner and may hand it back."""
    return Answer.of(Verb.HAND_BACK, lambda: _must_hand_back(session, task, by, at))


def may_take_back(session: Session, task: UserTask, by: Person, at: datetime) -> Answer:
    """Answer whether the task is `by`'s own, or of whom `by` stands in for, and another person works on it."""
    return Answer.of(Verb.TAKE_BACK, lambda: _must_take_back(session, task, by, at))


def delegate(session: Session, task_id: UUID, *, to: str, by: Person, reason: str, at: datetime) -> UserTask:
    """Let another person work on a task, which stays its holder's: `reason` says what is to be done.

    Refuses as `tasks.complete` does, with `TaskNotClaimed`, `TaskDelegated` (it is not passed on further),
    `WordsMissing`, `PersonUnknown`, `PersonIsYou`, `TaskAlreadyClaimed`.
    """
    task = tasks.lock(session, task_id)
    _must(session, task, by, at)
    said, person = wordings.needed(reason), people.other_than(session, by, to, at)
    if task.assignee_id == person.id:
        raise TaskAlreadyClaimed(task_id=task.id, by=person.full_name)
    in_place = handing.in_place(session, task, by, at)
    task.owner_id = task.assignee_id
    owner = handing.to(session, task, person.id, at)
    handing.record(
        session, task, "task.delegated", by=by, to=person, before=owner, at=at, reason=said, in_place=in_place
    )
    return task


def hand_back(session: Session, task_id: UUID, *, by: Person, note: str, at: datetime) -> UserTask:
    """Give a task back to its owner with a note on what was done; the owner completes it.

    Refuses with `TaskNotDelegated`, `DelegateOnly`, `WordsMissing`, and when the task or the case stands still.
    """
    task = tasks.lock(session, task_id)
    _must_hand_back(session, task, by, at)
    said, owner = wordings.needed(note), _owner(task)
    in_place = handing.in_place(session, task, by, at)
    before = _return(session, task, owner, at)
    handing.record(
        session, task, "task.handed_back", by=by, to=owner, before=before, at=at, reason=said, in_place=in_place
    )
    return task


def take_back(session: Session, task_id: UUID, *, by: Person, at: datetime) -> UserTask:
    """Take one's own task out of another person's hands again; refuses with `TaskNotDelegated`, `OwnerOnly`."""
    task = tasks.lock(session, task_id)
    absent, owner = _must_take_back(session, task, by, at), _owner(task)
    in_place = history.in_whose_place(absent)
    before = _return(session, task, owner, at)
    handing.record(session, task, "task.taken_back", by=by, to=owner, before=before, at=at, in_place=in_place)
    return task


def _must(session: Session, task: UserTask, by: Person, at: datetime) -> None:
    tasks.must_be_completable(session, task, by, at)
    people.must_hold(session, task, by, at)


def _must_hand_back(session: Session, task: UserTask, by: Person, at: datetime) -> None:
    task.must_be_open()
    if task.owner_id == by.id:
        raise DelegateOnly(by=task.assignee.full_name if task.assignee else "")
    task.must_be_doable_by(by, tasks.groups_of(session, by, at))
    _must_be_delegated(task)


def _must_take_back(session: Session, task: UserTask, by: Person, at: datetime) -> InPlaceOf | None:
    """Refuse when the task is not to be taken back; return the absent owner in whose place that would be."""
    _must_be_delegated(task)
    absent = people.absent_one(task, tasks.groups_of(session, by, at), task.owner_id)
    if task.owner_id != by.id and absent is None:
        raise OwnerOnly(by=task.owner_name)
    task.instance.must_run()
    return absent if task.owner_id != by.id else None


def _must_be_delegated(task: UserTask) -> None:
    task.must_be_open()
    if task.owner_id is None:
        raise TaskNotDelegated(task_id=task.id)


def _owner(task: UserTask) -> Person:
    if task.owner is None:
        raise TaskNotDelegated(task_id=task.id)
    return task.owner


def _return(session: Session, task: UserTask, owner: Person, at: datetime) -> Person | None:
    before = handing.to(session, task, owner.id, at)
    task.owner_id = None
    return before
