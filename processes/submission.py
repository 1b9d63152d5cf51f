"""Completing a task with its form: every wrong field is said at once, then the case moves on."""

from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from engine import definitions, runtime, tasks
from engine.model import Person, UserTask
from engine.tasks import Errors, TaskRefused
from forms import Form, SubmissionInvalid, compile_form

KEPT_FORMS = 500
_forms: OrderedDict[tuple[UUID, str], Form] = OrderedDict()


def form_of(session: Session, task: UserTask) -> Form | None:
    """Return the task's form as it came with the case's deployment, `None` for a task without form."""
    if task.form_id is None:
        return None
    key = (runtime.loaded(session, task.instance).deployment_id, task.form_id)
    form = _forms.get(key)
    if form is None:
        form = _forms[key] = compile_form(definitions.form_text(session, *key), filename=f"{task.form_id}.form")
        while len(_forms) > KEPT_FORMS:
            _forms.popitem(last=False)
    return form


def submit(
    session: Session,
    task_id: UUID,
    *,
    by: Person,
    outcome: str,
    submission: Mapping[str, object],
    reason: str | None,
    at: datetime,
) -> UserTask:
    """Check a submission and complete the task with its cleaned values.

    Refuses with `TaskRefused` (sentences by field: the form's, the diagram's and the papers' together) and with all
    that `tasks.complete` refuses; then nothing is stored. An outcome that does not validate drops the form's values.
    """
    task = tasks.lock(session, task_id)
    task.must_be_doable_by(by, tasks.groups_of(session, by, at))
    chosen = tasks.design_of(session, task).outcome(outcome)
    form = form_of(session, task) if chosen.validates else None
    values, errors = _cleaned(session, task, form, submission, at)
    reason = (reason or "").strip() or None
    said = tasks.refusals(session, task, chosen, values if form else {}, reason=reason, at=at)
    errors = {**said, **errors}
    if errors:
        raise TaskRefused(errors)
    tasks.finish(session, task, chosen, by=by, variables=values, reason=reason, at=at)
    return task


def _cleaned(
    session: Session, task: UserTask, form: Form | None, submission: Mapping[str, object], at: datetime
) -> tuple[Mapping[str, object], Errors]:
    if form is None:
        return {}, {}
    variables = runtime.held(session, task.instance, at).variables_at(task.token_id)
    try:
        return form.check(submission, variables=variables, environment=runtime.environment(session, at)), {}
    except SubmissionInvalid as refused:
        return submission, dict(refused.errors)
