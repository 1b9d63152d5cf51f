"""Claiming (nhận việc) and releasing (trả việc về nhóm): whether one may; the use cases are in `engine.tasks`."""

from datetime import datetime

from sqlalchemy.orm import Session

from engine import tasks
from engine.model import Person, UserTask
from engine.verbs.answers import Answer, Verb


def may_claim(session: Session, task: UserTask, by: Person, at: datetime) -> Answer:
    """Answer whether `by` may make the task their own, or of whom they stand in for; it may be theirs already."""
    return Answer.of(Verb.CLAIM, lambda: task.must_be_doable_by(by, tasks.groups_of(session, by, at)))


def may_release(session: Session, task: UserTask, by: Person, at: datetime) -> Answer:
    """Answer whether `by` may give the task they hold back to its group."""
    return Answer.of(Verb.RELEASE, lambda: task.must_be_releasable_by(by, tasks.groups_of(session, by, at)))
