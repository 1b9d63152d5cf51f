"""Send back, withdraw, cancel, change approvers: each shows first what follows from it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import cases, tasks
from engine.errors import Conflict, Invalid
from engine.model import ProcessInstance, UserTask
from engine.verbs import Answer, cancelling, chains, returning, withdrawing
from web import clock
from web.database import session, writes
from web.errors import log_refusal, sentence
from web.language import gettext
from web.security import me

bp = Blueprint("going_back", __name__)
TASK, CASE = "/tasks/<uuid:task_id>", "/cases/<uuid:instance_id>"


@bp.get(f"{TASK}/send-back")
def send_back(task_id: UUID) -> ResponseReturnValue:
    """Show the steps a task can be sent back to, and what becomes void with each."""
    return _send_back_page(task_id)


@bp.post(f"{TASK}/send-back")
@writes
def send_back_to(task_id: UUID) -> ResponseReturnValue:
    """Send the task back to the chosen step."""
    to, reason = request.form.get("to", default=task_id, type=UUID), request.form.get("reason", "")
    try:
        opened = returning.send_back(session(), task_id, to=to, by=me(), reason=reason, at=clock.now())
    except Invalid as refused:
        return _told(refused, lambda said: _send_back_page(task_id, said, chosen=to, reason=reason))
    who = opened.assignee.full_name if opened and opened.assignee else ""
    flash(gettext("Sent back to %(who)s.", who=who) if who else gettext("Sent back."), "ok")
    return redirect(url_for("inbox.inbox"), code=303)


def _send_back_page(task_id: UUID, refusal: str = "", *, chosen: UUID | None = None, reason: str = "") -> str:
    task = _task(task_id)
    answer = _allowed(returning.may_send_back(session(), task, me(), clock.now()))
    return render_template(
        "going_back/send_back.html",
        room="inbox",
        task=task,
        targets=answer.data["targets"],
        refusal=refusal,
        chosen=chosen,
        reason=reason,
    )


@bp.get(f"{TASK}/withdraw")
def withdraw(task_id: UUID) -> ResponseReturnValue:
    """Show what withdrawing a task would end and make void."""
    task = _task(task_id)
    answer = _allowed(withdrawing.may_withdraw(session(), task, me(), clock.now()))
    return render_template("going_back/withdraw.html", room="inbox", task=task, follows=answer.data)


@bp.post(f"{TASK}/withdraw")
@writes
def withdraw_now(task_id: UUID) -> ResponseReturnValue:
    """Withdraw the task; it opens in the inbox again."""
    opened = withdrawing.withdraw(
        session(), task_id, by=me(), at=clock.now(), reason=request.form.get("reason", "") or None
    )
    flash(gettext("The task is yours again, as you had sent it."), "ok")
    return redirect(url_for("inbox.task", task_id=opened.id), code=303)


@bp.get(f"{CASE}/cancel")
def cancel(instance_id: UUID) -> ResponseReturnValue:
    """Ask why the starter cancels the case."""
    return _cancel_page(instance_id)


@bp.post(f"{CASE}/cancel")
@writes
def cancel_now(instance_id: UUID) -> ResponseReturnValue:
    """Cancel the case that the reader has started."""
    reason = request.form.get("reason", "")
    try:
        cancelling.cancel(session(), instance_id, by=me(), reason=reason, at=clock.now())
    except Invalid as refused:
        return _told(refused, lambda said: _cancel_page(instance_id, said, reason))
    flash(gettext("The case is cancelled."), "ok")
    return redirect(url_for("cases.case", instance_id=instance_id), code=303)


def _cancel_page(instance_id: UUID, refusal: str = "", reason: str = "") -> str:
    case = _case(instance_id)
    _allowed(cancelling.may_cancel(session(), case, me()))
    return render_template("going_back/cancel.html", room="cases", case=case, refusal=refusal, reason=reason)


@bp.get(f"{CASE}/approvers")
def approvers(instance_id: UUID) -> ResponseReturnValue:
    """Show the approvers of each list under way."""
    return _approvers_page(instance_id)


@bp.post(f"{CASE}/approvers/add")
@writes
def add_approver(instance_id: UUID) -> ResponseReturnValue:
    """Add an approver to a list."""
    is_next = request.form.get("place") == "next"
    return _changed(instance_id, chains.add_approver, key=request.form.get("key", ""), is_next=is_next)


@bp.post(f"{CASE}/approvers/remove")
@writes
def remove_approver(instance_id: UUID) -> ResponseReturnValue:
    """Take an approver out of a list."""
    return _changed(instance_id, chains.remove_approver, place=request.form.get("place", -1, type=int))


def _changed(instance_id: UUID, verb: Callable[..., object], **more: Any) -> ResponseReturnValue:
    said = {"chain": request.form.get("chain", ""), "reason": request.form.get("reason", "")}
    try:
        verb(session(), instance_id, by=me(), at=clock.now(), **said, **more)
    except (Conflict, Invalid) as refused:
        return _told(refused, lambda sentence: _approvers_page(instance_id, sentence))
    flash(gettext("The approvers are changed."), "ok")
    return redirect(url_for(".approvers", instance_id=instance_id), code=303)


def _approvers_page(instance_id: UUID, refusal: str = "") -> str:
    case = _case(instance_id)
    answer = chains.may_change_approvers(session(), case, me(), clock.now())
    found = answer.data.get("chains", [])
    against = sentence(answer.refusal) if answer.refusal else ""
    return render_template(
        "going_back/approvers.html", room="cases", case=case, chains=found, refusal=refusal or against
    )


def _told(refused: Conflict | Invalid, page: Callable[[str], str]) -> ResponseReturnValue:
    """Show the page again with what it was refused for; nothing is stored, what was typed stays."""
    log_refusal(refused)
    session().rollback()
    return page(sentence(refused)), 409 if isinstance(refused, Conflict) else 422


def _allowed(answer: Answer) -> Answer:
    if answer.refusal is not None:
        raise answer.refusal
    return answer


def _task(task_id: UUID) -> UserTask:
    found = tasks.find(session(), task_id)
    cases.must_be_visible(session(), found.instance, me(), clock.now())
    return found


def _case(instance_id: UUID) -> ProcessInstance:
    return cases.find(session(), instance_id, by=me(), at=clock.now())
