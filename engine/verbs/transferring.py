"""Transferring (chuyển xử lý): the holder gives a task to another person for good."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from engine import tasks
from engine.model import Person, UserTask
from engine.model.user_task import TaskAlreadyClaimed
from engine.verbs import handing, people, wordings
from engine.verbs.answers import Answer, Verb


def may_transfer(session: Session, task: UserTask, by: Person, at: datetime) -> Answer:
    """Answer whether `by` may give the task away for good: who holds it, or stands in for who does."""
    return Answer.of(Verb.TRANSFER, lambda: _must(session, task, by, at))


def transfer(session: Session, task_id: UUID, *, to: str, by: Person, reason: str, at: datetime) -> UserTask:
    """Give a task to another person for good, who keeps its due time; the reason is kept in the history.

    Refuses as `tasks.complete` does, with `TaskNotClaimed`, `TaskDelegated`, `WordsMissing`, `PersonUnknown`,
    `PersonIsYou`, and with `TaskAlreadyClaimed` when that person holds it already.
    """
    task = tasks.lock(session, task_id)
    _must(session, task, by, at)
    said, person = wordings.needed(reason), people.other_than(session, by, to, at)
    if task.assignee_id == person.id:
        raise TaskAlreadyClaimed(task_id=task.id, by=person.full_name)
    in_place = handing.in_place(session, task, by, at)
    before = handing.to(session, task, person.id, at)
    task.unit_code = people.office(session, at).unit_of(person.id) or task.unit_code
    handing.record(
        session,
        task,
        "task.transferred",
        by=by,
        to=person,
        before=before,
        at=at,
        reason=said,
        in_place=in_place,
    )
    return task


def _must(session: Session, task: UserTask, by: Person, at: datetime) -> None:
    tasks.must_be_completable(session, task, by, at)
    people.must_hold(session, task, by, at)
