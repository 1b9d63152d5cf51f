"""Completing a task with its form: every wrong field is said at once, then the case moves on."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy.orm import Session

from engine import definitions, runtime, tasks
from engine.errors import Conflict
from engine.model import Person, UserTask
from engine.model.base import to_json_text
from engine.task_design import Outcome
from engine.tasks import Errors, TaskRefused
from forms import Form, SubmissionInvalid, compile_form

KEPT_FORMS = 500


class AnswersUnchecked(Conflict):
    """The process wants the answers looked at before the task ends this way; `answers` is what to look at."""

    code = "task.answers_unchecked"

    def __init__(self, answers: "Answers") -> None:
        super().__init__(f"look at the answers first: {answers.outcome.label}", seal=answers.seal)
        self.answers = answers


@dataclass(frozen=True, slots=True)
class Answers:
    """What a task would be completed with: lines to read, and a seal that holds for exactly these answers."""

    outcome: Outcome
    reason: str | None
    lines: list[tuple[str, str]]
    seal: str


@dataclass(frozen=True, slots=True)
class Entered:
    """What somebody has entered, cleaned."""

    outcome: Outcome
    reason: str | None
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class TaskForm:
    """A form as it was deployed and as it checks."""

    text: str
    form: Form


_forms: OrderedDict[tuple[UUID, str], TaskForm] = OrderedDict()


def form_of(session: Session, task: UserTask) -> TaskForm | None:
    """Return the task's form as it came with the case's deployment, `None` for a task without form."""
    if task.form_id is None:
        return None
    key = (runtime.loaded(session, task.instance).deployment_id, task.form_id)
    known = _forms.get(key)
    if known is None:
        text = definitions.form_text(session, *key)
        known = _forms[key] = TaskForm(text, compile_form(text, filename=f"{task.form_id}.form"))
        while len(_forms) > KEPT_FORMS:
            _forms.popitem(last=False)
    return known


def submit(
    session: Session,
    task_id: UUID,
    *,
    by: Person,
    outcome: str,
    submission: Mapping[str, object],
    reason: str | None,
    at: datetime,
    seal: str = "",
    draft_revision: int | None = None,
) -> UserTask:
    """Check a submission and complete the task with its cleaned values.

    Refuses with `TaskRefused` (sentences by field: the form's, the diagram's and the papers' together) and with all
    that `tasks.complete` refuses; with `AnswersUnchecked` where the process wants answers looked at and `seal` is not
    theirs; with `TaskDraftMoved` where another window has saved a draft since the one named. Then nothing is stored.
    An outcome that does not validate drops the form's values.
    """
    task = tasks.lock(session, task_id)
    tasks.must_be_completable(session, task, by, at)
    chosen = tasks.design_of(session, task).outcome(outcome)
    form = form_of(session, task) if chosen.validates else None
    values, errors = _cleaned(session, task, form, submission, at)
    reason = (reason or "").strip() or None
    said = tasks.refusals(session, task, chosen, values if form else {}, reason=reason, at=at)
    errors = {**said, **errors}
    if errors:
        raise TaskRefused(errors)
    if chosen.needs_check:
        _must_be_checked(session, task, form, Entered(chosen, reason, values), seal=seal, at=at)
    tasks.finish(session, task, chosen, by=by, variables=values, reason=reason, at=at, draft_revision=draft_revision)
    return task


def _must_be_checked(
    session: Session, task: UserTask, task_form: TaskForm | None, entered: Entered, *, seal: str, at: datetime
) -> None:
    said = to_json_text([entered.outcome.key, entered.reason, entered.values])
    own_seal = sha256(said.encode()).hexdigest()
    if own_seal == seal:
        return
    lines: list[tuple[str, str]] = []
    if task_form is not None:
        variables = runtime.held(session, task.instance, at).variables_at(task.token_id)
        lines = task_form.form.summary(entered.values, variables)
    raise AnswersUnchecked(Answers(entered.outcome, entered.reason, lines, own_seal))


def _cleaned(
    session: Session, task: UserTask, task_form: TaskForm | None, submission: Mapping[str, object], at: datetime
) -> tuple[Mapping[str, object], Errors]:
    if task_form is None:
        return {}, {}
    variables = runtime.held(session, task.instance, at).variables_at(task.token_id)
    surroundings = runtime.environment_of(session, task.instance, at)
    try:
        return task_form.form.check(submission, variables=variables, environment=surroundings), {}
    except SubmissionInvalid as refused:
        return submission, dict(refused.errors)
