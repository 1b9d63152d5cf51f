"""Drafts of tasks' forms: kept as people type, within the limits of any submission, and put back into the form."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from engine import runtime, task_drafts
from engine.model import Person, TaskDraft, UserTask
from engine.task_drafts import TaskDraftRefused
from forms.limits import strangeness
from processes import submission


def save(
    session: Session, task_id: UUID, values: Mapping[str, object], *, revision: int, by: Person, at: datetime
) -> TaskDraft:
    """Keep what a person has typed, whether or not it is finished.

    Refuses with `TaskDraftRefused` what no form holds (size, depth, kinds, names), and as `task_drafts.save` does.
    """
    if (strange := strangeness(values)) is not None:
        raise TaskDraftRefused(strange[1].en, field=strange[0])
    return task_drafts.save(session, task_id, values, revision=revision, by=by, at=at)


def opened(session: Session, task: UserTask, draft: Mapping[str, object] | None, at: datetime) -> Mapping[str, object]:
    """Return what the form of an open task opens with: the variables' values, and over them those of a draft.

    Nothing for a task without form.
    """
    task_form = submission.form_of(session, task)
    if task_form is None:
        return {}
    variables = runtime.look(session, task.instance, at).variables_at(task.token_id)
    if draft is None:
        return task_form.form.initial(variables)
    surroundings = runtime.environment_of(session, task.instance, at)
    return task_form.form.reopened(draft, variables=variables, environment=surroundings)


def read_out(
    session: Session, task: UserTask, draft: Mapping[str, object] | None, at: datetime
) -> list[tuple[str, str]]:
    """Return in words what `opened` would show, label by label."""
    task_form = submission.form_of(session, task)
    if task_form is None:
        return []
    variables = runtime.look(session, task.instance, at).variables_at(task.token_id)
    return task_form.form.summary(opened(session, task, draft, at), variables)
