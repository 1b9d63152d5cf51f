"""A task's form, or a case, on paper: a clean A4 with values as text, papers and signatures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from engine import cases, runtime, tasks
from engine.errors import NotFound
from engine.model import ProcessInstance, TaskState, UserTask
from processes import drafting, submission
from web import clock
from web.cases.page import ActivityRow, CasePage, SignatureRow, case_page
from web.database import session
from web.inbox.draft_notes import draft_of
from web.language import gettext
from web.papers.rows import PaperRow
from web.security import me

bp = Blueprint("printing", __name__)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed: a task with its form, or a whole case with its steps; `note` says what the values are."""

    title: str
    step_name: str
    code: str
    process_name: str
    facts: Sequence[tuple[str, str]]
    lines: Sequence[tuple[str, str]]
    note: str
    steps: Sequence[ActivityRow]
    papers: Sequence[PaperRow]
    signatures: Sequence[SignatureRow]
    printed_at: datetime
    back_url: str


@bp.get("/tasks/<uuid:task_id>/print")
def task(task_id: UUID) -> ResponseReturnValue:
    """Show a task's form as it is printed; one's own draft is in it."""
    found = tasks.find(session(), task_id)
    cases.must_be_visible(session(), found.instance, me(), clock.now())
    lines, note = _lines(found)
    page, back = case_page(found.instance), url_for("inbox.task", task_id=task_id)
    return _printed(_sheet(page, step_name=found.name, lines=lines, note=note, steps=(), back_url=back))


@bp.get("/cases/<uuid:instance_id>/print")
def case(instance_id: UUID) -> ResponseReturnValue:
    """Show a case as it is printed: facts, steps, papers, signatures."""
    page = case_page(cases.find(session(), instance_id, by=me(), at=clock.now()))
    back = url_for("cases.case", instance_id=instance_id)
    return _printed(_sheet(page, step_name="", lines=(), note="", steps=page.activities, back_url=back))


def _printed(sheet: Sheet) -> str:
    return render_template("inbox/print.html", room="", sheet=sheet)


def _sheet(
    page: CasePage,
    *,
    step_name: str,
    lines: Sequence[tuple[str, str]],
    note: str,
    steps: Sequence[ActivityRow],
    back_url: str,
) -> Sheet:
    return Sheet(
        title=page.title,
        step_name=step_name,
        code=page.code,
        process_name=page.process_name,
        facts=page.facts,
        lines=[(label, text) for label, text in lines if text],
        note=note,
        steps=steps,
        papers=page.papers,
        signatures=[each for each in page.signatures if not each.is_void],
        printed_at=clock.now(),
        back_url=back_url,
    )


def _lines(task: UserTask) -> tuple[Sequence[tuple[str, str]], str]:
    """Return the values of a task's form in words, and what they are: unsent, or those of the case now."""
    if task.state is not TaskState.OPEN:
        return _lines_of_the_case(task.instance, task), gettext("The values are those of the case now.")
    may_do_it = tasks.why_not(session(), task, me(), clock.now()) is None
    draft = draft_of(task) if may_do_it else None
    content = draft.content if draft else None
    note = gettext("A draft that has not been sent.") if content is not None else ""
    return drafting.read_out(session(), task, content, clock.now()), note


def _lines_of_the_case(case: ProcessInstance, task: UserTask) -> Sequence[tuple[str, str]]:
    """Return what the form of a task that is over says now; nothing where the case's version lacks the form."""
    try:
        task_form = submission.form_of(session(), task)
    except NotFound:
        return ()
    variables = runtime.look(session(), case, clock.now()).variables
    return task_form.form.summary(variables, variables) if task_form else ()
