"""Keeping what is typed into a task's form before it is sent, and throwing it away."""

from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import task_drafts, tasks
from engine.model.task_draft import TaskDraftMoved
from processes import drafting
from web import clock
from web.database import session, writes
from web.errors import log_refusal
from web.inbox.draft_notes import clash_of, saved_words
from web.inbox.sent import shown_again, submitted
from web.language import gettext
from web.security import me

bp = Blueprint("drafts", __name__)


@bp.post("/tasks/<uuid:task_id>/draft")
@writes
def save(task_id: UUID) -> ResponseReturnValue:
    """Keep the form as it stands; answers with the revision to name next time, or with both versions to choose from."""
    sent, revision = submitted(), request.form.get("revision", 0, type=int)
    try:
        draft = drafting.save(session(), task_id, sent, revision=revision, by=me(), at=clock.now())
    except TaskDraftMoved as moved:
        log_refusal(moved)
        session().rollback()
        clash = clash_of(tasks.find(session(), task_id), shown_again(sent))
        return jsonify({"revision": clash.revision, "clash": render_template("inbox/_clash.html", clash=clash)}), 409
    return jsonify({"revision": draft.revision, "said": saved_words(draft)})


@bp.post("/tasks/<uuid:task_id>/draft/discard")
@writes
def discard(task_id: UUID) -> ResponseReturnValue:
    """Throw the draft away and show the form as it came."""
    revision = request.form.get("revision", 0, type=int)
    task_drafts.discard(session(), task_id, revision=revision, by=me(), at=clock.now())
    flash(gettext("The draft is thrown away; the form is as it came."), "ok")
    return redirect(url_for("inbox.task", task_id=task_id), code=303)
