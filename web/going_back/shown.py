"""What the page of a case offers its reader to do with the whole of it."""

from dataclasses import dataclass
from uuid import UUID

from flask import url_for

from engine.model import ProcessInstance
from engine.verbs import cancelling, chains, withdrawing
from web import clock
from web.database import session
from web.security import me


@dataclass(frozen=True, slots=True)
class CaseDoings:
    """Where the reader withdraws the last step, cancels the case, changes approvers; empty where they may not."""

    withdraw_url: str
    cancel_url: str
    approvers_url: str


def doings_of(case: ProcessInstance) -> CaseDoings:
    """Return what the reader may do with a case."""
    if case.is_over:
        return CaseDoings("", "", "")
    now = clock.now()
    may_cancel = cancelling.may_cancel(session(), case, me()).is_allowed
    may_change = chains.may_change_approvers(session(), case, me(), now).is_allowed
    return CaseDoings(
        withdraw_url=_withdraw_url(case),
        cancel_url=_of("cancel", case.id) if may_cancel else "",
        approvers_url=_of("approvers", case.id) if may_change else "",
    )


def _withdraw_url(case: ProcessInstance) -> str:
    last = withdrawing.last_sent(session(), case, me())
    may = last is not None and withdrawing.may_withdraw(session(), last, me(), clock.now()).is_allowed
    return url_for("going_back.withdraw", task_id=last.id) if last is not None and may else ""


def _of(endpoint: str, case_id: UUID) -> str:
    return url_for(f"going_back.{endpoint}", instance_id=case_id)
