"""Moving tokens of a case by hand (chuyển bước): first shown on a copy, then done, all moves or none."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import decisions, history, runtime, signing
from engine.arrivals import waits_by_token
from engine.bpmn import FactKind, MoveRefused, Run, Wait, WaitKind
from engine.decisions import Decider
from engine.errors import Invalid
from engine.model import Person, ProcessInstance, Signature
from engine.repair.foreseen import Foreseen, Viewer
from engine.repair.rights import must_operate
from engine.repair.signatures import undone_by
from engine.repair.standing import Repair, said_reason, standing_of
from engine.repair.suspending import repairing
from engine.repair.tokens import must_be_as_seen
from engine.wording import Bilingual

TOKEN_GONE = Bilingual(
    "Bước được chọn không còn ở trong hồ sơ; hãy tải lại trang.", "The token is no longer in the case; reload the page."
)
NOTHING_SAID = Bilingual("Hãy chọn bước cần chuyển hoặc bước đến.", "Say which token moves, or where to.")


@dataclass(frozen=True, slots=True)
class Move:
    """One token to another element; without element its branch ends there, without token a branch is added."""

    token_id: str | None
    element_id: str | None


class MovesRefused(Invalid):
    """The tokens cannot be moved like that; `reasons` holds a sentence for each that cannot."""

    code = "operations.moves_refused"

    def __init__(self, reasons: Sequence[Bilingual]) -> None:
        super().__init__("; ".join(reason.en for reason in reasons))
        self.reasons = list(reasons)


@dataclass(frozen=True, slots=True)
class Preview:
    """What moves would do to a case at one revision: what waits no more, what waits then, and for whom.

    `cancelled_cases` are the codes of called cases that go with it; `thrown` the messages and signals sent on the way.
    With `refusals` nothing can be done.
    """

    revision: int
    over: Sequence[Foreseen]
    opened: Sequence[Foreseen]
    cancelled_cases: Sequence[str]
    thrown: Sequence[str]
    voided: Sequence[Signature]
    ends_case: bool
    refusals: Sequence[Bilingual]


def preview(session: Session, instance: ProcessInstance, moves: Sequence[Move], *, by: Person, at: datetime) -> Preview:
    """Return what the moves would do, as a copy that is stored nowhere shows; refuses with `OperationsForbidden`."""
    must_operate(session, by, at)
    loaded = runtime.loaded(session, instance)
    run = runtime.look(session, instance, at)
    run.decide = Decider(decisions.load(session, loaded.deployment_id), run.environment)
    run.appoint = runtime.appointer_of(session, instance, run.environment, at)
    before = waits_by_token(run)
    refusals = [] if instance.is_over else _apply(run, moves)
    after = waits_by_token(run)
    over, opened = _without(before, after), _without(after, before)
    viewer = Viewer(session, instance, loaded, at)
    return Preview(
        revision=instance.revision,
        over=[viewer.seen(wait, is_open=True) for wait in over],
        opened=[viewer.seen(wait, is_open=False) for wait in opened],
        cancelled_cases=_called_at(session, instance, over),
        thrown=[str(fact.data["name"]) for fact in run.take_facts() if fact.kind is FactKind.THREW],
        voided=undone_by(session, instance, loaded.model, _targets(moves)) if not refusals else [],
        ends_case=run.ended,
        refusals=refusals,
    )


def move(
    session: Session,
    instance_id: UUID,
    moves: Sequence[Move],
    *,
    preview_revision: int,
    by: Person,
    reason: str,
    at: datetime,
) -> ProcessInstance:
    """Move tokens of a case as it was previewed: all of the moves or none.

    Refuses with `OperationsForbidden`, `ReasonMissing`, `CaseOver`, `CaseChanged` (since the preview), `MovesRefused`.
    Signatures given from a target on become void; a suspended case stays so.
    """
    must_operate(session, by, at)
    kept = said_reason(reason)
    instance = runtime.lock(session, instance_id)
    standing_of(session, instance).must(Repair.MOVE)
    must_be_as_seen(instance, preview_revision)
    loaded = runtime.loaded(session, instance)
    undone = undone_by(session, instance, loaded.model, _targets(moves))
    with repairing(session, instance, by=by, at=at) as run:
        stood = {token.token_id: token.element_id for token in run.tokens()}
        names = {each.element_id: each.name or each.element_id for each in loaded.model.elements.values()}
        said = [_said(each, stood, names) for each in moves]
        history.record(session, instance, "tokens.moved", at=at, actor_id=by.id, moves=said, reason=kept)
        signing.void(session, instance, undone, reason=kept, at=at)
        refusals = _apply(run, moves)
        if refusals:
            raise MovesRefused(refusals)
    return instance


def _apply(run: Run, moves: Iterable[Move]) -> list[Bilingual]:
    """Do the moves to a run, one after the other; return why some of them could not be done."""
    refusals = []
    for each in moves:
        try:
            _do(run, each)
        except MoveRefused as refused:
            refusals.append(refused.text)
        except KeyError:
            refusals.append(TOKEN_GONE)
    return refusals


def _do(run: Run, each: Move) -> None:
    if each.token_id is None and each.element_id is None:
        raise MoveRefused(*NOTHING_SAID)
    if each.token_id is None:
        run.activate(str(each.element_id))
    elif each.element_id is None:
        run.cancel_token(each.token_id)
    else:
        run.move(each.token_id, each.element_id)


def _targets(moves: Iterable[Move]) -> list[str]:
    return [each.element_id for each in moves if each.element_id is not None]


def _said(each: Move, stood: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str | None]:
    """Return a move as the history keeps it: elements and how they were called."""
    source, target = stood.get(each.token_id or ""), each.element_id
    return {"from": source, "from_name": names.get(source or ""), "to": target, "to_name": names.get(target or "")}


def _without(waits: Mapping[tuple[str, WaitKind], Wait], others: Mapping[tuple[str, WaitKind], Wait]) -> list[Wait]:
    return [wait for key, wait in waits.items() if key not in others]


def _called_at(session: Session, instance: ProcessInstance, over: Iterable[Wait]) -> list[str]:
    """Return the codes of the living cases that were called at tokens which go."""
    tokens = [wait.token_id for wait in over if wait.kind is WaitKind.CALL]
    called = select(ProcessInstance.business_key).where(
        ProcessInstance.parent_id == instance.id,
        ProcessInstance.parent_token_id.in_(tokens),
        ProcessInstance.ended_at.is_(None),
    )
    return list(session.scalars(called.order_by(ProcessInstance.business_key))) if tokens else []
