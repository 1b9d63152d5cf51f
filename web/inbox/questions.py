"""What who has asked for opinions does with the questions: takes one back, asks it again, closes the round."""

from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from engine.verbs import recalling
from web import clock
from web.database import session, writes
from web.language import gettext
from web.security import me

bp = Blueprint("questions", __name__)


@bp.post("/questions/<uuid:consultation_id>/withdraw")
@writes
def withdraw(consultation_id: UUID) -> ResponseReturnValue:
    """Take a question back that the person signed in has asked."""
    asked = recalling.withdraw_question(session(), consultation_id, by=me(), at=clock.now())
    flash(gettext("%(who)s is no longer asked.", who=asked.person.full_name), "ok")
    return redirect(url_for("inbox.task", task_id=asked.task_id), code=303)


@bp.post("/questions/<uuid:consultation_id>/again")
@writes
def again(consultation_id: UUID) -> ResponseReturnValue:
    """Ask a question again that was taken back or closed."""
    asked = recalling.ask_again(session(), consultation_id, by=me(), at=clock.now())
    flash(gettext("Asked: %(who)s.", who=asked.person.full_name), "ok")
    return redirect(url_for("inbox.task", task_id=asked.task_id), code=303)


@bp.post("/tasks/<uuid:task_id>/close-round")
@writes
def close_round(task_id: UUID) -> ResponseReturnValue:
    """Wait no longer for the answers to what the person signed in has asked about a task."""
    closed = recalling.close_round(session(), task_id, by=me(), at=clock.now())
    flash(gettext("No longer asked: %(who)s.", who=", ".join(each.person.full_name for each in closed)), "ok")
    return redirect(url_for("inbox.task", task_id=task_id), code=303)
