"""The inbox and its tasks."""

from dataclasses import replace
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine import cases, tasks
from engine.model import UserTask
from engine.model.task_draft import TaskDraftMoved
from engine.tasks import TaskRefused
from processes import submission
from processes.submission import AnswersUnchecked
from web import clock
from web.database import session, writes
from web.errors import log_refusal
from web.inbox.page import task_page
from web.inbox.pane import Refusal, pane_of
from web.inbox.rows import read_choice, tasks_in
from web.inbox.sent import shown_again, submitted
from web.language import gettext
from web.security import me

bp = Blueprint("inbox", __name__)


@bp.get("/")
def inbox() -> ResponseReturnValue:
    """Show the list, with its first task open where the screen has room for both."""
    choice = read_choice(request.args.get("tab"), request.args.get("due"))
    listed = tasks_in(choice)
    first = tasks.find(session(), listed[0].id) if listed else None
    return task_page(pane_of(first) if first else None, task_in_url=False)


@bp.get("/tasks/<uuid:task_id>")
def task(task_id: UUID) -> ResponseReturnValue:
    """Show one task beside the list."""
    return task_page(pane_of(_visible(task_id)))


@bp.post("/tasks/<uuid:task_id>/claim")
@writes
def claim(task_id: UUID) -> ResponseReturnValue:
    """Claim a task for the person signed in."""
    tasks.claim(session(), task_id, by=me(), at=clock.now())
    return redirect(url_for(".task", task_id=task_id), code=303)


@bp.post("/tasks/<uuid:task_id>/release")
@writes
def release(task_id: UUID) -> ResponseReturnValue:
    """Give a claimed task back to its group."""
    tasks.release(session(), task_id, by=me(), at=clock.now())
    return redirect(url_for(".inbox", tab="unit"), code=303)


@bp.post("/tasks/<uuid:task_id>/complete")
@writes
def complete(task_id: UUID) -> ResponseReturnValue:
    """Complete a task with its form and one of its outcomes; the next task opens.

    Where the process wants the answers looked at, they are shown first; `mend` leads from there back to the form.
    """
    if "mend" in request.form:
        return task_page(pane_of(_visible(task_id), refusal=_sent_again()))
    try:
        done = submission.submit(
            session(),
            task_id,
            by=me(),
            outcome=request.form.get("outcome", ""),
            submission=submitted(),
            reason=request.form.get("reason", ""),
            at=clock.now(),
            seal=request.form.get("seal", ""),
            draft_revision=request.form.get("draft_revision", type=int),
        )
    except AnswersUnchecked as unchecked:
        session().rollback()
        return task_page(pane_of(_visible(task_id), refusal=_sent_again(), answers=unchecked.answers))
    except (TaskRefused, TaskDraftMoved) as refused:
        log_refusal(refused)
        session().rollback()
        return _with_the_form(task_id, refused)
    flash(gettext("Done: %(step)s.", step=done.name), "ok")
    return redirect(url_for(".inbox"), code=303)


def _with_the_form(task_id: UUID, refused: TaskRefused | TaskDraftMoved) -> ResponseReturnValue:
    """Show the form again with what was sent, and what stands against it."""
    if isinstance(refused, TaskDraftMoved):
        return task_page(pane_of(_visible(task_id), refusal=replace(_sent_again(), is_behind=True))), 409
    return task_page(pane_of(_visible(task_id), refusal=replace(_sent_again(), errors=refused.errors))), 422


def _sent_again() -> Refusal:
    """Return what the person has sent, for a page that shows it again."""
    return Refusal(
        values=shown_again(submitted()),
        outcome=request.form.get("outcome", ""),
        reason=request.form.get("reason", ""),
        draft_revision=request.form.get("draft_revision", type=int),
    )


def _visible(task_id: UUID) -> UserTask:
    """Return a task whose case the person may see; refuses with `TaskNotFound` or `CaseNotYours`."""
    found = tasks.find(session(), task_id)
    cases.must_be_visible(session(), found.instance, me(), clock.now())
    return found
