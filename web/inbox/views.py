"""The inbox and its tasks."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import simplejson
from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from engine import cases, tasks
from engine.model import UserTask
from engine.tasks import TaskRefused
from processes import submission
from web import clock
from web.database import session, writes
from web.errors import log_refusal
from web.inbox.page import task_page
from web.inbox.pane import Refusal, pane_of
from web.inbox.rows import read_choice, tasks_in
from web.language import gettext
from web.security import me

bp = Blueprint("inbox", __name__)
_HALF_PAIR = re.compile("[\ud800-\udfff]")


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
    """Complete a task with its form and one of its outcomes; the next task opens."""
    sent, outcome, reason = _sent_values(), request.form.get("outcome", ""), request.form.get("reason", "")
    try:
        done = submission.submit(
            session(), task_id, by=me(), outcome=outcome, submission=sent, reason=reason, at=clock.now()
        )
    except TaskRefused as refused:
        log_refusal(refused)
        session().rollback()
        refusal = Refusal(refused.errors, _as_text(sent), outcome, reason)
        return task_page(pane_of(_visible(task_id), refusal=refusal)), 422
    flash(gettext("Done: %(step)s.", step=done.name), "ok")
    return redirect(url_for(".inbox"), code=303)


def _sent_values() -> Mapping[str, object]:
    """Return the form's values as the browser sent them: one JSON object."""
    try:
        sent: Any = simplejson.loads(request.form.get("data") or "{}", use_decimal=True)
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise BadRequest from error
    if not isinstance(sent, dict):
        raise BadRequest
    return sent


def _as_text(sent: Mapping[str, object]) -> Mapping[str, object]:
    """Return what was sent as a page can show it again: half of a surrogate pair has no bytes."""
    written = _HALF_PAIR.sub("\N{REPLACEMENT CHARACTER}", simplejson.dumps(sent, use_decimal=True, ensure_ascii=False))
    shown: Mapping[str, object] = simplejson.loads(written, use_decimal=True)
    return shown


def _visible(task_id: UUID) -> UserTask:
    """Return a task whose case the person may see; refuses with `TaskNotFound` or `CaseNotYours`."""
    found = tasks.find(session(), task_id)
    cases.must_be_visible(session(), found.instance, me(), clock.now())
    return found
