"""What moving a step would do, in words: what ends, what begins at whom, which signatures become void."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from engine import repair
from engine.bpmn import WaitKind
from engine.model import ProcessInstance
from engine.repair import Foreseen, Move, Repair
from web import clock
from web.database import session
from web.errors import sentence
from web.language import gettext, language
from web.operations.case_page import token_name
from web.operations.words import element_name, foreseen_words
from web.security import me

NOTHING = ":nothing"
"""What a form says for no token or no element; no id holds a colon."""


@dataclass(frozen=True, slots=True)
class ForeseenRow:
    """One thing that ends or begins."""

    kind: str
    name: str
    what: str
    due_at: datetime | None
    is_bad: bool


@dataclass(frozen=True, slots=True)
class VoidRow:
    """One signature that becomes void."""

    who: str
    capacity: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Ahead:
    """Everything the page of a preview shows; with `refusals` there is nothing to confirm."""

    code: str
    title: str
    source: str
    target: str
    token_id: str
    element_id: str
    revision: int
    over: list[ForeseenRow]
    opened: list[ForeseenRow]
    cancelled_cases: list[str]
    thrown: list[str]
    voided: list[VoidRow]
    ends_case: bool
    is_suspended: bool
    refusals: list[str]
    bench_url: str
    confirm_url: str


def ahead_of(case: ProcessInstance, move: Move) -> Ahead:
    """Preview a move; refuses with `OperationsForbidden`."""
    found = repair.preview(session(), case, [move], by=me(), at=clock.now())
    standing = repair.standing_of(session(), case)
    against = standing.why_not(Repair.MOVE)
    said = [reason.said(language()) for reason in found.refusals]
    return Ahead(
        code=case.business_key,
        title=case.title,
        source=_source(case, move),
        target=_target(case, move),
        token_id=NOTHING if move.token_id is None else move.token_id,
        element_id=NOTHING if move.element_id is None else move.element_id,
        revision=found.revision,
        over=[_row(each) for each in found.over],
        opened=[_row(each) for each in found.opened],
        cancelled_cases=list(found.cancelled_cases),
        thrown=list(found.thrown),
        voided=[VoidRow(each.signer.full_name, each.capacity, each.signed_at) for each in found.voided],
        ends_case=found.ends_case,
        is_suspended=standing.suspension is not None,
        refusals=[sentence(against)] if against else said,
        bench_url=url_for("operations.case", instance_id=case.id),
        confirm_url=url_for("operations.confirm_move", instance_id=case.id),
    )


def _source(case: ProcessInstance, move: Move) -> str:
    if move.token_id is None:
        return gettext("a new branch")
    standpoints = repair.standpoints_of(session(), case, by=me(), at=clock.now())
    named = (token_name(each) for each in standpoints if each.token.token_id == move.token_id)
    return next(named, gettext("a step that is gone"))


def _target(case: ProcessInstance, move: Move) -> str:
    if move.element_id is None:
        return gettext("nowhere: the branch ends")
    targets = repair.targets_of(session(), case, by=me(), at=clock.now())
    named = (element_name(each) for each in targets if each.element_id == move.element_id)
    return next(named, move.element_id)


def _row(foreseen: Foreseen) -> ForeseenRow:
    what = foreseen.message.said(language()) if foreseen.message else foreseen.what
    if foreseen.kind is WaitKind.USER_TASK and not what:
        what = gettext("nobody yet")
    return ForeseenRow(
        kind=foreseen_words(foreseen.kind),
        name=foreseen.name,
        what=what,
        due_at=foreseen.due_at,
        is_bad=foreseen.kind is WaitKind.INCIDENT,
    )
