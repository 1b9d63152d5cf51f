"""The live tokens of a case as an operator sees them, and whether they are still those."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engine import runtime
from engine.bpmn import Element, LiveToken, Run, may_be_activated
from engine.errors import Conflict
from engine.model import Person, ProcessInstance
from engine.repair.rights import must_operate


class CaseChanged(Conflict):
    """The case has gone on since it was looked at; look again."""

    code = "case.changed"


class TokenGone(Conflict):
    """The token has gone on or was cancelled."""

    code = "case.token_gone"


@dataclass(frozen=True, slots=True)
class Standpoint:
    """A live token and the element it stands on; `depth` says how many sub-processes and repetitions lie around it."""

    token: LiveToken
    element: Element
    depth: int


def standpoints_of(session: Session, instance: ProcessInstance, *, by: Person, at: datetime) -> list[Standpoint]:
    """Return the live tokens of a case, those inside after what is around them; refuses with `OperationsForbidden`."""
    must_operate(session, by, at)
    tokens = runtime.look(session, instance, at).tokens()
    elements = runtime.loaded(session, instance).model.elements
    inside: dict[str | None, list[LiveToken]] = {}
    for token in tokens:
        inside.setdefault(token.parent_token_id, []).append(token)

    def walk(around: str | None, depth: int) -> Iterator[Standpoint]:
        for token in inside.get(around, []):
            yield Standpoint(token, elements[token.element_id], depth)
            yield from walk(token.token_id, depth + 1)

    return list(walk(None, 0))


def targets_of(session: Session, instance: ProcessInstance, *, by: Person, at: datetime) -> list[Element]:
    """Return the elements of a case's diagram that a token may be moved to; refuses with `OperationsForbidden`."""
    must_operate(session, by, at)
    elements = runtime.loaded(session, instance).model.elements.values()
    return [element for element in elements if may_be_activated(element)]


def must_be_as_seen(instance: ProcessInstance, seen_revision: int | None) -> None:
    """Refuse with `CaseChanged` when a locked case is not as it was seen; None asks nothing."""
    if seen_revision is not None and instance.revision != seen_revision:
        raise CaseChanged(business_key=instance.business_key)


def must_live_still(run: Run, token_id: str) -> LiveToken:
    """Return a live token; refuses with `TokenGone`."""
    found = next((token for token in run.tokens() if token.token_id == token_id), None)
    if found is None:
        raise TokenGone(token_id=token_id)
    return found
