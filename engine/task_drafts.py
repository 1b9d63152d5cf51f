"""Drafts of the forms of open tasks: kept as people type, each person's own, gone with the task.

A draft is no submission: nothing in it is checked, the variables of the case know nothing of it. Whoever saves names
the revision their typing began from, so that no window replaces unseen what another one has saved.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from engine import tasks
from engine.errors import Invalid
from engine.locking import lock_families
from engine.model import Person, ProcessInstance, TaskDraft, UserTask
from engine.model.base import to_json_text
from engine.model.task_draft import TaskDraftMoved
from engine.tasks import TaskNotFound

LARGEST_DRAFT = 1_000_000
"""Characters of a draft as JSON text."""


class TaskDraftTooLarge(Invalid):
    """The draft is larger than `most` characters."""

    code = "task_draft.too_large"


class TaskDraftRefused(Invalid):
    """What was sent as a draft is nothing that a form holds; the message says the first thing that is wrong with it."""

    code = "task_draft.refused"


def find(session: Session, task: UserTask, person: Person) -> TaskDraft | None:
    """Return the person's draft of a task as it stands now; it may have been thrown away. Asks only where one is."""
    if not task.has_drafts:
        return None
    return session.get(TaskDraft, (task.id, person.id), populate_existing=True)


def save(
    session: Session, task_id: UUID, values: Mapping[str, object], *, revision: int, by: Person, at: datetime
) -> TaskDraft:
    """Keep what a person has typed; `revision` is that of the draft it began from, 0 where there was none.

    Refuses with `TaskNotFound`, with what `tasks.complete` refuses people with, with `TaskDraftTooLarge`, and with
    `TaskDraftMoved` when another window was faster; what is kept already, word for word, may come again.
    """
    if len(to_json_text(values)) > LARGEST_DRAFT:
        raise TaskDraftTooLarge(most=LARGEST_DRAFT)
    task = _lock(session, task_id)
    tasks.must_be_completable(session, task, by, at)
    draft = find(session, task, by)
    if draft is not None and draft.content == values:
        return draft
    must_stand_at(draft, revision)
    if draft is None:
        draft = TaskDraft(task_id=task.id, person_id=by.id, revision=0)
        session.add(draft)
        task.has_drafts = True
    draft.content, draft.revision, draft.saved_at = dict(values), draft.revision + 1, at
    session.flush()
    return draft


def discard(session: Session, task_id: UUID, *, revision: int, by: Person, at: datetime) -> None:
    """Throw one's own draft away as one saw it; refuses as `save` does."""
    task = _lock(session, task_id)
    tasks.must_be_completable(session, task, by, at)
    draft = find(session, task, by)
    must_stand_at(draft, revision)
    if draft is not None:
        draft.content, draft.revision, draft.saved_at = None, draft.revision + 1, at
        session.flush()


def must_stand_at(draft: TaskDraft | None, revision: int) -> None:
    """Refuse with `TaskDraftMoved`."""
    if (draft.revision if draft else 0) != revision:
        raise TaskDraftMoved(revision=draft.revision if draft else 0, at=draft.saved_at if draft else None)


def _lock(session: Session, task_id: UUID) -> UserTask:
    """Return a task that nobody else completes or hands on meanwhile; unlike a step's, its run is not read."""
    lock_families(session, select(UserTask.instance_id).where(UserTask.id == task_id))
    task = session.scalar(
        select(UserTask)
        .where(UserTask.id == task_id)
        .options(joinedload(UserTask.instance).joinedload(ProcessInstance.definition), joinedload(UserTask.assignee))
        .execution_options(populate_existing=True)
    )
    if task is None:
        raise TaskNotFound(task_id=task_id)
    return task
