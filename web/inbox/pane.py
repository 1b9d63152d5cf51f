"""The task pane: everything a person needs to decide, gathered once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import simplejson
from flask import url_for
from sqlalchemy import select

from engine import cases, forecast, papers, signing, tasks
from engine.errors import PlatformError
from engine.forecast import Ahead
from engine.model import InstanceState, ProcessInstance, TaskDraft, TaskState, UserTask
from engine.model.user_task import TaskDelegated
from engine.task_design import Outcome, PapersMode, TaskDesign
from engine.tasks import Errors
from processes import drafting, submission
from processes.submission import Answers
from web import clock
from web.cases.standing import Suspension, suspension_note
from web.database import session
from web.errors import sentence
from web.inbox.draft_notes import Clash, DraftNote, clash_of, draft_of, note_of
from web.inbox.more import MoreOfTask, more_of
from web.inbox.rows import absent_name
from web.language import gettext, language
from web.papers.rows import PaperRow, rows_of
from web.security import me
from web.steps import Step, elements_of, holder_of, people_now, steps_of_case


@dataclass(frozen=True, slots=True)
class CaseHead:
    """The case a task belongs to."""

    id: UUID
    code: str
    title: str
    url: str
    process_name: str
    version: int


@dataclass(frozen=True, slots=True)
class FormView:
    """What form-js needs: the schema and the data, as JSON texts."""

    schema: str
    data: str


@dataclass(frozen=True, slots=True)
class OutcomeButton:
    """One button, and what happens after it."""

    key: str
    label: str
    style: str
    needs_reason: bool
    confirm: str | None
    needs_check: bool
    validates: bool
    after: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a person had sent when the server did not take it, or not yet: nothing is lost.

    `draft_revision` is that of the draft it began from; `is_behind` says that another window has saved one since.
    """

    errors: Errors = field(default_factory=dict)
    values: Mapping[str, object] | None = None
    outcome: str = ""
    reason: str = ""
    draft_revision: int | None = None
    is_behind: bool = False


@dataclass(frozen=True, slots=True)
class AnswersView:
    """What somebody looks at before an outcome that the process wants checked; `data` is sent again with `seal`."""

    outcome: OutcomeButton
    reason: str
    lines: list[tuple[str, str]]
    data: str
    seal: str
    draft_revision: int | None


@dataclass(frozen=True, slots=True)
class TaskPane:
    """The task as the page shows it."""

    id: UUID
    step_name: str
    case: CaseHead
    assignee_name: str
    in_place_of: str
    suspension: Suspension | None
    may_claim: bool
    may_complete: bool
    why_not: str
    due_at: datetime | None
    facts: list[tuple[str, str]]
    form: FormView | None
    draft: DraftNote | None
    clash: Clash | None
    answers: AnswersView | None
    is_unsent: bool
    form_errors: dict[str, list[str]]
    submitted_outcome: str
    submitted_reason: str
    outcomes: list[OutcomeButton]
    held_outcomes: list[str]
    more: MoreOfTask
    papers: list[PaperRow]
    papers_editable: bool
    upload_url: str
    paper_errors: list[str]
    steps: list[Step]
    diagram_url: str
    live_elements: list[str]
    done_elements: list[str]
    complete_url: str
    claim_url: str
    release_url: str
    print_url: str


def pane_of(
    task: UserTask,
    *,
    refusal: Refusal | None = None,
    answers: Answers | None = None,
    paper_errors: list[str] | None = None,
) -> TaskPane:
    """Gather the pane of a task the person may see; `answers` are to be looked at before the task ends with them."""
    refusal, case = refusal or Refusal(), task.instance
    against = tasks.why_not(session(), task, me(), clock.now())
    groups = tasks.groups_of(session(), me(), clock.now())
    may_complete = against is None and task.is_held_by(me(), groups)
    does_the_work = may_complete or (isinstance(against, TaskDelegated) and task.assignee_id == me().id)
    design = tasks.design_of(session(), task) if does_the_work else None  # a done step may be an older version's
    may_edit = design is not None and design.papers is PapersMode.EDIT
    draft = draft_of(task) if may_complete and task.form_id else None
    outcomes = _buttons(task, design) if design is not None and may_complete else []
    signatures = signing.of_case(session(), case)
    done, live = elements_of(session(), case)
    return TaskPane(
        id=task.id,
        step_name=task.name,
        case=_head(task),
        assignee_name=holder_of(people_now(session()), task),
        in_place_of=absent_name(task, groups),
        suspension=suspension_note(case) if task.state is TaskState.OPEN else None,
        may_claim=against is None and not may_complete,
        may_complete=may_complete,
        why_not=_why_not(task, against),
        due_at=task.due_at if task.state is TaskState.OPEN else None,
        facts=_facts(task),
        form=_form(task, refusal, draft),
        draft=note_of(task, draft, refusal.draft_revision) if may_complete and task.form_id else None,
        clash=clash_of(task, refusal.values or {}) if refusal.is_behind else None,
        answers=_answers(answers, outcomes, refusal) if answers else None,
        is_unsent=refusal.values is not None,
        form_errors={key: [each.said(language()) for each in said] for key, said in refusal.errors.items()},
        submitted_outcome=refusal.outcome,
        submitted_reason=refusal.reason,
        outcomes=outcomes,
        held_outcomes=_held_outcomes(task),
        more=more_of(task),
        papers=rows_of(papers.of_case(session(), case), case.id, task_id=task.id if may_edit else None),
        papers_editable=may_edit,
        upload_url=url_for("papers.upload", task_id=task.id),
        paper_errors=paper_errors or [],
        steps=steps_of_case(session(), case, open_tasks(case), signatures),
        diagram_url=url_for("cases.diagram", instance_id=case.id),
        live_elements=live,
        done_elements=done,
        complete_url=url_for("inbox.complete", task_id=task.id),
        claim_url=url_for("inbox.claim", task_id=task.id),
        release_url=url_for("inbox.release", task_id=task.id) if may_complete and task.is_offered else "",
        print_url=url_for("printing.task", task_id=task.id),
    )


def _head(task: UserTask) -> CaseHead:
    case = task.instance
    return CaseHead(
        id=case.id,
        code=case.business_key,
        title=case.title,
        url=url_for("cases.case", instance_id=case.id),
        process_name=case.definition.name,
        version=case.document_version,
    )


def _why_not(task: UserTask, against: PlatformError | None) -> str:
    if against is None:
        return ""
    if task.state is TaskState.COMPLETED and task.completed_by_id == me().id:
        return gettext("You have completed this task.")
    return sentence(against)


def open_tasks(case: ProcessInstance) -> list[UserTask]:
    """Return the open tasks of a case, oldest first."""
    return list(
        session().scalars(
            select(UserTask)
            .where(UserTask.instance_id == case.id, UserTask.state == TaskState.OPEN)
            .order_by(UserTask.created_at)
        )
    )


def _facts(task: UserTask) -> list[tuple[str, str]]:
    facts = cases.facts_of(session(), task.instance, clock.now())
    version = task.instance.document_version
    return [*facts, (gettext("Draft number"), str(version))] if version > 1 else facts


def _form(task: UserTask, refusal: Refusal, draft: TaskDraft | None) -> FormView | None:
    """Return the form with what was sent in it, else with the person's draft, else as it came."""
    task_form = submission.form_of(session(), task) if task.state is TaskState.OPEN else None
    if task_form is None:
        return None
    if refusal.values is None:
        data = drafting.opened(session(), task, draft.content if draft else None, clock.now())
    else:
        data = {**drafting.opened(session(), task, None, clock.now()), **refusal.values}
    return FormView(schema=task_form.text, data=_json(data))


def _json(data: Mapping[str, object]) -> str:
    return simplejson.dumps(data, use_decimal=True, ensure_ascii=False)


def _answers(answers: Answers, outcomes: list[OutcomeButton], refusal: Refusal) -> AnswersView:
    return AnswersView(
        outcome=next(each for each in outcomes if each.key == answers.outcome.key),
        reason=answers.reason or "",
        lines=answers.lines,
        data=_json(refusal.values or {}),
        seal=answers.seal,
        draft_revision=refusal.draft_revision,
    )


def _buttons(task: UserTask, design: TaskDesign) -> list[OutcomeButton]:
    ahead = forecast.from_task(session(), task.instance, task.token_id, clock.now())
    return [
        OutcomeButton(
            key=outcome.key,
            label=outcome.label,
            style=outcome.style,
            needs_reason=outcome.needs_reason,
            confirm=outcome.confirm,
            needs_check=outcome.needs_check,
            validates=outcome.validates,
            after=_after(ahead.next_after(outcome), outcome),
        )
        for outcome in design.outcomes.values()
    ]


def _held_outcomes(task: UserTask) -> list[str]:
    """Return what the holder's buttons would say if the case did not stand still."""
    is_mine = task.state is TaskState.OPEN and task.assignee_id == me().id
    if not (is_mine and task.instance.state is InstanceState.SUSPENDED):
        return []
    return [outcome.label for outcome in tasks.design_of(session(), task).outcomes.values()]


def _after(coming: list[Ahead], outcome: Outcome) -> str:
    """Say in one sentence what happens after a button."""
    if not coming:
        return gettext("the case ends.")
    first = coming[0]
    who = first.holder if first.step in {first.name, first.holder} else f"{first.holder}, {first.step}"
    said = gettext("goes to %(who)s (%(step)s).", who=who, step=first.name)
    if outcome.voids_signatures:
        said += " " + gettext("All signatures given so far become void.")
    return said
